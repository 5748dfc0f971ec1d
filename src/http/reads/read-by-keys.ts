import type { Asked, KeyedCall, KeyedPage } from './lookup.ts';

/** Nobody's largest page has a size like 29: of so many keys one is missing because the API has no such row. */
const MANY_KEYS = 20;

/** Makes a GET; `asOf` is the moment that its answer shows. */
export type GetAnswer = (call: KeyedCall<unknown>, path: () => string) => Promise<{ answer: unknown; asOf: number }>;

/**
 * The values of keys, of which there may be more until the first call is sent: the one loop of all lookups. Keys that are
 * missing in an answer are asked for alone, with a first page of their own, until an answer has all of them, brings no new
 * one, or says that there are no others: so it does not matter how the API pages, cuts, repeats or counts. An API that gives
 * rows which nobody asked for ignores what narrows its list: then its next page is asked for instead, and those rows are
 * never used. Of two rows with one key the wider one counts. Throws `UpstreamError`.
 */
export async function readByKeys<Value>(
  call: KeyedCall<Value>,
  asked: () => Asked,
  get: GetAnswer,
): Promise<Map<string, Value | null>> {
  const found = new Map<string, Value | null>();
  const missing = () => asked().keys.filter((key) => !found.has(key));
  let number = 1;
  const path = () => call.path(number > 1 ? asked() : { ...asked(), keys: missing() }, number);
  for (;;) {
    const { answer, asOf } = await get(call, path);
    const wanted = missing();
    if (answer === undefined && call.mayBeMissing !== false) {
      for (const key of wanted) found.set(key, null);
      return found;
    }
    const page = call.pageIn(answer, asked(), asOf);
    const all = new Set(asked().keys);
    let hasStrangers = false;
    for (const [key, value] of page.values) {
      if (key === null || !all.has(key)) hasStrangers = true;
      else found.set(key, wider(value, found.get(key)));
    }
    const left = missing().length;
    if (left === 0 || left === wanted.length || isComplete(page, number, wanted.length, left)) return found;
    number = hasStrangers ? number + 1 : 1;
  }
}

/** Whether the page with this number, of an answer to so many keys of which some are missing, is the last one. */
function isComplete(
  { received, values, total, pages }: KeyedPage<unknown>,
  number: number,
  asked: number,
  missing: number,
): boolean {
  if (pages !== undefined) return pages <= number;
  // A row that comes twice counts once.
  const rows = received - values.length + new Set(values.map(([key]) => key)).size;
  return rows >= (total ?? Number.POSITIVE_INFINITY) || (missing === 1 && asked >= MANY_KEYS && !isMaximum(rows));
}

/** Whether somebody may have chosen the size as that of the largest page: 50, 64, or all below 100. */
function isMaximum(size: number): boolean {
  return size % 5 === 0 || size % 4 === 0 || size % 100 === 99;
}

/** Of two rows with one key the one that says more. */
function wider<Row>(row: Row, other: Row | null | undefined): Row {
  return other === undefined || other === null || width(row) > width(other) ? row : other;
}

/** How much a row says: the number of its values, at any reasonable depth. */
function width(value: unknown, depth = 0): number {
  if (typeof value !== 'object' || depth > 100) return 1;
  return value === null ? 0 : Object.values(value).reduce<number>((sum, member) => sum + width(member, depth + 1), 0);
}
