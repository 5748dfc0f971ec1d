/**
 * How many calls may be under way at once: any number, until the API says that there are too many. Then half as many,
 * and one more for every full round of answers without such a word (additive increase, multiplicative decrease).
 */
export class ParallelCalls {
  #limit = Number.POSITIVE_INFINITY;
  #era = 0;
  #answers = 0;

  /** Changes with each word about too many; for `answered`. */
  get era(): number {
    return this.#era;
  }

  /** A call that was sent in `era` is over; `tooMany` if the API refused it for those beside it. */
  answered(era: number, underWay: number, tooMany: boolean): void {
    // Many calls of one burst are refused at once: that halves the number once.
    if (era !== this.#era) return;
    if (tooMany) this.lower(underWay);
    else if (++this.#answers >= this.#limit) {
      this.#limit += 1;
      this.#answers = 0;
    }
  }

  /** So many at once were too many. */
  lower(underWay: number): void {
    this.#limit = Math.max(1, Math.floor(Math.min(underWay, this.#limit) / 2));
    this.#era += 1;
    this.#answers = 0;
  }

  /** When the `nth` call from now on has room beside those under way, if each takes `answerMs`. */
  roomAt(nth: number, underWay: number, now: number, answerMs: number): number {
    if (underWay + nth <= this.#limit) return now;
    return now + Math.ceil((underWay + nth - this.#limit) / this.#limit) * answerMs;
  }
}
