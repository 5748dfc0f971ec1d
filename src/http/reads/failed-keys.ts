import { LRUCache } from 'lru-cache';
import { FailedQuestion } from '../breaker/failed-question.ts';
import { covers, type Projection } from '../cache/projection.ts';
import type { Owner, Repetition } from '../client/call-options.ts';
import { questionOf } from '../client/calls.ts';
import { UpstreamError } from '../client/upstream-error.ts';
import type { Lookup } from './lookup.ts';

/** Which lookup it is. */
export type LookupName = Pick<Lookup<unknown>, 'name' | 'route'>;

/** How long a key that failed is remembered, in milliseconds, how many of them, and for how many callers. */
const REMEMBERED_MS = 60_000;
const MOST_KEYS = 10_000;
const MOST_CALLERS = 100;

/** Of fewer keys that were not found at the end of a list each is more likely unknown. */
const LEAST_CUT = 3;

/** A route that answered this many milliseconds ago is not down. */
const RECENTLY_MS = 5_000;

interface FailedKey {
  /** By the callers' names: who asks again and again waits for longer, and nobody else does. */
  readonly questions: Map<string | undefined, FailedQuestion>;
  /** When it failed last; later than anything where it was only refused. */
  failedAt: number;
  /** What of it was asked for last: who asks for as much gets the same failure. */
  projection: Projection;
  /** Whether it fails without others, and so would spoil a list. */
  failsAlone: boolean;
}

/** What came of keys, what of them was asked for, and who waits for it. */
interface Outcome {
  readonly lookup: LookupName;
  readonly projection: Projection;
  readonly found: ReadonlyMap<string, unknown>;
  readonly waiting: readonly { readonly options: Owner }[];
}

/** The keys of one API that failed within the last minute, known by hashes, as they may be personal. */
export class FailedKeys {
  readonly #keys = new LRUCache<string, FailedKey>({
    // With `max` room for all of them would be taken at once.
    ...{ maxSize: MOST_KEYS, sizeCalculation: () => 1 },
    ...{ ttl: REMEMBERED_MS, ttlAutopurge: true },
  });
  /** How many keys a list of a lookup may have, by its name, where longer ones were refused, or cut, within the last ten minutes. */
  readonly mostKeys = new LRUCache<string, number>({ max: 100, ttl: 10 * 60_000 });
  /** How many keys of a list were read, as far as is known, by the lookup's name. */
  readonly #read = new Map<string, number>();
  /** When each route answered last, in `performance.now()` milliseconds; likewise the others. */
  readonly #answeredAt = new Map<string, number>();
  #forgivenAt = Number.NEGATIVE_INFINITY;

  /**
   * Whether an API may have read no more than the first keys of a list: just these were found, and none of a longer list was
   * ever read to its end. If that was wrong, it finds nothing when it is asked for the others, and is not doubted again.
   */
  mayBeCut({ name }: LookupName, keys: readonly string[], found: ReadonlyMap<string, unknown>): boolean {
    const first = keys.findIndex((key) => !found.has(key));
    const last = keys.findLastIndex((key) => found.has(key)) + 1;
    const read = this.#read.get(name) ?? 0;
    if (first === last && first > 0) return first > read && keys.length - first >= LEAST_CUT;
    const isAgain = last === 0 && found.size > 0;
    this.#read.set(name, Math.max(read, isAgain ? found.size + keys.length : last));
    return false;
  }

  answered({ route }: LookupName): void {
    this.#answeredAt.set(route, performance.now());
  }

  /** Whether the route of a lookup answered anybody since then; a moment ago without it. */
  isUp({ route }: LookupName, since = performance.now() - RECENTLY_MS): boolean {
    return (this.#answeredAt.get(route) ?? Number.NEGATIVE_INFINITY) > since;
  }

  /** After a write, which may have mended anything: every key may be asked for at once. */
  forgive(): void {
    this.#forgivenAt = performance.now();
  }

  /** The failure that stands for a call of a caller with this name now, if there is one. */
  failureOf(lookup: LookupName, key: string, projection: Projection, caller?: string): UpstreamError | undefined {
    const failed = this.#find(lookup, key);
    const question = failed?.questions.get(caller);
    if (!question || question.failedAt <= this.#forgivenAt) return undefined;
    return covers(projection, failed?.projection ?? {}) ? question.failure : undefined;
  }

  failsAlone(lookup: LookupName, key: string): boolean {
    return this.#find(lookup, key)?.failsAlone ?? false;
  }

  /** What a call for this key and no other repeats. */
  repetitionOf(lookup: LookupName, key: string): Repetition | undefined {
    const failed = this.#find(lookup, key);
    return failed && (this.isUp(lookup, failed.failedAt) ? 'offender' : 'question');
  }

  /** Remembers that a key failed for those who asked, or forgets that as it did not; `isAlone` if no others were asked for. */
  learn(outcome: Outcome, key: string, isAlone: boolean): void {
    const { lookup, projection } = outcome;
    const known = this.#find(lookup, key);
    const value = outcome.found.get(key);
    if (!(value instanceof UpstreamError)) {
      if (known && covers(projection, known.projection)) this.#keys.delete(questionOf(lookup.name, key));
      return;
    }
    const { isApiFailure, failure } = value;
    const isOwn = isAlone && (failure === 'rejected' || (isApiFailure && this.isUp(lookup)));
    if (!isApiFailure && !isOwn) return;
    const { questions, failedAt, failsAlone } = known ?? {
      questions: new Map(),
      failedAt: Number.POSITIVE_INFINITY,
      failsAlone: false,
    };
    if (isApiFailure) {
      if (questions.size >= MOST_CALLERS) questions.clear();
      // Whether the route answered others after the question had failed.
      const isAtFault = isAlone && this.isUp(lookup, failedAt);
      for (const caller of new Set(outcome.waiting.map(({ options }) => options.caller?.name))) {
        const question = questions.get(caller) ?? new FailedQuestion();
        question.failed(value, isAtFault);
        questions.set(caller, question);
      }
    }
    this.#keys.set(questionOf(lookup.name, key), {
      questions,
      failedAt: isApiFailure ? performance.now() : failedAt,
      projection,
      failsAlone: failsAlone || isOwn,
    });
  }

  #find({ name }: LookupName, key: string): FailedKey | undefined {
    // Normally nothing has failed, and no hash is made for each key.
    return this.#keys.size === 0 ? undefined : this.#keys.get(questionOf(name, key));
  }
}
