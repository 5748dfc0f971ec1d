import { type AnsweredPage, askForPage, type FetchPage } from './answered-page.ts';
import { InconsistentPages } from './inconsistent-pages.ts';
import { planPages, type RowRange } from './page-plan.ts';
import type { PageSizeLimits } from './page-size-limits.ts';
import type { RecentPages } from './recent-pages.ts';
import { explains } from './served-size.ts';
import type { TailWindow, Window } from './window.ts';
import { WindowGathering } from './window-gathering.ts';

/** How a list is read. */
export interface ReadOptions<Row> {
  /** Shared by all windows of one upstream resource. */
  limits: PageSizeLimits;
  /** What makes two rows the same; rows without an id are all kept. */
  idOf: (row: Row) => string | undefined;
  /** Pages of the same list that cost no call again. */
  recent?: RecentPages | undefined;
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
 * longer than a page. What came back is trusted, never what was asked for: a server that clamps the page size,
 * silently, costs more calls the first time and never another row. Throws InconsistentPages where the answers
 * cannot be true together, and whatever `fetchPage` throws.
 */
export async function readWindow<Row>(
  fetchPage: FetchPage<Row>,
  window: Window,
  options: ReadOptions<Row>,
): Promise<WindowRows<Row>> {
  if (options.onlyTotal === true || window.size === 0) return readTotal(fetchPage, window, options);
  if (window.kind === 'tail') return readTail(fetchPage, window, options);

  const { limits, recent } = options;
  const plan = recent?.planFor(window, limits.largest) ?? planPages(window, limits.largest);
  if (plan.pageCount > 1)
    return gather(new WindowGathering(fetchPage, window, limits, { plan, recent }), window, options);
  const page = await askForPage(fetchPage, { number: plan.firstPage, size: plan.pageSize }, limits);
  if (isAsAsked(page, limits)) {
    recent?.note(page);
    return cut(page, window);
  }
  return gather(new WindowGathering(fetchPage, window, limits, { answered: page }), window, options);
}

/** The usual case, told without looking further: the page is full, or as short as the end of the list makes it. */
function isAsAsked(page: AnsweredPage, limits: PageSizeLimits): boolean {
  // A later page may be a clamped one that holds other rows, unless pages of this size were served (as a full one is).
  return explains(page.size, page) && (page.number === 1 || limits.isConfirmed(page.size));
}

function cut<Row>({ number, size, items, total }: AnsweredPage<Row>, range: RowRange): WindowRows<Row> {
  const start = (number - 1) * size;
  const end = range.offset + range.size;
  const rows = items.slice(range.offset - start, end - start);
  const reachesFurther = start + items.length > end || (start + size === end && items.length === size);
  return outcome(range, rows, total, reachesFurther);
}

/** The first page at its largest either holds the list, or says how long it is. */
async function readTail<Row>(
  fetchPage: FetchPage<Row>,
  { size, floor }: TailWindow,
  options: ReadOptions<Row>,
): Promise<WindowRows<Row>> {
  const { limits } = options;
  const page = await askForPage(fetchPage, { number: 1, size: limits.largest }, limits);
  const { items } = page;
  const total = page.total ?? (items.length < page.size ? items.length : undefined);
  if (total === undefined) {
    throw new InconsistentPages(
      'The last rows of a list were asked for, and upstream did not say how long it is.',
    );
  }
  const offset = Math.max(floor, total - size);
  const range = { offset, size: Math.max(0, total - offset) };
  if (items.length === total) return cut({ ...page, total }, range);

  return gather(new WindowGathering(fetchPage, range, limits, { answered: page }), range, options);
}

async function readTotal<Row>(
  fetchPage: FetchPage<Row>,
  window: Window,
  { limits }: ReadOptions<Row>,
): Promise<WindowRows<Row>> {
  const { items, total } = await askForPage(fetchPage, { number: 1, size: 1 }, limits);
  const length = total ?? items.length;
  if (window.kind === 'tail') {
    const offset = Math.max(window.floor, length - window.size);
    return { rows: [], offset, total, hasNext: false, hasPrevious: offset > 0 && length > 0 };
  }
  const { offset, size } = window;
  return { rows: [], offset, total, hasNext: offset + size < length, hasPrevious: offset > 0 && length > 0 };
}

async function gather<Row>(
  gathering: WindowGathering<Row>,
  range: RowRange,
  { idOf }: ReadOptions<Row>,
): Promise<WindowRows<Row>> {
  await gathering.complete();
  const { total, endedEarly, reachesFurther } = gathering;
  const result = outcome(range, gathering.distinctRows(idOf), total, reachesFurther);
  return endedEarly ? { ...result, hasNext: false } : result;
}

/** A window that should have rows and has none is never followed by another: its reader would turn in circles. */
function outcome<Row>(
  { offset, size }: RowRange,
  rows: Row[],
  total: number | undefined,
  reachesFurther: boolean,
): WindowRows<Row> {
  const hasMore = total === undefined ? reachesFurther : offset + rows.length < total;
  const hasNext = hasMore && (rows.length > 0 || size === 0);
  return { rows, offset, total, hasNext, hasPrevious: offset > 0 && total !== 0 };
}
