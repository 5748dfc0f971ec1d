import DataLoader from 'dataloader';
import { covers, type Projection } from '../cache/projection.ts';
import { beforeDeadline } from '../client/call-deadline.ts';
import type { CallOptions, Served } from '../client/call-options.ts';
import { mayHaveHappened, UNSETTLED_MS } from '../client/upstream-error.ts';
import type { Coalescer } from './coalescer.ts';
import type { Lookup, ReadNote, ReadOptions } from './lookup.ts';
import type { Subjects } from './subjects.ts';

/** Whoever is above reads knows operations alone. */
export type { ReadNote, Served };

/** What a write changes, by the tags of reads. */
export interface Changes {
  atOnce: readonly string[];
  /** What changes at some time within `laterMs`. */
  later?: readonly string[];
  laterMs?: number;
}

/** Reads values of one kind with one projection, and remembers them. */
interface Loader {
  readonly lookup: Lookup<unknown>;
  readonly projection: Projection;
  readonly memo: Map<string, Promise<unknown>>;
  readonly values: DataLoader<string, unknown>;
}

/** A value that came in another way than by looking it up. */
export type Primed = readonly [lookup: Lookup<unknown>, key: string, value: unknown];

/**
 * One operation of a caller, at all APIs: how long it waits and on whose account, what it has read, and what it has
 * written since. It reads every value once, until a write of its own makes that stale.
 */
export class Operation {
  readonly options: ReadOptions;
  /** Takes down whose data it has read or asked for; undefined where nobody keeps account of that. */
  readonly subjects: Subjects | undefined;
  /** By the lookup's name, one for each projection: mostly there is only one. */
  readonly #loaders = new Map<string, readonly Loader[]>();
  #primed: { api: Coalescer; projection: Projection; values: Iterable<Primed> }[] = [];

  constructor(options: ReadOptions = {}, subjects?: Subjects) {
    this.options = options;
    this.subjects = subjects;
  }

  /** A part of it that reads for itself, with some options of its own. */
  part(options: ReadOptions): Operation {
    return new Operation({ ...this.options, ...options }, this.subjects);
  }

  /** From now on it ignores everything that was read before it. */
  revalidate(): void {
    this.options.mustRevalidate = true;
  }

  /** The value of a key, with at least what the projection asks for; null when there is none. Throws `UpstreamError`. */
  load<Value>(api: Coalescer, lookup: Lookup<Value>, key: string, projection: Projection): Promise<Value | null> {
    this.#takeIn();
    // A lookup's loaders have that lookup's values.
    const loaded = this.#loaderFor(api, lookup, key, projection).values.load(key) as Promise<Value | null>;
    const { subjects } = this;
    if (!subjects || !lookup.subjectsOf) return loaded;
    // Whoever asks for somebody by name may learn something from a failure as well, and from there being nothing.
    subjects.add(lookup.subjectsOf(key, null));
    return loaded.then((value) => {
      subjects.add(lookup.subjectsOf?.(key, value) ?? []);
      return value;
    });
  }

  /** Waits until something is done for others as well, however that ends, or until this one cannot wait any longer. */
  async waitFor(work: Promise<unknown>): Promise<void> {
    const { signal, deadline = Number.POSITIVE_INFINITY } = this.options;
    await beforeDeadline({ signal, deadline }, work).catch(() => {});
  }

  /**
   * Remembers values, so that they need not be looked up. They are gone through when one is next looked for: of a long
   * list mostly none is.
   */
  prime(api: Coalescer, projection: Projection, values: Iterable<Primed>): void {
    this.#primed.push({ api, projection, values });
  }

  #takeIn(): void {
    for (const { api, projection, values } of this.#primed.splice(0)) {
      for (const [lookup, key, value] of values) this.#loaderFor(api, lookup, key, projection).values.prime(key, value);
    }
  }

  /** Writes. However that ends, what was read before it is forgotten. */
  async write<Answer>(
    api: Coalescer,
    changes: Changes,
    send: (options: CallOptions) => Promise<Answer>,
  ): Promise<Answer> {
    const { atOnce, later = [] } = changes;
    try {
      return await send(this.options);
    } catch (error) {
      if (mayHaveHappened(error)) await api.forget([...atOnce, ...later], UNSETTLED_MS);
      throw error;
    } finally {
      await this.forget(api, changes);
    }
  }

  /** Forgets what was read before these changes. */
  async forget(api: Coalescer, { atOnce, later = [], laterMs = 0 }: Changes): Promise<void> {
    this.#takeIn();
    const changed = [...atOnce, ...later];
    for (const { lookup, memo } of [...this.#loaders.values()].flat()) {
      for (const key of memo.keys()) if (lookup.tagsOf(key).some((tag) => changed.includes(tag))) memo.delete(key);
    }
    await api.forget(atOnce);
    await api.forget(later, laterMs);
  }

  /** The projection's own loader, unless one with a wider projection has the key: its value serves this question too. */
  #loaderFor(api: Coalescer, lookup: Lookup<unknown>, key: string, projection: Projection): Loader {
    const loaders = this.#loaders.get(lookup.name) ?? [];
    const wide = loaders.filter((loader) => covers(loader.projection, projection));
    const known =
      wide.find(({ memo }) => memo.has(key)) ?? wide.find((loader) => covers(projection, loader.projection));
    if (known) return known;
    const memo = new Map<string, Promise<unknown>>();
    const read = (keys: readonly string[]) => api.load(lookup, keys, projection, this.options);
    const loader = { lookup, projection, memo, values: new DataLoader(read, { cacheMap: memo }) };
    this.#loaders.set(lookup.name, [...loaders, loader]);
    return loader;
  }
}
