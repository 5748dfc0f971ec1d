/** Weight of the newest answer in what is usual, and how many usual deviations an answer may be late (RFC 6298). */
const SMOOTHING = 0.2;
const DEVIATIONS = 4;

/** How long the API takes to answer, in milliseconds. */
export class AnswerTimes {
  #usualMs = 0;
  #deviationMs = 0;

  get usualMs(): number {
    return this.#usualMs;
  }

  /** By when an answer is there, late rather than early. */
  get lateMs(): number {
    return this.#usualMs + DEVIATIONS * this.#deviationMs;
  }

  learn(ms: number): void {
    const difference = ms - this.#usualMs;
    this.#usualMs += SMOOTHING * difference;
    this.#deviationMs += SMOOTHING * (Math.abs(difference) - this.#deviationMs);
  }
}
