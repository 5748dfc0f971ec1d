import { UpstreamError } from '../../http/client/upstream-error.ts';
import { type Condition, narrowed } from '../../sources/hood/grammar.ts';
import type { RowRange } from '../paging/page-sizes.ts';
import type { WindowRows } from '../paging/read-window.ts';
import {
  areInOrder,
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
type PlacedRows = WindowRows<unknown> & { numbers: number[][] };

/** How often the row of a cursor is looked for. */
const MOST_TRIES = 3;

/**
 * The rows after a place, found by their time instead of their position: nothing that was added, changed or removed
 * before them moves them. The list is narrowed to the place's time and what follows, and everything up to the row
 * itself is dropped; rows of the very same second come again if that row has gone, or moved among them. Where rows
 * without a time come first, nothing is before them, and the list is read from its start. Undefined where only positions
 * help: the time is filtered by equality, or the API refuses or ignores the range or the order, or means other times.
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
    const read = await unlessRefused(list.read(condition, range), true);
    if (offset === 0 && (!read || read.rows.some((row) => sideOf(row) < 0))) return undefined;
    const rows = read?.rows ?? [];
    const times = rows.map((row) => digitsOf(row, order));
    if (!areInOrder(times, order)) return undefined;
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
      if (own < 0 && (await isLeftOut(window))) return undefined;
      return typeof moment === 'number' ? withRowsWithoutTime(window) : window;
    }
  }
  return undefined;

  /**
   * Whether the row of the place is where it was, though the range lacks it and others: the API has other times in its
   * filter than in its rows. Where nothing else has gone, the row itself has.
   */
  async function isLeftOut({ total }: PlacedRows): Promise<boolean> {
    if (total === undefined || place.total === undefined || total >= place.total) return false;
    const { rows } = await list.read(list.condition, { offset: place.position, size: 1 });
    return rows.length > 0 && idHashOf(rows[0], order) === place.idHash;
  }

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

/**
 * What a read brings that an API may refuse, such as one of a time that no calendar has; where it `mayFail` over it, also
 * with a 500.
 */
export async function unlessRefused<Value>(read: Promise<Value>, mayFail = false): Promise<Value | undefined> {
  return read.catch((error: unknown) => {
    if (!(error instanceof UpstreamError)) throw error;
    if (error.failure === 'rejected' || (mayFail && error.status === 500)) return undefined;
    throw error;
  });
}
