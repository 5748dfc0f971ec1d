import type { Redis } from 'ioredis';
import { within } from '../redis/timeout.ts';
import { type AccountLimits, SPANS } from './account-limits.ts';
import { SharedAccount } from './shared-account.ts';
import { SharedLog } from './shared-log.ts';

/** In milliseconds. */
export interface ReplicaTimes {
  /** Between two signs of life. */
  beatMs: number;
  /** How long Redis may take to answer before this process goes on alone. */
  answerMs: number;
  /** After so long without a sign of life from anybody, calls may have been sent without Redis. */
  silenceMs: number;
  /** How long all have to report what they did without Redis, before places are given again; … */
  openingMs: number;
  /** … nobody sends in the last part of it, so that the last reports arrive in time. */
  quietMs: number;
}

const TIMES: ReplicaTimes = { beatMs: 1000, answerMs: 1000, silenceMs: 2000, openingMs: 1000, quietMs: 400 };

export interface ReplicaOptions {
  client: Redis;
  /** What the keys of the account begin with: nobody must be able to tell the credential from it. */
  account: string;
  limits: AccountLimits;
  /** How many replicas there may be: each has an equal part while Redis is away. */
  replicas: number;
  times?: ReplicaTimes;
}

/** A call that may be sent within the next half second, and by when the API has counted it then. */
export interface Place {
  id: string;
  by: number;
  /** Until when it may be sent. */
  until: number;
}

const USABLE_MS = 500;

/** An answer of Redis that took so many times as long as it may is none: the process stood still. */
const LATEST = 2;

const NEVER = { from: Number.POSITIVE_INFINITY, until: Number.POSITIVE_INFINITY };

/**
 * Reports this process's calls to the log in Redis and brings back what that says, and finds out whether the account is
 * shared, or this process is alone for now: while Redis is away or late, or gives no places yet.
 */
export class ReplicaLink implements AsyncDisposable {
  readonly account: SharedAccount;
  readonly #client: Redis;
  readonly #log: SharedLog;
  readonly #times: ReplicaTimes;
  readonly #usedWithinMs: number;
  readonly #onChange: (mode: 'shared' | 'alone') => void;
  readonly #beat: NodeJS.Timeout;
  #mode: 'shared' | 'alone' = 'alone';
  /** While alone: when nothing is sent, as places may be given soon. */
  #quiet: { from: number; until: number };
  #opening: NodeJS.Timeout | undefined;
  #soon: NodeJS.Immediate | undefined;
  #roundTripMs = 0;

  /** `onChange` hears of every change; it begins alone. */
  constructor(options: ReplicaOptions, onChange: (mode: 'shared' | 'alone') => void) {
    const { client, account, limits, replicas, times = TIMES } = options;
    const { minuteMs, minuteMarginMs, countedWithinMs } = limits.spans ?? SPANS;
    const { answerMs, silenceMs, openingMs, beatMs } = times;
    const keepMs = 2 * (minuteMs + minuteMarginMs);
    const countedMs = LATEST * answerMs + USABLE_MS + countedWithinMs;
    this.account = new SharedAccount(limits, replicas, keepMs);
    this.#client = client;
    this.#log = new SharedLog(client, account, { countedMs, silenceMs, openingMs, keepMs });
    this.#times = times;
    this.#usedWithinMs = USABLE_MS + countedWithinMs;
    this.#onChange = onChange;
    // What it may send alone, others may have sent: Redis is given time to say so.
    this.#quiet = { from: performance.now(), until: performance.now() + answerMs };
    client.on('close', this.#lose).on('ready', this.reportSoon);
    this.#beat = setInterval(this.reportSoon, beatMs).unref();
    this.reportSoon();
  }

  /** How long Redis takes to answer, lately and at least, in milliseconds. */
  get roundTripMs(): number {
    return this.#roundTripMs;
  }

  /** For how many milliseconds a process that is alone sends nothing. */
  get quietMs(): number {
    const { from, until } = this.#quiet;
    const now = performance.now();
    return now >= from && now < until ? until - now : 0;
  }

  /** Reports what is new, or lets it go with a question that is asked in this moment. */
  readonly reportSoon = (): void => {
    if (this.#client.status === 'ready') this.#soon ??= setImmediate(() => void this.exchange());
  };

  /**
   * One round trip: reports, and asks for places under these names, of which the rules let so many be `ready`. Resolves
   * with the places; undefined where this process is alone. Never rejects.
   */
  async exchange(wanted: readonly string[] = [], ready = 0): Promise<Place[] | undefined> {
    clearImmediate(this.#soon);
    this.#soon = undefined;
    const isWhole = this.#mode === 'alone';
    const askedAt = performance.now();
    const given: Place[] = [];
    try {
      const report = { ...this.account.report(isWhole), wanted, ready };
      const state = await within(this.#times.answerMs, this.#log.exchange(report));
      const now = performance.now();
      const tookMs = now - askedAt;
      if (tookMs > LATEST * this.#times.answerMs) throw new Error('The answer came too late.');
      this.#roundTripMs = Math.min(tookMs, (this.#roundTripMs + tookMs) / 2);
      for (const id of wanted.slice(0, state.given)) {
        given.push({ id, by: now + this.#usedWithinMs, until: now + USABLE_MS });
        this.account.own.begin(id, now + this.#usedWithinMs);
      }
      const isNewLog = this.account.see(state);
      if (this.account.hasWords) this.reportSoon();
      if (state.openIn > 0) this.#awaitOpening(askedAt, state.openIn);
      // A new log may lack calls that were reported to an old one.
      else if (isNewLog && !isWhole) this.#become('alone');
      else if (isWhole) this.#become('shared');
    } catch {
      this.#quiet = NEVER;
      this.#lose();
    }
    return this.#mode === 'alone' ? undefined : given;
  }

  /** Reports no more. Calls under way end by themselves. The connection is not its own. */
  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#beat);
    clearTimeout(this.#opening);
    this.#client.off('close', this.#lose).off('ready', this.reportSoon);
    if (this.#client.status === 'ready') await this.exchange();
    clearImmediate(this.#soon);
  }

  #awaitOpening(askedAt: number, openIn: number): void {
    const { quietMs, answerMs } = this.#times;
    this.#quiet = { from: askedAt + openIn - quietMs, until: performance.now() + openIn + answerMs };
    this.#become('alone');
    clearTimeout(this.#opening);
    this.#opening = setTimeout(this.reportSoon, openIn);
  }

  readonly #lose = (): void => this.#become('alone');

  #become(mode: 'shared' | 'alone'): void {
    if (mode === this.#mode) return;
    this.#mode = mode;
    this.#onChange(mode);
    if (mode === 'alone') this.reportSoon();
  }
}
