import { crc32 } from 'node:zlib';
import { isRow } from '../../sources/hood/rows.ts';
import { isoDateTime } from '../../sources/time.ts';
import { fitsCursor } from '../paging/cursor.ts';

/** The time field that a list is sorted by first. */
export interface TimeOrder {
  field: string;
  descending: boolean;
  /** What rows of one time are sorted by further, if anything. */
  others: readonly string[];
}

/** When a row stands in the order: its time in digits, `20211029124700`, or before or after all rows with a time. */
export type Moment = number | 'first' | 'last';

/** A row's place in a list in order of time, as its cursor holds it. */
export interface TimePlace {
  position: number;
  moment: Moment;
  /** How many rows before it have the same time. */
  equals: number;
  idHash: number;
  /** How many rows the list had when its walk began, as the API said; undefined when it did not. */
  total: number | undefined;
}

/** How cursors write moments: these numbers stand for rows without a time. */
const SIDES = { last: 0, first: 1 } as const;
const MOMENTS_FROM = 2;
const LAST_MOMENT = 9999_99_99_99_99_99;

/** What Hood compares as text, whether or not a calendar has it. */
const HOOD_TIME = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/;

/** How a database may write that there is no time; no filter takes it, but it compares as a time before all others. */
const ZERO_DATE = /^0000-00-00/;

/** The first time that a calendar has, in digits. */
const FIRST_TIME = 1_01_01_00_00_00;

/** The order of a `sort=` text; undefined where the list is not sorted by a time first. */
export function timeOrderOf(sort: string | undefined): TimeOrder | undefined {
  const [first = '', ...others] = (sort ?? '').split(',');
  const [, minus, field] = /^(-?)(create_time|update_time)$/.exec(first) ?? [];
  if (field === undefined) return undefined;
  return { field, descending: minus === '-', others: others.map((key) => key.replace('-', '')) };
}

/**
 * A row's time in digits: null without one, undefined where no filter can name it. Filters have whole seconds: a row
 * within one counts as having the second that comes first in the order, so that no filter from there on leaves it out.
 * A zero date is 0 behind all times, where a range up to them has it, and none before them.
 */
export function digitsOf(
  row: unknown,
  { field, descending }: Pick<TimeOrder, 'field' | 'descending'>,
): number | null | undefined {
  if (!isRow(row)) return undefined;
  const text = (row as unknown as Record<string, unknown>)[field] ?? null;
  if (text === null) return null;
  if (typeof text === 'string' && ZERO_DATE.test(text)) return descending ? 0 : null;
  const written = typeof text === 'string' && HOOD_TIME.test(text) ? text : isoDateTime(text);
  if (written === null) return undefined;
  const isWithin = descending && /\.\d*[1-9]/.test(written);
  const second = isWithin ? new Date(Math.ceil(Date.parse(written) / 1000) * 1000).toISOString() : written;
  return Number(second.slice(0, 19).replace(/\D/g, ''));
}

/** Digits as a filter has them: at least the first time of a calendar. */
export function hoodTimeOf(digits: number): string {
  const text = String(Math.max(digits, FIRST_TIME)).padStart(14, '0');
  return text.replace(/^(....)(..)(..)(..)(..)(..)$/, '$1-$2-$3 $4:$5:$6');
}

/**
 * 32 bits of a row's id, enough to find it among the rows of its second, and of what these are sorted by further: a row
 * in which that has changed is elsewhere. Undefined for a row without an id.
 */
export function idHashOf(row: unknown, { others }: TimeOrder): number | undefined {
  if (!isRow(row)) return undefined;
  return crc32(others.reduce((text, name) => `${text},${row[name as keyof typeof row] ?? ''}`, String(row.id)));
}

/** Whether times come in the order that was asked for: of an API that ignores it none says where a row stands. */
export function areInOrder(digits: readonly ReturnType<typeof digitsOf>[], { descending }: TimeOrder): boolean {
  const times = digits.filter((time) => typeof time === 'number');
  return times.every((time, index) => {
    const before = times[index - 1] ?? time;
    return descending ? before >= time : before <= time;
  });
}

/** Where the first row of a window stands. */
export interface WindowStart {
  offset: number;
  /** How many rows before it have the same time, where that is known. */
  equals: number | undefined;
  /** Where a row without a time would stand: before all that have one, or after them. */
  side: 'first' | 'last' | undefined;
  /** How many rows the list has, as the API says. */
  total: number | undefined;
}

/** The numbers in the cursors of a window's rows: the position, and the place in order of time where it is known. */
export function cursorNumbersOf(rows: readonly unknown[], order: TimeOrder, start: WindowStart): number[][] {
  let { side, equals } = start;
  const times = rows.map((row) => digitsOf(row, order));
  if (!areInOrder(times, order)) return rows.map((_row, index) => [start.offset + index]);
  let previous: number | null | undefined;
  return rows.map((row, index) => {
    // A row whose time nobody can read counts as having the time of the one before it.
    const readable = times[index];
    const digits = readable === undefined && typeof previous === 'number' ? previous : readable;
    if (index > 0) equals = digits !== previous ? 0 : equals === undefined ? undefined : equals + 1;
    previous = digits;
    if (typeof digits === 'number') side = 'last';
    const when = digits === null ? side && SIDES[side] : digits === undefined ? undefined : digits + MOMENTS_FROM;
    const idHash = idHashOf(row, order);
    if (when === undefined || equals === undefined || idHash === undefined) return [start.offset + index];
    const place = [start.offset + index, when, equals, idHash];
    return start.total === undefined || !fitsCursor(start.total) ? place : [...place, start.total];
  });
}

/** The place in a cursor's numbers; undefined where it holds no more than a position. */
export function timePlaceIn(numbers: readonly [number, ...number[]]): TimePlace | undefined {
  const [position, when, equals, idHash, total] = numbers;
  if (when === undefined || equals === undefined || idHash === undefined) return undefined;
  // No row has such a time: the cursor was edited.
  if (when > LAST_MOMENT + MOMENTS_FROM) return undefined;
  const moment = when >= MOMENTS_FROM ? when - MOMENTS_FROM : when === SIDES.first ? 'first' : 'last';
  return { position, moment, equals, idHash, total };
}
