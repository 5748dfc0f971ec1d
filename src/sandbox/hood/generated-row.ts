/**
 * One row as the API prints it: missing keys, odd types and all. A `bigint` is printed as a bare JSON number, which
 * most clients then round.
 */
export type HoodRecord = Record<string, unknown>;

/** The value of a column in the `n`-th row, from 0, always the same; `undefined` is a key that the row lacks. */
type Column = (n: number) => unknown;

/** Makes the rows of one list. */
export type GeneratedColumns = Record<string, Column>;

/** The same value in each row, or what a function makes for the `n`-th. */
type Cell = Column | string | number | boolean | object | null | undefined;

/** The id of the first generated row; those of the vendor's samples are all below. */
export const FIRST_GENERATED_ID = 2_000_001;

/** The workspace of everything generated, as in most samples. */
export const COMPANY_ID = '7196310';

/** The `n`-th row of a list. */
export function generatedRow(columns: GeneratedColumns, n: number): HoodRecord {
  const cells = Object.entries(columns).map(([name, column]) => [name, column(n)]);
  return Object.fromEntries(cells.filter(([, value]) => value !== undefined));
}

/**
 * A column with odd values among the usual ones. `[period, first, value]` puts a value (or what a function makes) into
 * every `period`-th row, the first of them being `first`; where several meet, the one that is named first wins.
 */
export function mostly(usual: Cell, ...odd: [period: number, first: number, value: Cell][]): Column {
  return (n) => {
    const found = odd.find(([period, first]) => n % period === first);
    const value = found ? found[2] : usual;
    return typeof value === 'function' ? value(n) : value;
  };
}

/** The `id` column of every list. */
export function generatedId(n: number): string {
  return String(FIRST_GENERATED_ID + n);
}

/** `YYYY-MM-DD HH:MM:SS` in GMT, from whole seconds since 1970. */
export function gmt(seconds: number): string {
  return new Date(seconds * 1000).toISOString().slice(0, 19).replace('T', ' ');
}

/** When the `n`-th row was created, in seconds since 1970: four rows share each instant. */
export function createdAt(n: number): number {
  return Date.UTC(2021, 0, 4, 8) / 1000 + Math.floor(n / 4) * 600;
}

/** `create_time` as text. */
export function createTime(n: number): string {
  return gmt(createdAt(n));
}
