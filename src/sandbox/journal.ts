import { closeSync, existsSync, openSync, readFileSync, writeSync } from 'node:fs';
import { bigIntAsNumber, parseWithBigInts } from './exact-json.ts';
import { dataSeed } from './people.ts';

/** A change of one map; without a value the key was removed. */
type Change = [map: string, key: string, value?: unknown];

/**
 * Maps whose content a file keeps: each change is appended to the file as one line of JSON, and opening the file
 * repeats them all. Without a file these are plain maps.
 */
export class Journal implements Disposable {
  /** Whether the file held nothing yet. */
  readonly isNew: boolean;
  readonly #past: readonly Change[];
  readonly #file: number | undefined;

  /** `format` says what the maps hold. Throws if the file was not written in this format. */
  constructor(format: string, file?: string) {
    const begin = dataSeed.value === 0 ? format : `${format}, seed ${dataSeed.value}`;
    const text = file !== undefined && existsSync(file) ? readFileSync(file, 'utf8') : '';
    const [head, ...lines] = text.split('\n');
    this.isNew = head === '';
    if (!this.isNew && head !== begin)
      throw new Error(`${file} holds something else, or another SANDBOX_SEED: delete it or name another file`);
    this.#past = lines.filter(Boolean).map((line) => parseWithBigInts(line) as Change);
    if (file === undefined) return;
    this.#file = openSync(file, 'a');
    if (this.isNew) writeSync(this.#file, `${begin}\n`);
  }

  /** The map of this name, as the file has it. */
  map<Value>(name: string): KeptMap<Value> {
    const past = this.#past.filter(([of]) => of === name);
    return new KeptMap<Value>(past, (...change) => {
      if (this.#file === undefined) return;
      writeSync(this.#file, `${JSON.stringify([name, ...change], (_key, value) => bigIntAsNumber(value))}\n`);
    });
  }

  [Symbol.dispose](): void {
    if (this.#file !== undefined) closeSync(this.#file);
  }
}

/** A map that notes each change. */
export class KeptMap<Value> extends Map<string, Value> {
  #note: (key: string, ...value: [Value?]) => void;

  constructor(past: readonly Change[], note: (key: string, ...value: [Value?]) => void) {
    super();
    this.#note = () => {};
    for (const [, key, ...values] of past) {
      // A line holds what a map of this name was given.
      if (values.length > 0) this.set(key, values[0] as Value);
      else this.delete(key);
    }
    this.#note = note;
  }

  override set(key: string, value: Value): this {
    this.#note(key, value);
    return super.set(key, value);
  }

  override delete(key: string): boolean {
    this.#note(key);
    return super.delete(key);
  }
}
