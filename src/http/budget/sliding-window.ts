/**
 * At most `limit` calls within any stretch of time, wherever the API's own window begins.
 *
 * When a call reaches the API is unknown, but it is after its sending and before its answer. So its place is taken
 * from the one until `spanMs` after the other, and the API cannot see too many, however uneven the network is.
 * Times are milliseconds of one clock that never goes back.
 */
export class SlidingWindow {
  readonly limit: number;
  readonly spanMs: number;
  /** When the places of answered calls fall free, ascending. */
  readonly #expiries: number[] = [];
  #underWay = 0;
  #begun = 0;
  #foreign = { calls: 0, until: Number.NEGATIVE_INFINITY };

  /** `spanMs` is the API's window with a margin for its own clocks, which need not agree among its servers. */
  constructor(limit: number, spanMs: number) {
    this.limit = limit;
    this.spanMs = spanMs;
  }

  /** Places for calls that would be sent now. */
  free(now: number): number {
    return Math.max(0, this.limit - this.#held(now) - this.#foreignCalls(now));
  }

  /** When the places of answered calls fall free, ascending; for calls under way nobody knows yet. */
  expiries(now: number): readonly number[] {
    this.#forget(now);
    return this.#expiries;
  }

  /** Takes a place. Returns a mark for `tighten`. */
  begin(now: number): number {
    this.#underWay += 1;
    this.#begun += 1;
    return this.#held(now) - this.#begun;
  }

  /** `at` is no earlier than the moment in which the API counted the call. */
  end(at: number): void {
    this.#underWay -= 1;
    this.#expiries.push(Math.max(at + this.spanMs, this.#expiries.at(-1) ?? 0));
  }

  /** Gives back the place of a call that was not sent. */
  cancel(): void {
    this.#underWay -= 1;
  }

  /**
   * Learns from an answer that only `remaining` calls were left when its call arrived. Those that are not ours are
   * somebody else's, and keep their places for `resetMs`. `mark` is what `begin` gave for the answered call.
   */
  tighten(remaining: number, resetMs: number, mark: number, now: number): void {
    // Of our calls the API counted at most those that held places when the call was sent, and those begun since.
    const calls = this.limit - remaining - (mark + this.#begun);
    if (calls <= this.#foreignCalls(now)) return;
    this.#foreign = { calls, until: now + Math.min(resetMs, this.spanMs) };
  }

  /**
   * When the `nth` call from now on fits, if a call takes `answerMs` and all before it are sent as soon as they fit;
   * `Infinity` where that needs an answer which `answerMs` says nothing of.
   */
  freeAt(nth: number, now: number, answerMs: number): number {
    const free = this.free(now);
    const round = Math.floor((nth - 1) / this.limit);
    const turn = ((nth - 1) % this.limit) - free;
    const first = turn < 0 ? now : this.#turnAt(turn, now, answerMs);
    return round === 0 ? first : first + round * (this.spanMs + answerMs);
  }

  /** When the place number `turn` of those that are taken falls free. */
  #turnAt(turn: number, now: number, answerMs: number): number {
    const { until } = this.#foreign;
    const foreign = this.#foreignCalls(now);
    const own = this.#expiries;
    const before = foreign === 0 ? own.length : own.filter((expiry) => expiry <= until).length;
    const at = turn < before ? own[turn] : turn < before + foreign ? until : own[turn - foreign];
    return Math.max(now, at ?? now + answerMs + this.spanMs);
  }

  #foreignCalls(now: number): number {
    return now < this.#foreign.until ? this.#foreign.calls : 0;
  }

  #held(now: number): number {
    this.#forget(now);
    return this.#underWay + this.#expiries.length;
  }

  #forget(now: number): void {
    while ((this.#expiries[0] ?? Number.POSITIVE_INFINITY) <= now) this.#expiries.shift();
  }
}
