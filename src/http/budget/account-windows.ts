import type { Priority } from '../client/call-options.ts';
import type { AnswerHead } from '../client/exchange.ts';
import { type AccountLimits, type RateNotice, rateNotice, SPANS } from './account-limits.ts';
import { CallLog } from './call-log.ts';
import { Pace } from './pace.ts';
import { SlidingWindow, type WindowRoom } from './sliding-window.ts';

/** How much later than its end for us an unanswered call may still reach the API, in milliseconds. */
const STRAGGLING_MS = 200;

/** The places of each of the account's windows. */
export type AccountRoom = Readonly<Record<'second' | 'minute', WindowRoom>>;

/** Something that an answer said, and all who share the account must know. Times are milliseconds from now. */
export type Word =
  | { kind: 'pause'; ms: number }
  | { kind: 'crowded'; underWay: number }
  | { kind: 'strangers'; window: 'second' | 'minute'; calls: number; ms: number };

/** A call's place in every window, held from the moment it is sent. */
export interface Reservation {
  /** The call is over; without an answer nobody knows when, or whether, the API counted it. */
  settle(answer: AnswerHead | undefined): void;
  /** The call never left: its place is free at once. */
  cancel(): void;
}

/** Who must know what becomes of calls, where others share the account. */
export interface Sharer {
  /** An answer to a call that was sent then says something. */
  learn(notice: RateNotice, sentAt: number): void;
  /** A call is over, or was not sent. */
  changed(): void;
}

/** Gives the account's calls their places: this process counts its own, or all share a log, which is a round trip. */
export interface CallAllocator {
  /** The rules, as far as this process knows now. */
  readonly windows: AccountWindows;
  /** Places for calls sent now, or after how many ms to ask again; `Infinity`: when a call ends. Must not reject. */
  take(priority: Priority, demand: Demand): Reservation[] | number | Promise<Reservation[] | number>;
}

/** Who waits for places: how many calls, and of how many different callers. */
export type Demand = Readonly<Record<'calls' | 'callers', number>>;

/** When the next call may be sent, over a log of calls. Alone it takes itself for the account's only user. */
export class AccountWindows implements CallAllocator {
  readonly windows = this;
  readonly log: CallLog;
  /** So many processes send what this one sends, unseen: each of its calls holds so many places. */
  parts = 1;
  readonly #limits: AccountLimits;
  readonly #sharer: Sharer | undefined;
  readonly #windows: Readonly<Record<keyof AccountRoom, SlidingWindow>>;
  readonly #parallel = new ParallelCalls();
  readonly #pace: Pace;
  #pausedUntil = Number.NEGATIVE_INFINITY;

  /** Without a sharer, what it learns concerns nobody else. */
  constructor(limits: AccountLimits, sharer?: Sharer) {
    const { perSecond, perMinute, spans = SPANS } = limits;
    const minuteMs = spans.minuteMs + spans.minuteMarginMs;
    // As answers may take as long as the window is.
    this.log = new CallLog(spans.countedWithinMs, 2 * minuteMs);
    this.#limits = limits;
    this.#sharer = sharer;
    const second = new SlidingWindow(this.log, perSecond, spans.secondMs + spans.secondMarginMs);
    const minute = new SlidingWindow(this.log, perMinute, minuteMs);
    this.#windows = { second, minute };
    this.#pace = new Pace(second, minute, spans.secondMs);
  }

  /** For how many milliseconds the API wants no call. */
  get pausedMs(): number {
    return Math.max(0, this.#pausedUntil - performance.now());
  }

  /** In how many milliseconds the `nth` call from now on may be sent, if each takes `answerMs`; 1 is the next. */
  sentIn(nth: number, priority: Priority, answerMs: number): number {
    const now = performance.now();
    // A pause never gets shorter, so what it outlasts need not be looked at.
    const from = Math.max(now, this.#pausedUntil);
    // More than there ever is room for at once are sent one after another.
    const { second, minute } = this.#windows;
    const last = (nth - 1) * this.parts + Math.min(this.parts, second.limit, minute.limit, this.#parallel.limit);
    const at = Math.max(
      this.#parallel.roomAt(last, this.log, from, answerMs),
      second.freeAt(last, from, answerMs),
      minute.freeAt(last, from, answerMs),
      this.#pace.readyAt(nth, priority, from, this.parts),
    );
    return at - now;
  }

  /** How many calls, of so many at most, may be sent within `ms` milliseconds. */
  readyWithin(ms: number, most: number, priority: Priority): number {
    let ready = 0;
    while (ready < most && this.sentIn(ready + 1, priority, Number.POSITIVE_INFINITY) <= ms) ready += 1;
    return ready;
  }

  take(priority: Priority): [Reservation] | number {
    const wait = this.sentIn(1, priority, Number.POSITIVE_INFINITY);
    return wait > 0 ? wait : [this.begin()];
  }

  /** A call is sent now, or at that time. */
  begin(sentAt = performance.now()): Reservation {
    const calls = Array.from({ length: this.parts }, (_, part) => {
      return { call: this.log.begin(sentAt + this.#laterMs(part), part === 0), laterMs: this.#laterMs(part) };
    });
    this.#pace.sent(sentAt);
    return {
      settle: (answer) => {
        if (answer) this.#learn(answer, sentAt);
        const over = performance.now() + (answer ? 0 : STRAGGLING_MS);
        for (const { call, laterMs } of calls) this.log.end(call, over + laterMs);
        this.#sharer?.changed();
      },
      cancel: () => {
        for (const { call } of calls) this.log.cancel(call);
        this.#sharer?.changed();
      },
    };
  }

  /** How much later than the first of several calls another one is sent, if each is sent as soon as there is room. */
  #laterMs(index: number): number {
    return Math.max(...Object.values(this.#windows).map(({ limit, spanMs }) => Math.floor(index / limit) * spanMs));
  }

  #learn(answer: AnswerHead, sentAt: number): void {
    const notice = rateNotice(answer, this.#limits);
    if (notice?.kind !== 'crowded') this.#parallel.answered(sentAt);
    if (!notice) return;
    if (this.#sharer) this.#sharer.learn(notice, sentAt);
    else this.hear(this.wordOf(notice, sentAt));
  }

  /** Whoever sent it, the last call went out then. */
  sentAt(at: number): void {
    this.#pace.sent(at);
  }

  /** What an answer to a call sent then says to all, if that is new. The log must have all calls sent before it. */
  wordOf(notice: RateNotice, sentAt: number): Word | undefined {
    if (notice.kind === 'pause') return notice;
    // Many calls of one burst are refused at once: that halves the number once.
    const isNews = sentAt >= this.#parallel.loweredAt;
    if (notice.kind === 'crowded') return isNews ? { kind: 'crowded', underWay: this.log.underWay } : undefined;
    const { window, remaining, heldMs } = notice;
    const calls = this.#windows[window].strangersBehind(remaining, sentAt);
    // Somebody else uses the account as well, or it allows less than it was said to.
    return calls > 0 ? { kind: 'strangers', window, calls, ms: heldMs } : undefined;
  }

  hear(word: Word | undefined): void {
    const now = performance.now();
    if (!word) return;
    if (word.kind === 'pause') this.#pausedUntil = Math.max(this.#pausedUntil, now + word.ms);
    else if (word.kind === 'strangers') this.#windows[word.window].admitStrangers(word.calls, now + word.ms, now);
    else this.#parallel.lower(word.underWay);
  }

  room(): AccountRoom {
    const now = performance.now();
    return { second: this.#windows.second.room(now), minute: this.#windows.minute.room(now) };
  }
}

/** How many calls may be under way at once: any number until that is too many, then half, and one more a full round. */
class ParallelCalls {
  limit = Number.POSITIVE_INFINITY;
  /** What answers to calls say that were sent before that is old. */
  loweredAt = Number.NEGATIVE_INFINITY;
  #answers = 0;

  /** A call that was sent then is over, and was not refused for those beside it. */
  answered(sentAt: number): void {
    if (sentAt < this.loweredAt || ++this.#answers < this.limit) return;
    this.limit += 1;
    this.#answers = 0;
  }

  /** So many at once were too many. */
  lower(underWay: number): void {
    this.limit = Math.max(1, Math.floor(Math.min(underWay, this.limit) / 2));
    this.loweredAt = performance.now();
    this.#answers = 0;
  }

  /** When the `nth` call from now on has room beside those under way, if each takes `answerMs`. */
  roomAt(nth: number, log: CallLog, now: number, answerMs: number): number {
    // Which calls are under way need not be found out where it does not matter.
    const more = Number.isFinite(this.limit) ? log.underWay + nth - this.limit : 0;
    return more > 0 ? now + Math.ceil(more / this.limit) * answerMs : now;
  }
}
