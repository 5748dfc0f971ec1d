import type { Pressure } from '../budget/budget.ts';
import type { AnswerCache, CachedRead, Known } from '../cache/answer-cache.ts';
import type { Projection } from '../cache/projection.ts';
import type { ReadRecord } from '../client/call-observer.ts';
import type { CallOptions, Priority } from '../client/call-options.ts';
import type { JsonClient } from '../client/json-client.ts';
import { UpstreamError } from '../client/upstream-error.ts';
import { type Answered, Batch } from './batch.ts';
import { BatchReader } from './batch-reader.ts';
import type { Found, Lookup } from './lookup.ts';

/** How long keys wait for others, in milliseconds: normally, and once half a second's calls are used. */
const GATHERING_MS = 5;
const SCARCE_GATHERING_MS = 25;

/** How long a stale value may be read anew while nobody waits for it, in milliseconds. */
const REFRESH_MS = 10_000;

/** What is asked of keys, and by whom. */
interface Question {
  readonly lookup: Lookup<unknown>;
  readonly projection: Projection;
  readonly options: CallOptions;
  readonly notes: ReadNote[] | undefined;
}

/** Where a value came from, and when; also one that says there is nothing. */
export interface ReadNote {
  readonly api: string;
  /** The template of its route. */
  readonly route: string;
  /** In milliseconds of the wall clock. */
  readonly readAt: number;
  /** Whether it was read before anybody asked for it here. */
  readonly fromCache: boolean;
}

/** The calls of one lookup. */
interface LookupCalls {
  /** What is to be sent or under way: for each key the latest batch that contains it. */
  readonly byKey: Map<string, Batch>;
  /** The batches that take further keys. */
  readonly open: Map<Priority, Batch>;
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
  readonly #cache: AnswerCache | undefined;
  readonly #pressure: () => Pressure;
  readonly #reader: BatchReader;
  /** By the name of the lookup. */
  readonly #calls = new Map<string, LookupCalls>();

  /** Without a cache nothing is kept; without a pressure calls are never scarce. */
  constructor(client: JsonClient, cache?: AnswerCache, pressure: () => Pressure = () => 'none') {
    this.client = client;
    this.#cache = cache;
    this.#pressure = pressure;
    this.#reader = new BatchReader(client);
  }

  /**
   * The values of different keys in their order: null where there is none, the error where a key failed. Into `notes` goes
   * where each came from.
   */
  async load<Value>(
    lookup: Lookup<Value>,
    keys: readonly string[],
    projection: Projection,
    options: CallOptions,
    notes?: ReadNote[],
  ): Promise<(Value | null | Error)[]> {
    const question = { lookup, projection, options, notes };
    const joined = keys.map((key) => this.#join(question, key));
    const find = (key: string, index: number) =>
      joined[index] ? undefined : this.#cache?.find(this.#readOf(question, key));
    const known = this.#cache && (await Promise.all(keys.map(find)));
    const values = keys.map((key, index) => this.#valueOf(question, key, joined[index], known?.[index]));
    // A name stands for one kind of value, in calls under way and in the cache.
    return Promise.all(values) as Promise<(Value | null | Error)[]>;
  }

  /** After a write that is carried out within `ms`: nothing that was asked before it is given to those who ask later. */
  async forget(tags: readonly string[], ms = 0): Promise<void> {
    for (const { byKey } of this.#calls.values()) {
      for (const [key, { lookup, isSealed }] of byKey) {
        if (isSealed && lookup.tagsOf(key).some((tag) => tags.includes(tag))) byKey.delete(key);
      }
    }
    if (tags.length > 0) this.#reader.failed.forgive();
    await this.#cache?.forget(tags, ms);
  }

  /** Waits for the call that brings what is asked for, if there is one. */
  #join({ lookup, projection, options }: Question, key: string): Promise<Answered> | undefined {
    const batch = this.#calls.get(lookup.name)?.byKey.get(key);
    // A background call may wait long for its turn.
    const isInTime = batch?.isSealed || batch?.priority === 'interactive' || options.priority === 'background';
    if (!isInTime || !batch?.brings(projection)) return undefined;
    this.#observe('joined', lookup, options);
    return batch.join(options);
  }

  /** The value that a call brings, the one that is kept, or the one that is kept in place of a call that fails. */
  async #valueOf(
    question: Question,
    key: string,
    joined: Promise<Answered> | undefined,
    { cached, marks = [] }: Partial<Known> = {},
  ): Promise<unknown> {
    const { lookup, options } = question;
    const kept = options.mustRevalidate ? undefined : cached;
    // Others may have begun the same while the cache was asked.
    const begun = joined ?? this.#join(question, key);
    const isMissed = !begun && (kept === undefined || kept.age === 'kept');
    if (isMissed && this.#cache) this.#observe('missed', lookup, options);
    const call = begun ?? (isMissed ? this.#call(question, key, marks) : undefined);
    if (call) {
      const { found, readAt } = await call.catch((reason) => ({ found: new Map([[key, asError(reason)]]), readAt: 0 }));
      const value = found.get(key) ?? null;
      if (!kept || begun || !isFailing(value)) {
        if (!(value instanceof Error)) this.#note(question, readAt, false);
        return value;
      }
    } else if (kept?.age === 'stale' && !this.#calls.get(lookup.name)?.byKey.has(key)) {
      const background: CallOptions = { deadline: performance.now() + REFRESH_MS, priority: 'background' };
      // Whoever asks when the value is too old sees the failure.
      void this.#call({ ...question, options: background }, key, marks);
    }
    this.#observe(kept?.age === 'fresh' ? 'kept' : 'stale', lookup, options);
    if (kept) this.#note(question, kept.readAt, true);
    return kept?.value;
  }

  /** Puts a key into the open batch, or into a new one, unless it failed a moment ago; `marks` are those of its tags now. */
  #call({ lookup, projection, options }: Question, key: string, marks: readonly string[]): Promise<Answered> {
    const { priority = 'interactive' } = options;
    const { failed } = this.#reader;
    const failure = failed.failureOf(lookup, key, projection, options.caller);
    if (failure) return Promise.resolve({ found: new Map([[key, failure]]), readAt: 0 });
    const { byKey, open } = this.#callsOf(lookup);
    const isAlone = !lookup.fits || failed.failsAlone(lookup, key);
    let batch = isAlone ? undefined : open.get(priority);
    if (!batch?.add(key, projection, marks)) {
      // A full batch has nothing left to wait for.
      if (batch) this.#send(batch);
      batch = new Batch(lookup, projection, priority, (startedAt, hadItsTurn) =>
        this.client.overdue(lookup.route, startedAt, hadItsTurn, this.#pressure() === 'waiting'),
      );
      batch.add(key, projection, marks);
      if (!isAlone) open.set(priority, batch);
      this.#schedule(batch);
    }
    byKey.set(key, batch);
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
    const mayGrow = batch.lookup.fits !== undefined && this.#pressure() === 'waiting';
    batch.run(async (options) => {
      try {
        const found = await this.#reader.read(batch, mayGrow, options);
        this.#keep(batch, found);
        return { found, readAt: Date.now() };
      } finally {
        this.#drop(batch);
      }
    });
    // Everybody may have left before it was sent.
    if (batch.isOver) this.#drop(batch);
  }

  #keep(batch: Batch, found: Found<unknown>): void {
    const { keys, marks, replyLength } = batch;
    keys.forEach((key, index) => {
      const value = found.get(key) ?? null;
      // Failures of repeated calls are reported only where somebody sees them.
      if (value instanceof UpstreamError) {
        if (batch.isShared) value.becomeShared();
        this.client.report(value);
      } else this.#cache?.keep(this.#readOf(batch, key), value, marks[index] ?? [], replyLength / keys.length);
    });
  }

  #drop(batch: Batch): void {
    const { lookup, keys, priority } = batch;
    const { byKey, open } = this.#callsOf(lookup);
    for (const key of keys) if (byKey.get(key) === batch) byKey.delete(key);
    if (open.get(priority) === batch) open.delete(priority);
    // There are as many single reads as questions.
    if (!lookup.fits && byKey.size === 0) this.#calls.delete(lookup.name);
  }

  #callsOf({ name }: Lookup<unknown>): LookupCalls {
    let calls = this.#calls.get(name);
    if (!calls) {
      calls = { byKey: new Map(), open: new Map(), sentAt: Number.NEGATIVE_INFINITY };
      this.#calls.set(name, calls);
    }
    return calls;
  }

  #readOf({ lookup, projection }: Pick<Question, 'lookup' | 'projection'>, key: string): CachedRead {
    const { name, resource } = lookup;
    return { question: `${this.client.api} ${name}/${key}`, projection, resource, tags: lookup.tagsOf(key) };
  }

  #note({ lookup: { route }, notes }: Question, readAt: number, fromCache: boolean): void {
    notes?.push({ api: this.client.api, route, readAt, fromCache });
  }

  #observe(from: ReadRecord['from'], { route, resource }: Lookup<unknown>, { operation }: CallOptions): void {
    this.client.observe({ route, resource, from, operation });
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
