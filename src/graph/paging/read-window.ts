import { UpstreamError } from '../../http/client/upstream-error.ts';
import type { PageMaximum } from './page-maximum.ts';
import { type PagePlan, planPages, type RowRange } from './page-plan.ts';
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
    const isFirst = pages.list.length === 0;
    const answer = await fetchPage(page).catch((error: unknown) => {
      if (isFirst || !isBehindEnd(error)) throw error;
      return { items: [], total: undefined };
    });
    // A page of another length than asked for may have a row twice: how many rows it has says where they stand.
    const isOdd = answer.items.length !== page.size;
    return isOdd ? { ...answer, items: distinct(answer.items, idOf) } : answer;
  }, maximum);
  if (onlyTotal || window.size === 0) return readTotal(pages, window);
  const { rows, ...outcome } = await (window.kind === 'tail'
    ? readTail(pages, window, idOf)
    : readRange(pages, window, idOf));
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
  await fetchRange(pages, range, backwards, idOf);
  await takeIfUnpaged(pages, idOf);
  if ((pages.end ?? Number.POSITIVE_INFINITY) > offset) await explainShortPage(pages, idOf);
  const { end } = pages;
  // Another window brings what this one lacks, but none follows the last one, or one without rows.
  const mayBeLast = end === undefined ? pages.reach > offset : end <= offset + size;
  const isAskedAgain =
    backwards || mayBeLast || pages.ownSize !== undefined || pages.list.some((page) => startOf(page) < offset);
  if (isAskedAgain) await fetchRange(pages, range, backwards, idOf);
  return outcomeOf(pages, range, backwards);
}

/** A later page that is longer than asked for may be the whole list: the first page says so. */
async function takeIfUnpaged<Row>(pages: WindowPages<Row>, idOf: IdOf<Row>): Promise<void> {
  const long = pages.list.find(({ number, size, items }) => number > 1 && items.length > size);
  if (!long || pages.callsLeft === 0) return;
  const first = await pages.ask(1, long.size);
  const ids = (page: { items: Row[] }) => page.items.map(idOf).join();
  if (first.items.every((row) => idOf(row) !== undefined) && ids(first) === ids(long)) pages.takeWhole(first);
}

/**
 * The first page at its largest either holds the list, or says how long it is. Where no row comes of the range that this
 * leads to, the list is read on; where rows are lacking at its end, the list ends with those that came.
 */
async function readTail<Row>(
  pages: WindowPages<Row>,
  { size, floor }: TailWindow,
  idOf: IdOf<Row>,
): Promise<WindowRows<Row>> {
  await pages.ask(1, pages.maximum.largest);
  await explainShortPage(pages, idOf);
  const read = async (end: number) => {
    const offset = Math.max(floor, end - size);
    const range = { offset, size: Math.max(0, end - offset), backwards: true };
    return { end: Math.max(end, floor), ...(await readRange(pages, range, idOf)) };
  };
  let outcome = await read(pages.end ?? (await readOn(pages, idOf)));
  const reached = outcome.offset + outcome.rows.length;
  if (reached < outcome.end) {
    pages.provenEnd = outcome.rows.length > 0 ? reached : await readOn(pages, idOf);
    outcome = await read(pages.provenEnd);
  }
  return { ...outcome, hasNext: outcome.hasNext && pages.end === undefined && pages.callsLeft === 0 };
}

/** Reads page after page, and returns where the last row ends. */
async function readOn<Row>(pages: WindowPages<Row>, idOf: IdOf<Row>): Promise<number> {
  for (;;) {
    const reached = pages.unbrokenReach;
    const { largest } = pages.maximum;
    if (reached % largest !== 0 || pages.callsLeft === 0) return reached;
    await pages.ask(reached / largest + 1, largest);
    pages.dropRepeats(idOf);
    if (pages.unbrokenReach === reached) {
      pages.provenEnd = reached;
      return reached;
    }
  }
}

/** Fetches what of a range has not come yet, up to a page that is short of it. */
async function fetchRange<Row>(
  pages: WindowPages<Row>,
  range: RowRange,
  backwards: boolean,
  idOf: IdOf<Row>,
): Promise<void> {
  const missing = pages.missingOf(range, backwards);
  if (missing.size === 0) return;
  const end = missing.offset + missing.size;
  const { firstPage, pageCount, pageSize } = planOf(pages, missing);
  const numbers = Array.from({ length: pageCount }, (_, index) => firstPage + index);
  if (backwards) numbers.reverse();
  while (numbers.length > 0 && pages.callsLeft > 0) {
    const now = numbers.splice(0, Math.min(PAGES_AT_ONCE, pages.callsLeft));
    const came = await Promise.all(now.map((number) => pages.ask(number, pageSize)));
    pages.dropRepeats(idOf);
    const isShort = came.some((page) => endOf(page) < Math.min(page.number * pageSize, end));
    const reached = (now.at(-1) ?? 0) * pageSize;
    if (isShort || (!backwards && reached >= (pages.end ?? end))) return;
  }
}

/** A server that does not serve the size it is asked for is asked for the pages that it has. No page is asked for twice. */
function planOf({ list, ownSize, maximum }: WindowPages<unknown>, { offset, size }: RowRange): PagePlan {
  const knownOf = ({ firstPage, pageCount, pageSize }: PagePlan) =>
    list.filter((page) => page.size === pageSize && page.number >= firstPage && page.number < firstPage + pageCount);
  if (ownSize !== undefined) {
    const firstPage = Math.floor(offset / ownSize) + 1;
    const pageCount = Math.ceil((offset + size) / ownSize) - firstPage + 1;
    const plan = { firstPage, pageCount, pageSize: Math.min(ownSize, maximum.largest) };
    if (knownOf(plan).length < pageCount || ownSize > maximum.largest) return plan;
  }
  // Once a page has come, a larger one than the server has shown might be clamped.
  const { served } = maximum;
  const largest = list.length > 0 && served > 0 ? Math.min(maximum.largest, served) : maximum.largest;
  const plan = planPages({ offset, size }, largest);
  if (served === 0 || knownOf(plan).length === 0) return plan;
  for (let wider = size + 1; wider <= 2 * size + 1; wider++) {
    const other = planPages({ offset, size: wider }, largest);
    if (knownOf(other).length === 0) return other;
  }
  for (let most = largest - 1; most > largest / 2; most--) {
    const other = planPages({ offset, size }, most);
    if (knownOf(other).length === 0) return other;
  }
  return plan;
}

function outcomeOf<Row>(pages: WindowPages<Row>, range: RowRange, backwards: boolean): WindowRows<Row> {
  const { offset, rows } = pages.rowsOf(range, backwards);
  const { total } = pages;
  // A window that should have rows and has none is never followed by another: its reader would turn in circles.
  const hasNext = rows.length > 0 && hasRowsBehind(pages, range, offset + rows.length);
  const hasPrevious = offset > 0 && total !== 0 && (rows.length > 0 || range.size === 0 || !backwards);
  return { rows, offset, total, hasNext, hasPrevious };
}

/** Whether rows follow a window that was read up to `reached`: those that came say so, or else the total. */
function hasRowsBehind(pages: WindowPages<unknown>, { offset, size }: RowRange, reached: number): boolean {
  const end = offset + size;
  if (pages.reach > reached) return true;
  if (pages.callsLeft === 0 && reached < Math.min(end, pages.end ?? end)) return true;
  if (pages.end !== undefined) {
    // Rows that are still lacking may be where a second answer ends as well, but not where only one does.
    const ends = pages.list.filter((page) => endOf(page) === reached || startOf(page) >= reached);
    return pages.end > (ends.length < 2 ? reached : end);
  }
  // Without a total, a full page may have another one behind it.
  return reached === end && pages.list.some((page) => startOf(page) + page.served === end && endOf(page) === end);
}

/** Whether an API answers in this way where it has no page: others are empty there. */
export function isBehindEnd(error: unknown): boolean {
  return error instanceof UpstreamError && (error.failure === 'rejected' || error.failure === 'badResponse');
}

/** Each row once, in its first place. */
function distinct<Row>(rows: Row[], idOf: IdOf<Row>): Row[] {
  const seen = new Set<string>();
  return rows.filter((row) => {
    const id = idOf(row);
    return id === undefined || seen.size < seen.add(id).size;
  });
}
