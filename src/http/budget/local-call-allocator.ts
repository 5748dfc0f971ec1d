import type { Priority } from '../client/call-options.ts';
import { type AccountLimits, SPANS, STRAGGLING_MS } from './account-limits.ts';
import { AnswerTimes } from './answer-times.ts';
import type { AccountRoom, CallAllocator, Forecast, Reservation } from './call-allocator.ts';
import { Pace } from './pace.ts';
import { ParallelCalls } from './parallel-calls.ts';
import { rateNotice } from './rate-notice.ts';
import { SlidingWindow } from './sliding-window.ts';

/** What a log may begin with. */
export interface LogOptions {
  /** Learned by another log before, and by this one from now on. */
  answerTimes?: AnswerTimes;
  /** The most calls under way at once. */
  mostAtOnce?: number;
}

/** The calls of this process, as if nobody else used the account, until the API's answers tell otherwise. */
export class LocalCallAllocator implements CallAllocator {
  readonly #limits: AccountLimits;
  readonly #second: SlidingWindow;
  readonly #minute: SlidingWindow;
  readonly #parallel: ParallelCalls;
  readonly #pace: Pace;
  readonly #answerTimes: AnswerTimes;
  #pausedUntil = Number.NEGATIVE_INFINITY;

  constructor(limits: AccountLimits, { answerTimes, mostAtOnce }: LogOptions = {}) {
    const { perSecond, perMinute, spans = SPANS } = limits;
    this.#limits = limits;
    this.#second = new SlidingWindow(perSecond, spans.secondMs + spans.secondMarginMs);
    this.#minute = new SlidingWindow(perMinute, spans.minuteMs + spans.minuteMarginMs);
    this.#parallel = new ParallelCalls(mostAtOnce);
    this.#pace = new Pace(this.#second, this.#minute, spans.secondMs);
    this.#answerTimes = answerTimes ?? new AnswerTimes();
  }

  /** Counts calls that went without this log; `overAt` is when each of them was over, ascending. */
  countCalls(overAt: readonly number[]): void {
    for (const at of overAt) {
      for (const window of [this.#second, this.#minute]) {
        window.begin(at);
        window.end(at);
      }
      this.#pace.sent(at);
    }
  }

  /** No call before that. */
  pauseUntil(at: number): void {
    this.#pausedUntil = Math.max(this.#pausedUntil, at);
  }

  take(priority: Priority): Reservation | number {
    const now = performance.now();
    const wait = this.#readyAt(1, priority, now, Number.POSITIVE_INFINITY) - now;
    return wait > 0 ? wait : this.#reserve(now);
  }

  forecast(nth: number, priority: Priority): Forecast {
    const now = performance.now();
    const sentIn = this.#readyAt(nth, priority, now, this.#answerTimes.usualMs) - now;
    return { sentIn, answeredIn: sentIn + this.#answerTimes.lateMs };
  }

  room(): AccountRoom {
    const now = performance.now();
    return {
      secondLeft: this.#second.free(now),
      perSecond: this.#second.limit,
      minuteLeft: this.#minute.free(now),
      perMinute: this.#minute.limit,
    };
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
        const notice = answer && rateNotice(answer, this.#limits);
        const over = performance.now();
        const countedBy = answer ? over : over + STRAGGLING_MS;
        this.#second.end(countedBy);
        this.#minute.end(countedBy);
        this.#parallel.end(era, notice?.kind === 'crowded');
        if (answer) this.#answerTimes.learn(over - now);
        if (notice?.kind === 'pause') this.pauseUntil(over + notice.ms);
        if (notice?.kind !== 'left') return;
        // Somebody else uses the account as well, or it allows less than it was said to.
        const { window, remaining, heldMs } = notice;
        if (window === 'second') this.#second.tighten(remaining, heldMs, secondMark, over);
        else this.#minute.tighten(remaining, heldMs, minuteMark, over);
      },
      cancel: () => {
        this.#second.cancel();
        this.#minute.cancel();
        this.#parallel.end(era, false);
      },
    };
  }
}
