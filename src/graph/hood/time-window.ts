import { UpstreamError } from '../../http/client/upstream-error.ts';
import { type Condition, narrowed, nullness } from '../../sources/hood/grammar.ts';
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
  /** Reads the first `size` rows with this condition on the time instead of the caller's. */
  read: (condition: Condition | undefined, size: number) => Promise<WindowRows<unknown>>;
  /** Whether the collection has rows without this time. */
  hasRowsWithoutTime: () => Promise<boolean>;
}

/** A window with the numbers of its rows' cursors. */
export type PlacedRows = WindowRows<unknown> & { numbers: number[][] };

/**
 * The rows after a place, found by their time instead of their position: nothing that was added, changed or removed
 * before them moves them. The list is narrowed to the place's time and what follows, and everything up to the row
 * itself is dropped; rows of the very same second come again if that row has gone. Undefined where only positions help:
 * the time is filtered by equality, or the API refuses or ignores the range, or one page cannot lead out of one second.
 */
export async function readBehind(list: TimeList, place: TimePlace, size: number): Promise<PlacedRows | undefined> {
  const { order, largest } = list;
  const condition = conditionBehind(list, place);
  if (condition === undefined || place.equals + 1 >= largest) return undefined;
  for (const asked of new Set([Math.min(largest, size + place.equals + 1), largest])) {
    const read = await unlessRefused(list.read(condition, asked));
    if (!read || read.rows.some((row) => isBefore(row, place, order))) return undefined;
    const own = read.rows.findIndex((row) => idHashOf(row) === place.idHash && isOfPlace(row, place, order));
    const isAtEnd = own === read.rows.length - 1;
    const isStuck = own < 0 ? read.rows.every((row) => isOfPlace(row, place, order)) : isAtEnd;
    if (isStuck && read.hasNext && (asked < largest || own >= 0)) continue;
    const window = cut(read, own + 1, place, size, order);
    if (place.moment === 'last') return window;
    return place.moment === 'first'
      ? followedByTimes(list, window, place, size)
      : withRowsWithoutTime(list, window, place, size);
  }
  return undefined;
}

function conditionBehind({ order, condition }: TimeList, { moment }: TimePlace): Condition | undefined {
  if (typeof moment !== 'number') return condition === undefined ? nullness(true) : undefined;
  return narrowed(condition, order.descending ? 'upper' : 'lower', hoodTimeOf(moment));
}

/** A time that no calendar has may be refused. */
async function unlessRefused<Value>(read: Promise<Value>): Promise<Value | undefined> {
  return read.catch((error: unknown) => {
    if (error instanceof UpstreamError && error.failure === 'rejected') return undefined;
    throw error;
  });
}

/** Whether a row has the time of a place. One whose time nobody can read may have any. */
function isOfPlace(row: unknown, { moment }: TimePlace, order: TimeOrder): boolean {
  const digits = digitsOf(row, order);
  return digits === undefined || digits === (typeof moment === 'number' ? moment : null);
}

function isBefore(row: unknown, { moment }: TimePlace, order: TimeOrder): boolean {
  const digits = digitsOf(row, order);
  if (digits === undefined) return false;
  if (digits === null || typeof moment !== 'number') return (digits === null) === (typeof moment === 'number');
  return order.descending ? digits > moment : digits < moment;
}

/** The rows after the first `passed` ones; how many there are in all counts those before them as well. */
function cut(
  { rows, total, hasNext }: WindowRows<unknown>,
  passed: number,
  { position, moment, total: totalAtStart }: TimePlace,
  size: number,
  order: TimeOrder,
): PlacedRows {
  const offset = position + 1 - passed;
  const side = moment === 'first' ? 'first' : 'last';
  const start: WindowStart = { offset, startsRun: true, side, total: totalAtStart };
  return {
    rows: rows.slice(passed, passed + size),
    offset: position + 1,
    total: total === undefined ? undefined : total + offset,
    hasNext: hasNext || rows.length > passed + size,
    hasPrevious: true,
    numbers: cursorNumbersOf(rows.slice(0, passed + size), order, start).slice(passed),
  };
}

/** Where rows without a time come first, those with one follow them. */
async function followedByTimes(
  list: TimeList,
  window: PlacedRows,
  { total: totalAtStart }: TimePlace,
  size: number,
): Promise<PlacedRows | undefined> {
  if (window.hasNext) return { ...window, total: totalAtStart };
  const room = size - window.rows.length;
  const times = await list.read(nullness(false), Math.max(1, room));
  if (times.rows.some((row) => digitsOf(row, list.order) === null)) return undefined;
  return joined(window, times, room, { order: list.order, side: 'last', total: totalAtStart });
}

/** A window with the rows of another list after its own. */
function joined(
  window: PlacedRows,
  { rows, total, hasNext }: WindowRows<unknown>,
  room: number,
  { order, ...known }: Pick<WindowStart, 'side' | 'total'> & { order: TimeOrder },
): PlacedRows {
  const added = rows.slice(0, room);
  const start = { ...known, offset: window.offset + window.rows.length, startsRun: true };
  return {
    ...window,
    rows: [...window.rows, ...added],
    total: window.total === undefined || total === undefined ? undefined : window.total + total,
    hasNext: hasNext || rows.length > room,
    numbers: [...window.numbers, ...cursorNumbersOf(added, order, start)],
  };
}

/**
 * Rows without a time are in no range. Where an API sorts them last, they follow the last row that has one; which way it
 * sorts them, the first row of the whole list tells.
 */
async function withRowsWithoutTime(
  list: TimeList,
  window: PlacedRows,
  { total = Number.POSITIVE_INFINITY }: TimePlace,
  size: number,
): Promise<PlacedRows> {
  const { order } = list;
  if (window.hasNext || list.condition !== undefined) return window;
  // Where no row is missing from those that the list had, none is without a time.
  if (window.total !== undefined && window.total >= total) return window;
  if (!(await list.hasRowsWithoutTime())) return window;
  const room = size - window.rows.length;
  const others = await list.read(nullness(true), Math.max(1, room));
  if (others.rows.length === 0 || others.rows.some((row) => digitsOf(row, order) !== null)) return window;
  const [first] = (await list.read(undefined, 1)).rows;
  if (digitsOf(first, order) === null) return window;
  return joined(window, others, room, { order, side: 'last', total: undefined });
}
