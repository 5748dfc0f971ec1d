import { covers, type Projection, union } from '../cache/projection.ts';
import type { Priority } from '../client/call-options.ts';
import { listedLength } from '../client/path.ts';
import type { Asked, Found, Lookup } from './lookup.ts';
import { type Overdue, SharedCall } from './shared-call.ts';

/** What came of the keys of a batch, and when, in milliseconds of the wall clock. */
export interface Answered {
  readonly found: Found<unknown>;
  readonly readAt: number;
}

/** A call that reads several keys. Others may join until it has its turn to be sent. */
export class Batch extends SharedCall<Answered> {
  readonly lookup: Lookup<unknown>;
  readonly priority: Priority;
  /** Each key once. */
  readonly keys: string[] = [];
  /** For each key the marks of its tags when it was asked for. */
  readonly marks: (readonly string[])[] = [];
  /** What of each value is asked for. */
  projection: Projection;
  /** Whether its call waits for its turn already. */
  isOnItsWay = false;
  /** Whether it takes no further keys. What is asked of those that it has may still be widened. */
  isFull = false;
  /** Whether all is fixed: from then on it waits for the API alone. */
  isSealed = false;
  /** The length of what came back, in characters. */
  replyLength = 0;
  /** The projection of the latest key: the rows of a list all ask for the same one. */
  #latest: Projection;
  #length = 0;

  constructor(lookup: Lookup<unknown>, projection: Projection, priority: Priority, overdue: Overdue) {
    super(overdue);
    this.lookup = lookup;
    this.projection = projection;
    this.priority = priority;
    this.#latest = projection;
  }

  /** Adds a key; false if there is no room for it. */
  add(key: string, projection: Projection, marks: readonly string[]): boolean {
    if (this.isFull || this.isSealed || this.isOver) return false;
    const length = this.#length + listedLength(key);
    const united = this.#unitedWith(projection);
    if (this.keys.length > 0 && !this.lookup.fits?.(this.keys.length + 1, length, united)) return false;
    this.keys.push(key);
    this.marks.push(marks);
    this.#length = length;
    this.#latest = projection;
    this.projection = united;
    return true;
  }

  /** Whether it brings enough of its keys. It is widened for that as long as it can be. */
  brings(projection: Projection): boolean {
    if (this.isOver) return false;
    if (!this.isSealed) {
      this.projection = this.#unitedWith(projection);
      this.#latest = projection;
    }
    return projection === this.#latest || covers(this.projection, projection);
  }

  /** Closes it, and returns what it reads. */
  readonly seal = (): Asked => {
    this.isSealed = true;
    return { keys: this.keys, projection: this.projection };
  };

  #unitedWith(projection: Projection): Projection {
    return projection === this.#latest ? this.projection : union(this.projection, projection);
  }
}
