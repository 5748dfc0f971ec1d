import { UpstreamError } from '../../http/client/upstream-error.ts';
import { type Condition, narrowed } from '../../sources/hood/grammar.ts';
import type { RowRange } from '../paging/page-sizes.ts';
import type { WindowRows } from '../paging/read-window.ts';
import {
  cursorNumbersOf,
  digitsOf,
  hoodTimeOf,
  idHashOf,
  type TimeOrder,
  type TimePlace,
  type WindowStart,
} from './time-order.ts';

/** A list in order of time. */
export interface TimeList {
  order: TimeOrder;
  /** The caller's own condition on the time. */
  condition: Condition | undefined;
  /** The largest page that the API serves. */
  largest: number;
  /** Reads rows with this condition on the time, or none, instead of the caller's. */
  read: (condition: Condition | undefined, range: RowRange) => Promise<WindowRows<unknown>>;
  /** Whether the collection has rows without this time, and the API sorts them behind all others. */
  endsWithoutTime: () => Promise<boolean>;
}

/** A window with the numbers of its rows' cursors. */
export type PlacedRows = WindowRows<unknown> & { numbers: number[][] };

/** How often the row of a cursor is looked for. */
const MOST_TRIES = 3;

/**
 * The rows after a place, found by their time instead of their position: nothing that was added, changed or removed
 * before them moves them. The list is narrowed to the place's time and what follows, and everything up to the row
 * itself is dropped; rows of the very same second come again if that row has gone. Where rows without a time come first,
 * nothing is before them, and the list is read from its start. Undefined where only positions help: the time is filtered
 * by equality, or the API refuses or ignores the range.
 */
export async function readBehind(list: TimeList, place: TimePlace, size: number): Promise<PlacedRows | undefined> {
  const { order, largest } = list;
  const { equals } = place;
  const condition = conditionBehind(list, place);
  if (condition === null) return undefined;
  const isNear = equals + 1 < largest;
  // Behind more rows of its second than a page holds, the row is looked for where it was.
  let range = isNear ? { offset: 0, size: Math.min(largest, size + equals + 1) } : { offset: equals, size: size + 1 };
  for (let tries = 1; tries <= MOST_TRIES; tries++) {
    const { offset } = range;
    const read = await unlessRefused(list.read(condition, range));
    if (offset === 0 && (!read || read.rows.some((row) => sideOf(row, place, order) < 0))) return undefined;
    const rows = read?.rows ?? [];
    const own = rows.findIndex((row) => idHashOf(row) === place.idHash && sideOf(row, place, order) === 0);
    const isFurther = range.size < largest && read?.hasNext && rows.every((row) => sideOf(row, place, order) === 0);
    if (!read || (own < 0 && (offset > 0 || isFurther))) {
      range = { offset: tries === 1 ? Math.max(0, equals + 1 - largest) : 0, size: largest };
    } else if (own >= 0 && own === rows.length - 1 && read.hasNext) {
      range = { offset: offset + own, size: size + 1 };
    } else {
      const window = cut(read, own + 1, place, size, order);
      return typeof place.moment === 'number' ? withRowsWithoutTime(list, window, place, size) : window;
    }
  }
  return undefined;
}

/** Null where there is none. */
function conditionBehind({ order, condition }: TimeList, { moment }: TimePlace): Condition | undefined | null {
  if (moment === 'first') return condition;
  if (moment === 'last') return condition === undefined ? { isNull: true } : null;
  return narrowed(condition, order.descending ? 'lte' : 'gte', hoodTimeOf(moment)) ?? null;
}

/** What a read brings that an API may refuse, such as one of a time that no calendar has. */
export async function unlessRefused<Value>(read: Promise<Value>): Promise<Value | undefined> {
  return read.catch((error: unknown) => {
    if (error instanceof UpstreamError && error.failure === 'rejected') return undefined;
    throw error;
  });
}

/** Below 0 for a row before the time of a place, 0 for one that has it. One whose time nobody can read may have any. */
function sideOf(row: unknown, { moment }: TimePlace, order: TimeOrder): number {
  const digits = digitsOf(row, order);
  if (digits === undefined) return 0;
  if (moment === 'first') return digits === null ? 0 : 1;
  if (moment === 'last') return digits === null ? 0 : -1;
  if (digits === null) return -1;
  return order.descending ? moment - digits : digits - moment;
}

/** The rows after the first `passed` ones; how many there are in all counts those before them as well. */
function cut(
  { rows, offset: before, total, hasNext }: WindowRows<unknown>,
  passed: number,
  { position, moment, total: totalAtStart }: TimePlace,
  size: number,
  order: TimeOrder,
): PlacedRows {
  const offset = position + 1 - passed;
  const side = moment === 'first' ? 'first' : 'last';
  const totalNow = total === undefined ? undefined : total - before + offset;
  // A list that has changed once is not taken for the one that the walk began with when its total happens to be as before.
  const start: WindowStart = { offset, equals: before, side, total: totalNow === totalAtStart ? totalNow : undefined };
  return {
    rows: rows.slice(passed, passed + size),
    offset: position + 1,
    total: totalNow,
    hasNext: hasNext || rows.length > passed + size,
    hasPrevious: true,
    numbers: cursorNumbersOf(rows.slice(0, passed + size), order, start).slice(passed),
  };
}

/**
 * Behind the last of the rows with a time come those without one, if they come last: no range has both. The window alone
 * where the API ignores that question.
 */
async function withRowsWithoutTime(list: TimeList, window: PlacedRows, place: TimePlace, size: number) {
  // Where the list has as many rows as when the walk began, none of them is without a time.
  const isAsBefore = window.total !== undefined && window.total === place.total;
  if (window.hasNext || list.condition !== undefined || isAsBefore || !(await list.endsWithoutTime())) return window;
  const room = size - window.rows.length;
  const others = await list.read({ isNull: true }, { offset: 0, size: Math.max(1, room) });
  if (others.rows.some((row) => digitsOf(row, list.order) !== null)) return window;
  const rows = others.rows.slice(0, room);
  const offset = window.offset + window.rows.length;
  const start = { offset, equals: 0, side: 'last', total: undefined } as const;
  return {
    ...window,
    rows: [...window.rows, ...rows],
    total: window.total === undefined || others.total === undefined ? undefined : window.total + others.total,
    hasNext: others.hasNext || others.rows.length > room,
    numbers: [...window.numbers, ...cursorNumbersOf(rows, list.order, start)],
  };
}
