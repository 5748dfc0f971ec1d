import type { Priority } from '../client/call-options.ts';
import type { SlidingWindow } from './sliding-window.ts';

/** For a small limit the slowest pace is one and a half times the even one: bursts may use a third of the limit. */
const LEAST_SPREAD = 1.5;

/**
 * Spreads the calls of a long window, so that no burst leaves those who come after it in silence. It may go on while
 * one call a second can bridge the time until places fall free; the last ones go one by one. Places that fell free are
 * used again at once, so that a window under load is as full as without a pace.
 */
export class Pace {
  readonly #short: SlidingWindow;
  readonly #long: SlidingWindow;
  readonly #silenceMs: number;
  #lastSentAt = Number.NEGATIVE_INFINITY;

  /** `short` limits bursts themselves; `silenceMs` is the longest silence aimed at while calls wait. */
  constructor(short: SlidingWindow, long: SlidingWindow, silenceMs: number) {
    this.#short = short;
    this.#long = long;
    this.#silenceMs = silenceMs;
  }

  sent(at: number): void {
    this.#lastSentAt = Math.max(this.#lastSentAt, at);
  }

  /**
   * When the `nth` call from now on should be sent, if each takes `parts` places. The windows have places then or later.
   */
  readyAt(nth: number, priority: Priority, now: number, parts: number): number {
    const slowestMs = this.#slowestMs(parts);
    const slowest = Math.max(this.#lastSentAt + slowestMs, now) + (nth - 1) * slowestMs;
    return Math.max(
      Math.min(slowest, this.#burstAt(nth * parts, now)),
      this.#apartAt(now),
      priority === 'background' ? this.#evenlyAt(nth * parts, now) : now,
    );
  }

  /** The longest distance of interactive calls that wait for no window, in milliseconds. */
  #slowestMs(parts: number): number {
    return Math.max(this.#silenceMs, LEAST_SPREAD * parts * even(this.#long));
  }

  /** When the `nth` call leaves places enough for one after another until place k of those taken falls free. */
  #burstAt(nth: number, now: number): number {
    const left = this.#long.free(now) - nth + 1;
    const slowestMs = this.#slowestMs(1);
    const last = this.#long.lastExpiry(now);
    let at = now;
    // Nothing is later than the last: so none is looked at where far more places are left than the time until then needs.
    for (let k = Math.max(0, 1 - left); last - (left + k) * slowestMs > at; k++) {
      const expiry = this.#long.expiry(k, now);
      if (expiry === undefined) return at;
      at = Math.max(at, expiry - (left + k) * slowestMs);
    }
    return at;
  }

  /**
   * Under load bursts come again as their places fall free, together, once in every span. As the span is a little
   * longer than the API's window, some of its windows would miss a whole burst; so these calls go one by one.
   */
  #apartAt(now: number): number {
    if (this.#long.free(now) > 2 * this.#short.limit) return now;
    return this.#lastSentAt + even(this.#short);
  }

  /** Never in a burst: that belongs to those who have somebody waiting. */
  #evenlyAt(nth: number, now: number): number {
    const apartMs = even(this.#long);
    const lacking = nth - this.#long.free(now);
    const first = this.#long.expiry(0, now);
    const refilled = lacking > 0 && first !== undefined ? first + (lacking - 1) * apartMs : now;
    return Math.max(refilled, Math.max(this.#lastSentAt + apartMs, now) + (nth - 1) * apartMs);
  }
}

/** The distance of calls, in milliseconds, that uses a window up evenly. */
function even({ spanMs, limit }: SlidingWindow): number {
  return spanMs / limit;
}
