/** What happened to a tag; times are those of `performance.now()`. */
interface Change {
  readonly settlesUntil: number;
  /** From then on no answer is left that it concerns. */
  readonly endsAt: number;
}

/** A change to be reported to Redis. */
export interface UnreportedChange {
  readonly mark: string;
  /** For how many milliseconds it goes on; 0 when it is over. */
  readonly settlesMs: number;
  readonly change: Change;
}

/** How many there may be. Beyond that nothing is trusted any more, for as long as any answer lives. */
const MOST_UNTOLD = 100_000;

/** Changes that Redis does not know of yet: until it does, this process must use nothing that they concern. */
export class UnreportedChanges {
  readonly #longestLifeMs: number;
  readonly #most: number;
  readonly #changes = new Map<string, Change>();
  #distrustsUntil = Number.NEGATIVE_INFINITY;

  /** `longestLifeMs` is how long an answer may be kept in Redis. */
  constructor(longestLifeMs: number, most = MOST_UNTOLD) {
    this.#longestLifeMs = longestLifeMs;
    this.#most = most;
  }

  /** Whether what is under this mark must not be used. */
  concern(mark: string): boolean {
    return this.#changes.has(mark) || performance.now() < this.#distrustsUntil;
  }

  /** Notes that what is under these marks changes at some time within the next `ms` milliseconds. */
  add(marks: readonly string[], ms: number): void {
    const now = performance.now();
    for (const mark of marks) {
      const settlesUntil = Math.max(now + ms, this.#changes.get(mark)?.settlesUntil ?? 0);
      this.#changes.set(mark, { settlesUntil, endsAt: settlesUntil + this.#longestLifeMs });
    }
    if (this.#changes.size > this.#most) this.#giveUp();
  }

  /** Some of them, those that came first. */
  first(most: number): UnreportedChange[] {
    const now = performance.now();
    const first: UnreportedChange[] = [];
    for (const [mark, change] of this.#changes) {
      if (first.length >= most) break;
      if (change.endsAt <= now) this.#changes.delete(mark);
      else first.push({ mark, settlesMs: Math.max(0, Math.ceil(change.settlesUntil - now)), change });
    }
    return first;
  }

  /** Redis knows of these now, but not of changes to the same marks since then. */
  markReported(changes: readonly UnreportedChange[]): void {
    for (const { mark, change } of changes) {
      if (this.#changes.get(mark) === change) this.#changes.delete(mark);
    }
  }

  #giveUp(): void {
    for (const { endsAt } of this.#changes.values()) {
      this.#distrustsUntil = Math.max(this.#distrustsUntil, endsAt);
    }
    this.#changes.clear();
  }
}
