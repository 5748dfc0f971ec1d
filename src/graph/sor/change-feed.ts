import { crc32 } from 'node:zlib';
import type { ProfilePage } from '../../sources/sor/profiles.ts';
import { isBehindEnd } from '../paging/read-window.ts';
import { profileIdOf } from './profiles.ts';

/** Makes the one upstream call for a page of changes; pages count from 1. */
export type FetchChanges = (page: { number: number; size: number }) => Promise<ProfilePage>;

/** A window of the feed. */
export interface FeedWindow {
  rows: unknown[];
  /** What the cursor of each row holds: the page to go on with, its size, how many of its rows were read, hashes. */
  places: number[][];
  hasNext: boolean;
  /** The moment before the earliest of the answers began; ISO 8601. */
  asOf: string;
}

/** No window costs more calls than this; so many pages without anything new end it earlier. */
const MOST_CALLS = 9;
const MOST_IDLE = 4;

/**
 * Reads `first` changes after a place, page by page for as long as the API says that another one follows. Pages may be
 * shorter, longer or emptier than asked for: nothing is counted but the rows that came. A row is given once.
 */
export async function readFeed(
  fetchPage: FetchChanges,
  first: number,
  after: readonly number[] | undefined,
  largest: number,
): Promise<FeedWindow> {
  const [start = 1, pageSize = first, read = 0, ownHash = 0, firstHash = 0] = after ?? [];
  const size = Math.min(Math.max(pageSize, 1), largest);
  const window: FeedWindow = { rows: [], places: [], hasNext: false, asOf: new Date().toISOString() };
  const seen = new Set<string>();
  let idle = 0;
  for (let calls = 1, number = Math.max(start, 1); ; calls++, number++) {
    const page = await fetchPage({ number, size }).catch((error: unknown) => {
      if (number === 1 || !isBehindEnd(error)) throw error;
    });
    if (!page) return window;
    const { items, hasMore, asOf } = page;
    if (asOf < window.asOf) window.asOf = asOf;
    const pageHash = hashOf(items[0]);
    // The page that was read last comes again, from its first row to its last: it is the last one.
    const isAgain = pageHash === firstHash && hashOf(items.at(-1)) === ownHash;
    if (calls === 1 && read === 0 && firstHash !== 0 && isAgain) return window;
    const own = calls === 1 && ownHash !== 0 ? items.findLastIndex((row) => hashOf(row) === ownHash) : -1;
    // Rows up to the one that was read last were read as well, unless that has changed again and moved to the end.
    const hasMoved = own >= read && own === items.length - 1;
    const passed = calls > 1 ? 0 : own >= 0 && !hasMoved ? own + 1 : Math.min(read, items.length);
    let isIdle = true;
    for (const [index, row] of items.entries()) {
      const id = profileIdOf(row);
      const isNew = id === undefined || !seen.has(id);
      if (id !== undefined) seen.add(id);
      if (index < passed || !isNew) continue;
      isIdle = false;
      if (window.rows.length === first) return { ...window, hasNext: true };
      window.rows.push(row);
      const isLast = index === items.length - 1 && hasMore;
      window.places.push(
        isLast ? [number + 1, size, 0, hashOf(row), pageHash] : [number, size, index + 1, hashOf(row), pageHash],
      );
    }
    idle = isIdle ? idle + 1 : 0;
    // A page that only repeats rows is the last one, again.
    const isRepeat = isIdle && items.length > 0 && calls > 1;
    if (!hasMore || isRepeat || idle === MOST_IDLE) return window;
    if (window.rows.length === first || calls === MOST_CALLS) {
      return { ...window, hasNext: window.rows.length > 0 || first === 0 };
    }
  }
}

/** 0 for a row that names nobody. */
function hashOf(row: unknown): number {
  return crc32(profileIdOf(row) ?? '');
}
