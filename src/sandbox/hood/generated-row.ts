/** The id of the first generated row; the documented ones and their neighbours are all below. */
export const FIRST_GENERATED_ID = 2_000_001;

/** The workspace of everything generated, as in most samples. */
export const COMPANY_ID = '7196310';

/** A column's value in the `n`-th row, from 0; `undefined` is a key that the row lacks. */
export type Columns = Record<string, (n: number) => unknown>;

/** Computes the rows of one list: always the same for the same number. */
export class Generator {
  readonly #columns: Columns;
  readonly #names: string[];

  constructor(columns: Columns) {
    this.#columns = columns;
    this.#names = Object.keys(columns);
  }

  /** The `n`-th row. */
  row(n: number): Record<string, unknown> {
    const row: Record<string, unknown> = {};
    for (const name of this.#names) {
      const value = this.#columns[name]?.(n);
      if (value !== undefined) row[name] = value;
    }
    return row;
  }

  /** The same rows, each with these keys only. */
  only(names: readonly string[]): Generator {
    return new Generator(
      Object.fromEntries(Object.entries(this.#columns).filter(([name]) => names.includes(name))),
    );
  }
}

/** The `id` column of every list. */
export function generatedId(n: number): string {
  return String(FIRST_GENERATED_ID + n);
}

/** Every `period`-th row, the first of them being `first`. */
export function every(period: number, first: number, n: number): boolean {
  return n % period === first;
}

/** `YYYY-MM-DD HH:MM:SS` in GMT, from whole seconds since 1970. */
export function gmt(seconds: number): string {
  const day = Math.floor(seconds / 86_400);
  // Millions of times are written at the start, on a few thousand days.
  dates[day] ??= new Date(day * 86_400_000).toISOString().slice(0, 10);
  const [hour, minute, second] = [(seconds / 3600) % 24, (seconds / 60) % 60, seconds % 60];
  return `${dates[day]} ${twoDigits(hour)}:${twoDigits(minute)}:${twoDigits(second)}`;
}

/** When the `n`-th row was created: four rows share each instant. */
export function createdAt(n: number): number {
  return FIRST_INSTANT + Math.floor(n / 4) * 600;
}

const FIRST_INSTANT = Date.UTC(2021, 0, 4, 8) / 1000;

const dates: string[] = [];
const TWO_DIGITS = Array.from({ length: 60 }, (_, number) => String(number).padStart(2, '0'));

function twoDigits(number: number): string | undefined {
  return TWO_DIGITS[Math.floor(number)];
}
