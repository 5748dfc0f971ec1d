import type { Clock } from '../client/clock.ts';
import type { AnswerHead, CallAllocator, Forecast, Reservation } from './call-allocator.ts';
import { rateNotice, SHORT_PAUSE_MS } from './rate-notice.ts';

/** Gives every call its place at once, except in the pauses that the API asks for: for an account without known limits. */
export class UnlimitedCallAllocator implements CallAllocator {
  readonly #clock: Clock;
  readonly #reservation: Reservation = { settle: (answer) => this.#learn(answer), cancel: () => {} };
  #pausedUntil = Number.NEGATIVE_INFINITY;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  take(): Reservation | number {
    return this.#pauseMs || this.#reservation;
  }

  takeNow(): Reservation | undefined {
    return this.#pauseMs > 0 ? undefined : this.#reservation;
  }

  forecast(): Forecast {
    return { sentIn: this.#pauseMs, answeredIn: this.#pauseMs };
  }

  room(): undefined {}

  get #pauseMs(): number {
    return Math.max(0, this.#pausedUntil - this.#clock.now());
  }

  #learn(answer: AnswerHead | undefined): void {
    const notice = answer && rateNotice(answer);
    if (!notice || notice.kind === 'left') return;
    // Which of the calls under way were too many is not known here, so a crowd pauses all for a moment.
    const ms = notice.kind === 'pause' ? notice.ms : SHORT_PAUSE_MS;
    this.#pausedUntil = Math.max(this.#pausedUntil, this.#clock.now() + ms);
  }
}
