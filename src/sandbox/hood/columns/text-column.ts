import type { Condition } from '../filters.ts';
import type { Key } from '../record.ts';
import { Column, grown } from './column.ts';

/** A column of texts, each different one kept once. */
export class TextColumn extends Column {
  /** For each row the number of its text; 0 is none. */
  #codes: Uint32Array;
  readonly #texts = [''];
  readonly #codeOf = new Map<string, number>();
  /** For each code its place among all texts in rising order. */
  #places: Uint32Array | undefined;

  constructor(count: number) {
    super(count);
    this.#codes = new Uint32Array(count);
  }

  override compare(one: number, other: number): number {
    this.#places ??= placesOf(this.#texts);
    return (this.#places[this.#code(one)] as number) - (this.#places[this.#code(other)] as number);
  }

  /** Texts are compared whole: of an interval only its low end is looked at. */
  override meeting({ intervals, outside, none }: Condition): Uint8Array {
    const meets = new Uint8Array(this.#texts.length).fill(Number(outside));
    for (const { low } of intervals) {
      const code = this.#codeOf.get(String(low));
      if (code !== undefined) meets[code] = Number(!outside);
    }
    meets[0] = Number(none);
    return this.#marks(meets);
  }

  override containing(text: string): Uint8Array {
    return this.#marks(
      Uint8Array.from(this.#texts, (one, code) =>
        Number(code > 0 && one.toLowerCase().includes(text.toLowerCase())),
      ),
    );
  }

  protected override write(row: number, key: Key | null): void {
    this.#codes[row] = key === null ? 0 : this.#codeFor(String(key));
  }

  protected override grow(count: number): void {
    this.#codes = grown(this.#codes, count);
  }

  #code(row: number): number {
    return this.#codes[row] as number;
  }

  #codeFor(text: string): number {
    let code = this.#codeOf.get(text);
    if (code === undefined) {
      code = this.#texts.push(text) - 1;
      this.#codeOf.set(text, code);
      this.#places = undefined;
    }
    return code;
  }

  #marks(byCode: Uint8Array): Uint8Array {
    const marks = new Uint8Array(this.#codes.length);
    for (let row = 0; row < marks.length; row++) marks[row] = byCode[this.#code(row)] as number;
    return marks;
  }
}

function placesOf(texts: readonly string[]): Uint32Array {
  const places = new Uint32Array(texts.length);
  const sorted = [...texts.keys()].sort((one, other) => ((texts[one] ?? '') < (texts[other] ?? '') ? -1 : 1));
  for (const [place, code] of sorted.entries()) places[code] = place;
  return places;
}
