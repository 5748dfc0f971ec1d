/**
 * The calls of an account that hold places: how many are under way, and when each of the others was over. Times are
 * milliseconds of `performance.now()`.
 */
export class CallLog {
  readonly #keepMs: number;
  #ends: number[] = [];
  #underWay = 0;

  /** `keepMs` is how long a call is remembered after it was over. */
  constructor(keepMs: number) {
    this.#keepMs = keepMs;
  }

  get underWay(): number {
    return this.#underWay;
  }

  /** How many calls were over later than that. */
  overAfter(since: number): number {
    return this.#ends.length - this.#firstAfter(since);
  }

  /** When the call number `index`, from 0 on, of those that were over later than that was over. */
  endAfter(since: number, index: number): number | undefined {
    return this.#ends[this.#firstAfter(since) + index];
  }

  begin(): void {
    this.#underWay += 1;
  }

  /** `at` is no earlier than the moment in which the API counted the call. */
  end(at: number): void {
    this.#underWay -= 1;
    // Later rather than out of order.
    this.#ends.push(Math.max(at, this.#ends.at(-1) ?? at));
    this.#ends.splice(0, this.#firstAfter(at - this.#keepMs));
  }

  /** The call was not sent. */
  cancel(): void {
    this.#underWay -= 1;
  }

  /** What is known of the account from now on. */
  replace(ends: readonly number[], underWay: number): void {
    this.#ends = ends.toSorted((one, other) => one - other);
    this.#underWay = underWay;
  }

  #firstAfter(since: number): number {
    let [from, to] = [0, this.#ends.length];
    while (from < to) {
      const middle = (from + to) >> 1;
      if ((this.#ends[middle] ?? 0) > since) to = middle;
      else from = middle + 1;
    }
    return from;
  }
}
