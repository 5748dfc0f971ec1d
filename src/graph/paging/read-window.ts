import type { PageMaximum } from './page-maximum.ts';
import { planPages, type RowRange } from './page-plan.ts';
import { explainShortPage } from './short-page.ts';
import type { TailWindow, Window } from './window.ts';
import { endOf, type FetchPage, type IdOf, startOf, WindowPages } from './window-pages.ts';

/** How a list is read. */
export interface ReadOptions<Row> {
  /** Shared by all windows of one upstream resource. */
  maximum: PageMaximum;
  idOf: IdOf<Row>;
  /** Reads no rows, only how many there are and what lies around the window; without a total `hasNext` is false. */
  onlyTotal?: boolean;
}

/** A window's rows; row `i` has the position `offset + i`. */
export interface WindowRows<Row> {
  rows: Row[];
  offset: number;
  total: number | undefined;
  hasNext: boolean;
  hasPrevious: boolean;
}

const PAGES_AT_ONCE = 4;

/**
 * Reads a window with as few calls as there can be: one wherever one page can hold it, two for the tail of a list
 * longer than a page, never more than nine. The rows that came are believed, totals are hints, and what a page with too
 * few rows means is asked. Throws only what `fetchPage` throws.
 */
export async function readWindow<Row>(
  fetchPage: FetchPage<Row>,
  window: Window,
  { maximum, idOf, onlyTotal = false }: ReadOptions<Row>,
): Promise<WindowRows<Row>> {
  const pages = new WindowPages<Row>(async (page) => {
    const answer = await fetchPage(page);
    // A page of another length than asked for may have a row twice: how many rows it has says where they stand.
    const isOdd = answer.items.length !== page.size;
    return isOdd ? { ...answer, items: distinct(answer.items, idOf) } : answer;
  }, maximum);
  if (onlyTotal || window.size === 0) return readTotal(pages, window);
  const read = window.kind === 'tail' ? readTail : readRange;
  const { rows, ...outcome } = await read(pages, window as TailWindow & RowRange, idOf);
  // One answer is passed on as it came; on a list that changes between two pages a row can be on both.
  return { ...outcome, rows: pages.list.length > 1 ? distinct(rows, idOf) : rows };
}

async function readTotal<Row>(pages: WindowPages<Row>, window: Window): Promise<WindowRows<Row>> {
  const { items } = await pages.ask(1, 1);
  const length = pages.total ?? items.length;
  const isRange = window.kind === 'range';
  const offset = isRange ? window.offset : Math.max(window.floor, length - window.size);
  const hasNext = isRange && offset + window.size < length;
  return { rows: [], offset, total: pages.total, hasNext, hasPrevious: offset > 0 && length > 0 };
}

async function readRange<Row>(
  pages: WindowPages<Row>,
  range: RowRange & { backwards?: boolean },
  idOf: IdOf<Row>,
): Promise<WindowRows<Row>> {
  const { offset, size, backwards = false } = range;
  await fetchRange(pages, range, backwards);
  if ((pages.end ?? Number.POSITIVE_INFINITY) > offset) await explainShortPage(pages, idOf);
  const { end } = pages;
  // No window follows the last one or one without rows, so what it lacks is asked for now.
  const mayBeLast = end === undefined ? pages.reach > offset : end <= offset + size;
  const isEmpty = end !== undefined && pages.rowsOf(range, backwards).rows.length === 0;
  if (mayBeLast || isEmpty || pages.ownSize !== undefined) await fetchRange(pages, range, backwards);
  return outcomeOf(pages, range, backwards);
}

/** The first page at its largest either holds the list, or says how long it is; else the list is read on. */
async function readTail<Row>(
  pages: WindowPages<Row>,
  { size, floor }: TailWindow,
  idOf: IdOf<Row>,
): Promise<WindowRows<Row>> {
  await pages.ask(1, pages.maximum.largest);
  await explainShortPage(pages, idOf);
  const rangeTo = (end: number) => {
    const offset = Math.max(floor, end - size);
    return { offset, size: Math.max(0, end - offset) };
  };
  let range = rangeTo(pages.end ?? (await readOn(pages)));
  await fetchRange(pages, range, true);
  const isLacking = () => range.size > 0 && pages.reach < range.offset + range.size;
  if (isLacking()) await fetchRange(pages, range, true);
  const isRepeating = repeatsBehindGap(pages, range, idOf);
  if (isLacking() || isRepeating) {
    // The total counts too many: the list ends with the rows that came, or else where reading on ends.
    const end = isRepeating ? range.offset + pages.rowsOf(range).rows.length : pages.reach;
    range = rangeTo(end > range.offset ? end : await readOn(pages));
    pages.provenEnd = range.offset + range.size;
    await fetchRange(pages, range, true);
  }
  const outcome = outcomeOf(pages, range, true);
  return { ...outcome, hasNext: outcome.hasNext && pages.end === undefined && pages.callsLeft === 0 };
}

/** Whether only rows that came before follow a gap: a server may give its last page again and again. */
function repeatsBehindGap<Row>(pages: WindowPages<Row>, range: RowRange, idOf: IdOf<Row>): boolean {
  const { rows } = pages.rowsOf(range);
  if (rows.length === 0 || rows.length === range.size) return false;
  const ids = new Set(rows.map(idOf));
  return pages.rowsOf(range, true).rows.every((row) => ids.has(idOf(row)));
}

/** Reads page after page, and returns where the last row ends. */
async function readOn(pages: WindowPages<unknown>): Promise<number> {
  for (;;) {
    const reached = pages.unbrokenReach;
    const { largest } = pages.maximum;
    if (reached % largest !== 0 || pages.callsLeft === 0) return reached;
    await pages.ask(reached / largest + 1, largest);
    if (pages.unbrokenReach === reached) {
      pages.provenEnd = reached;
      return reached;
    }
  }
}

/** Fetches what of a range has not come yet, up to a page that is short of it. */
async function fetchRange(pages: WindowPages<unknown>, range: RowRange, backwards: boolean): Promise<void> {
  const missing = pages.missingOf(range);
  if (missing.size === 0) return;
  const end = missing.offset + missing.size;
  const { firstPage, pageCount, pageSize } = planOf(pages, missing);
  const numbers = Array.from({ length: pageCount }, (_, index) => firstPage + index);
  if (backwards) numbers.reverse();
  while (numbers.length > 0 && pages.callsLeft > 0) {
    const now = numbers.splice(0, Math.min(PAGES_AT_ONCE, pages.callsLeft));
    const came = await Promise.all(now.map((number) => pages.ask(number, pageSize)));
    const isShort = came.some((page) => endOf(page) < Math.min(page.number * pageSize, end));
    const reached = (now.at(-1) ?? 0) * pageSize;
    if (isShort || (!backwards && reached >= (pages.end ?? end))) return;
  }
}

/** A server that does not serve the size it is asked for is asked for the pages that it has. No page is asked for twice. */
function planOf({ list, ownSize, maximum }: WindowPages<unknown>, missing: RowRange) {
  if (ownSize === undefined) {
    // Once a page has come, a larger one than the server has shown might be clamped.
    const { served } = maximum;
    const largest = list.length > 0 && served > 0 ? Math.min(maximum.largest, served) : maximum.largest;
    for (let { offset, size } = missing; ; size++) {
      const plan = planPages({ offset, size }, largest);
      const isKnown = list.some((page) => page.number === plan.firstPage && page.size === plan.pageSize);
      if (!isKnown || served === 0 || size > 2 * missing.size) return plan;
    }
  }
  const firstPage = Math.floor(missing.offset / ownSize) + 1;
  const lastPage = Math.ceil((missing.offset + missing.size) / ownSize);
  return { firstPage, pageCount: lastPage - firstPage + 1, pageSize: Math.min(ownSize, maximum.largest) };
}

function outcomeOf<Row>(pages: WindowPages<Row>, range: RowRange, backwards: boolean): WindowRows<Row> {
  const fromEnd = pages.rowsOf(range, backwards);
  // Where the list ends within the range, its last rows are those from the start on.
  const { offset, rows } = fromEnd.rows.length > 0 ? fromEnd : pages.rowsOf(range);
  const { total } = pages;
  // A window that should have rows and has none is never followed by another: its reader would turn in circles.
  const hasNext = rows.length > 0 && hasRowsBehind(pages, range, offset + rows.length);
  const hasPrevious = offset > 0 && total !== 0 && (rows.length > 0 || !backwards);
  return { rows, offset, total, hasNext, hasPrevious };
}

/** Whether rows follow a window that was read up to `reached`: those that came say so, or else the total. */
function hasRowsBehind(pages: WindowPages<unknown>, { offset, size }: RowRange, reached: number): boolean {
  const end = offset + size;
  if (pages.reach > reached) return true;
  if (pages.callsLeft === 0 && reached < Math.min(end, pages.end ?? end)) return true;
  if (pages.end !== undefined) return pages.end > end;
  // Without a total, a full page may have another one behind it.
  return (
    reached === end && pages.list.some((page) => startOf(page) + page.served === end && endOf(page) === end)
  );
}

/** Each row once, in its first place. */
function distinct<Row>(rows: Row[], idOf: IdOf<Row>): Row[] {
  const seen = new Set<string>();
  return rows.filter((row) => {
    const id = idOf(row);
    return id === undefined || seen.size < seen.add(id).size;
  });
}
