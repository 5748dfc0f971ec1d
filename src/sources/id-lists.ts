/** The longest list of ids in a call: nobody documents how long a URL may be. */
export const MAX_LIST_LENGTH = 4_000;

/** How much of a URL a list of ids takes, without the comma between two. */
export function listedLength(id: string): number {
  return encodeURIComponent(id.toWellFormed()).length;
}

/** Ids in lists that take up at most `room` characters of a URL, in the order given; each stands in one list only. */
export function idLists(ids: Iterable<string>, room = MAX_LIST_LENGTH): string[][] {
  const lists: string[][] = [];
  let open: string[] = [];
  let used = Number.POSITIVE_INFINITY;
  for (const id of new Set(ids)) {
    const length = listedLength(id) + 1;
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
