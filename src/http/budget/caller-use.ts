import { LRUCache } from 'lru-cache';
import { type AccountLimits, SPANS } from './account-limits.ts';

/** Of so many callers, the latest, calls are counted. */
const MOST_CALLERS = 10_000;

/** How many calls of an account a caller has had in the last second and the last minute. */
export interface CallsOfCaller {
  readonly second: number;
  readonly minute: number;
}

/** What each caller has called of an account, and whether that is all that is theirs while others wait. */
export class CallerUse {
  readonly #share: AccountLimits;
  /** When the calls of each caller got their places, in `performance.now()` milliseconds, by the caller's name. */
  readonly #sent = new LRUCache<string, number[]>({ max: MOST_CALLERS, ttl: SPANS.minuteMs });

  constructor(share: AccountLimits) {
    this.#share = share;
  }

  /** A call of this caller is given a place. */
  called(name: string): void {
    const from = performance.now() - SPANS.minuteMs;
    const sent = this.#sent.get(name)?.filter((at) => at > from) ?? [];
    this.#sent.set(name, [...sent, performance.now()]);
  }

  of(name: string): CallsOfCaller {
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
