/** A call that holds places. Times are milliseconds of `performance.now()`. */
export interface Call {
  /** The latest moment in which the API can have counted it. */
  countedBy: number;
  isOver: boolean;
  readonly isOwn: boolean;
}

/** The calls of an account that hold places: those of this process, and what is known of others. */
export class CallLog {
  /** How long after its sending the API may count a call. */
  readonly countedWithinMs: number;
  readonly #keepMs: number;
  /** Those counted first come first. */
  #calls: Call[] = [];

  /** `keepMs` is how long a call is remembered after it was counted. */
  constructor(countedWithinMs: number, keepMs: number) {
    this.countedWithinMs = countedWithinMs;
    this.#keepMs = keepMs;
  }

  get underWay(): number {
    const now = performance.now();
    return this.#calls.filter(({ isOwn, isOver, countedBy }) => (isOwn ? !isOver : countedBy > now)).length;
  }

  /** By when the calls of this process were counted. */
  get own(): number[] {
    this.#calls.splice(0, this.#firstAfter(this.#rememberedSince));
    return this.#calls.filter(({ isOwn }) => isOwn).map(({ countedBy }) => countedBy);
  }

  /** By when those of others were counted, as far as is known now. */
  set others(times: readonly number[]) {
    this.#calls = this.#calls.filter(({ isOwn }) => isOwn);
    this.add(times);
  }

  /** Calls of others that were counted by then. */
  add(times: readonly number[]): void {
    const others = times.map((countedBy): Call => ({ countedBy, isOver: true, isOwn: false }));
    this.#calls = [...this.#calls, ...others].sort((one, other) => one.countedBy - other.countedBy);
  }

  /** How many calls may have been counted later than that. */
  countedAfter(since: number): number {
    return this.#calls.length - this.#firstAfter(since);
  }

  /** When the call number `index`, from 0 on, of those that may have been counted later than that was counted. */
  countAfter(since: number, index: number): number | undefined {
    return this.#calls[this.#firstAfter(since) + index]?.countedBy;
  }

  /** A call is sent at that time. */
  begin(at: number, isOwn = true): Call {
    // All that follow move up: so this is done for half of them at once, not for each call of tens of thousands a minute.
    const old = this.#firstAfter(this.#rememberedSince);
    if (2 * old > this.#calls.length) this.#calls.splice(0, old);
    const call = { countedBy: at + this.countedWithinMs, isOver: false, isOwn };
    this.#add(call);
    return call;
  }

  /** The call is over, and was counted before `at`. */
  end(call: Call, at: number): void {
    this.cancel(call);
    call.isOver = true;
    call.countedBy = Math.min(call.countedBy, at);
    this.#add(call);
  }

  /** The call was not sent. */
  cancel(call: Call): void {
    const index = this.#calls.lastIndexOf(call);
    if (index >= 0) this.#calls.splice(index, 1);
  }

  get #rememberedSince(): number {
    return performance.now() - this.#keepMs;
  }

  #add(call: Call): void {
    this.#calls.splice(this.#firstAfter(call.countedBy), 0, call);
  }

  #firstAfter(since: number): number {
    let [from, to] = [0, this.#calls.length];
    while (from < to) {
      const middle = (from + to) >> 1;
      if ((this.#calls[middle]?.countedBy ?? 0) > since) to = middle;
      else from = middle + 1;
    }
    return from;
  }
}
