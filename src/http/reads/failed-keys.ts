import { LRUCache } from 'lru-cache';
import { FailedQuestion } from '../breaker/failed-question.ts';
import { covers, type Projection } from '../cache/projection.ts';
import type { Caller } from '../client/caller.ts';
import { questionOf, type Repetition } from '../client/calls.ts';
import { UpstreamError } from '../client/upstream-error.ts';
import type { Batch } from './batch.ts';
import type { Lookup } from './lookup.ts';

/** How long a key that failed is remembered, in milliseconds, how many of them, and with how many projections. */
const REMEMBERED_MS = 60_000;
const MOST_KEYS = 10_000;
const MOST_PROJECTIONS = 4;

/** For how many callers a key is remembered. */
const MOST_CALLERS = 100;

/** A route that answered this many milliseconds ago is not down. */
const RECENTLY_MS = 5_000;

interface FailedKey {
  /** By the callers' names: who asks again and again waits for longer, and nobody else does. */
  readonly questions: ReadonlyMap<string | undefined, FailedQuestion>;
  /** When it failed last. */
  readonly failedAt: number;
  /** What of it was asked for: who asks for as much gets the same failure. */
  readonly projections: readonly Projection[];
  /** Whether it fails without others, and so would spoil a list. */
  readonly failsAlone: boolean;
}

/** The keys of one API that failed within the last minute, known by hashes, as they may be personal. */
export class FailedKeys {
  readonly #keys = new LRUCache<string, FailedKey>({ max: MOST_KEYS, ttl: REMEMBERED_MS, ttlAutopurge: true });
  /** When each route answered last, in `performance.now()` milliseconds; likewise the others. */
  readonly #answeredAt = new Map<string, number>();
  #forgivenAt = Number.NEGATIVE_INFINITY;

  answered({ route }: Lookup<unknown>): void {
    this.#answeredAt.set(route, performance.now());
  }

  /** Whether the route of a lookup answered anybody a moment ago. */
  isRouteUp({ route }: Lookup<unknown>): boolean {
    return this.#hasAnsweredSince(route, performance.now() - RECENTLY_MS);
  }

  /** After a write, which may have mended anything: every key may be asked for at once. */
  forgive(): void {
    this.#forgivenAt = performance.now();
  }

  /** The failure that stands for a call of this caller now, if there is one. */
  failureOf(
    lookup: Lookup<unknown>,
    key: string,
    projection: Projection,
    caller: Caller | undefined,
  ): UpstreamError | undefined {
    const { questions, projections = [] } = this.#find(lookup, key) ?? {};
    const question = questions?.get(caller?.name);
    if (!question || question.failedAt <= this.#forgivenAt) return undefined;
    return projections.some((failed) => covers(projection, failed)) ? question.failure : undefined;
  }

  failsAlone(lookup: Lookup<unknown>, key: string): boolean {
    return this.#find(lookup, key)?.failsAlone ?? false;
  }

  /** What a call for this key and no other repeats. */
  repetitionOf(lookup: Lookup<unknown>, key: string): Repetition | undefined {
    const failed = this.#find(lookup, key);
    return failed && (this.#isAtFault(lookup, failed.failedAt) ? 'offender' : 'question');
  }

  /**
   * Remembers the failure of a key for those who asked, or forgets those before it got a value; `isAlone` if no others
   * were asked for.
   */
  learn(
    lookup: Lookup<unknown>,
    key: string,
    { projection, callers }: Pick<Batch, 'projection' | 'callers'>,
    value: unknown,
    isAlone: boolean,
  ): void {
    const known = this.#find(lookup, key);
    if (!(value instanceof UpstreamError)) {
      if (!known) return;
      const others = known.projections.filter((failed) => !covers(projection, failed));
      this.#set(lookup, key, others.length > 0 && { ...known, projections: others });
      return;
    }
    const { projections = [], failsAlone = false, failedAt = Number.NEGATIVE_INFINITY } = known ?? {};
    const { isApiFailure, failure } = value;
    const isOwn = isAlone && (failure === 'rejected' || (isApiFailure && this.isRouteUp(lookup)));
    if (!isApiFailure && !isOwn) return;
    const questions = new Map([...(known?.questions ?? [])].slice(-MOST_CALLERS));
    for (const caller of isApiFailure ? callers : []) {
      const question = questions.get(caller) ?? new FailedQuestion();
      questions.set(caller, question);
      question.failed(value, isAlone && this.#isAtFault(lookup, failedAt));
    }
    const others = projections.filter((failed) => !covers(failed, projection));
    const failed = [projection, ...others].slice(0, MOST_PROJECTIONS);
    this.#set(lookup, key, {
      questions,
      failedAt: isApiFailure ? performance.now() : failedAt,
      projections: failed,
      failsAlone: failsAlone || isOwn,
    });
  }

  /** Whether the route answered others after the question had failed. */
  #isAtFault({ route }: Lookup<unknown>, failedAt: number): boolean {
    return Number.isFinite(failedAt) && this.#hasAnsweredSince(route, failedAt);
  }

  #hasAnsweredSince(route: string, at: number): boolean {
    return (this.#answeredAt.get(route) ?? Number.NEGATIVE_INFINITY) > at;
  }

  #find({ name }: Lookup<unknown>, key: string): FailedKey | undefined {
    // Normally nothing has failed, and no hash is made for each key.
    return this.#keys.size === 0 ? undefined : this.#keys.get(questionOf(name, key));
  }

  #set({ name }: Lookup<unknown>, key: string, failed: FailedKey | false): void {
    if (failed) this.#keys.set(questionOf(name, key), failed);
    else this.#keys.delete(questionOf(name, key));
  }
}
