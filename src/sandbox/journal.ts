import { closeSync, existsSync, openSync, readFileSync, writeSync } from 'node:fs';
import { readJson, writeJson } from './bigint-json.ts';

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
    const head = writeJson({ format });
    const text = file !== undefined && existsSync(file) ? readFileSync(file, 'utf8') : '';
    const [first, ...lines] = text.split('\n');
    this.isNew = first === '';
    if (!this.isNew && first !== head)
      throw new Error(`${file} holds something else: delete it or name another file`);
    this.#past = lines.filter(Boolean).map((line) => readJson(line) as Change);
    this.#file = file === undefined ? undefined : openSync(file, 'a');
    if (this.isNew) this.#append(head);
  }

  /** The map of this name, as the file has it. */
  map<Value>(name: string): KeptMap<Value> {
    const map = new KeptMap<Value>((...change) => this.#append(writeJson([name, ...change])));
    map.repeat(this.#past.filter(([of]) => of === name));
    return map;
  }

  [Symbol.dispose](): void {
    if (this.#file !== undefined) closeSync(this.#file);
  }

  #append(line: string): void {
    if (this.#file !== undefined) writeSync(this.#file, `${line}\n`);
  }
}

/** A map that tells the journal of each change. */
export class KeptMap<Value> extends Map<string, Value> {
  readonly #note: (key: string, value?: Value) => void;

  constructor(note: (key: string, value?: Value) => void) {
    super();
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

  override clear(): void {
    for (const key of [...this.keys()]) this.delete(key);
  }

  /** Makes changes without telling of them again. */
  repeat(changes: readonly Change[]): void {
    for (const [, key, ...values] of changes) {
      if (values.length === 0) super.delete(key);
      // A line holds what a map of this name was given.
      else super.set(key, values[0] as Value);
    }
  }
}
