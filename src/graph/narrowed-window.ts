import type { Connection } from './connection.ts';
import { rowsOfWindow, type WindowArguments } from './paging/window.ts';

/** A list that is narrowed to some ids, or owners. */
export interface NarrowedList<Row> {
  isAsked: (row: Row) => boolean;
  /** Whether the API is known to ignore what narrows the list. */
  isIgnored?: boolean;
  /** Whether a row is that of the cursor which the window follows. */
  isFollowed?: (row: Row) => boolean;
  /** How many rows there can be at most, where that is known. */
  most?: number | undefined;
  /** The largest `first`. */
  maximum: number;
}

/**
 * A window of a list that is narrowed; with `onlyTotal` only its total counts. Where rows come that were not asked for,
 * or too many, the API ignores the condition: those asked for are then looked for on a page of all rows, as large as
 * can be, and the window may be short. Throws `BadInput` for arguments that make no window.
 */
export async function narrowedWindow<Row>(
  read: (args: WindowArguments) => Promise<Connection<Row>>,
  args: WindowArguments,
  { isAsked, isIgnored = false, isFollowed = () => false, most = 0, maximum }: NarrowedList<Row>,
  onlyTotal: boolean,
): Promise<Connection<Row>> {
  const size = rowsOfWindow(args, maximum);
  // One row more than there can be shows for certain whether the list is narrowed.
  const window = isIgnored ? undefined : await read(onlyTotal ? { first: Math.min(most + 1, maximum) } : args);
  if (window?.rows.every(isAsked) && !(onlyTotal && most && (window.total ?? 0) > most)) return window;
  const { first: _, last, offset, ...place } = args;
  const isRest = window && offset == null && !(last == null ? window.hasNext : window.hasPrevious);
  const wide = onlyTotal ? { first: maximum } : { ...place, [last == null ? 'first' : 'last']: maximum };
  const others = isRest ? window : await read(wide);
  const { rows, cursorOf } = others;
  // A cursor may hold a place among the rows that are asked for, which is before that among all.
  const passed = rows.findLastIndex(isFollowed);
  const asked = [...rows.keys()].filter((index) => index > passed && isAsked(rows[index] as Row));
  const isAll = most > 0 && asked.length >= most;
  const from = last == null ? (offset ?? 0) : Math.max(0, asked.length - size);
  const shown = asked.slice(from, from + size);
  const [isFirst, isLast] = [from === 0, asked.length <= from + size];
  const [precede, follow] = [others.hasPrevious && !isAll, others.hasNext && !isAll];
  return {
    rows: shown.map((index) => rows[index] as Row),
    total: precede || follow ? undefined : asked.length,
    hasNext: !isLast || follow,
    hasPrevious: !isFirst || precede,
    cursorOf: (index) => cursorOf(shown[index] as number),
    startCursor: isFirst && precede ? cursorOf(0) : undefined,
    endCursor: isLast && follow ? cursorOf(rows.length - 1) : undefined,
    isPartial: follow,
  };
}
