import type { Pressure } from '../budget/budget.ts';
import type { AnswerCache, Cached, CachedRead } from '../cache/answer-cache.ts';
import type { Projection } from '../cache/projection.ts';
import type { CallOptions } from '../client/call-options.ts';
import type { ReadRecord } from '../client/call-record.ts';
import type { JsonClient } from '../client/json-client.ts';
import { UpstreamError } from '../client/upstream-error.ts';
import { Batch } from './batch.ts';
import { FailedKeys } from './failed-keys.ts';
import type { Lookup, ReadOptions } from './lookup.ts';

/** How long keys wait for others, in milliseconds: normally, and once half a second's calls are used. */
const GATHERING_MS = 5;
const SCARCE_GATHERING_MS = 25;

/** How long a stale value may be read anew while nobody waits for it, in milliseconds. */
const REFRESH_MS = 10_000;

/** What is asked of a key, and by whom. */
interface Question {
  readonly lookup: Lookup<unknown>;
  readonly key: string;
  readonly projection: Projection;
  readonly options: ReadOptions;
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
  /** The latest batch with each key, to be sent or under way; by the names of lookups and keys. */
  readonly #batches = new Map<string, Batch>();
  /** By the name of the lookup, the batch that takes further keys, and when the latest was sent. */
  readonly #open = new Map<string, Batch>();
  readonly #sentAt = new Map<string, number>();

  /** Without a cache nothing is kept; without a pressure calls are never scarce. */
  constructor(client: JsonClient, cache?: AnswerCache, pressure: () => Pressure = () => 'none') {
    this.client = client;
    this.#cache = cache;
    this.#pressure = pressure;
  }

  /** Whether calls wait for their turns, so that batches may grow meanwhile. */
  isScarce(): boolean {
    return this.#pressure() === 'waiting';
  }

  /** The values of different keys in their order: null where there is none, the error where a key failed. */
  load<Value>(
    lookup: Lookup<Value>,
    keys: readonly string[],
    projection: Projection,
    options: ReadOptions,
  ): Promise<(Value | null | Error)[]> {
    const values = keys.map((key) => this.#value({ lookup, key, projection, options }).catch(asError));
    // A name stands for one kind of value, in calls under way and in the cache.
    return Promise.all(values) as Promise<(Value | null | Error)[]>;
  }

  /** After a write that is carried out within `ms`: nothing that was asked before it is given to those who ask later. */
  async forget(tags: readonly string[], ms = 0): Promise<void> {
    for (const batch of new Set(this.#batches.values())) {
      const isChanged = (key: string) => batch.lookup.tagsOf(key).some((tag) => tags.includes(tag));
      if (batch.hadItsTurn) this.#drop(batch, batch.keys.filter(isChanged));
    }
    if (tags.length > 0) this.failed.forgive();
    await this.#cache?.forget(tags, ms);
  }

  /** The value of a key: of a call that is under way, kept, or of a call that begins now. */
  async #value(question: Question): Promise<unknown> {
    const joined = this.#joined(question);
    if (joined) return await this.#brought(joined, question);
    const { cached, marks = [] } = (await this.#cache?.find(this.#readOf(question))) ?? {};
    const kept = question.options.mustRevalidate ? undefined : cached;
    if (kept && kept.age !== 'kept') {
      if (kept.age === 'stale') this.#readAnew(question);
      return this.#kept(kept, question);
    }
    try {
      // Others may have begun the same while the cache was asked.
      return await this.#brought(this.#joined(question) ?? this.#called(question, marks), question);
    } catch (error) {
      if (kept && isFailing(error)) return this.#kept(kept, question);
      throw error;
    }
  }

  #kept({ age, readAt, value }: Cached, question: Question): unknown {
    const { lookup, options } = question;
    this.#observe(age === 'fresh' ? 'kept' : 'stale', question);
    options.notes?.push({ api: this.client.api, route: lookup.route, readAt, fromCache: true });
    return value;
  }

  async #brought(batch: Batch, { lookup, key, options }: Question): Promise<unknown> {
    await batch.join(options);
    const value = batch.found.get(key) ?? null;
    if (value instanceof UpstreamError) {
      if (options.hidesReasons) value.becomeShared();
      throw value;
    }
    options.notes?.push({ api: this.client.api, route: lookup.route, readAt: batch.readAt, fromCache: false });
    return value;
  }

  /** The call that brings what is asked for anyway, if there is one. */
  #joined(question: Question): Batch | undefined {
    const { projection, options } = question;
    const batch = this.#batches.get(idOf(question));
    if (!batch?.brings(projection, options)) return undefined;
    this.#observe('joined', question);
    return batch;
  }

  /** While nobody waits for it, unless somebody does: whoever asks when the value is too old sees the failure. */
  #readAnew(question: Question): void {
    if (this.#batches.has(idOf(question))) return;
    const deadline = performance.now() + REFRESH_MS;
    const options: ReadOptions = { deadline, priority: 'background', mustRevalidate: true };
    this.#value({ ...question, options }).catch(() => undefined);
  }

  /** Puts a key into the open batch, or into a new one; `marks` are those of its tags now. Throws the failure of a moment ago. */
  #called(question: Question, marks: readonly string[]): Batch {
    const { lookup, key, projection, options } = question;
    if (this.#cache) this.#observe('missed', question);
    const failure = this.failed.failureOf(lookup, key, projection, options.caller?.name);
    if (failure) throw failure;
    const isAlone = !lookup.fits || this.failed.failsAlone(lookup, key);
    let batch = isAlone ? undefined : this.#open.get(lookup.name);
    if (!batch?.add(key, projection, marks, options)) {
      // One that is full has nothing left to wait for.
      if (batch) this.#send(batch);
      batch = new Batch(this, lookup, projection);
      batch.add(key, projection, marks, options);
      if (!isAlone) this.#open.set(lookup.name, batch);
      this.#schedule(batch);
    } else if (batch.owner !== options) this.#observe('batched', question);
    this.#batches.set(idOf(question), batch);
    return batch;
  }

  /** Where calls cost nothing the first of many goes at the end of its tick. Later ones gather, and all that are scarce. */
  #schedule(batch: Batch): void {
    const { lookup } = batch;
    const send = () => this.#send(batch);
    const pressure = this.#pressure();
    const isFirst = performance.now() - (this.#sentAt.get(lookup.name) ?? Number.NEGATIVE_INFINITY) > GATHERING_MS;
    if (!lookup.fits) queueMicrotask(send);
    else if (pressure === 'none' && isFirst) setImmediate(send);
    else setTimeout(send, pressure === 'none' || pressure === 'low' ? GATHERING_MS : SCARCE_GATHERING_MS);
  }

  #send(batch: Batch): void {
    if (batch.isOnItsWay) return;
    batch.isOnItsWay = true;
    const { lookup } = batch;
    if (lookup.fits) this.#sentAt.set(lookup.name, performance.now());
    batch.run(async (options) => {
      try {
        await batch.read(options);
        this.#keep(batch, options);
      } finally {
        this.#drop(batch);
      }
    });
    // Everybody may have left before it was sent.
    if (batch.isOver) this.#drop(batch);
  }

  #keep(batch: Batch, { repeats }: CallOptions): void {
    const { lookup, projection, keys, marks, found, replyLength } = batch;
    for (const [index, key] of keys.entries()) {
      const value = found.get(key) ?? null;
      // Failures of repeated calls are reported only where somebody sees them.
      if (value instanceof UpstreamError) {
        if (batch.isShared) value.becomeShared();
        // Whoever reads a part of what failed reports what comes of it.
        if (repeats !== 'part') this.client.report(value);
      } else {
        this.#cache?.keep(
          this.#readOf({ lookup, projection, key }),
          value,
          marks[index] ?? [],
          replyLength / keys.length,
        );
      }
    }
  }

  /** Nobody joins it any more for these keys. */
  #drop(batch: Batch, keys: readonly string[] = batch.keys): void {
    const { lookup } = batch;
    const ids = keys.map((key) => idOf({ lookup, key }));
    for (const id of ids) if (this.#batches.get(id) === batch) this.#batches.delete(id);
    if (this.#open.get(lookup.name) === batch) this.#open.delete(lookup.name);
  }

  #readOf(asked: Omit<Question, 'options'>): CachedRead {
    const { lookup, key, projection } = asked;
    const question = `${this.client.api} ${idOf(asked)}`;
    return { question, projection, resource: lookup.resource, tags: lookup.tagsOf(key) };
  }

  #observe(from: ReadRecord['from'], { lookup: { route, resource }, options }: Question): void {
    this.client.observe({ route, resource, from, serves: options.serves?.() ?? [options] });
  }
}

function idOf({ lookup, key }: Pick<Question, 'lookup' | 'key'>): string {
  return `${lookup.name}/${key}`;
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
