import type { Priority } from '../client/call-options.ts';
import { type AccountLimits, SPANS } from './account-limits.ts';
import { CallLog } from './call-log.ts';
import { Pace } from './pace.ts';
import type { RateNotice } from './rate-notice.ts';
import { SlidingWindow } from './sliding-window.ts';

/** How much longer than its window a call is remembered, in milliseconds: as long as answers may take. */
const LONGEST_ANSWER_MS = 60_000;

/** How many calls the account's windows still have places for, and how many they have in all. */
export interface AccountRoom {
  secondLeft: number;
  perSecond: number;
  minuteLeft: number;
  perMinute: number;
}

/** Something that an answer said, and all who share the account must know. Times are milliseconds from now. */
export type Word =
  | { kind: 'pause'; ms: number }
  | { kind: 'crowded'; underWay: number }
  | { kind: 'strangers'; window: 'second' | 'minute'; calls: number; ms: number };

/** Every rule about when the account's next call may be sent, over a log of its calls, whoever keeps that. */
export class AccountWindows {
  readonly log: CallLog;
  readonly #second: SlidingWindow;
  readonly #minute: SlidingWindow;
  readonly #parallel = new ParallelCalls();
  readonly #pace: Pace;
  #pausedUntil = Number.NEGATIVE_INFINITY;

  constructor({ perSecond, perMinute, spans = SPANS }: AccountLimits) {
    const minuteMs = spans.minuteMs + spans.minuteMarginMs;
    this.log = new CallLog(spans.countedWithinMs, minuteMs + LONGEST_ANSWER_MS);
    this.#second = new SlidingWindow(this.log, perSecond, spans.secondMs + spans.secondMarginMs);
    this.#minute = new SlidingWindow(this.log, perMinute, minuteMs);
    this.#pace = new Pace(this.#second, this.#minute, spans.secondMs);
  }

  /** In how many milliseconds the `nth` call from now on may be sent, if each takes `answerMs`; 1 is the next. */
  sentIn(nth: number, priority: Priority, answerMs: number): number {
    const now = performance.now();
    // A pause never gets shorter, so what it outlasts need not be looked at.
    const from = Math.max(now, this.#pausedUntil);
    const at = Math.max(
      this.#parallel.roomAt(nth, this.log.underWay, from, answerMs),
      this.#second.freeAt(nth, from, answerMs),
      this.#minute.freeAt(nth, from, answerMs),
      this.#pace.readyAt(nth, priority, from),
    );
    return at - now;
  }

  /** How many calls, of so many at most, may be sent within `ms` milliseconds. */
  readyWithin(ms: number, most: number, priority: Priority): number {
    let ready = 0;
    while (ready < most && this.sentIn(ready + 1, priority, Number.POSITIVE_INFINITY) <= ms) ready += 1;
    return ready;
  }

  /** A call is sent. Returns by when the API has counted it, for the log. */
  begin(): number {
    this.#pace.sent(performance.now());
    return this.log.begin();
  }

  /** Whoever sent it, the last call went out then. */
  sentAt(at: number): void {
    this.#pace.sent(at);
  }

  /** A call that was sent then has got an answer: there were not too many beside it. */
  answered(sentAt: number): void {
    this.#parallel.answered(sentAt);
  }

  /**
   * What an answer to a call that was sent then says to all, if it says anything new. The log must have all calls that were
   * sent before the answer.
   */
  wordOf(notice: RateNotice, sentAt: number): Word | undefined {
    if (notice.kind === 'pause') return notice;
    // Many calls of one burst are refused at once: that halves the number once.
    const isNews = sentAt >= this.#parallel.loweredAt;
    if (notice.kind === 'crowded') return isNews ? { kind: 'crowded', underWay: this.log.underWay } : undefined;
    const { window, remaining, heldMs } = notice;
    const calls = this.#window(window).strangersBehind(remaining, sentAt);
    // Somebody else uses the account as well, or it allows less than it was said to.
    return calls > 0 ? { kind: 'strangers', window, calls, ms: heldMs } : undefined;
  }

  /** Heeds a word. */
  hear(word: Word): void {
    const now = performance.now();
    if (word.kind === 'pause') this.#pausedUntil = Math.max(this.#pausedUntil, now + word.ms);
    else if (word.kind === 'strangers') this.#window(word.window).admitStrangers(word.calls, now + word.ms, now);
    else this.#parallel.lower(word.underWay);
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

  #window(window: 'second' | 'minute'): SlidingWindow {
    return window === 'second' ? this.#second : this.#minute;
  }
}

/**
 * How many calls may be under way at once: any number, until the API says that there are too many. Then half as many,
 * and one more for every full round of answers without such a word (additive increase, multiplicative decrease).
 */
class ParallelCalls {
  #limit = Number.POSITIVE_INFINITY;
  /** What answers to calls say that were sent before that is old. */
  loweredAt = Number.NEGATIVE_INFINITY;
  #answers = 0;

  /** A call that was sent then is over, and was not refused for those beside it. */
  answered(sentAt: number): void {
    if (sentAt < this.loweredAt || ++this.#answers < this.#limit) return;
    this.#limit += 1;
    this.#answers = 0;
  }

  /** So many at once were too many. */
  lower(underWay: number): void {
    this.#limit = Math.max(1, Math.floor(Math.min(underWay, this.#limit) / 2));
    this.loweredAt = performance.now();
    this.#answers = 0;
  }

  /** When the `nth` call from now on has room beside those under way, if each takes `answerMs`. */
  roomAt(nth: number, underWay: number, now: number, answerMs: number): number {
    if (underWay + nth <= this.#limit) return now;
    return now + Math.ceil((underWay + nth - this.#limit) / this.#limit) * answerMs;
  }
}
