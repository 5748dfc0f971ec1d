import type { Connection } from './connection.ts';
import type { CursorCodec } from './paging/cursor.ts';
import { type WindowArguments, windowFor } from './paging/window.ts';

/**
 * A window of a list that came whole: the API pages nothing, so this costs no further call. `maximum` is the
 * largest `first`. Throws `BadInput` for arguments that make no window.
 */
export function listConnection<Row>(
  rows: readonly Row[],
  args: WindowArguments,
  { listKey, cursors, maximum }: { listKey: string; cursors: CursorCodec; maximum: number },
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
