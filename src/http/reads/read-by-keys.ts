import type { Projection } from '../cache/projection.ts';
import type { Route } from '../client/path.ts';
import type { KeysToRead } from './lookup.ts';

/** An answer of a list that was narrowed to some keys. */
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
  readonly route: Route;
  /** The largest page that is asked for. */
  readonly maxPageSize: number;
  /** Where a page of so many rows is. */
  path(keys: readonly string[], projection: Projection, page: { number: number; size: number }): string;
  /** Reads an answer; `undefined` stands for a 404. Throws `UpstreamError` for one of another shape. */
  pageIn(answer: unknown): KeyedPage<Row>;
  /** The key of a row; null where it has none. */
  keyOf(row: Row): string | null;
}

/** Nobody's largest page has a size like 29: of so many keys one is missing because the API has no such row. */
const MANY_KEYS = 20;

/**
 * Rows by their keys. Keys that are missing in an answer are asked for alone, with a first page of their own, until an
 * answer has all of them, brings no new one, or says that there are no others: so it does not matter how the API pages,
 * cuts, repeats or counts. An API that gives rows which nobody asked for ignores what narrows its list: then its next page
 * is asked for instead, and those rows are never used. Of two rows with one key the wider one counts. Throws
 * `UpstreamError`.
 */
export async function readByKeys<Row extends object>(
  { route, maxPageSize, path, pageIn, keyOf }: KeyedSource<Row>,
  { seal, get }: KeysToRead,
): Promise<Map<string, Row>> {
  const rows = new Map<string, Row>();
  const missing = () => seal().keys.filter((key) => !rows.has(key));
  let number = 1;
  const pathOfMissing = () => {
    const keys = number > 1 ? seal().keys : missing();
    return path(keys, seal().projection, { number, size: Math.min(keys.length, maxPageSize) });
  };
  for (;;) {
    const page = pageIn(await get({ route, path: pathOfMissing, mayBeMissing: true }));
    const asked = missing();
    const all = new Set(seal().keys);
    let hasStrangers = false;
    for (const row of page.rows) {
      const key = keyOf(row);
      if (key === null || !all.has(key)) hasStrangers = true;
      else rows.set(key, wider(row, rows.get(key)));
    }
    const left = missing().length;
    // A row that comes twice counts once.
    const received = page.received - page.rows.length + new Set(page.rows.map(keyOf)).size;
    if (left === 0 || left === asked.length || isComplete({ ...page, received }, number, asked.length, left))
      return rows;
    number = hasStrangers ? number + 1 : 1;
  }
}

/** Whether the page with this number, of an answer to so many keys of which some are missing, is the last one. */
function isComplete(
  { received, total, pages }: KeyedPage<unknown>,
  number: number,
  asked: number,
  missing: number,
): boolean {
  if (pages !== undefined) return pages <= number;
  return (
    received >= (total ?? Number.POSITIVE_INFINITY) || (missing === 1 && asked >= MANY_KEYS && !isMaximum(received))
  );
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
