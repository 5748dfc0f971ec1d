/**
 * The only documented number of parallel calls, from the page of an older API of Hood's. It is the start and the
 * maximum: an API that allows fewer says so.
 */
export const MOST_AT_ONCE = 10;

/**
 * How many calls may be under way at once. Halved when the API says that there are too many, and raised again by one
 * for every full round of answers without such a word (additive increase, multiplicative decrease).
 */
export class ParallelCalls {
  readonly #most: number;
  #limit: number;
  #underWay = 0;
  #era = 0;
  #answers = 0;

  constructor(most = MOST_AT_ONCE) {
    this.#most = most;
    this.#limit = most;
  }

  /** Returns the era in which the call began, for `end`. */
  begin(): number {
    this.#underWay += 1;
    return this.#era;
  }

  /** The call is over; `tooMany` if the API refused it for those beside it. */
  end(era: number, tooMany: boolean): void {
    const underWay = this.#underWay--;
    // Many calls of one burst are refused at once: that halves the number once.
    if (era !== this.#era) return;
    if (tooMany) this.#lower(underWay);
    else if (this.#limit < this.#most && ++this.#answers >= this.#limit) this.#raise();
  }

  /** When the `nth` call from now on has room, if each takes `answerMs`. */
  roomAt(nth: number, now: number, answerMs: number): number {
    const turns = Math.ceil((this.#underWay + nth - this.#limit) / this.#limit);
    return turns <= 0 ? now : now + turns * answerMs;
  }

  #lower(underWay: number): void {
    this.#limit = Math.max(1, Math.floor(Math.min(underWay, this.#limit) / 2));
    this.#era += 1;
    this.#answers = 0;
  }

  #raise(): void {
    this.#limit += 1;
    this.#answers = 0;
  }
}
