import type { IdOf } from './answered-pages.ts';
import type { PageSizes, RowRange } from './page-sizes.ts';
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
  const pages = new WindowPages(fetchPage, sizes, idOf, isForwards ? window.seen : undefined);
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
  const { offset, rows } = pages.rowsOf(range, backwards);
  const { total, refusal, shownEnd, end = Number.POSITIVE_INFINITY } = pages;
  const [rangeEnd, reached] = [range.offset + range.size, offset + rows.length];
  // The API refuses rows that its own total promises, there and behind them.
  const isRefused = refusal !== undefined && total !== undefined && total > rangeEnd;
  if (isRefused && rows.length === 0) throw refusal;
  // A total that ends with the window may be too low if an earlier one was higher.
  const isDoubtful = shownEnd === undefined && reached === rangeEnd && (seen?.total ?? 0) > reached;
  // A window that should have rows and has none is never followed by another: its reader would loop forever.
  const hasNext = rows.length > 0 && (end > reached || isDoubtful || isRefused);
  const hasPrevious = offset > 0 && total !== 0 && (rows.length > 0 || range.size === 0 || !backwards);
  return { rows, offset, total, hasNext, hasPrevious };
}

/**
 * The first page at its largest either holds the list, or says how long it is. Where no row comes of the range that this
 * leads to, the list is read on; where rows are lacking at its end, the list ends with those that came.
 */
async function readTail<Row>(pages: WindowPages<Row>, { size, floor }: TailWindow): Promise<WindowRows<Row>> {
  pages.honestCalls = 2;
  const { size: largest, came } = await pages.ask(1, pages.sizes.most);
  if (came < largest) await pages.fill({ offset: came, size: 1 });
  let isOpen = false;
  const lastRow = async () => {
    const reached = await readOn(pages);
    isOpen = pages.shownEnd === undefined && pages.callsLeft <= 0;
    return reached;
  };
  for (let end = pages.end ?? (await lastRow()), isCertain = false; ; isCertain = true) {
    const offset = Math.max(floor, end - size);
    const read = await readRange(pages, { offset, size: Math.max(0, end - offset), backwards: true });
    const reached = read.offset + read.rows.length;
    if (isCertain || reached >= end) {
      return { ...read, hasNext: isOpen && read.rows.length > 0 };
    }
    end = pages.shownEnd = read.rows.length > 0 ? reached : await lastRow();
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
    const next = () => pages.fill({ offset: reached, size: 1 });
    // One row may be there where a whole page is not.
    await (reached % most === 0 ? pages.ask(reached / most + 1, most).catch(next) : next());
  }
}
