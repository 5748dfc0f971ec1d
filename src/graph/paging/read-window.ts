import { explainOddPage } from './odd-page.ts';
import type { PageMaximum } from './page-maximum.ts';
import type { RowRange } from './page-plan.ts';
import { idHashOf, type SeenList, type TailWindow, type Window } from './window.ts';
import { type FetchPage, type IdOf, WindowPages } from './window-pages.ts';

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
  /** The page size that the server uses instead of smaller ones, for the cursors. */
  pageSize?: number | undefined;
}

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
  const pages = new WindowPages(fetchPage, maximum, idOf, window.seen?.pageSize);
  if (onlyTotal || window.size === 0) return readTotal(pages, window);
  const read = await (window.kind === 'tail' ? readTail(pages, window) : readRange(pages, window));
  // One answer is passed on as it came; on a list that changes between two pages a row can be on both.
  return pages.list.length > 1 ? { ...read, rows: pages.distinct(read.rows) } : read;
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
  range: RowRange & { backwards?: boolean; seen?: SeenList | undefined },
): Promise<WindowRows<Row>> {
  const { offset, size, backwards = false } = range;
  await pages.askFor(range, backwards);
  if (!backwards && range.seen?.idHash) await dropLastPageAgain(pages, offset, range.seen.idHash);
  if ((pages.end ?? Number.POSITIVE_INFINITY) > offset) await explainOddPage(pages);
  const { end } = pages;
  // Another window brings what this one lacks, but none follows the last one, or one without rows.
  const mayBeLast = end === undefined ? pages.reach > offset : end <= offset + size;
  const isMisplaced =
    pages.hasOwnSize || pages.list.some((page) => page.number > 1 && page.came > 0 && pages.startOf(page) < offset);
  if (backwards || mayBeLast || isMisplaced) await pages.askFor(range, backwards);
  return outcomeOf(pages, range, backwards, range.seen?.total);
}

/** No window ends with the row that it follows: where it seems to, the page before it shows if that has come again. */
async function dropLastPageAgain<Row>(pages: WindowPages<Row>, offset: number, idHash: number): Promise<void> {
  const page = pages.list.findLast(({ number, items }) => number > 1 && items.length > 0);
  if (!page || pages.endOf(page) <= offset || idHashOf(page.items.map(pages.idOf).at(-1)) !== idHash) return;
  await pages.ask(page.number - 1, page.size);
  if (page.items.length === 0) pages.provenEnd = offset;
}

/**
 * The first page at its largest either holds the list, or says how long it is. Where no row comes of the range that this
 * leads to, the list is read on; where rows are lacking at its end, the list ends with those that came.
 */
async function readTail<Row>(pages: WindowPages<Row>, { size, floor }: TailWindow): Promise<WindowRows<Row>> {
  await pages.ask(1, pages.maximum.largest);
  await explainOddPage(pages);
  for (let end = pages.end ?? (await readOn(pages)), isCertain = false; ; isCertain = true) {
    const offset = Math.max(floor, end - size);
    const read = await readRange(pages, { offset, size: Math.max(0, end - offset), backwards: true });
    const reached = read.offset + read.rows.length;
    if (isCertain || reached >= end) {
      return { ...read, hasNext: read.hasNext && pages.end === undefined && pages.callsLeft === 0 };
    }
    end = pages.provenEnd = read.rows.length > 0 ? reached : await readOn(pages);
  }
}

/** Reads page after page, and returns where the last row ends. */
async function readOn<Row>(pages: WindowPages<Row>): Promise<number> {
  for (;;) {
    const reached = pages.rowsOf({ offset: 0, size: pages.reach }).rows.length;
    const { largest } = pages.maximum;
    if (reached % largest !== 0 || pages.callsLeft === 0) return reached;
    if ((await pages.ask(reached / largest + 1, largest)).items.length === 0) return reached;
  }
}

function outcomeOf<Row>(pages: WindowPages<Row>, range: RowRange, backwards: boolean, seenTotal = 0): WindowRows<Row> {
  const { offset, rows } = pages.rowsOf(range, backwards);
  const { total, least: pageSize } = pages;
  // A window that should have rows and has none is never followed by another: its reader would loop forever.
  const hasNext = rows.length > 0 && hasRowsBehind(pages, range, offset + rows.length, seenTotal);
  const hasPrevious = offset > 0 && total !== 0 && (rows.length > 0 || range.size === 0 || !backwards);
  return { rows, offset, total, hasNext, hasPrevious, pageSize };
}

/** Whether rows follow a window that was read up to `reached`: those that came say so, or else the total. */
function hasRowsBehind<Row>(
  pages: WindowPages<Row>,
  { offset, size }: RowRange,
  reached: number,
  seenTotal: number,
): boolean {
  const end = offset + size;
  if (pages.reach > reached) return true;
  if (pages.callsLeft === 0 && reached < Math.min(end, pages.end ?? end)) return true;
  // A total that ends with the window may be too low if an earlier one was higher.
  if (reached === end && seenTotal > end && pages.provenEnd === undefined) return true;
  const ends = pages.list.filter((page) => pages.endOf(page) === reached || pages.startOf(page) >= reached);
  // Rows that are still lacking may be where a second answer ends as well, but not where only one does.
  if (pages.end !== undefined) return pages.end > (ends.length < 2 ? reached : end);
  // Without a total, a full page may be followed by another one.
  return reached === end && ends.some((page) => page.items.length > 0 && page.items.length === pages.servedFor(page));
}
