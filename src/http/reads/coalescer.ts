import type { Pressure } from '../budget/budget.ts';
import type { AnswerCache, Cached, CachedRead, Known } from '../cache/answer-cache.ts';
import type { CallOptions } from '../client/call-options.ts';
import type { JsonClient } from '../client/json-client.ts';
import { UpstreamError } from '../client/upstream-error.ts';
import type { Batch } from './batch.ts';
import { BatchQueue, questionOf } from './batch-queue.ts';
import type { Ask, Found, Lookup } from './lookup.ts';

/** Where the value of a key comes from: it is kept, or a batch brings it, for which a kept one may stand in. */
interface Source<Value> {
  readonly batch?: Batch<Value>;
  readonly kept?: Cached;
}

/** How long a stale value may be read anew while nobody waits for it, in milliseconds. */
const REFRESH_MS = 10_000;

/**
 * The reads of one API for the whole process. What is under way is not asked again, lookups of one moment are one call,
 * and they join a call for as long as it waits for its turn: batches grow when calls are scarce. What was read a moment
 * ago is not read again. Values are shared: whoever gets one must leave it as it is.
 */
export class Coalescer {
  readonly client: JsonClient;
  readonly #cache: AnswerCache | undefined;
  readonly #queue: BatchQueue;

  /** Without a cache nothing is kept; without a pressure calls are never scarce. */
  constructor(client: JsonClient, cache?: AnswerCache, pressure: () => Pressure = () => 'none') {
    this.client = client;
    this.#cache = cache;
    this.#queue = new BatchQueue(client, pressure, (batch, found) => this.#keep(batch, found));
  }

  /** The values in the order asked for: null where there is none, the error where a key failed. */
  async load<Value>(
    lookup: Lookup<Value>,
    asks: readonly Ask[],
    options: CallOptions,
  ): Promise<(Value | null | Error)[]> {
    const pending = asks.map((ask) => this.#sourceOf(lookup, ask, options));
    const isWaiting = pending.some((source) => source instanceof Promise);
    const sources = isWaiting ? await Promise.all(pending) : (pending as Source<Value>[]);
    const batches = [...new Set(sources.flatMap(({ batch }) => batch ?? []))];
    const ends = await Promise.allSettled(batches.map((batch) => batch.join(options)));
    return sources.map(({ batch, kept }, index) => {
      const end = batch && ends[batches.indexOf(batch)];
      const value = end && valueIn(end, asks[index]?.key ?? '');
      return kept && (!end || isFailing(value)) ? this.#used(kept, options) : (value ?? null);
    });
  }

  /** After a write: nothing that was asked before it is given to those who ask from now on. */
  async forget(tags: readonly string[]): Promise<void> {
    this.#queue.leaveBehind(tags);
    await this.#cache?.forget(tags);
  }

  /** After a write that is carried out some time within `ms`: until then nothing that it may change is kept. */
  async settle(tags: readonly string[], ms: number): Promise<void> {
    this.#queue.leaveBehind(tags);
    await this.#cache?.settle(tags, ms);
  }

  /** Where it costs least: a call under way, the cache, or a call. */
  #sourceOf<Value>(lookup: Lookup<Value>, ask: Ask, options: CallOptions): Source<Value> | Promise<Source<Value>> {
    const joined = this.#join(lookup, ask, options);
    if (joined) return joined;
    if (!this.#cache) return this.#call(lookup, ask, [], options);
    const known = this.#cache.find(this.#readOf(lookup, ask));
    if (!(known instanceof Promise)) return this.#knowing(known, lookup, ask, options);
    // Others may have begun the same while the cache was asked.
    return known.then((later) => this.#join(lookup, ask, options) ?? this.#knowing(later, lookup, ask, options));
  }

  #join<Value>(lookup: Lookup<Value>, ask: Ask, options: CallOptions): Source<Value> | undefined {
    const batch = this.#queue.find(lookup, ask, options);
    if (!batch) return undefined;
    void batch.join(options);
    const statistics = this.#statisticsOf(options);
    if (statistics) statistics.coalesced += 1;
    return { batch };
  }

  #knowing<Value>({ cached, marks }: Known, lookup: Lookup<Value>, ask: Ask, options: CallOptions): Source<Value> {
    if (!cached || options.mustRevalidate) return this.#call(lookup, ask, marks, options);
    if (cached.age === 'kept') return { ...this.#call(lookup, ask, marks, options), kept: cached };
    if (cached.age === 'stale' && !this.#queue.has(lookup, ask.key)) this.#refresh(lookup, ask, marks);
    return { kept: cached };
  }

  #call<Value>(lookup: Lookup<Value>, ask: Ask, marks: readonly string[], options: CallOptions): Source<Value> {
    const batch = this.#queue.add(lookup, ask, marks, options);
    void batch.join(options);
    const statistics = this.#statisticsOf(options);
    if (statistics && !batch.isFor(options)) statistics.batched += 1;
    return { batch };
  }

  #refresh(lookup: Lookup<unknown>, ask: Ask, marks: readonly string[]): void {
    const options: CallOptions = { deadline: performance.now() + REFRESH_MS, priority: 'background' };
    // Whoever asks when the value is too old sees the failure.
    void this.#queue.add(lookup, ask, marks, options).join(options);
  }

  #used<Value>({ value, age }: Cached, options: CallOptions): Value {
    const statistics = this.#statisticsOf(options);
    if (statistics) statistics.cached += 1;
    if (statistics && age !== 'fresh') statistics.stale += 1;
    // Under a question lies what its own lookup has read.
    return value as Value;
  }

  #keep(batch: Batch<unknown>, found: Found<unknown>): void {
    if (!this.#cache) return;
    const { lookup, marks, projection, replyLength } = batch;
    for (const [key, ofKey] of marks) {
      const value = found.get(key) ?? null;
      if (value instanceof UpstreamError) continue;
      const read = this.#readOf(lookup, { key, projection });
      this.#cache.keep(read, value, ofKey, replyLength / marks.size);
    }
  }

  #readOf(lookup: Lookup<unknown>, { key, projection }: Ask): CachedRead {
    const question = `${this.client.api} ${questionOf(lookup, key)}`;
    return { question, projection, resource: lookup.resource, tags: lookup.tagsOf(key) };
  }

  #statisticsOf({ statistics }: CallOptions) {
    return statistics?.of(this.client.api);
  }
}

function valueIn<Value>(end: PromiseSettledResult<Found<Value>>, key: string): Value | Error | undefined {
  if (end.status === 'fulfilled') return end.value.get(key);
  // A signal may have any reason.
  return end.reason instanceof Error ? end.reason : new Error('The caller left.', { cause: end.reason });
}

/** Whether an older value is better than none: not where the API understood and refused, be it the credential. */
function isFailing(error: unknown): boolean {
  if (!(error instanceof UpstreamError) || error.failure === 'rejected') return false;
  const { failure, status = 0 } = error;
  return failure === 'rateLimited' || status < 400 || status >= 500;
}
