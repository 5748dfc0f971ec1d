/** A mark, and until when what it names may change, in `performance.now()` milliseconds. */
export type Change = readonly [mark: string, settlesUntil: number];

/** How many there may be. Beyond that nothing is trusted any more, for as long as any answer lives. */
const MOST_UNTOLD = 100_000;

/** Changes that Redis does not know of yet: until it does, this process must use nothing that they concern. */
export class UnreportedChanges {
  readonly #longestLifeMs: number;
  readonly #most: number;
  readonly #settlesUntil = new Map<string, number>();
  #distrustsUntil = Number.NEGATIVE_INFINITY;

  /** `longestLifeMs` is how long an answer may be kept in Redis. */
  constructor(longestLifeMs: number, most = MOST_UNTOLD) {
    this.#longestLifeMs = longestLifeMs;
    this.#most = most;
  }

  /** Whether what is under this mark must not be used. */
  concern(mark: string): boolean {
    return this.#settlesUntil.has(mark) || performance.now() < this.#distrustsUntil;
  }

  /** Notes that what is under these marks changes at some time within the next `ms` milliseconds. */
  add(marks: readonly string[], ms: number): void {
    const until = performance.now() + ms;
    for (const mark of marks) this.#settlesUntil.set(mark, Math.max(until, this.#settlesUntil.get(mark) ?? 0));
    if (this.#settlesUntil.size <= this.#most) return;
    const latest = this.#settlesUntil.values().reduce((one, other) => Math.max(one, other));
    this.#distrustsUntil = Math.max(this.#distrustsUntil, latest + this.#longestLifeMs);
    this.#settlesUntil.clear();
  }

  /** Some of them, those that came first. Drops those of which no answer is left that they concern. */
  first(most: number): Change[] {
    const now = performance.now();
    for (const [mark, until] of this.#settlesUntil) {
      if (until + this.#longestLifeMs <= now) this.#settlesUntil.delete(mark);
    }
    return this.#settlesUntil.entries().take(most).toArray();
  }

  /** Redis knows of these now, but not of changes to the same marks since then, unless those settle no longer. */
  markReported(changes: readonly Change[]): void {
    for (const [mark, until] of changes) if (this.#settlesUntil.get(mark) === until) this.#settlesUntil.delete(mark);
  }
}
