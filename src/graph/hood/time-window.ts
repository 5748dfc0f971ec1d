import { type Condition, narrowed, nullness } from '../../sources/hood/grammar.ts';
import { hoodDateTime } from '../../sources/time.ts';
import type { WindowRows } from '../paging/read-window.ts';
import { cursorNumbersOf, idHashOf, secondsOf, type TimeOrder, type TimePlace } from './time-order.ts';

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
 * The rows behind a place, found by their time instead of their position: nothing that was added, changed or removed
 * before them moves them. The list is narrowed to the place's time and what follows, and everything up to the row
 * itself is dropped; rows of the very same second come again if that row has gone. Undefined where only positions help:
 * the time is filtered by equality, or the API ignores the range, or one page cannot lead out of a single second.
 */
export async function readBehind(
  list: TimeList,
  place: TimePlace,
  size: number,
): Promise<PlacedRows | undefined> {
  const { order, largest } = list;
  const condition = conditionBehind(list, place);
  if (condition === undefined || place.equals + 1 >= largest) return undefined;
  for (const asked of new Set([Math.min(largest, size + place.equals + 1), largest])) {
    const read = await list.read(condition, asked);
    if (read.rows.some((row) => isBefore(row, place, order))) return undefined;
    const own = read.rows.findIndex(
      (row) => secondsOf(row, order) === place.seconds && idHashOf(row) === place.idHash,
    );
    // Rows without a time that are no longer found where they were may not be the last ones.
    if (own < 0 && place.seconds === null) return undefined;
    const isStuck = own < 0 ? isAllOfOneTime(read.rows, place, order) : own === read.rows.length - 1;
    if (isStuck && read.hasNext) continue;
    return withRowsWithoutTime(list, cut(read, own + 1, place, size, order), place, size);
  }
  return undefined;
}

function conditionBehind({ order, condition }: TimeList, { seconds }: TimePlace): Condition | undefined {
  if (seconds === null) return condition === undefined ? nullness(true) : undefined;
  return narrowed(condition, order.descending ? 'upper' : 'lower', hoodDateTime(new Date(seconds * 1000)));
}

function isBefore(row: unknown, place: TimePlace, order: TimeOrder): boolean {
  const seconds = secondsOf(row, order);
  if (seconds === undefined) return false;
  if (seconds === null || place.seconds === null) return seconds !== place.seconds;
  return order.descending ? seconds > place.seconds : seconds < place.seconds;
}

function isAllOfOneTime(rows: readonly unknown[], { seconds }: TimePlace, order: TimeOrder): boolean {
  return rows.every((row) => secondsOf(row, order) === seconds);
}

/** The rows behind the first `passed` ones; how many there are in all counts those before them as well. */
function cut(
  { rows, total, hasNext }: WindowRows<unknown>,
  passed: number,
  { position, total: totalAtStart }: TimePlace,
  size: number,
  order: TimeOrder,
): PlacedRows {
  const offset = position + 1 - passed;
  const start = { offset, startsRun: true, isBehindTimes: true, total: totalAtStart };
  return {
    rows: rows.slice(passed, passed + size),
    offset: position + 1,
    total: total === undefined ? undefined : total + offset,
    hasNext: hasNext || rows.length > passed + size,
    hasPrevious: true,
    numbers: cursorNumbersOf(rows.slice(0, passed + size), order, start).slice(passed),
  };
}

/**
 * Rows without a time are in no range. Where an API sorts them last, they follow the last row that has one; which way it
 * sorts them, the first row of the whole list tells.
 */
async function withRowsWithoutTime(
  list: TimeList,
  window: PlacedRows,
  { seconds, total: totalAtStart = Number.POSITIVE_INFINITY }: TimePlace,
  size: number,
): Promise<PlacedRows> {
  const { order } = list;
  if (window.hasNext || seconds === null || list.condition !== undefined) return window;
  // Where no row is missing from those that the list had, none is without a time.
  if (window.total !== undefined && window.total >= totalAtStart) return window;
  if (!(await list.hasRowsWithoutTime())) return window;
  const room = size - window.rows.length;
  const { rows, total, hasNext } = await list.read(nullness(true), Math.max(1, room));
  if (rows.length === 0 || rows.some((row) => secondsOf(row, order) !== null)) return window;
  const [first] = (await list.read(undefined, 1)).rows;
  if (secondsOf(first, order) === null) return window;
  const added = rows.slice(0, room);
  const offset = window.offset + window.rows.length;
  const start = { offset, startsRun: true, isBehindTimes: true, total: totalAtStart };
  return {
    ...window,
    rows: [...window.rows, ...added],
    total: window.total === undefined || total === undefined ? undefined : window.total + total,
    hasNext: hasNext || rows.length > room,
    numbers: [...window.numbers, ...cursorNumbersOf(added, order, start)],
  };
}
