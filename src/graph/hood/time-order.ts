import { crc32 } from 'node:zlib';
import { isRow } from '../../sources/hood/answers.ts';
import { isoDateTime } from '../../sources/time.ts';

/** The time field that a list is sorted by first. */
export interface TimeOrder {
  field: string;
  descending: boolean;
}

/** A row's place in a list in order of time, as its cursor holds it. */
export interface TimePlace {
  position: number;
  /** Seconds since 1970; null is behind all rows that have a time. */
  seconds: number | null;
  /** How many rows before it have the same time. */
  equals: number;
  idHash: number;
  /** How many rows the list had when its walk began, as the API said; undefined when it did not. */
  total: number | undefined;
}

/** Makes every time that Hood can write a number above 0, which is the place of rows without a time. */
const YEAR_ZERO = 2 ** 40;

const FIRST_SECOND = Date.UTC(-1, 12) / 1000;
const LAST_SECOND = Date.UTC(9999, 11, 31, 23, 59, 59) / 1000;

/** The order of a `sort=` text; undefined where the list is not sorted by a time first. */
export function timeOrderOf(sort: string | undefined): TimeOrder | undefined {
  const [, minus, field] = /^(-?)(create_time|update_time)(?:,|$)/.exec(sort ?? '') ?? [];
  return field === undefined ? undefined : { field, descending: minus === '-' };
}

/** When a row stands in the order: null without a time, undefined where nobody can say. Filters have whole seconds. */
export function secondsOf(row: unknown, { field }: TimeOrder): number | null | undefined {
  if (!isRow(row)) return undefined;
  const text = (row as unknown as Record<string, unknown>)[field] ?? null;
  if (text === null) return null;
  // What Hood writes for "never" is a time to its filters.
  const iso = text === '1970-01-01 00:00:00' ? '1970-01-01T00:00:00Z' : isoDateTime(text);
  const seconds = iso === null ? Number.NaN : Date.parse(iso) / 1000;
  return Number.isInteger(seconds) ? seconds : undefined;
}

/** 32 bits of a row's id, enough to find it among the rows of its second; undefined for a row without an id. */
export function idHashOf(row: unknown): number | undefined {
  return isRow(row) ? crc32(String(row.id)) : undefined;
}

/** Where the first row of a window stands. */
export interface WindowStart {
  offset: number;
  /** Whether no row before it can have the same time. */
  startsRun: boolean;
  /** Whether rows with a time stand before it, so that those without one are the last of the list. */
  isBehindTimes: boolean;
  /** How many rows the list has, as the API says. */
  total: number | undefined;
}

/** The numbers in the cursors of a window's rows: the position, and the place in order of time where it is known. */
export function cursorNumbersOf(rows: readonly unknown[], order: TimeOrder, start: WindowStart): number[][] {
  let { isBehindTimes } = start;
  let previous: number | null | undefined;
  let equals: number | undefined;
  return rows.map((row, index) => {
    const seconds = secondsOf(row, order);
    if (index === 0) equals = start.startsRun ? 0 : undefined;
    else if (seconds === previous) equals = equals === undefined ? undefined : equals + 1;
    else equals = 0;
    previous = seconds;
    if (typeof seconds === 'number') isBehindTimes = true;
    const idHash = idHashOf(row);
    const isPlaced = typeof seconds === 'number' || (seconds === null && isBehindTimes);
    if (!isPlaced || equals === undefined || idHash === undefined) return [start.offset + index];
    const place = [start.offset + index, seconds === null ? 0 : seconds + YEAR_ZERO, equals, idHash];
    return start.total === undefined ? place : [...place, start.total];
  });
}

/** The place in a cursor's numbers; undefined where it holds no more than a position. */
export function timePlaceIn(numbers: readonly [number, ...number[]]): TimePlace | undefined {
  const [position, seconds, equals, idHash, total] = numbers;
  if (seconds === undefined || equals === undefined || idHash === undefined) return undefined;
  // Outside of the years 0000 to 9999 no row stands: such a cursor was edited.
  if (seconds !== 0 && (seconds - YEAR_ZERO < FIRST_SECOND || seconds - YEAR_ZERO > LAST_SECOND))
    return undefined;
  return { position, seconds: seconds === 0 ? null : seconds - YEAR_ZERO, equals, idHash, total };
}
