import type { Pressure } from '../budget/budget.ts';
import type { AnswerCache, CachedRead } from '../cache/answer-cache.ts';
import { type CallOptions, type SharedCallOptions, withCallOptions } from '../client/call-options.ts';
import type { ApiCallStatistics } from '../client/call-statistics.ts';
import type { JsonClient } from '../client/json-client.ts';
import { UpstreamError } from '../client/upstream-error.ts';
import { Batch } from './batch.ts';
import { bisectRefusedBatch } from './bisect-refused-batch.ts';
import type { FoundRows, LookupSource, SoughtRows } from './lookup-source.ts';
import type { Projection } from './projection.ts';
import { readThrough, refreshing } from './read-through.ts';
import { SharedCall } from './shared-call.ts';

/** What all reads with one credential share. */
export interface LookupReads {
  readonly client: Pick<JsonClient, 'get'>;
  readonly cache: AnswerCache | undefined;
  pressure(): Pressure;
  sharing(route: string): SharedCallOptions;
  statisticsOf(callOptions: CallOptions): ApiCallStatistics | undefined;
}

/** How long lookups wait for others in milliseconds: while calls are plenty, and from half a second's calls on. */
const GATHERING_MS = 5;
const SCARCE_GATHERING_MS = 25;

/**
 * Rows of one kind by their keys, with one credential, over all operations. Lookups of one moment are one call, and
 * for as long as that waits for its turn others join it: batches grow when calls are dear.
 */
export class Lookups<Row> {
  readonly #name: string;
  readonly #reads: LookupReads;
  readonly #source: LookupSource<Row>;
  /** Of each key the batch that took it in last. */
  readonly #sought = new Map<string, Batch<Row>>();
  readonly #open: { interactive?: Batch<Row>; background?: Batch<Row> } = {};
  #lastAt = Number.NEGATIVE_INFINITY;

  /** `name` stands for the kind of row, and for no other. */
  constructor(name: string, source: LookupSource<Row>, reads: LookupReads) {
    this.#name = name;
    this.#source = source;
    this.#reads = reads;
  }

  /** One row with at least what the projection asks for; null when there is none. Throws `UpstreamError`. */
  load(key: string, projection: Projection, callOptions: CallOptions): Promise<Row | null> {
    return readThrough<Row | null>({
      cache: this.#reads.cache,
      read: () => this.#readOf(key, projection),
      callOptions,
      statistics: this.#reads.statisticsOf(callOptions),
      join: () => this.#batchFor(key, projection, callOptions)?.row(key, callOptions),
      fetch: (marks) => this.#fetch(key, projection, callOptions, marks),
      refresh: (marks) => {
        // Who asks when the row is too old will see the failure.
        if (!this.#sought.has(key)) this.#fetch(key, projection, refreshing(), marks).catch(() => undefined);
      },
    });
  }

  /** Behind a write: what is under way was asked before it. */
  leaveBehind(tags: readonly string[]): void {
    for (const [key, batch] of this.#sought) {
      if (batch.isSealed && this.#source.tagsOf(key).some((tag) => tags.includes(tag))) {
        this.#sought.delete(key);
      }
    }
  }

  #readOf(key: string, projection: Projection): CachedRead {
    const { resource } = this.#source;
    return { question: `${this.#name}/${key}`, projection, resource, tags: this.#source.tagsOf(key) };
  }

  #batchFor(key: string, projection: Projection, { priority }: CallOptions): Batch<Row> | undefined {
    const batch = this.#sought.get(key);
    // What nobody waits for may wait long for its turn.
    const isInTime = batch?.isSealed || batch?.priority === (priority ?? 'interactive');
    return isInTime && batch?.take(key, projection) ? batch : undefined;
  }

  #fetch(
    key: string,
    projection: Projection,
    callOptions: CallOptions,
    marks: readonly string[],
  ): Promise<Row | null> {
    const length = this.#source.lengthOf(key);
    const batch = this.#batchWithRoom(length, projection, callOptions);
    batch.add(key, length, projection, marks);
    this.#sought.set(key, batch);
    const statistics = this.#reads.statisticsOf(callOptions);
    if (statistics && !batch.isFor(callOptions)) statistics.batched += 1;
    return batch.row(key, callOptions);
  }

  #batchWithRoom(
    length: number,
    projection: Projection,
    { priority = 'interactive' }: CallOptions,
  ): Batch<Row> {
    const open = this.#open[priority];
    if (open?.isOpen) {
      const united = open.unitedWith(projection);
      if (this.#source.fits(open.size + 1, open.length + length, united)) return open;
      // There is nothing left to wait for.
      this.#send(open);
    }
    const call = new SharedCall<FoundRows<Row>>(this.#reads.sharing(this.#source.route));
    const batch = new Batch(call, projection, priority);
    this.#open[priority] = batch;
    this.#schedule(batch);
    return batch;
  }

  /** Where calls cost nothing the first of many goes at the end of its tick; all others gather. */
  #schedule(batch: Batch<Row>): void {
    const pressure = this.#reads.pressure();
    if (pressure === 'none' && performance.now() - this.#lastAt > GATHERING_MS) {
      setImmediate(() => this.#send(batch));
    } else {
      const isPlenty = pressure === 'none' || pressure === 'low';
      setTimeout(() => this.#send(batch), isPlenty ? GATHERING_MS : SCARCE_GATHERING_MS);
    }
  }

  #send(batch: Batch<Row>): void {
    if (batch.isOnItsWay) return;
    batch.isOnItsWay = true;
    this.#lastAt = performance.now();
    const { client } = this.#reads;
    const mayGrow = this.#reads.pressure() === 'waiting';
    batch.call.run(async (callOptions) => {
      const sought: SoughtRows = {
        size: batch.size,
        mayGrow,
        seal: () => batch.seal(),
        get: (call) => client.get(withCallOptions({ ...call, onLength: batch.onLength }, callOptions)),
      };
      try {
        const rows = await bisectRefusedBatch(this.#source, sought);
        this.#keep(batch, rows);
        return rows;
      } finally {
        this.#drop(batch);
      }
    });
    // All may have left before it was sent.
    if (batch.call.isOver) this.#drop(batch);
  }

  #keep(batch: Batch<Row>, rows: FoundRows<Row>): void {
    const { cache } = this.#reads;
    if (!cache) return;
    const length = batch.answerLength / batch.size;
    for (const [key, marks] of batch.marks) {
      const row = rows.get(key) ?? null;
      if (row instanceof UpstreamError) continue;
      cache.keep(this.#readOf(key, batch.projection), row, marks, length);
    }
  }

  #drop(batch: Batch<Row>): void {
    for (const key of batch.marks.keys()) if (this.#sought.get(key) === batch) this.#sought.delete(key);
    if (this.#open[batch.priority] === batch) delete this.#open[batch.priority];
    batch.letGo();
  }
}
