import { setImmediate } from 'node:timers/promises';
import { GraphQLError } from 'graphql';

/** What one execution may take, and what is thrown where it takes more. */
export interface Limits {
  /** The most bytes of its answer. */
  readonly maxBytes: number;
  /** When its answer should be there, in `performance.now()` milliseconds. */
  readonly deadline?: number | undefined;
  /** Aborted when nobody waits for the answer. */
  readonly signal?: AbortSignal | undefined;
  /** After so much of the answer others go first; 64,000 when left out. */
  readonly sliceBytes?: number;
  /** Whether errors keep to themselves which names are close to an unknown one. */
  readonly hideSuggestions?: boolean;
  readonly tooLarge: () => Error;
  readonly tooLate: () => Error;
}

/** A value counts for at least so many bytes, however short it is: it takes time and memory. */
export const LEAST_BYTES = 8;
/** So many more count for a value whose resolver looks at more than its row, and again if it comes later. */
export const RESOLVED_BYTES = 24;
/** And for one that is an error: that has a stack, and a place. */
export const ERROR_BYTES = 256;

/** Some thousand values, which take milliseconds. */
const SLICE_BYTES = 64_000;

/** How long computing may go on after the deadline, in milliseconds, so that what came in time is not lost. */
const GRACE_MS = 1_000;

/** What one execution has left: of its answer's size, of its time, and of the time before others go first. */
export class Allowance {
  readonly #limits: Limits;
  readonly #latest: number;
  #spent = 0;
  readonly #sliceBytes: number;
  #sliceEnd: number;
  readonly #waiting: (() => void)[] = [];
  #isServing = false;
  /** Called once, as soon as there is nothing left. */
  onOver: (over: GraphQLError) => void = () => {};
  /** Why the whole execution has ended, once it has. */
  over: GraphQLError | undefined;

  constructor(limits: Limits) {
    this.#limits = limits;
    this.#sliceBytes = limits.sliceBytes ?? SLICE_BYTES;
    this.#sliceEnd = this.#sliceBytes;
    const { deadline = Number.POSITIVE_INFINITY } = limits;
    // A short deadline has a short grace: nothing takes more than twice its time.
    this.#latest = deadline + Math.max(0, Math.min(deadline - performance.now(), GRACE_MS));
  }

  /** Counts a part of the answer. Throws where there is nothing left, then and ever after. */
  spend(bytes: number): void {
    this.#spent += bytes;
    if (this.#spent > this.#limits.maxBytes) throw this.over ?? this.#end(this.#limits.tooLarge());
  }

  /** Whether others should go first: whoever has more to do waits for its `turn`. */
  get isSliceOver(): boolean {
    return this.#spent >= this.#sliceEnd;
  }

  /** Resolves when it may go on. Never, once the execution is over. */
  turn(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#waiting.push(resolve);
    if (!this.#isServing) void this.#serve();
    return promise;
  }

  /** The data, or a rejection as soon as the execution is over. */
  unlessOver<Data>(data: Promise<Data>): Promise<Data> {
    return new Promise((resolve, reject) => {
      this.onOver = reject;
      if (this.over) reject(this.over);
      data.then(resolve, reject);
    });
  }

  async #serve(): Promise<void> {
    this.#isServing = true;
    // The last first: what was begun is finished and let go of, before there is more of it.
    for (let goOn = this.#waiting.pop(); goOn; goOn = this.#waiting.pop()) {
      if (this.isSliceOver) {
        await setImmediate();
        this.#sliceEnd = this.#spent + this.#sliceBytes;
        this.#look();
        if (this.over) return;
      }
      goOn();
      // What it does at once it does before this goes on.
      await undefined;
    }
    this.#isServing = false;
  }

  #look(): void {
    const { signal, tooLate } = this.#limits;
    if (signal?.aborted) this.#end(signal.reason);
    else if (this.#latest <= performance.now()) this.#end(tooLate());
  }

  #end(reason: Error): GraphQLError {
    this.#spent = Number.POSITIVE_INFINITY;
    if (!this.over) {
      this.over = new GraphQLError(reason.message, { originalError: reason });
      this.onOver(this.over);
    }
    return this.over;
  }
}
