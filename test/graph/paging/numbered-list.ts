import type { Page, PageAnswer } from '../../../src/graph/paging/answered-pages.ts';

export interface NumberedRow {
  id: string;
}

export const idOf = ({ id }: NumberedRow): string => id;

/** What a server does with the page sizes it is asked for. */
export type Serving = (asked: number) => number;

export const unclamped: Serving = (asked) => asked;
export const clampedTo =
  (most: number): Serving =>
  (asked) =>
    Math.min(asked, most);

/** A list of rows "0", "1", … behind a paged API, which remembers every page it was asked for as "number,size". */
export class NumberedList {
  readonly calls: string[] = [];
  readonly rows: NumberedRow[];
  serving: Serving;
  sendsTotal = true;

  constructor(length: number, serving: Serving = unclamped) {
    this.rows = Array.from({ length }, (_, index) => ({ id: String(index) }));
    this.serving = serving;
  }

  readonly fetchPage = async ({ number, size }: Page): Promise<PageAnswer<NumberedRow>> => {
    this.calls.push(`${number},${size}`);
    const served = this.serving(size);
    const items = this.rows.slice((number - 1) * served, number * served);
    return { items, total: this.sendsTotal ? this.rows.length : undefined };
  };

  /** The ids that a window must have, in order, as one text. */
  slice(offset: number, size: number): string {
    return idsOf(this.rows.slice(offset, offset + size));
  }
}

export function idsOf(rows: readonly NumberedRow[]): string {
  return rows.map(idOf).join(' ');
}

/** Every whole number from one to another, both included. */
export function* each(from: number, to: number, step = 1): Generator<number> {
  for (let number = from; number <= to; number += step) yield number;
}

/** Collects what was wrong in a long loop, the first few cases of it; an `expect` per case would take minutes. */
export class Mistakes {
  readonly list: unknown[] = [];
  cases = 0;

  check(isRight: boolean, describe: () => unknown): void {
    this.cases++;
    if (!isRight && this.list.length < 5) this.list.push(describe());
  }
}
