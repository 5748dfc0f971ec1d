const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 60_000;

/** A pause after each failure: 1 s, doubled with every further failure up to 60 s, until something succeeds. */
export class GrowingPause {
  #until = Number.NEGATIVE_INFINITY;
  #nextMs = FIRST_PAUSE_MS;

  /** How long it still lasts, in milliseconds; 0 when it is over. */
  get leftMs(): number {
    return Math.max(0, this.#until - performance.now());
  }

  /** Begins after a failure; it lasts `leastMs` at least. */
  begin(leastMs = 0): void {
    this.#until = performance.now() + Math.max(this.#nextMs, leastMs);
    this.#nextMs = Math.min(this.#nextMs * 2, LONGEST_PAUSE_MS);
  }

  /** Something succeeded. */
  end(): void {
    this.#until = Number.NEGATIVE_INFINITY;
    this.#nextMs = FIRST_PAUSE_MS;
  }
}
