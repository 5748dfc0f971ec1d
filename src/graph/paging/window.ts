import { crc32 } from 'node:zlib';
import { BadInput } from '../caller-error.ts';
import { ANY_LIST, fitsCursor, type ListCursors } from './cursor.ts';
import { planPages, type RowRange } from './page-sizes.ts';

/** The Relay arguments of a connection, and `offset` for screens with page numbers; null means absent. */
export interface WindowArguments {
  first?: number | null | undefined;
  after?: string | null | undefined;
  last?: number | null | undefined;
  before?: string | null | undefined;
  offset?: number | null | undefined;
}

/** The last `size` rows of a list, none of them before row `floor`; where they are depends on the total. */
export interface TailWindow {
  kind: 'tail';
  size: number;
  floor: number;
}

/** What the window that a cursor is from has shown of its list. */
export interface SeenList {
  total: number | undefined;
  /** Of the cursor's own row; 0 for one without an id. */
  idHash?: number | undefined;
}

/** The rows a connection asks for. One that is read `backwards` keeps its last rows where it must be shorter. */
export type Window = (({ kind: 'range'; backwards?: true } & RowRange) | TailWindow) & { seen?: SeenList | undefined };

const DEFAULT_FIRST = 20;

/** The largest Int. */
const MAX_OFFSET = 2 ** 31 - 1;

/**
 * The window that Relay arguments ask for; `first` is 20 (or the maximum, if that is less) when neither
 * `first` nor `last` is given. `cursors` are the list's own. Throws BadInput, which names the argument.
 */
export function windowFor(
  args: WindowArguments,
  { maximum, cursors }: { maximum: number; cursors: Pick<ListCursors, 'decode'> },
): Window {
  const first = countOf('first', args.first, maximum);
  const last = countOf('last', args.last, maximum);
  if (first !== undefined && last !== undefined) {
    throw new BadInput('Expected "first" or "last", not both.');
  }
  const offset = countOf('offset', args.offset, MAX_OFFSET);
  if (offset !== undefined && (args.after != null || args.last != null || args.before != null)) {
    throw new BadInput('Expected "offset" with "first" alone, not with "after", "last" or "before".');
  }
  const after = args.after == null ? undefined : cursors.decode(args.after, 'after');
  const before = args.before == null ? undefined : cursors.decode(args.before, 'before');
  const lower = after === undefined ? (offset ?? 0) : after[0] + 1;
  const upper = before?.[0];
  const seen = seenBy(after ?? before ?? []);

  if (last === undefined) {
    const end = lower + (first ?? Math.min(DEFAULT_FIRST, maximum));
    return { ...rangeBetween(lower, upper === undefined ? end : Math.min(end, upper)), seen };
  }
  if (upper === undefined) return { kind: 'tail', size: last, floor: lower, seen };
  return { ...rangeBetween(Math.max(lower, upper - last), upper), backwards: true, seen };
}

/** How many rows a window has at most. Throws `BadInput` for one that no list has. */
export function rowsOfWindow(args: WindowArguments, maximum: number): number {
  windowFor(args, { maximum, cursors: ANY_LIST });
  return args.last ?? args.first ?? Math.min(DEFAULT_FIRST, maximum);
}

/** The numbers in the cursor of a row that is found by its position, from which the next window knows what this one has seen. */
export function positionNumbers(position: number, total: number | undefined, id: string | undefined): number[] {
  return [position, total !== undefined && fitsCursor(total) ? total : 0, idHashOf(id)];
}

/** 32 bits of a row's id; 0 without one. */
export function idHashOf(id: string | undefined): number {
  return crc32(id ?? '');
}

function seenBy([, total, idHash, ...others]: readonly number[]): SeenList | undefined {
  return total === undefined || others.length > 0 ? undefined : { total, idHash };
}

function countOf(name: string, count: number | null | undefined, maximum: number): number | undefined {
  if (count == null) return undefined;
  if (Number.isInteger(count) && count >= 0 && count <= maximum) return count;
  throw new BadInput(`Expected "${name}" to be a whole number from 0 to ${maximum}, not ${count}.`);
}

function rangeBetween(offset: number, end: number) {
  return { kind: 'range' as const, offset, size: Math.max(0, end - offset) };
}

/** How much longer than its window a page may have to be that holds it, wherever it begins. */
const OVERREAD = 2.25;

/** How many calls a window of a list costs that the API pages. Throws `BadInput` for more rows than a page may have. */
export function windowCalls(args: WindowArguments, maximum: number): number {
  const size = rowsOfWindow(args, maximum);
  // Where a cursor stands is not looked at.
  const isAnywhere = args.after != null || args.before != null || args.last != null;
  const atWorst = size * OVERREAD > maximum ? 2 : 1;
  if (args.last != null && args.before == null) return 1 + atWorst;
  if (isAnywhere) return atWorst;
  return args.offset == null
    ? 1
    : planPages({ offset: Math.max(0, args.offset), size }, { least: 1, most: maximum }).pageCount;
}
