import type { Pressure } from '../budget/budget.ts';
import type { AnswerCache, Cached, CachedRead, Known } from '../cache/answer-cache.ts';
import type { Projection } from '../cache/projection.ts';
import type { CallOptions } from '../client/call-options.ts';
import type { ReadRecord } from '../client/call-record.ts';
import type { JsonClient } from '../client/json-client.ts';
import { UpstreamError } from '../client/upstream-error.ts';
import { Batch, type BatchSource } from './batch.ts';
import { FailedKeys } from './failed-keys.ts';
import type { Lookup, ReadOptions } from './lookup.ts';

/** How long keys wait for others, in milliseconds: normally, and once half a second's calls are used. */
const GATHERING_MS = 5;
const SCARCE_GATHERING_MS = 25;

/** How long a stale value may be read anew while nobody waits for it, in milliseconds. */
const REFRESH_MS = 10_000;

/** What is asked of keys, and by whom. */
interface Question {
  readonly lookup: Lookup<unknown>;
  readonly projection: Projection;
  readonly options: ReadOptions;
}

/** The calls of one lookup. */
interface LookupCalls {
  /** What is to be sent or under way: for each key the latest batch that contains it. */
  readonly byKey: Map<string, Batch>;
  /** The batch that takes further keys. */
  open: Batch | undefined;
  /** When the latest was sent, in `performance.now()` milliseconds. */
  sentAt: number;
}

/**
 * The reads of one API for the whole process. What is under way is not asked again, lookups of one moment are one call,
 * and they join a call for as long as it waits for its turn: batches grow when calls are scarce. What was read a moment
 * ago is not read again. Values are shared: whoever gets one must leave it as it is.
 */
export class Coalescer {
  readonly client: JsonClient;
  readonly failed = new FailedKeys();
  readonly #cache: AnswerCache | undefined;
  readonly #pressure: () => Pressure;
  readonly #source: BatchSource;
  /** By the name of the lookup. */
  readonly #calls = new Map<string, LookupCalls>();

  /** Without a cache nothing is kept; without a pressure calls are never scarce. */
  constructor(client: JsonClient, cache?: AnswerCache, pressure: () => Pressure = () => 'none') {
    this.client = client;
    this.#cache = cache;
    this.#pressure = pressure;
    this.#source = { client, failed: this.failed, isScarce: () => pressure() === 'waiting' };
  }

  /** The values of different keys in their order: null where there is none, the error where a key failed. */
  async load<Value>(
    lookup: Lookup<Value>,
    keys: readonly string[],
    projection: Projection,
    options: ReadOptions,
  ): Promise<(Value | null | Error)[]> {
    const question: Question = { lookup, projection, options };
    const joined = keys.map((key) => this.#join(question, key));
    // All are looked for before any is called for, so that one call may bring them.
    const find = (key: string, index: number) =>
      joined[index] ? undefined : this.#cache?.find(this.#readOf(question, key));
    const known = this.#cache && (await Promise.all(keys.map(find)));
    const values = keys.map((key, index) => this.#value(question, key, joined[index], known?.[index]));
    // A name stands for one kind of value, in calls under way and in the cache.
    return Promise.all(values) as Promise<(Value | null | Error)[]>;
  }

  /** After a write that is carried out within `ms`: nothing that was asked before it is given to those who ask later. */
  async forget(tags: readonly string[], ms = 0): Promise<void> {
    for (const { byKey } of this.#calls.values()) {
      for (const [key, { lookup, hadItsTurn }] of byKey) {
        if (hadItsTurn && lookup.tagsOf(key).some((tag) => tags.includes(tag))) byKey.delete(key);
      }
    }
    if (tags.length > 0) this.failed.forgive();
    await this.#cache?.forget(tags, ms);
  }

  /** Waits for the call that brings what is asked for, if there is one. */
  #join({ lookup, projection, options }: Question, key: string): Promise<Batch> | undefined {
    const batch = this.#calls.get(lookup.name)?.byKey.get(key);
    if (!batch?.isInTimeFor(options) || !batch.brings(projection)) return undefined;
    this.#observe('joined', lookup, options);
    return batch.join(options);
  }

  /** The call for what is not kept, or is too old. What is stale is read anew while nobody waits for it. */
  #callFor(question: Question, key: string, kept: Cached | undefined, marks: readonly string[] = []) {
    const { lookup, options } = question;
    if (kept?.age === 'fresh') return undefined;
    if (kept?.age === 'stale') {
      const background: CallOptions = { deadline: performance.now() + REFRESH_MS, priority: 'background' };
      // Whoever asks when the value is too old sees the failure.
      if (!this.#calls.get(lookup.name)?.byKey.has(key)) this.#call({ ...question, options: background }, key, marks);
      return undefined;
    }
    // Others may have begun the same while the cache was asked.
    const joined = this.#join(question, key);
    if (joined) return joined;
    if (this.#cache) this.#observe('missed', lookup, options);
    return this.#call(question, key, marks);
  }

  /** The value that a call brings, or the one that is kept: also in place of a call that fails. */
  async #value(
    question: Question,
    key: string,
    joined: Promise<Batch> | undefined,
    known: Known | undefined,
  ): Promise<unknown> {
    const { lookup, options } = question;
    const kept = options.mustRevalidate ? undefined : known?.cached;
    const came = await (joined ?? this.#callFor(question, key, kept, known?.marks))?.catch(asError);
    const { api } = this.client;
    const { route } = lookup;
    const value = came instanceof Batch ? (came.found.get(key) ?? null) : came;
    if (kept && (!came || isFailing(value))) {
      this.#observe(kept.age === 'fresh' ? 'kept' : 'stale', lookup, options);
      options.notes?.push({ api, route, readAt: kept.readAt, fromCache: true });
      return kept.value;
    }
    if (came instanceof Batch && !(value instanceof Error)) {
      options.notes?.push({ api, route, readAt: came.readAt, fromCache: false });
    }
    if (options.hidesReasons && value instanceof UpstreamError) value.becomeShared();
    return value;
  }

  /** Puts a key into the open batch, or into a new one, unless it failed a moment ago; `marks` are those of its tags now. */
  #call({ lookup, projection, options }: Question, key: string, marks: readonly string[]): Promise<Batch | Error> {
    const { failed } = this;
    const failure = failed.failureOf(lookup, key, projection, options.caller);
    if (failure) return Promise.resolve(failure);
    const calls = this.#callsOf(lookup);
    const isAlone = !lookup.fits || failed.failsAlone(lookup, key);
    let batch = !isAlone && calls.open?.isInTimeFor(options) ? calls.open : undefined;
    if (!batch?.add(key, projection, marks)) {
      // A full batch has nothing left to wait for.
      if (batch) this.#send(batch);
      batch = new Batch(this.#source, lookup, projection, options.priority);
      batch.add(key, projection, marks);
      if (!isAlone) calls.open = batch;
      this.#schedule(batch);
    }
    calls.byKey.set(key, batch);
    const answered = batch.join(options);
    if (batch.owner !== options) this.#observe('batched', lookup, options);
    return answered;
  }

  /** Where calls cost nothing the first of many goes at the end of its tick. Later ones gather, and all that are scarce. */
  #schedule(batch: Batch): void {
    const { lookup } = batch;
    const send = () => this.#send(batch);
    const pressure = this.#pressure();
    const isFirst = performance.now() - this.#callsOf(lookup).sentAt > GATHERING_MS;
    if (!lookup.fits) queueMicrotask(send);
    else if (pressure === 'none' && isFirst) setImmediate(send);
    else setTimeout(send, pressure === 'none' || pressure === 'low' ? GATHERING_MS : SCARCE_GATHERING_MS);
  }

  #send(batch: Batch): void {
    if (batch.isOnItsWay) return;
    batch.isOnItsWay = true;
    this.#callsOf(batch.lookup).sentAt = performance.now();
    batch.run(async (options) => {
      try {
        await batch.read(options);
        this.#keep(batch, options);
        return batch;
      } finally {
        this.#drop(batch);
      }
    });
    // Everybody may have left before it was sent.
    if (batch.isOver) this.#drop(batch);
  }

  #keep(batch: Batch, { repeats }: CallOptions): void {
    const { keys, marks, found, replyLength } = batch;
    for (const [index, key] of keys.entries()) {
      const value = found.get(key) ?? null;
      // Failures of repeated calls are reported only where somebody sees them.
      if (value instanceof UpstreamError) {
        if (batch.isShared) value.becomeShared();
        // Whoever reads a part of what failed reports what comes of it.
        if (repeats !== 'part') this.client.report(value);
      } else this.#cache?.keep(this.#readOf(batch, key), value, marks[index] ?? [], replyLength / keys.length);
    }
  }

  #drop(batch: Batch): void {
    const { lookup, keys } = batch;
    const calls = this.#callsOf(lookup);
    for (const key of keys) if (calls.byKey.get(key) === batch) calls.byKey.delete(key);
    if (calls.open === batch) calls.open = undefined;
    // There are as many single reads as questions.
    if (!lookup.fits && calls.byKey.size === 0) this.#calls.delete(lookup.name);
  }

  #callsOf({ name }: Lookup<unknown>): LookupCalls {
    let calls = this.#calls.get(name);
    if (!calls) {
      calls = { byKey: new Map(), open: undefined, sentAt: Number.NEGATIVE_INFINITY };
      this.#calls.set(name, calls);
    }
    return calls;
  }

  #readOf({ lookup, projection }: Pick<Question, 'lookup' | 'projection'>, key: string): CachedRead {
    const { name, resource } = lookup;
    return { question: `${this.client.api} ${name}/${key}`, projection, resource, tags: lookup.tagsOf(key) };
  }

  #observe(from: ReadRecord['from'], { route, resource }: Lookup<unknown>, options: CallOptions): void {
    this.client.observe({ route, resource, from, serves: options.serves?.() ?? [options] });
  }
}

/** A caller may leave for any reason that a signal can carry. */
function asError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error('The caller left.', { cause: reason });
}

/** Whether an older value is better than none: not where the API understood and refused, be it the credential. */
function isFailing(error: unknown): boolean {
  if (!(error instanceof UpstreamError) || error.failure === 'rejected') return false;
  const { failure, status = 0 } = error;
  return failure === 'rateLimited' || status < 400 || status >= 500;
}
