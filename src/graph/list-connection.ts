import type { Connection } from './connection.ts';
import type { CursorCodec } from './paging/cursor.ts';
import { type WindowArguments, windowFor } from './paging/window.ts';

/** What a list that comes whole is cut by: the largest `first`, and what its cursors are bound to. */
interface WholeList {
  listKey: string;
  cursors: CursorCodec;
  maximum: number;
}

/** A window of a list that has yet to be read, whole: mistakes in the window are found before anything is called. */
export async function readWhole<Row>(
  read: () => Promise<readonly Row[]>,
  args: WindowArguments,
  list: WholeList,
): Promise<Connection<Row>> {
  listConnection([], args, list);
  return listConnection(await read(), args, list);
}

/**
 * A window of a list that came whole: the API pages nothing, so this costs no further call. Throws `BadInput` for arguments that make no window.
 */
export function listConnection<Row>(
  rows: readonly Row[],
  args: WindowArguments,
  { listKey, cursors, maximum }: WholeList,
): Connection<Row> {
  const total = rows.length;
  const own = cursors.of(listKey);
  const window = windowFor(args, { maximum, cursors: own });
  const offset = window.kind === 'range' ? window.offset : Math.max(window.floor, total - window.size);
  const cut = rows.slice(offset, window.kind === 'range' ? offset + window.size : undefined);
  return {
    rows: cut,
    total,
    hasNext: offset + cut.length < total,
    hasPrevious: Math.min(offset, total) > 0,
    cursorOf: (index) => own.encode([offset + index]),
  };
}
