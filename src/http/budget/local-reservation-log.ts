import type { Clock } from './clock.ts';
import { Pace } from './pace.ts';
import { ParallelCalls } from './parallel-calls.ts';
import { type RateNotice, rateNotice } from './rate-notice.ts';
import type { Forecast, Priority, Reservation, ReservationLog } from './reservation-log.ts';
import { SlidingWindow } from './sliding-window.ts';

/** What the account may call. */
export interface AccountLimits {
  perSecond: number;
  perMinute: number;
}

/**
 * Margins beyond the windows, in milliseconds, for servers of an API whose clocks differ. Jitter needs none, as
 * places are kept from answers on; and each millisecond on the second makes every burst a tenth of a percent slower.
 */
const SECOND_MARGIN_MS = 50;
const MINUTE_MARGIN_MS = 200;

/** How much later than its end for us an unanswered call may still reach the API, in milliseconds. */
const STRAGGLING_MS = 200;

/** Weight of the newest answer in what is usual, and how many usual deviations an answer may be late (RFC 6298). */
const SMOOTHING = 0.2;
const DEVIATIONS = 4;

/** The calls of this process, as if nobody else used the account, until the API's answers tell otherwise. */
export class LocalReservationLog implements ReservationLog {
  readonly #clock: Clock;
  readonly #second: SlidingWindow;
  readonly #minute: SlidingWindow;
  readonly #parallel = new ParallelCalls();
  readonly #pace: Pace;
  #pausedUntil = Number.NEGATIVE_INFINITY;
  #usualAnswerMs = 0;
  #usualDeviationMs = 0;

  constructor({ perSecond, perMinute }: AccountLimits, clock: Clock) {
    this.#clock = clock;
    this.#second = new SlidingWindow(perSecond, 1000 + SECOND_MARGIN_MS);
    this.#minute = new SlidingWindow(perMinute, 60_000 + MINUTE_MARGIN_MS);
    this.#pace = new Pace(this.#second, this.#minute);
  }

  take(priority: Priority): Reservation | number {
    const now = this.#clock.now();
    const wait = this.#readyAt(1, priority, now, Number.POSITIVE_INFINITY) - now;
    return wait > 0 ? wait : this.#reserve(now);
  }

  forecast(nth: number, priority: Priority): Forecast {
    const now = this.#clock.now();
    const sentIn = this.#readyAt(nth, priority, now, this.#usualAnswerMs) - now;
    return { sentIn, answeredIn: sentIn + this.#usualAnswerMs + DEVIATIONS * this.#usualDeviationMs };
  }

  /** When the `nth` call from now on may be sent, if each takes `answerMs`; now at the earliest. */
  #readyAt(nth: number, priority: Priority, now: number, answerMs: number): number {
    // A pause never gets shorter, so the windows may forget what it outlasts.
    const from = Math.max(now, this.#pausedUntil);
    return Math.max(
      this.#parallel.roomAt(nth, from, answerMs),
      this.#second.freeAt(nth, from, answerMs),
      this.#minute.freeAt(nth, from, answerMs),
      this.#pace.readyAt(nth, priority, from),
    );
  }

  #reserve(now: number): Reservation {
    const secondMark = this.#second.begin(now);
    const minuteMark = this.#minute.begin(now);
    const era = this.#parallel.begin();
    this.#pace.sent(now);
    return {
      settle: (answer) => {
        const notice = answer && rateNotice(answer);
        const over = this.#clock.now();
        const countedBy = answer ? over : over + STRAGGLING_MS;
        this.#second.end(countedBy);
        this.#minute.end(countedBy);
        this.#parallel.end(era, notice?.kind === 'crowded');
        if (answer) this.#learnAnswerTime(over - now);
        if (notice?.kind === 'pause') this.#pausedUntil = Math.max(this.#pausedUntil, over + notice.ms);
        if (notice?.kind === 'left') this.#tighten(notice, secondMark, minuteMark);
      },
      cancel: () => {
        this.#second.cancel();
        this.#minute.cancel();
        this.#parallel.end(era, false);
      },
    };
  }

  #learnAnswerTime(ms: number): void {
    const difference = ms - this.#usualAnswerMs;
    this.#usualAnswerMs += SMOOTHING * difference;
    this.#usualDeviationMs += SMOOTHING * (Math.abs(difference) - this.#usualDeviationMs);
  }

  /** Somebody else uses the account as well, or it allows less than it was said to. */
  #tighten(notice: RateNotice & { kind: 'left' }, secondMark: number, minuteMark: number): void {
    const now = this.#clock.now();
    const { remaining, resetMs, limit = resetMs > 1000 ? this.#minute.limit : this.#second.limit } = notice;
    // No page says which of the two windows is told of: the one whose limit is nearer.
    const nearest = limit * limit < this.#second.limit * this.#minute.limit ? this.#second : this.#minute;
    const [margin, mark] =
      nearest === this.#second ? [SECOND_MARGIN_MS, secondMark] : [MINUTE_MARGIN_MS, minuteMark];
    nearest.tighten(remaining, resetMs + margin, mark, now);
  }
}
