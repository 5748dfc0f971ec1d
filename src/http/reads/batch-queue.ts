import { LRUCache } from 'lru-cache';
import type { Pressure } from '../budget/budget.ts';
import { type CallOptions, type SharedCallOptions, withCallOptions } from '../client/call-options.ts';
import type { JsonClient } from '../client/json-client.ts';
import { UpstreamError } from '../client/upstream-error.ts';
import { Batch } from './batch.ts';
import { bisectRefusedBatch } from './bisect-refused-batch.ts';
import type { Ask, Found, KeysToRead, Lookup } from './lookup.ts';

/** How long keys wait for others, in milliseconds: normally, and once half a second's calls are used. */
const GATHERING_MS = 5;
const SCARCE_GATHERING_MS = 25;

/** How long a key that failed alone is asked for alone, in milliseconds, and how many of them are remembered. */
const ALONE_MS = 60_000;
const MOST_ALONE = 1_000;

/** Told what a batch has brought. */
export type OnFound = (batch: Batch<unknown>, found: Found<unknown>) => void;

/** The calls of one API that are about to be made or under way, and what each of them reads. */
export class BatchQueue {
  readonly #client: JsonClient;
  readonly #pressure: () => Pressure;
  readonly #onFound: OnFound;
  /** By lookup and key, the latest batch that contains it. */
  readonly #batches = new Map<string, Map<string, Batch<unknown>>>();
  /** By lookup and priority, the batch that takes further keys. */
  readonly #open = new Map<string, Batch<unknown>>();
  readonly #failedAlone = new LRUCache<string, true>({ max: MOST_ALONE, ttl: ALONE_MS });
  /** When each route answered last, in `performance.now()` milliseconds. */
  readonly #answeredAt = new Map<string, number>();
  /** When each lookup was last sent, in `performance.now()` milliseconds. */
  readonly #sentAt = new Map<string, number>();

  constructor(client: JsonClient, pressure: () => Pressure, onFound: OnFound) {
    this.#client = client;
    this.#pressure = pressure;
    this.#onFound = onFound;
  }

  has(lookup: Lookup<unknown>, key: string): boolean {
    return this.#batches.get(lookup.name)?.has(key) ?? false;
  }

  /** The batch that brings what is asked for, if there is one: widened for it if it is still to be sent. */
  find<Value>(lookup: Lookup<Value>, ask: Ask, { priority }: CallOptions): Batch<Value> | undefined {
    const batch = this.#batches.get(lookup.name)?.get(ask.key);
    // A background call may wait long for its turn.
    const isInTime = batch?.isSealed || batch?.priority === 'interactive' || priority === 'background';
    // A name stands for one kind of value.
    return isInTime && batch?.take(ask) ? (batch as Batch<Value>) : undefined;
  }

  /** Puts a key into a batch; `marks` are those of its tags now. */
  add<Value>(lookup: Lookup<Value>, ask: Ask, marks: readonly string[], options: CallOptions): Batch<Value> {
    const isSuspect = lookup.lists !== undefined && this.#failedAlone.has(questionOf(lookup, ask.key));
    const isAlone = !lookup.lists || isSuspect;
    const batch = isAlone ? this.#begin(lookup, ask, options) : this.#batchWithRoom(lookup, ask, options);
    batch.isSuspect = isSuspect;
    batch.add(ask, marks);
    const byKey = this.#batches.get(lookup.name) ?? new Map<string, Batch<unknown>>();
    this.#batches.set(lookup.name, byKey.set(ask.key, batch as Batch<unknown>));
    return batch;
  }

  /** After a write: what was sent before it is given to nobody who asks from now on. */
  leaveBehind(tags: readonly string[]): void {
    for (const byKey of this.#batches.values()) {
      for (const [key, { lookup, isSealed }] of byKey) {
        if (isSealed && lookup.tagsOf(key).some((tag) => tags.includes(tag))) byKey.delete(key);
      }
    }
  }

  #batchWithRoom<Value>(lookup: Lookup<Value>, ask: Ask, options: CallOptions): Batch<Value> {
    const name = `${lookup.name} ${options.priority ?? 'interactive'}`;
    const open = this.#open.get(name);
    // One name stands for one kind of value.
    if (open?.hasRoomFor(ask)) return open as Batch<Value>;
    // A full batch has nothing left to wait for.
    if (open) this.#send(open);
    const batch = this.#begin(lookup, ask, options);
    this.#open.set(name, batch as Batch<unknown>);
    return batch;
  }

  /** Where calls cost nothing the first of many goes at the end of its tick. Later ones gather, and all that are scarce. */
  #begin<Value>(lookup: Lookup<Value>, { projection }: Ask, { priority }: CallOptions): Batch<Value> {
    const batch = new Batch(lookup, this.#sharing(lookup.route), projection, priority ?? 'interactive');
    const send = () => this.#send(batch as Batch<unknown>);
    if (!lookup.lists) {
      queueMicrotask(send);
      return batch;
    }
    const pressure = this.#pressure();
    const isFirst = performance.now() - (this.#sentAt.get(lookup.name) ?? -Infinity) > GATHERING_MS;
    if (pressure === 'none' && isFirst) setImmediate(send);
    else setTimeout(send, pressure === 'none' || pressure === 'low' ? GATHERING_MS : SCARCE_GATHERING_MS);
    return batch;
  }

  /** A call that is not sent yet waits for its turn only while calls are scarce; otherwise it waits to log in. */
  #sharing(route: string): SharedCallOptions {
    const { api, overdue } = this.#client.sharing(route);
    return {
      api,
      overdue: (startedAt, hadItsTurn) => overdue(startedAt, hadItsTurn || this.#pressure() !== 'waiting'),
    };
  }

  #send(batch: Batch<unknown>): void {
    if (batch.isOnItsWay) return;
    batch.isOnItsWay = true;
    const { lookup } = batch;
    if (lookup.lists) this.#sentAt.set(lookup.name, performance.now());
    const mayGrow = lookup.lists !== undefined && this.#pressure() === 'waiting';
    batch.call.run(async (options) => {
      const repeats = batch.isSuspect ? 'question' : undefined;
      const get: KeysToRead['get'] = async (call) => {
        const onReply = batch.noteReply(call.onReply);
        const answer = await this.#client.get(withCallOptions({ repeats, ...call, onReply }, options));
        this.#answeredAt.set(call.route, performance.now());
        return answer;
      };
      try {
        const found = await bisectRefusedBatch(
          lookup,
          { size: batch.marks.size, mayGrow, seal: batch.seal, get },
          {
            answeredAt: () => this.#answeredAt.get(lookup.route),
            onFailedAlone: (key) => this.#failedAlone.set(questionOf(lookup, key), true),
          },
        );
        // Failures of repeated calls are reported only where somebody sees them.
        for (const value of found.values()) if (value instanceof UpstreamError) this.#client.report(value);
        this.#onFound(batch, found);
        return found;
      } catch (error) {
        if (error instanceof UpstreamError) this.#client.report(error);
        throw error;
      } finally {
        this.#drop(batch);
      }
    });
    // Everybody may have left before it was sent.
    if (batch.call.isOver) this.#drop(batch);
  }

  #drop(batch: Batch<unknown>): void {
    const { lookup, priority } = batch;
    const byKey = this.#batches.get(lookup.name);
    for (const key of batch.marks.keys()) if (byKey?.get(key) === batch) byKey.delete(key);
    if (byKey?.size === 0) this.#batches.delete(lookup.name);
    const name = `${lookup.name} ${priority}`;
    if (this.#open.get(name) === batch) this.#open.delete(name);
    batch.letGo();
  }
}

/** What makes two questions to one API the same. */
export function questionOf({ name }: Lookup<unknown>, key: string): string {
  return `${name}/${key}`;
}
