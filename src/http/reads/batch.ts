import { covers, type Projection, union } from '../cache/projection.ts';
import type { CallOptions, Priority, Repetition } from '../client/call-options.ts';
import type { JsonClient } from '../client/json-client.ts';
import { listedLength } from '../client/path.ts';
import { readApart } from './bisect.ts';
import type { FailedKeys } from './failed-keys.ts';
import type { Asked, Found, KeyedCall, KeyedPage, Lookup } from './lookup.ts';
import { SharedCall } from './shared-call.ts';

/** Where the batches of an API are read. */
export interface BatchSource {
  readonly client: JsonClient;
  readonly failed: FailedKeys;
  /** Whether calls wait for their turns, so that batches may grow meanwhile. */
  isScarce(): boolean;
}

/** Nobody's largest page has a size like 29: behind so many rows one is missing because the API has no such row. */
const MANY_ROWS = 19;

/** A call that reads several keys. Others may join until it has its turn to be sent. */
export class Batch extends SharedCall<void> implements Asked {
  readonly #source: BatchSource;
  readonly lookup: Lookup<unknown>;
  /** Each once, with the marks of its tags when it was asked for. */
  readonly keys: string[] = [];
  readonly marks: (readonly string[])[] = [];
  projection: Projection;
  /** Whether its call waits for its turn already. */
  isOnItsWay = false;
  /** What came of its keys, and when, in milliseconds of the wall clock. */
  found: Found<unknown> = new Map();
  readAt = 0;
  /** The length of what came back, in characters. */
  replyLength = 0;
  /** Whether it takes no further keys. What is asked of those that it has may still be widened. */
  #isFull = false;
  #length = 0;

  constructor(source: BatchSource, lookup: Lookup<unknown>, projection: Projection) {
    super((startedAt, hadItsTurn) => source.client.overdue(lookup.route, startedAt, hadItsTurn, source.isScarce()));
    this.#source = source;
    this.lookup = lookup;
    this.projection = projection;
  }

  /** Adds a key; false if there is no room for it, or its call would be too late for whoever asks. */
  add(key: string, projection: Projection, marks: readonly string[], { priority }: CallOptions): boolean {
    const length = this.#length + listedLength(key);
    if (this.#isFull || !this.#isInTimeFor(priority) || !this.#widen(projection, this.keys.length + 1, length))
      return false;
    this.keys.push(key);
    this.marks.push(marks);
    this.#length = length;
    return true;
  }

  /** Whether it brings enough of its keys in time. It is widened for that as long as it can be. */
  brings(projection: Projection, { priority }: CallOptions): boolean {
    if (this.isOver || !this.#isInTimeFor(priority)) return false;
    return covers(this.projection, projection) || this.#widen(projection);
  }

  /** Until it is sent, a background call may wait long for its turn. */
  #isInTimeFor(priority: Priority | undefined): boolean {
    return this.hadItsTurn || this.owner?.priority !== 'background' || priority === 'background';
  }

  #widen(projection: Projection, keys = this.keys.length, length = this.#length): boolean {
    const united = union(this.projection, projection);
    if (this.hadItsTurn || this.isOver || !this.#fits(keys, length, united)) return false;
    this.projection = united;
    return true;
  }

  #fits(keys: number, length: number, projection: Projection): boolean {
    const { lookup } = this;
    if (keys > (this.#source.failed.mostKeys.get(lookup.name) ?? keys)) return false;
    return keys === 1 || (lookup.fits?.(keys, length, projection) ?? false);
  }

  /** Makes its calls. A list of keys that the API refuses, or that makes it fail, is taken apart. */
  async read(options: CallOptions): Promise<void> {
    const { lookup, keys } = this;
    const { failed } = this.#source;
    const again = options.repeats ?? (keys.length === 1 ? failed.repetitionOf(lookup, keys[0] ?? '') : undefined);
    const mayGrow = this.#source.isScarce() && this.#fits(keys.length + 1, this.#length, this.projection);
    const call = mayGrow ? lookup : this.#callFor(keys);
    // Other keys cannot join a call that is for one only.
    this.#isFull = call !== lookup;
    let alone: ReadonlySet<string> = new Set();
    const readKeys = (asked: Asked, repeats = again) =>
      this.#readPages(this.#callFor(asked.keys), asked, options, repeats);
    try {
      this.found = await this.#readPages(call, this, options, again);
    } catch (error) {
      // Where it failed without its turn: whatever is asked from now on would not be read.
      this.hadItsTurn = true;
      const { projection } = this;
      const readPart = (part: readonly string[]) => readKeys({ keys: part, projection }, 'part');
      ({ found: this.found, alone } = await readApart(failed, lookup, keys, error, readPart));
    }
    if (lookup.complete) this.found = await lookup.complete(this.found, this, readKeys);
    this.readAt = Date.now();
    for (const key of keys) failed.learn(this, key, alone.has(key));
  }

  /** The call for keys that no others can join any more. */
  #callFor({ length }: readonly string[]): KeyedCall<unknown> {
    return (length === 1 && this.lookup.alone) || this.lookup;
  }

  /**
   * The values of keys, of which there may be more until the first call is sent: the one loop of all lookups. Keys that
   * are missing in an answer are asked for alone, with a first page of their own, until an answer has all of them, brings
   * no new one, or says that there are no others: so it does not matter how the API pages, cuts, repeats or counts. An API
   * that gives rows which nobody asked for ignores what narrows its list: then its next page is asked for instead, and
   * those rows are never used. One that gives just the first keys may read no longer lists: the others are asked for once
   * more. Of two rows with one key the wider one counts.
   */
  async #readPages(
    call: KeyedCall<unknown>,
    asked: Asked,
    options: CallOptions,
    repeats: Repetition | undefined,
  ): Promise<Found<unknown>> {
    const { lookup } = this;
    const { client, failed } = this.#source;
    const { route, mayBeMissing = true, mayBeEmpty = false } = call;
    const found = new Map<string, unknown>();
    const missing = () => asked.keys.filter((key) => !found.has(key));
    let number = 1;
    let { keys } = asked;
    let cut = 0;
    const path = () => {
      keys = number > 1 ? asked.keys : missing();
      return call.path({ keys, projection: asked.projection }, number);
    };
    for (;;) {
      let asOf = Date.now();
      let isNothing = mayBeMissing;
      const answer = await client.get({
        ...{ route, path, mayBeMissing, repeats, options },
        keys: lookup.fits && (() => this.keys.length),
        onReply: ({ status, length, sentAt, date = sentAt }) => {
          isNothing = mayBeMissing || (mayBeEmpty && status === 204);
          this.replyLength += length;
          // What changed before the call was sent is in its answer; the API's clock may be behind ours.
          asOf = Math.min(sentAt, date);
        },
      });
      failed.answered(lookup);
      if (answer === undefined && isNothing) {
        for (const key of missing()) found.set(key, null);
        return found;
      }
      const page = call.pageIn(answer, asked, asOf);
      const all = new Set(asked.keys);
      const before = found.size;
      let others = 0;
      for (const row of page.rows) {
        const [key, value] = row ?? [];
        if (key !== undefined && all.has(key)) found.set(key, wider(value, found.get(key)));
        else others += 1;
      }
      const came = found.size - before;
      const left = all.size - found.size;
      if (cut > 0 && came > 0) failed.mostKeys.set(lookup.name, cut);
      const isCut = others === 0 && failed.mayBeCut(lookup, keys, found) && isMaximum(came);
      cut = isCut ? came : 0;
      if (left === 0 || came === 0 || (!isCut && isLast(page, number, came + others, left))) return found;
      number = others > 0 ? number + 1 : 1;
    }
  }
}

/** Whether the page with this number, which has so many rows and not all keys, is the last one. */
function isLast({ total, pages }: KeyedPage<unknown>, number: number, rows: number, left: number): boolean {
  if (pages !== undefined) return pages <= number;
  return rows >= (total ?? Number.POSITIVE_INFINITY) || (left === 1 && rows >= MANY_ROWS && !isMaximum(rows));
}

/** Whether somebody may have chosen it as the most that an API gives, or takes: 50, 64, or all below 100. */
function isMaximum(count: number): boolean {
  return count % 5 === 0 || count % 4 === 0 || count % 100 === 99;
}

/** Of two rows with one key the one that says more. */
function wider(row: unknown, other: unknown): unknown {
  return other === undefined || other === null || width(row) > width(other) ? row : other;
}

/** How much a row says: the number of its values, at any reasonable depth. */
function width(value: unknown, depth = 0): number {
  if (typeof value !== 'object' || depth > 100) return 1;
  return value === null ? 0 : Object.values(value).reduce<number>((sum, member) => sum + width(member, depth + 1), 0);
}
