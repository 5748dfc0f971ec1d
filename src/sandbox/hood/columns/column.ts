import type { Condition } from '../filters.ts';
import type { Key } from '../record.ts';

/** One column of a list in memory: what each row, counted from 0, has in it. Rows have no value until one is set. */
export abstract class Column {
  #count: number;
  #rising: Uint32Array | undefined;

  constructor(count: number) {
    this.#count = count;
  }

  /** All rows in rising order, those without a value first; equal ones are in the order of their numbers. */
  rising(): Uint32Array {
    this.#rising ??= Uint32Array.from({ length: this.#count }, (_, row) => row).sort(this.#compareRows);
    return this.#rising;
  }

  /** `null` takes the row's value away. */
  set(row: number, key: Key | null): void {
    this.write(row, key);
    if (!this.#rising) return;
    const from = this.#rising.indexOf(row);
    this.#rising.copyWithin(from, from + 1);
    this.#place(row, this.#rising);
  }

  /** Adds a row behind all others. */
  append(key: Key | null): void {
    const row = this.#count++;
    this.grow(this.#count);
    this.write(row, key);
    if (!this.#rising) return;
    this.#rising = grown(this.#rising, this.#count);
    this.#place(row, this.#rising);
  }

  /** Negative when `one` comes before `other` in rising order, 0 when they are equal. */
  abstract compare(one: number, other: number): number;

  /** For each row 1 when it meets the condition and 0 when it does not. */
  abstract meeting(condition: Condition): Uint8Array;

  /** For each row 1 when its value has `text` in it, in any letter case. */
  abstract containing(text: string): Uint8Array;

  protected abstract write(row: number, key: Key | null): void;

  protected abstract grow(count: number): void;

  readonly #compareRows = (one: number, other: number) => this.compare(one, other) || one - other;

  /** All others are in order, and the last place is free: a million are not sorted again for one. */
  #place(row: number, rising: Uint32Array): void {
    const others = rising.subarray(0, -1);
    const to = firstPlace(others, (other) => this.#compareRows(other, row) > 0);
    rising.copyWithin(to + 1, to);
    rising[to] = row;
  }
}

/** A longer copy. */
export function grown<Numbers extends Float64Array | Uint32Array>(numbers: Numbers, length: number): Numbers {
  const copy = new (numbers.constructor as new (length: number) => Numbers)(length);
  copy.set(numbers);
  return copy;
}

/** The first place from which on all rows are `beyond`; before it none is. */
export function firstPlace(rows: Uint32Array, beyond: (row: number) => boolean): number {
  let [low, high] = [0, rows.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (beyond(rows[middle] as number)) high = middle;
    else low = middle + 1;
  }
  return low;
}
