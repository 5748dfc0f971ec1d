import type { Projection } from '../cache/projection.ts';
import type { KeysToRead } from './lookup.ts';

/** One page of a list that was narrowed to some keys. */
export interface KeyedPage<Row> {
  /** How many rows came. */
  received: number;
  /** Those of them that can be read. */
  rows: readonly Row[];
  /** How many rows there are on all pages, as the API counts them; undefined when it does not say. */
  total: number | undefined;
  /** How many pages there are; undefined when the API does not say. */
  pages?: number | undefined;
}

/** A list that an API narrows to rows with certain keys. */
export interface KeyedSource<Row> {
  readonly route: string;
  /** The largest page that is asked for. */
  readonly maxPageSize: number;
  path(keys: readonly string[], projection: Projection, page: { number: number; size: number }): string;
  /** Reads an answer; `undefined` stands for a 404. Throws `UpstreamError` for one of another shape. */
  pageIn(answer: unknown): KeyedPage<Row>;
  /** The key of a row; null where it has none. */
  keyOf(row: Row): string | null;
  /** Whether no two rows have the same key. */
  readonly isUnique: boolean;
}

/** How long it is believed that the API serves pages of a size whole, in milliseconds. */
const BELIEVED_MS = 10 * 60_000;

/** Nobody's largest page has a size like 29: of so many keys one is missing because the API has no such row. */
const MANY_KEYS = 20;

/**
 * Rows by their keys. It reads on only while that can bring more: until all keys are found, the API's own count of
 * pages is reached, or a page brings no new row. Where the second page is empty although the first one announced more,
 * the first one was cut by accident: the missing keys are asked for alone. Rows that were not asked for are never used:
 * an API may ignore what narrows its list. Of two rows with one key the wider one counts.
 */
export class KeyedList<Row extends object> {
  readonly #source: KeyedSource<Row>;
  /** The largest page that came whole, and until when that counts. */
  #whole = { size: 0, until: 0 };

  constructor(source: KeyedSource<Row>) {
    this.#source = source;
  }

  /** One call for the keys, and more only where the API's pages are shorter. Throws `UpstreamError`. */
  async read(batch: KeysToRead): Promise<Map<string, Row>> {
    const { seal, get } = batch;
    const { route, maxPageSize, keyOf, isUnique } = this.#source;
    const rows = new Map<string, Row>();
    const seen = new Set<string | null>();
    let received = 0;
    let isMoreAnnounced = false;
    for (let number = 1; ; number += 1) {
      const path = () => {
        const { keys, projection } = seal();
        return this.#source.path(keys, projection, { number, size: Math.min(keys.length, maxPageSize) });
      };
      const page = this.#source.pageIn(await get({ route, path, mayBeMissing: true }));
      const { keys } = seal();
      const wanted = new Set(keys);
      const size = Math.min(keys.length, maxPageSize);
      const found = rows.size;
      for (const row of page.rows) {
        const key = keyOf(row);
        if (key !== null && wanted.has(key)) rows.set(key, wider(row, rows.get(key)));
      }
      const isNew = rows.size > found;
      const isCut = number === 2 && page.received === 0 && isMoreAnnounced;
      const isWhole = page.received >= size || (number === 2 && !isNew && !isCut);
      if (isWhole) this.#whole = { size, until: performance.now() + BELIEVED_MS };
      const missing = keys.filter((key) => !rows.has(key));
      if (isCut) {
        const others = await this.read({ ...batch, seal: () => ({ ...seal(), keys: missing }) });
        return new Map([...rows, ...others]);
      }
      if (missing.length === 0 || !isNew) return rows;
      isMoreAnnounced = page.pages !== undefined || (page.total !== undefined && page.total <= keys.length);
      if (page.pages !== undefined) {
        if (number >= page.pages) return rows;
        continue;
      }
      // Where a key has one row, one that comes twice counts once.
      const repeatable = isUnique ? page.rows.map(keyOf).filter((key) => key !== null) : [];
      received += page.received - repeatable.filter((key) => seen.size === seen.add(key).size).length;
      if (received >= (page.total ?? (isUnique ? keys.length : Number.POSITIVE_INFINITY))) return rows;
      // A page with room for every key that is not full has them all, unless the API cut it: its total may say so.
      const hasRoom = number * size >= keys.length && page.received < size;
      if (hasRoom && !isMoreAnnounced && this.#servesWhole(size)) return rows;
      const isOneMissing = missing.length === 1 && keys.length >= MANY_KEYS;
      if (hasRoom && number === 1 && isOneMissing && !isMaximum(page.received)) return rows;
    }
  }

  #servesWhole(size: number): boolean {
    return size <= this.#whole.size && performance.now() < this.#whole.until;
  }
}

/** Whether somebody may have chosen the size as that of the largest page: 50, 64, or all below 100. */
function isMaximum(size: number): boolean {
  return size % 5 === 0 || size % 4 === 0 || size % 100 === 99;
}

/** Of two rows with one key the one that says more. */
export function wider<Row extends object>(row: Row, other: Row | undefined): Row {
  return other === undefined || width(row) > width(other) ? row : other;
}

/** How much a row says: the number of its values, at any reasonable depth. */
function width(value: unknown, depth = 0): number {
  if (typeof value !== 'object' || depth > 100) return 1;
  return value === null ? 0 : Object.values(value).reduce<number>((sum, member) => sum + width(member, depth + 1), 0);
}

/** How many rows an API says there are, perhaps as text; undefined for what is no count. */
export function countIn(value: unknown): number | undefined {
  const count = typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value;
  return Number.isSafeInteger(count) && (count as number) >= 0 ? (count as number) : undefined;
}
