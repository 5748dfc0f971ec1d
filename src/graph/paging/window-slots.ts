import type { RowRange } from './page-plan.ts';

const absent = Symbol('absent');

/** The places of a window, filled from pages in any order. */
export class WindowSlots<Row> {
  readonly #offset: number;
  readonly #slots: (Row | typeof absent)[];

  constructor({ offset, size }: RowRange) {
    this.#offset = offset;
    this.#slots = new Array(size).fill(absent);
  }

  get isEmpty(): boolean {
    return this.#slots.every((row) => row === absent);
  }

  /** Puts the rows that start at a position of the list where they belong; those outside the window are dropped. */
  fill(position: number, rows: readonly Row[]): void {
    const start = position - this.#offset;
    const from = Math.max(0, start);
    const to = Math.min(this.#slots.length, start + rows.length);
    for (let slot = from; slot < to; slot++) {
      this.#slots[slot] = rows[slot - start] as Row; // in bounds, by `from` and `to`
    }
  }

  /** From the first empty place to the end of the window or of the list; undefined when nothing is missing. */
  missing(total = Number.POSITIVE_INFINITY): RowRange | undefined {
    const first = this.#slots.indexOf(absent);
    if (first === -1) return undefined;
    const end = Math.min(this.#slots.length, total - this.#offset);
    return first < end ? { offset: this.#offset + first, size: end - first } : undefined;
  }

  /** The rows in order, each once: on a list that changes between two pages a row can be on both. */
  distinctRows(idOf: (row: Row) => string | undefined): Row[] {
    const seen = new Set<string>();
    return this.#slots.filter((row): row is Row => {
      if (row === absent) return false;
      const id = idOf(row as Row); // TypeScript does not narrow a generic by a symbol
      if (id === undefined) return true;
      const isNew = !seen.has(id);
      seen.add(id);
      return isNew;
    });
  }
}
