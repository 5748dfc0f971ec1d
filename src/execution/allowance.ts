import { setImmediate } from 'node:timers/promises';
import { GraphQLError } from 'graphql';
import type { Piece } from './written.ts';

/** What one execution may take, and what is thrown where it takes more. */
export interface Limits {
  /** The most bytes of its answer. */
  readonly maxBytes: number;
  /** The most work; 16 million when left out, which take less than a second. */
  readonly maxWork?: number;
  /** When its answer should be there, in `performance.now()` milliseconds. */
  readonly deadline?: number | undefined;
  /** Aborted when nobody waits for the answer. */
  readonly signal?: AbortSignal | undefined;
  /** After so much work others go first; 64,000 when left out. */
  readonly sliceWork?: number;
  /** Whether errors keep to themselves which names are close to an unknown one. */
  readonly hideSuggestions?: boolean;
  readonly tooLarge: () => Error;
  readonly tooMuchWork: () => Error;
  readonly tooLate: () => Error;
}

/** The work of a plain field, or of a member of a list. */
export const VALUE_WORK = 8;
/** So much more is that of a value that is not just read from its row, and again if it comes later. */
export const RESOLVED_WORK = 32;
/** And that of an error, which has a stack and a place. */
export const ERROR_WORK = 400;
/** And that of a later part: it is written by itself, and waits for others. */
export const PART_WORK = 512;
/** So many characters take as long to write as one unit of work. */
const LENGTH_PER_WORK = 16;

const MAX_WORK = 16_000_000;

/** Some thousand values, which take milliseconds. */
const SLICE_WORK = 64_000;

/** How long computing may go on after the deadline, in milliseconds, so that what came in time is not lost. */
const GRACE_MS = 1_000;

/** What one execution has left: of its answer's size, of its time, and of the time before others go first. */
export class Allowance {
  readonly limits: Limits;
  readonly #latest: number;
  /** Of what is to be written, in characters: its bytes are as many or more. */
  #length = 0;
  #bytes = 0;
  #work = 0;
  readonly #sliceWork: number;
  #sliceEnd: number;
  readonly #waiting: (() => void)[] = [];
  #isServing = false;
  /** Called once, as soon as there is nothing left. */
  onOver: (over: GraphQLError) => void = () => {};
  /** Why the whole execution has ended, once it has. */
  over: GraphQLError | undefined;

  constructor(limits: Limits) {
    this.limits = limits;
    this.#sliceWork = limits.sliceWork ?? SLICE_WORK;
    this.#sliceEnd = this.#sliceWork;
    const { deadline = Number.POSITIVE_INFINITY } = limits;
    // A short deadline has a short grace: nothing takes more than twice its time.
    this.#latest = deadline + Math.max(0, Math.min(deadline - performance.now(), GRACE_MS));
  }

  /** Counts work, and the length of what it adds to the answer. Throws where there is nothing left, ever after. */
  spend(work: number, length = 0): void {
    const { maxBytes, maxWork = MAX_WORK, tooLarge, tooMuchWork } = this.limits;
    this.#length += length;
    this.#work += work + length / LENGTH_PER_WORK;
    if (this.over) throw this.over;
    if (this.#length > maxBytes) throw this.#end(tooLarge());
    if (this.#work > maxWork) throw this.#end(tooMuchWork());
  }

  /** Counts bytes of an answer that are written as they will go out. Throws as `spend` does. */
  write(pieces: readonly Piece[]): void {
    for (const piece of pieces) this.#bytes += Buffer.byteLength(piece);
    if (this.#bytes > this.limits.maxBytes) throw this.#end(this.limits.tooLarge());
  }

  /** Whether others should go first: whoever has more to do waits for its `turn`. */
  get isSliceOver(): boolean {
    return this.#work >= this.#sliceEnd;
  }

  /** Resolves when it may go on. Never, once the execution is over. */
  turn(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#waiting.push(resolve);
    if (!this.#isServing) void this.#serve();
    return promise;
  }

  /** The data, or a rejection as soon as the execution is over. */
  unlessOver<Data>(data: Data | Promise<Data>): Promise<Data> {
    const { promise, resolve, reject } = Promise.withResolvers<Data>();
    this.onOver = reject;
    if (this.over) reject(this.over);
    Promise.resolve(data).then(resolve, reject);
    return promise;
  }

  async #serve(): Promise<void> {
    this.#isServing = true;
    // The last first: what was begun is finished and let go of, before there is more of it.
    for (let goOn = this.#waiting.pop(); goOn; goOn = this.#waiting.pop()) {
      if (this.isSliceOver) {
        await setImmediate();
        this.#sliceEnd = this.#work + this.#sliceWork;
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
    const { signal, tooLate } = this.limits;
    if (signal?.aborted) this.#end(signal.reason);
    else if (this.#latest <= performance.now()) this.#end(tooLate());
  }

  #end(reason: Error): GraphQLError {
    // Whoever has more to do waits for a turn, which never comes.
    this.#work = Number.POSITIVE_INFINITY;
    this.over = new GraphQLError(reason.message, { originalError: reason });
    this.onOver(this.over);
    return this.over;
  }
}
