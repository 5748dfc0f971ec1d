import type { Redis } from 'ioredis';
import type { Priority } from '../client/call-options.ts';
import { within } from '../redis/timeout.ts';
import { type AccountLimits, SPANS, STRAGGLING_MS } from './account-limits.ts';
import type { AccountWindows } from './account-windows.ts';
import type { AccountRoom, CallAllocator, Demand, Reservation } from './call-allocator.ts';
import { rateNotice } from './rate-notice.ts';
import { SharedAccount } from './shared-account.ts';
import { SharedLog, type SharedState } from './shared-log.ts';

/** In milliseconds. */
export interface ReplicaTimes {
  /** Between two reports of calls under way. */
  beatMs: number;
  /** How long Redis may take to answer before this process goes on alone. */
  answerMs: number;
  /** How long a call counts as under way after its last report. */
  extensionMs: number;
  /** How long all have to report what they did without Redis, before places are given again; … */
  openingMs: number;
  /** … nobody sends in the last part of it, so that the last reports arrive in time. */
  quietMs: number;
}

const TIMES: ReplicaTimes = { beatMs: 1000, answerMs: 1000, extensionMs: 2000, openingMs: 1000, quietMs: 400 };

/** How old what is known may be before somebody who waits asks again, and how long that is at most, in milliseconds. */
const LOOK_AFTER_MS = 100;
const LONGEST_WAIT_MS = 1000;

/**
 * Replicas that wait for the same place come at random, later by so many milliseconds divided by their callers on
 * average: so every caller has the same chance. Background calls come after them.
 */
const TURN_MS = 40;
const BACKGROUND_TURN_MS = 100;
/** So many callers of one replica take a place at a time where other replicas may wait. */
const CALLERS_A_PLACE = 32;

export interface RedisCallAllocatorOptions {
  client: Redis;
  /** What the keys of the account begin with: nobody must be able to tell the credential from it. */
  account: string;
  limits: AccountLimits;
  /** How many replicas there may be: each has an equal part while Redis is away. */
  replicas: number;
  times?: ReplicaTimes;
  /** Called when this process begins to share the account, and when it goes on alone. */
  onChange?: (mode: 'shared' | 'alone') => void;
}

/**
 * The calls of all replicas, in Redis. The rules are applied here, to the calls that Redis knows, and Redis gives a place
 * only if that leaves out no call. While Redis is away, or late, this process goes on with its part of what was left,
 * and reports it when Redis is back.
 */
export class RedisCallAllocator implements CallAllocator, AsyncDisposable {
  readonly #options: RedisCallAllocatorOptions;
  readonly #times: ReplicaTimes;
  readonly #account: SharedAccount;
  readonly #log: SharedLog;
  readonly #beat: NodeJS.Timeout;
  /** The rules of this process's part, while it goes on alone. */
  #alone: AccountWindows | undefined;
  /** While alone: when Redis gives places again, as far as that is known. */
  #openAt = Number.POSITIVE_INFINITY;
  #opening: NodeJS.Timeout | undefined;
  /** Places that Redis has given for calls which go next. */
  #spare: string[] = [];
  #soon: NodeJS.Immediate | undefined;
  #hasLeft = false;

  constructor(options: RedisCallAllocatorOptions) {
    const { client, account, limits, replicas, times = TIMES } = options;
    const { minuteMs, minuteMarginMs } = limits.spans ?? SPANS;
    const keepMs = 2 * (minuteMs + minuteMarginMs);
    const { extensionMs, openingMs } = times;
    this.#options = options;
    this.#times = times;
    this.#account = new SharedAccount(limits, replicas, keepMs);
    this.#log = new SharedLog(client, account, { extensionMs, silenceMs: extensionMs, openingMs, keepMs });
    this.#goAlone();
    client.on('close', this.#goAlone).on('ready', this.#reportSoon);
    this.#beat = setInterval(this.#reportSoon, times.beatMs).unref();
    this.#reportSoon();
  }

  take(priority: Priority, demand: Demand): Reservation | number | Promise<Reservation | number> {
    if (this.#hasLeft) return Number.POSITIVE_INFINITY;
    const spare = this.#spare.shift();
    if (spare) return this.#reservation(spare);
    const now = performance.now();
    const wait = this.sentIn(1, priority, Number.POSITIVE_INFINITY);
    if (this.#alone) {
      if (now > this.#openAt - this.#times.quietMs) return Math.max(1, this.#openAt - now);
      return wait > 0 ? wait : this.#takeAlone(this.#alone);
    }
    const isOld = now - this.#account.seenAt > LOOK_AFTER_MS;
    return wait <= 0 || isOld ? this.#ask(priority, demand) : this.#turn(priority, demand);
  }

  sentIn(nth: number, priority: Priority, answerMs: number): number {
    return this.#windows.readyAt(nth, priority, answerMs) - performance.now();
  }

  room(): AccountRoom {
    return this.#windows.room();
  }

  /** Gives no place from then on. Calls under way end by themselves. The connection is not its own. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#hasLeft = true;
    clearInterval(this.#beat);
    clearTimeout(this.#opening);
    clearImmediate(this.#soon);
    this.#options.client.off('close', this.#goAlone).off('ready', this.#reportSoon);
    for (const id of this.#spare.splice(0)) this.#account.own.drop(id);
    if (!this.#alone) await this.#exchange();
  }

  get #windows(): AccountWindows {
    return this.#alone ?? this.#account.whole;
  }

  #takeAlone(alone: AccountWindows): Reservation {
    const id = this.#account.own.newId();
    this.#account.own.begin(id);
    alone.begin();
    this.#reportSoon();
    return this.#reservation(id);
  }

  /** Asks for places for those who wait; without any that the rules would give, what is known is new afterwards. */
  async #ask(priority: Priority, { calls, callers }: Demand): Promise<Reservation | number> {
    const { own, whole } = this.#account;
    const askedAt = performance.now();
    const ready = whole.readyNow(this.#options.limits.perSecond, priority);
    const wanted = Math.min(calls, ready, this.#account.hasOthers ? Math.ceil(callers / CALLERS_A_PLACE) : calls);
    const ids = Array.from({ length: wanted }, () => own.newId());
    const state = await this.#exchange(ids, ready);
    const given = state ? ids.slice(0, state.given) : [];
    const isLate = performance.now() - askedAt >= this.#times.extensionMs;
    // Whether an answer that did not come gave places, nobody knows.
    for (const id of state && !isLate ? [] : ids) own.drop(id);
    if (!state || isLate || this.#hasLeft) return this.take(priority, { calls, callers });
    this.#spare.push(...given);
    // Others were quicker, or there was news; there may be places still.
    const isReady = given.length > 0 || this.sentIn(1, priority, Number.POSITIVE_INFINITY) <= 0;
    return isReady ? this.take(priority, { calls, callers }) : this.#turn(priority, { callers });
  }

  /** When to ask again. */
  #turn(priority: Priority, { callers }: Pick<Demand, 'callers'>): number {
    const usual = Math.min(LONGEST_WAIT_MS, this.sentIn(1, priority, LOOK_AFTER_MS));
    const turnMs = this.#account.hasOthers ? (-Math.log(1 - Math.random()) * TURN_MS) / Math.max(1, callers) : 0;
    return (
      Math.max(1, usual) + turnMs + (priority === 'background' && this.#account.hasOthers ? BACKGROUND_TURN_MS : 0)
    );
  }

  #reservation(id: string): Reservation {
    const sentAt = performance.now();
    const windows = this.#windows;
    const { era } = windows;
    return {
      settle: (answer) => {
        const notice = answer && rateNotice(answer, this.#options.limits);
        if (answer) windows.answered(era, notice);
        // How much is left of the whole account says nothing about this process's part.
        if (notice && !(this.#alone && notice.kind === 'left')) this.#account.learn(notice, sentAt);
        if (notice?.kind === 'pause') this.#alone?.hear(notice);
        const over = performance.now() + (answer ? 0 : STRAGGLING_MS);
        this.#windows.log.end(over);
        this.#account.own.end(id, over);
        this.#reportSoon();
      },
      cancel: () => {
        this.#windows.log.cancel();
        this.#account.own.drop(id);
        this.#reportSoon();
      },
    };
  }

  /** Reports what is new, or goes with a question that is asked in this moment. */
  readonly #reportSoon = (): void => {
    if (this.#hasLeft || this.#options.client.status !== 'ready') return;
    this.#soon ??= setImmediate(() => void this.#exchange());
  };

  /** One round trip. Undefined where this process goes on alone; never rejects. */
  async #exchange(wanted: readonly string[] = [], ready = 0): Promise<SharedState | undefined> {
    clearImmediate(this.#soon);
    this.#soon = undefined;
    const { own } = this.#account;
    const isWhole = this.#alone !== undefined;
    const askedAt = performance.now();
    try {
      const report = { ...this.#account.report(isWhole), wanted, ready };
      const state = await within(this.#times.answerMs, this.#log.exchange(report));
      for (const id of wanted.slice(0, state.given)) own.begin(id);
      const isNewLog = this.#account.see(state);
      if (this.#account.hasWords) this.#reportSoon();
      if (state.openIn > 0) this.#awaitOpening(askedAt, state.openIn);
      // A new log may lack calls that were reported to an old one.
      if (isNewLog && !isWhole) this.#goAlone();
      else if (isWhole && state.openIn === 0) this.#share();
    } catch {
      this.#openAt = Number.POSITIVE_INFINITY;
      this.#goAlone();
    }
    return this.#alone ? undefined : this.#account.state;
  }

  #awaitOpening(askedAt: number, openIn: number): void {
    this.#goAlone();
    this.#openAt = askedAt + openIn;
    clearTimeout(this.#opening);
    this.#opening = setTimeout(this.#reportSoon, openIn);
  }

  #share(): void {
    this.#openAt = Number.POSITIVE_INFINITY;
    if (!this.#alone) return;
    this.#alone = undefined;
    this.#options.onChange?.('shared');
  }

  readonly #goAlone = (): void => {
    if (this.#alone || this.#hasLeft) return;
    this.#alone = this.#account.part();
    for (const id of this.#spare.splice(0)) this.#account.own.drop(id);
    this.#options.onChange?.('alone');
    this.#reportSoon();
  };
}
