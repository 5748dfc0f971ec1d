import { crc32 } from 'node:zlib';
import { UpstreamError } from '../../http/client/upstream-error.ts';
import { type Condition, narrowed } from '../../sources/hood/grammar.ts';
import { isRow } from '../../sources/hood/rows.ts';
import { isoDateTime } from '../../sources/time.ts';
import type { RowRange } from '../paging/page-sizes.ts';
import type { WindowRows } from '../paging/read-window.ts';

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
function idHashOf(row: unknown, { others }: TimeOrder): number | undefined {
  if (!isRow(row)) return undefined;
  return crc32(others.reduce((text, name) => `${text},${row[name as keyof typeof row] ?? ''}`, String(row.id)));
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
  let previous: number | null | undefined;
  return rows.map((row, index) => {
    // A row whose time nobody can read counts as having the time of the one before it.
    const readable = digitsOf(row, order);
    const digits = readable === undefined && typeof previous === 'number' ? previous : readable;
    if (index > 0) equals = digits !== previous ? 0 : equals === undefined ? undefined : equals + 1;
    previous = digits;
    if (typeof digits === 'number') side = 'last';
    const when = digits === null ? side && SIDES[side] : digits === undefined ? undefined : digits + MOMENTS_FROM;
    const idHash = idHashOf(row, order);
    if (when === undefined || equals === undefined || idHash === undefined) return [start.offset + index];
    const place = [start.offset + index, when, equals, idHash];
    return start.total === undefined ? place : [...place, start.total];
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
type PlacedRows = WindowRows<unknown> & { numbers: number[][] };

/** How often the row of a cursor is looked for. */
const MOST_TRIES = 3;

/**
 * The rows after a place, found by their time instead of their position: nothing that was added, changed or removed
 * before them moves them. The list is narrowed to the place's time and what follows, and everything up to the row
 * itself is dropped; rows of the very same second come again if that row has gone, or moved among them. Where rows
 * without a time come first, nothing is before them, and the list is read from its start. Undefined where only positions
 * help: the time is filtered by equality, or the API refuses or ignores the range.
 */
export async function readBehind(list: TimeList, place: TimePlace, size: number): Promise<PlacedRows | undefined> {
  const { order, largest } = list;
  const { equals, moment } = place;
  const condition = conditionBehind();
  if (condition === null) return undefined;
  const isNear = equals + 1 < largest;
  // Behind more rows of its second than a page holds, the row is looked for where it was.
  let range = isNear ? { offset: 0, size: Math.min(largest, size + equals + 1) } : { offset: equals, size: size + 1 };
  for (let tries = 1; tries <= MOST_TRIES; tries++) {
    const { offset } = range;
    const read = await unlessRefused(list.read(condition, range));
    if (offset === 0 && (!read || read.rows.some((row) => sideOf(row) < 0))) return undefined;
    const rows = read?.rows ?? [];
    // The last one of several: after one that is listed twice it would come for ever.
    const own = rows.findLastIndex((row) => idHashOf(row, order) === place.idHash && sideOf(row) === 0);
    const isFurther = tries === 1 && range.size < largest && read?.hasNext && rows.every((row) => sideOf(row) === 0);
    if (!read || (own < 0 && (offset > 0 || isFurther))) {
      // Rows that have come before it push it a little further: not so far that finding it costs more than the window.
      const further = isNear ? Math.min(largest, 2 * range.size) : largest;
      range = { offset: tries === 1 ? Math.max(0, equals + 1 - largest) : 0, size: further };
    } else if (own >= 0 && own === rows.length - 1 && read.hasNext) {
      range = { offset: offset + own, size: size + 1 };
    } else {
      const window = cut(read, own + 1);
      return typeof moment === 'number' ? withRowsWithoutTime(window) : window;
    }
  }
  return undefined;

  /** Null where there is none. */
  function conditionBehind(): Condition | undefined | null {
    if (moment === 'first') return list.condition;
    if (moment === 'last') return list.condition === undefined ? { isNull: true } : null;
    return narrowed(list.condition, order.descending ? 'lte' : 'gte', hoodTimeOf(moment)) ?? null;
  }

  /** Below 0 for a row before the time of the place, 0 for one that has it. One whose time nobody can read may have any. */
  function sideOf(row: unknown): number {
    const digits = digitsOf(row, order);
    if (digits === undefined) return 0;
    if (moment === 'first') return digits === null ? 0 : 1;
    if (moment === 'last') return digits === null ? 0 : -1;
    if (digits === null) return -1;
    return order.descending ? moment - digits : digits - moment;
  }

  /** The rows after the first `passed` ones; how many there are in all counts those before them as well. */
  function cut({ rows, offset: before, total, hasNext }: WindowRows<unknown>, passed: number): PlacedRows {
    const offset = place.position + 1 - passed;
    const now = total === undefined ? undefined : total - before + offset;
    // A list that has changed once is not taken for the one that the walk began with when its total happens to be as before.
    const asAtStart = now === place.total ? now : undefined;
    const side = moment === 'first' ? 'first' : 'last';
    const start: WindowStart = { offset, equals: before, side, total: asAtStart };
    return {
      rows: rows.slice(passed, passed + size),
      offset: place.position + 1,
      total: now,
      hasNext: hasNext || rows.length > passed + size,
      hasPrevious: true,
      numbers: cursorNumbersOf(rows.slice(0, passed + size), order, start).slice(passed),
    };
  }

  /**
   * Behind the last of the rows with a time come those without one, if they come last: no range has both. The window
   * alone where the API ignores that question.
   */
  async function withRowsWithoutTime(window: PlacedRows): Promise<PlacedRows> {
    // Where the list has as many rows as when the walk began, none of them is without a time.
    const isAsBefore = window.total !== undefined && window.total === place.total;
    if (window.hasNext || list.condition !== undefined || isAsBefore || !(await list.endsWithoutTime())) return window;
    const room = size - window.rows.length;
    const others = await list.read({ isNull: true }, { offset: 0, size: Math.max(1, room) });
    if (others.rows.some((row) => digitsOf(row, order) !== null)) return window;
    const rows = others.rows.slice(0, room);
    const offset = window.offset + window.rows.length;
    return {
      ...window,
      rows: [...window.rows, ...rows],
      total: window.total === undefined || others.total === undefined ? undefined : window.total + others.total,
      hasNext: others.hasNext || others.rows.length > room,
      numbers: [
        ...window.numbers,
        ...cursorNumbersOf(rows, order, { offset, equals: 0, side: 'last', total: undefined }),
      ],
    };
  }
}

/** What a read brings that an API may refuse, such as one of a time that no calendar has. */
export async function unlessRefused<Value>(read: Promise<Value>): Promise<Value | undefined> {
  return read.catch((error: unknown) => {
    if (error instanceof UpstreamError && error.failure === 'rejected') return undefined;
    throw error;
  });
}
