import type { IdOf } from './answered-pages.ts';
import type { RowRange } from './page-plan.ts';
import type { PageSizes } from './page-sizes.ts';
import type { SeenList, TailWindow, Window } from './window.ts';
import { type FetchPage, WindowPages } from './window-pages.ts';

/** How a list is read. */
export interface ReadOptions<Row> {
  /** Shared by all windows of one upstream resource. */
  sizes: PageSizes;
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

/**
 * Reads a window with as few calls as there can be: one wherever one page can hold it, two for the tail of a list
 * longer than a page, never more than nine. The rows that came are believed, totals are hints, and what a page with too
 * few rows means is asked. Throws only what `fetchPage` throws.
 */
export async function readWindow<Row>(
  fetchPage: FetchPage<Row>,
  window: Window,
  { sizes, idOf, onlyTotal = false }: ReadOptions<Row>,
): Promise<WindowRows<Row>> {
  const isForwards = window.kind === 'range' && !window.backwards;
  const pages = new WindowPages(fetchPage, sizes, idOf, isForwards ? window.seen?.idHash : 0);
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
  const { backwards = false, seen } = range;
  await pages.fill(range, backwards);
  return outcomeOf(pages, range, backwards, seen?.total);
}

/**
 * The first page at its largest either holds the list, or says how long it is. Where no row comes of the range that this
 * leads to, the list is read on; where rows are lacking at its end, the list ends with those that came.
 */
async function readTail<Row>(pages: WindowPages<Row>, { size, floor }: TailWindow): Promise<WindowRows<Row>> {
  pages.honestCalls = 2;
  const { size: largest, came } = await pages.ask(1, pages.sizes.most);
  if (came < largest) await pages.fill({ offset: came, size: 1 });
  for (let end = pages.end ?? (await readOn(pages)), isCertain = false; ; isCertain = true) {
    const offset = Math.max(floor, end - size);
    const read = await readRange(pages, { offset, size: Math.max(0, end - offset), backwards: true });
    const reached = read.offset + read.rows.length;
    if (isCertain || reached >= end) {
      return { ...read, hasNext: read.hasNext && pages.end === undefined && pages.callsLeft <= 0 };
    }
    end = pages.shownEnd = read.rows.length > 0 ? reached : await readOn(pages);
  }
}

/** Reads page after page, and returns where the last row ends. */
async function readOn<Row>(pages: WindowPages<Row>): Promise<number> {
  pages.shownEnd = undefined;
  if (pages.end === undefined) pages.honestCalls = Number.POSITIVE_INFINITY;
  for (let reached = -1; ; ) {
    const before = reached;
    reached = pages.rowsOf({ offset: 0, size: pages.reach }).rows.length;
    if (reached === before || pages.shownEnd !== undefined || pages.callsLeft <= 0) return reached;
    const { most } = pages.sizes;
    if (reached % most === 0) await pages.ask(reached / most + 1, most);
    else await pages.fill({ offset: reached, size: 1 });
  }
}

function outcomeOf<Row>(pages: WindowPages<Row>, range: RowRange, backwards: boolean, seenTotal = 0): WindowRows<Row> {
  const { offset, rows } = pages.rowsOf(range, backwards);
  const { total, refusal } = pages;
  // The API refuses rows that its own total promises.
  if (refusal && rows.length === 0 && total !== undefined && total > range.offset + range.size) throw refusal;
  // A window that should have rows and has none is never followed by another: its reader would loop forever.
  const hasNext = rows.length > 0 && hasRowsBehind(pages, range, offset + rows.length, seenTotal);
  const hasPrevious = offset > 0 && total !== 0 && (rows.length > 0 || range.size === 0 || !backwards);
  return { rows, offset, total, hasNext, hasPrevious };
}

/** Whether rows follow a window that was read up to `reached`: those that came say so, or else the total. */
function hasRowsBehind<Row>(
  pages: WindowPages<Row>,
  { offset, size }: RowRange,
  reached: number,
  seenTotal: number,
): boolean {
  const { end, shownEnd } = pages;
  if (pages.reach > reached) return true;
  if (shownEnd !== undefined) return shownEnd > reached;
  if (end === undefined) return true;
  // A total that ends with the window may be too low if an earlier one was higher.
  return end > reached || (reached === offset + size && seenTotal > reached);
}
