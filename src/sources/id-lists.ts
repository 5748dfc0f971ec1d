import { listedLength } from '../http/client/path.ts';

/** The longest list of ids in a call: nobody documents how long a URL may be. */
export const MAX_LIST_LENGTH = 4_000;

/** Ids in lists that take up at most `room` characters of a URL, in the order given; each stands in one list only. */
export function idLists(ids: Iterable<string>, room = MAX_LIST_LENGTH): string[][] {
  const lists: string[][] = [];
  let open: string[] = [];
  let used = Number.POSITIVE_INFINITY;
  for (const id of new Set(ids)) {
    const length = listedLength(id);
    if (used + length > room) {
      open = [];
      used = 0;
      lists.push(open);
    }
    open.push(id);
    used += length;
  }
  return lists;
}
