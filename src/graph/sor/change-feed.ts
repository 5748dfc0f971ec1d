import { crc32 } from 'node:zlib';
import { UpstreamError } from '../../http/client/upstream-error.ts';
import type { ProfilePage } from '../../sources/sor/profiles.ts';
import { profileIdOf } from './profiles.ts';

/** Where changes come from. */
export interface ChangeFeed {
  /** Makes the one upstream call for a page of changes; pages count from 1. */
  fetchPage: (page: { number: number; size: number }) => Promise<ProfilePage>;
  /** Whether a row is one of those that were asked for: an API that ignores its filter gives those of others as well. */
  isAsked: (row: unknown) => boolean;
  /** The largest page ever asked for. */
  largest: number;
}

/** A window of the feed. */
export interface FeedWindow {
  rows: unknown[];
  /** What the cursor of each row holds: the page to go on with, its size, how many of its rows were read, hashes. */
  places: number[][];
  /** Where to go on, which is behind everything that was read; undefined where nothing was. */
  end: number[] | undefined;
  hasNext: boolean;
  /** The moment before the earliest of the answers began; ISO 8601. */
  asOf: string;
}

/** No window costs more calls than this: the next one goes on where it stopped. */
const MOST_CALLS = 5;

/** So many empty pages in a row are the end, although each says that another one follows. */
const MOST_EMPTY = 20;

/**
 * Reads `first` changes after a place, page by page for as long as the API says that another one follows. Pages may be
 * shorter, longer or emptier than asked for: nothing is counted but the rows that came. A row is given once. More follows
 * where a page that was promised cannot be read; the error is thrown only if no row came before. The feed ends where the API
 * says so, where a page only repeats rows, or after 20 empty pages.
 */
export async function readFeed(
  { fetchPage, isAsked, largest }: ChangeFeed,
  first: number,
  after: readonly number[] | undefined,
): Promise<FeedWindow> {
  const [start = 1, pageSize = first, read = 0, ownHash = 0, firstHash = 0, emptyBefore = 0] = after ?? [];
  const size = Math.min(Math.max(pageSize, 1), largest);
  const window: FeedWindow = { rows: [], places: [], end: undefined, hasNext: false, asOf: new Date().toISOString() };
  const seen = new Set<string>();
  let hashes = [ownHash, firstHash];
  let empty = emptyBefore;
  for (let calls = 1, number = Math.max(start, 1); ; calls++, number++) {
    const page = await fetchPage({ number, size }).catch((error: unknown) => {
      if (window.rows.length === 0 || !(error instanceof UpstreamError)) throw error;
    });
    if (!page) return { ...window, hasNext: true };
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
    let isRepeat = calls > 1 && items.length > 0;
    for (const [index, row] of items.entries()) {
      const id = profileIdOf(row);
      const isNew = id === undefined || !seen.has(id);
      if (id !== undefined) seen.add(id);
      if (index < passed || !isNew) continue;
      isRepeat = false;
      if (!isAsked(row)) continue;
      if (window.rows.length === first) return { ...window, hasNext: true };
      window.rows.push(row);
      window.end = [number, size, index + 1, hashOf(row), pageHash];
      window.places.push(window.end);
    }
    empty = items.length > 0 ? 0 : empty + 1;
    if (!hasMore || isRepeat || empty >= MOST_EMPTY) return window;
    if (items.length > 0) hashes = [hashOf(items.at(-1)), pageHash];
    window.end = [number + 1, size, 0, ...hashes, empty];
    if (window.rows.length > 0) window.places[window.rows.length - 1] = window.end;
    if (window.rows.length === first || calls === MOST_CALLS) return { ...window, hasNext: true };
  }
}

/** 0 for a row that names nobody. */
function hashOf(row: unknown): number {
  return crc32(profileIdOf(row) ?? '');
}
