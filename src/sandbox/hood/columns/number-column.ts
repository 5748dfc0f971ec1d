import type { Condition } from '../filters.ts';
import { type Key, NONE } from '../record.ts';
import { Column, firstPlace, grown } from './column.ts';

/** A column of numbers. */
export class NumberColumn extends Column {
  #numbers: Float64Array;

  constructor(count: number) {
    super(count);
    this.#numbers = new Float64Array(count).fill(NONE);
  }

  override compare(one: number, other: number): number {
    const [left, right] = [this.#at(one), this.#at(other)];
    return left < right ? -1 : Number(left > right);
  }

  override meeting({ intervals, outside, none }: Condition): Uint8Array {
    const rising = this.rising();
    const marks = new Uint8Array(rising.length).fill(Number(outside));
    const mark = (from: number, to: number, value: boolean) => {
      for (let place = from; place < to; place++) marks[rising[place] as number] = Number(value);
    };
    for (const { low, high, withoutLow = false, withoutHigh = false } of intervals) {
      mark(this.#placeOf(low, withoutLow), this.#placeOf(high, !withoutHigh), !outside);
    }
    mark(0, this.#placeOf(NONE, true), none);
    return marks;
  }

  override containing(text: string): Uint8Array {
    return Uint8Array.from(this.#numbers, (number) =>
      Number(number !== NONE && String(number).includes(text)),
    );
  }

  protected override write(row: number, key: Key | null): void {
    this.#numbers[row] = key === null ? NONE : Number(key);
  }

  protected override grow(count: number): void {
    this.#numbers = grown(this.#numbers, count);
  }

  /** The place in rising order of the first number that is not below `key`, or above it. */
  #placeOf(key: Key, above: boolean): number {
    return firstPlace(this.rising(), (row) =>
      above ? this.#at(row) > Number(key) : this.#at(row) >= Number(key),
    );
  }

  #at(row: number): number {
    return this.#numbers[row] as number;
  }
}
