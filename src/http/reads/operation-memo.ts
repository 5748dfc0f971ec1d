import type { CacheMap } from 'dataloader';
import { covers } from '../cache/projection.ts';
import type { Ask, Lookup } from './lookup.ts';

interface Remembered<Value> {
  ask: Ask;
  value: Promise<Value>;
}

/** What one operation has read of one kind of value, for its `DataLoader`: a wide value serves a narrower question. */
export class OperationMemo<Value> implements CacheMap<Ask, Promise<Value>> {
  readonly #lookup: Lookup<unknown>;
  readonly #values = new Map<string, Remembered<Value>[]>();

  constructor(lookup: Lookup<unknown>) {
    this.#lookup = lookup;
  }

  get({ key, projection }: Ask): Promise<Value> | undefined {
    return this.#values.get(key)?.find(({ ask }) => covers(ask.projection, projection))?.value;
  }

  set(ask: Ask, value: Promise<Value>): void {
    const values = this.#values.get(ask.key);
    if (values) values.push({ ask, value });
    else this.#values.set(ask.key, [{ ask, value }]);
  }

  delete({ key }: Ask): void {
    this.#values.delete(key);
  }

  clear(): void {
    this.#values.clear();
  }

  /** After a write: drops what it may have changed. */
  forget(tags: readonly string[]): void {
    for (const key of this.#values.keys()) {
      if (this.#lookup.tagsOf(key).some((tag) => tags.includes(tag))) this.#values.delete(key);
    }
  }
}
