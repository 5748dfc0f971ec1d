import { LRUCache } from 'lru-cache';
import { type AccountLimits, SPANS } from './account-limits.ts';

/** Of so many callers, the latest, calls are counted. */
const MOST_CALLERS = 10_000;

/** What each caller has called of an account, and whether that is all that is theirs while others wait. */
export class CallerUse {
  readonly #share: AccountLimits;
  /** When the calls of each caller got their places, in `performance.now()` milliseconds, by the caller's name. */
  readonly #sent = new LRUCache<string, number[]>({
    // With `max` room for all of them would be taken at once.
    ...{ maxSize: MOST_CALLERS, sizeCalculation: () => 1 },
    ttl: SPANS.minuteMs,
  });

  constructor(share: AccountLimits) {
    this.#share = share;
  }

  /** A call of this caller is given a place. */
  called(name: string): void {
    const from = performance.now() - SPANS.minuteMs;
    const sent = this.#sent.get(name)?.filter((at) => at > from) ?? [];
    this.#sent.set(name, [...sent, performance.now()]);
  }

  /** How many calls of the account a caller has had in the last second and the last minute. */
  of(name: string) {
    const now = performance.now();
    const since = (ms: number) => this.#sent.get(name)?.filter((at) => at > now - ms).length ?? 0;
    return { second: since(SPANS.secondMs), minute: since(SPANS.minuteMs) };
  }

  /** Whether others come first. */
  isUsedUp(name: string): boolean {
    const { second, minute } = this.of(name);
    return second >= this.#share.perSecond || minute >= this.#share.perMinute;
  }
}

/** Weight of the newest answer in what is usual, and how many usual deviations an answer may be late (RFC 6298). */
const SMOOTHING = 0.2;
const DEVIATIONS = 4;

/** How long the API takes to answer, by route: a slow one says nothing about another. In milliseconds. */
export class AnswerTimes {
  readonly #ofRoutes = new Map<string, { usualMs: number; deviationMs: number }>();

  usualMs(route: string): number {
    return this.#ofRoutes.get(route)?.usualMs ?? 0;
  }

  /** By when an answer is there, late rather than early. */
  lateMs(route: string): number {
    const { usualMs = 0, deviationMs = 0 } = this.#ofRoutes.get(route) ?? {};
    return usualMs + DEVIATIONS * deviationMs;
  }

  learn(route: string, ms: number): void {
    const { usualMs = 0, deviationMs = 0 } = this.#ofRoutes.get(route) ?? {};
    const difference = ms - usualMs;
    this.#ofRoutes.set(route, {
      usualMs: usualMs + SMOOTHING * difference,
      deviationMs: deviationMs + SMOOTHING * (Math.abs(difference) - deviationMs),
    });
  }
}
