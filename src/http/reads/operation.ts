import DataLoader, { type CacheMap } from 'dataloader';
import { covers, type Projection } from '../cache/projection.ts';
import type { CallOptions } from '../client/call-options.ts';
import { mayHaveHappened, UNSETTLED_MS } from '../client/upstream-error.ts';
import type { Coalescer } from './coalescer.ts';
import { ConcurrencyLimit } from './concurrency-limit.ts';
import { type Ask, type Lookup, type SingleRead, singleLookup } from './lookup.ts';

/** What a write changes, by the tags of reads. */
export interface Changes {
  atOnce: readonly string[];
  /** What changes at some time within `laterMs`. */
  later?: readonly string[];
  laterMs?: number;
}

interface Loader {
  readonly api: Coalescer;
  readonly memo: OperationMemo<unknown>;
  readonly values: DataLoader<Ask, unknown>;
}

/**
 * One operation of a caller, at all APIs: how long it waits and on whose account, what it has read, and what it has
 * written since. It reads every value once, until a write of its own makes that stale.
 */
export class Operation {
  readonly options: CallOptions & { mustRevalidate?: boolean };
  readonly #loaders = new Map<string, Loader>();

  constructor(options: CallOptions = {}) {
    this.options = options;
  }

  /** From now on it believes nothing that was read before it. */
  revalidate(): void {
    this.options.mustRevalidate = true;
  }

  /** The value of a key, with at least what the projection asks for; null when there is none. Throws `UpstreamError`. */
  load<Value>(api: Coalescer, lookup: Lookup<Value>, key: string, projection: Projection) {
    // A lookup's loader has that lookup's values.
    return this.#loaderOf(api, lookup).values.load({ key, projection }) as Promise<Value | null>;
  }

  /** The answer to a read that stands for itself. Throws `UpstreamError`. */
  async read<Value>(api: Coalescer, read: SingleRead<Value>): Promise<Value | null> {
    return this.load(api, singleLookup(read), '', read.projection);
  }

  /** Takes in a value that came by another way, so that it need not be looked up. */
  prime<Value>(api: Coalescer, lookup: Lookup<Value>, ask: Ask, value: Value): void {
    this.#loaderOf(api, lookup).values.prime(ask, value);
  }

  /** Writes. However that ends, what was read before it is forgotten. */
  async write<Answer>(
    api: Coalescer,
    { atOnce, later = [], laterMs = 0 }: Changes,
    send: (options: CallOptions) => Promise<Answer>,
  ): Promise<Answer> {
    try {
      return await send(this.options);
    } catch (error) {
      if (mayHaveHappened(error)) await api.settle([...atOnce, ...later], UNSETTLED_MS);
      throw error;
    } finally {
      for (const loader of this.#loaders.values()) {
        if (loader.api === api) loader.memo.forget([...atOnce, ...later]);
      }
      await api.forget(atOnce);
      await api.settle(later, laterMs);
    }
  }

  #loaderOf(api: Coalescer, lookup: Lookup<unknown>): Loader {
    const name = `${api.client.api} ${lookup.name}`;
    let loader = this.#loaders.get(name);
    if (!loader) {
      const memo = new OperationMemo<unknown>(lookup);
      const read = this.#reading(api, lookup);
      loader = { api, memo, values: new DataLoader<Ask, unknown>(read, { cacheMap: memo }) };
      this.#loaders.set(name, loader);
    }
    return loader;
  }

  /** Reads the keys of a tick: together, or so many at a time as the lookup allows. */
  #reading(api: Coalescer, lookup: Lookup<unknown>): (asks: readonly Ask[]) => Promise<unknown[]> {
    const { mostAtOnce } = lookup;
    if (mostAtOnce === undefined) return (asks) => api.load(lookup, asks, this.options);
    const limit = new ConcurrencyLimit(mostAtOnce);
    return async (asks) => {
      const values = new Map<Ask, unknown>();
      const reads = Map.groupBy(asks, ({ key }) => key)
        .values()
        .map((alike) =>
          limit.run(async () => {
            const found = await api.load(lookup, alike, this.options);
            for (const [index, ask] of alike.entries()) values.set(ask, found[index]);
          }),
        );
      await Promise.all(reads);
      return asks.map((ask) => values.get(ask));
    };
  }
}

interface Remembered<Value> {
  ask: Ask;
  value: Promise<Value>;
}

/** What one operation has read of one kind of value, for its `DataLoader`: a wide value serves a narrower question. */
class OperationMemo<Value> implements CacheMap<Ask, Promise<Value>> {
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
