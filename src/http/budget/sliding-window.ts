import type { CallLog } from './call-log.ts';

export type WindowRoom = ReturnType<SlidingWindow['room']>;

/**
 * At most `limit` calls within any stretch of time, wherever the API's own window begins. A call reaches the API after
 * its sending, and before its answer or soon enough: its place is taken from the one until `spanMs` after the other, so
 * that the API cannot see too many, however uneven the network is.
 */
export class SlidingWindow {
  readonly limit: number;
  readonly spanMs: number;
  readonly #log: CallLog;
  #strangers = { calls: 0, until: Number.NEGATIVE_INFINITY };

  /** `spanMs` is the API's window with a margin for its own clocks, which need not agree among its servers. */
  constructor(log: CallLog, limit: number, spanMs: number) {
    this.#log = log;
    this.limit = limit;
    this.spanMs = spanMs;
  }

  /** Places for calls that would be sent now. */
  free(now: number): number {
    return Math.max(0, this.#unheld(now));
  }

  /** How many places there are, how many are left, and in how many ms all are free at the latest; 0 while they are. */
  room(now: number) {
    const strangers = this.#strangersAt(now) > 0 ? this.#strangers.until : now;
    return { limit: this.limit, left: this.free(now), wholeMs: Math.max(this.lastExpiry(now), strangers) - now };
  }

  /** When the last of the places that calls hold falls free; now if they hold none. */
  lastExpiry(now: number): number {
    return this.expiry(this.#log.countedAfter(now - this.spanMs) - 1, now) ?? now;
  }

  /** When the taken place number `turn`, from 0 on, falls free, if a call under way is answered after `answerMs`. */
  expiry(turn: number, now: number, answerMs = Number.POSITIVE_INFINITY): number | undefined {
    const counted = this.#log.countAfter(now - this.spanMs, turn);
    if (counted === undefined) return undefined;
    const answered = counted - this.#log.countedWithinMs + answerMs;
    return (counted > now ? Math.min(counted, Math.max(now, answered)) : counted) + this.spanMs;
  }

  /** How many calls of somebody else there must be, if the answer to a call sent at `sentAt` says `remaining`. */
  strangersBehind(remaining: number, sentAt: number): number {
    return this.limit - remaining - this.#log.countedAfter(sentAt - this.spanMs);
  }

  /** Takes so many places for somebody else until then, unless more are taken already. */
  admitStrangers(calls: number, until: number, now: number): void {
    if (calls > this.#strangersAt(now)) this.#strangers = { calls, until: Math.min(until, now + this.spanMs) };
  }

  /**
   * When the `nth` call from now on fits, if a call takes `answerMs` and all before it are sent as soon as they fit.
   */
  freeAt(nth: number, now: number, answerMs: number): number {
    const round = Math.floor((nth - 1) / this.limit);
    const turn = ((nth - 1) % this.limit) - this.#unheld(now);
    const first = turn < 0 ? now : this.#turnAt(turn, now, answerMs);
    return round === 0 ? first : first + round * (this.spanMs + answerMs);
  }

  /** When the place number `turn` of those that are taken falls free: those of strangers do so together. */
  #turnAt(turn: number, now: number, answerMs: number): number {
    const { until } = this.#strangers;
    const strangers = this.#strangersAt(now);
    const known = this.expiry(turn, now, answerMs) ?? until;
    if (strangers === 0 || known <= until) return Math.max(now, known);
    const later = turn < strangers ? until : (this.expiry(turn - strangers, now, answerMs) ?? until);
    return Math.max(now, until, later);
  }

  /** Less than 0 where places were given that begin when others fall free. */
  #unheld(now: number): number {
    return this.limit - this.#log.countedAfter(now - this.spanMs) - this.#strangersAt(now);
  }

  #strangersAt(now: number): number {
    return now < this.#strangers.until ? this.#strangers.calls : 0;
  }
}
