/**
 * The calls of an account that hold places, by the latest moment in which the API can have counted each. Times are
 * milliseconds of `performance.now()`.
 */
export class CallLog {
  /** How long after its sending the API may count a call. */
  readonly countedWithinMs: number;
  readonly #keepMs: number;
  /** Ascending. */
  #counted: number[] = [];
  #underWay = 0;

  /** `keepMs` is how long a call is remembered after it was counted. */
  constructor(countedWithinMs: number, keepMs: number) {
    this.countedWithinMs = countedWithinMs;
    this.#keepMs = keepMs;
  }

  get underWay(): number {
    return this.#underWay;
  }

  /** How many calls may have been counted later than that. */
  countedAfter(since: number): number {
    return this.#counted.length - this.#firstAfter(since);
  }

  /** When the call number `index`, from 0 on, of those that may have been counted later than that was counted. */
  countAfter(since: number, index: number): number | undefined {
    return this.#counted[this.#firstAfter(since) + index];
  }

  /** A call is sent now. Returns when the API has counted it, for what is said of it later. */
  begin(): number {
    const now = performance.now();
    const by = now + this.countedWithinMs;
    this.#counted.splice(0, this.#firstAfter(now - this.#keepMs));
    this.#underWay += 1;
    this.#add(by);
    return by;
  }

  /** The call that is counted `by` then is over, and was counted before `at`. */
  end(by: number, at: number): void {
    this.cancel(by);
    this.#add(Math.min(by, at));
  }

  /** The call that would be counted `by` then was not sent. */
  cancel(by: number): void {
    this.#underWay -= 1;
    const index = this.#firstAfter(by) - 1;
    if (this.#counted[index] === by) this.#counted.splice(index, 1);
  }

  /** What is known of the account from now on. */
  replace(counted: readonly number[], underWay: number): void {
    this.#counted = counted.toSorted((one, other) => one - other);
    this.#underWay = underWay;
  }

  #add(at: number): void {
    this.#counted.splice(this.#firstAfter(at), 0, at);
  }

  #firstAfter(since: number): number {
    let [from, to] = [0, this.#counted.length];
    while (from < to) {
      const middle = (from + to) >> 1;
      if ((this.#counted[middle] ?? 0) > since) to = middle;
      else from = middle + 1;
    }
    return from;
  }
}
