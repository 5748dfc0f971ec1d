import { LRUCache } from 'lru-cache';
import { FailedQuestion } from '../breaker/failed-question.ts';
import { covers, type Projection } from '../cache/projection.ts';
import type { Caller, Repetition } from '../client/call-options.ts';
import { questionOf } from '../client/calls.ts';
import { UpstreamError } from '../client/upstream-error.ts';
import type { Lookup } from './lookup.ts';

/** Which lookup it is. */
export type LookupName = Pick<Lookup<unknown>, 'name' | 'route'>;

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
  readonly questions: Map<string | undefined, FailedQuestion>;
  /** When it failed last; later than anything where it was only refused. */
  failedAt: number;
  /** What of it was asked for: who asks for as much gets the same failure. */
  projections: readonly Projection[];
  /** Whether it fails without others, and so would spoil a list. */
  failsAlone: boolean;
}

/** What came of keys, what of them was asked for, and who waits for it, by their names. */
interface Outcome {
  readonly lookup: LookupName;
  readonly projection: Projection;
  readonly found: ReadonlyMap<string, unknown>;
  readonly callers: ReadonlySet<string | undefined>;
}

/** The keys of one API that failed within the last minute, known by hashes, as they may be personal. */
export class FailedKeys {
  readonly #keys = new LRUCache<string, FailedKey>({
    // With `max` room for all of them would be taken at once.
    ...{ maxSize: MOST_KEYS, sizeCalculation: () => 1 },
    ...{ ttl: REMEMBERED_MS, ttlAutopurge: true },
  });
  /** How many keys a list of a lookup may have, by its name, where longer ones were refused within the last ten minutes. */
  readonly mostKeys = new LRUCache<string, number>({ max: 100, ttl: 10 * 60_000 });
  /** When each route answered last, in `performance.now()` milliseconds; likewise the others. */
  readonly #answeredAt = new Map<string, number>();
  #forgivenAt = Number.NEGATIVE_INFINITY;

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

  /** The failure that stands for a call of this caller now, if there is one. */
  failureOf(
    lookup: LookupName,
    key: string,
    projection: Projection,
    caller: Caller | undefined,
  ): UpstreamError | undefined {
    const { questions, projections = [] } = this.#find(lookup, key) ?? {};
    const question = questions?.get(caller?.name);
    if (!question || question.failedAt <= this.#forgivenAt) return undefined;
    return projections.some((failed) => covers(projection, failed)) ? question.failure : undefined;
  }

  failsAlone(lookup: LookupName, key: string): boolean {
    return this.#find(lookup, key)?.failsAlone ?? false;
  }

  /** What a call for this key and no other repeats. */
  repetitionOf(lookup: LookupName, key: string): Repetition | undefined {
    const failed = this.#find(lookup, key);
    return failed && (this.isUp(lookup, failed.failedAt) ? 'offender' : 'question');
  }

  /**
   * Remembers the failure of a key for those who asked, or forgets those before it got a value; `isAlone` if no others
   * were asked for.
   */
  learn(outcome: Outcome, key: string, isAlone: boolean): void {
    const { lookup, projection, found } = outcome;
    const known = this.#find(lookup, key);
    const value = found.get(key);
    if (!(value instanceof UpstreamError)) {
      if (!known) return;
      known.projections = known.projections.filter((failed) => !covers(projection, failed));
      if (known.projections.length === 0) this.#keys.delete(questionOf(lookup.name, key));
      return;
    }
    const { isApiFailure, failure } = value;
    const isItsFault = failure === 'rejected' || ((isApiFailure || failure === 'badResponse') && this.isUp(lookup));
    const isOwn = isAlone && isItsFault;
    if (!isApiFailure && !isOwn) return;
    const failed = known ?? {
      questions: new Map(),
      failedAt: Number.POSITIVE_INFINITY,
      projections: [],
      failsAlone: false,
    };
    if (isApiFailure) {
      if (failed.questions.size >= MOST_CALLERS) failed.questions.clear();
      // Whether the route answered others after the question had failed.
      const isAtFault = isAlone && this.isUp(lookup, failed.failedAt);
      for (const caller of outcome.callers) {
        const question = failed.questions.get(caller) ?? new FailedQuestion();
        question.failed(value, isAtFault);
        failed.questions.set(caller, question);
      }
      failed.failedAt = performance.now();
    }
    failed.failsAlone ||= isOwn;
    const others = failed.projections.filter((each) => !covers(each, projection));
    failed.projections = [projection, ...others].slice(0, MOST_PROJECTIONS);
    this.#keys.set(questionOf(lookup.name, key), failed);
  }

  #find({ name }: LookupName, key: string): FailedKey | undefined {
    // Normally nothing has failed, and no hash is made for each key.
    return this.#keys.size === 0 ? undefined : this.#keys.get(questionOf(name, key));
  }
}
