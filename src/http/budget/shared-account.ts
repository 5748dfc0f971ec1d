import { readFileSync } from 'node:fs';
import type { Result } from 'ioredis';
import { type RedisClient, within } from '../redis/redis-connection.ts';
import { type AccountLimits, SPANS } from './account-limits.ts';
import { AccountWindows, type Word } from './account-windows.ts';
import { type CountedCall, OwnCalls } from './own-calls.ts';
import type { RateNotice } from './rate-notice.ts';

declare module 'ioredis' {
  interface RedisCommander<Context> {
    reportCalls(calls: string, words: string, log: string, report: string): Result<SharedLog, Context>;
  }
}

/** What the script returns. */
type SharedLog = [
  given: number,
  since: number,
  begun: number,
  told: number,
  openIn: number,
  sentAt: number,
  now: number,
  calls: string[],
  words: string[],
];

const SCRIPT = readFileSync(new URL('shared-log.lua', import.meta.url), 'utf8');

/** An answer of Redis that took so many times as long as it may is none: the process stood still. */
const LATEST = 2;

/** In milliseconds, as they are unless a test sets them. */
export const TIMES = {
  /** Between two signs of life. */
  beatMs: 1000,
  /** How long Redis may take to answer before this process goes on alone. */
  answerMs: 1000,
  /** After so long without a sign of life from anybody, calls may have been sent without Redis. */
  silenceMs: 2000,
  /** How long all have to report what they did without Redis, before places are given again; … */
  openingMs: 1000,
  /** … nobody sends in the last part of it, so that the last reports arrive in time. */
  quietMs: 400,
};

/** An account whose calls stand in Redis, as one replica knows it: what the log said last, and what this replica did itself. */
export class SharedAccount {
  readonly own: OwnCalls;
  /** The rules, over the calls of all replicas. */
  readonly whole: AccountWindows;
  /** When the log was seen last, in `performance.now()` milliseconds. */
  seenAt = Number.NEGATIVE_INFINITY;
  /** How long Redis takes to answer, lately and at least, in milliseconds. */
  roundTripMs = 0;
  readonly #client: RedisClient;
  readonly #keys: [calls: string, words: string, log: string];
  readonly #limits: AccountLimits;
  readonly #parts: number;
  readonly #times: typeof TIMES & { countedMs: number; keepMs: number };
  /** Which log was seen last, and how much of it. */
  #seen = { since: 0, begun: 0, told: 0 };
  /** By when the API has counted the calls of the others. */
  #others: number[] = [];
  #pausedUntil = Number.NEGATIVE_INFINITY;
  /** What answers said, to be understood when all calls are known that were sent before them. */
  readonly #notices: { notice: RateNotice; sentAt: number }[] = [];
  readonly #words: string[] = [];

  /** `name` begins the keys of the account; `parts` is how many replicas there may be. */
  constructor(client: RedisClient, name: string, limits: AccountLimits, parts: number, times: typeof TIMES) {
    const { minuteMs, minuteMarginMs, countedWithinMs } = limits.spans ?? SPANS;
    const keepMs = 2 * (minuteMs + minuteMarginMs);
    client.defineCommand('reportCalls', { numberOfKeys: 3, lua: SCRIPT });
    this.#client = client;
    // The part in braces keeps the keys together in a cluster.
    this.#keys = [`{${name}}:calls`, `{${name}}:words`, `{${name}}:log`];
    this.#limits = limits;
    this.#parts = parts;
    this.#times = { ...times, countedMs: LATEST * times.answerMs + countedWithinMs, keepMs };
    this.own = new OwnCalls(keepMs);
    this.whole = new AccountWindows(limits);
  }

  /** Whether other replicas have called lately. */
  get hasOthers(): boolean {
    return this.#others.length > 0;
  }

  /** Whether there is something to tell the others. */
  get hasWords(): boolean {
    return this.#words.length > 0;
  }

  /** Whether a place that was asked for then is still this replica's, by Redis' clock too. */
  isInTime(askedAt: number): boolean {
    return performance.now() - askedAt <= LATEST * this.#times.answerMs;
  }

  /**
   * One round trip. Reports what the log does not know yet, or all of it, and asks for places for the `wanted` calls, of
   * which the rules let so many be `ready`. Rejects with what Redis or the network says, and where the answer is late.
   */
  async exchange(isWhole: boolean, wanted: readonly string[], ready: number) {
    const askedAt = performance.now();
    const answeredAt = askedAt + this.roundTripMs;
    const pausedMs = this.#pausedUntil - askedAt;
    if (isWhole && pausedMs > 0) this.#tell({ kind: 'pause', ms: pausedMs });
    const news = { ...this.own.report(isWhole), words: this.#words.splice(0) };
    const report = JSON.stringify({ ...news, seen: this.#seen, wanted, ready, times: this.#times });
    const log = await within(this.#times.answerMs, this.#client.reportCalls(...this.#keys, report));
    if (!this.isInTime(askedAt)) throw new Error('The answer came too late.');
    const tookMs = performance.now() - askedAt;
    this.roundTripMs = Math.min(tookMs, (this.roundTripMs + tookMs) / 2);
    const [count, since, , , openIn] = log;
    // An answer that comes early is waited for.
    const countedBy = Math.max(performance.now(), answeredAt) + this.whole.log.countedWithinMs;
    const given = wanted.slice(0, count).map((id): CountedCall => ({ id, countedBy }));
    for (const place of given) this.own.begin(place);
    const isNewLog = since !== this.#seen.since;
    this.#see(log, isNewLog);
    return { given, isNewLog, opensAt: askedAt + openIn, isOpen: openIn === 0 };
  }

  /** Takes over what the log has; calls of this replica are as it knows them itself. */
  #see([, since, begun, told, , sentAt, redisNow, calls, words]: SharedLog, isNewLog: boolean): void {
    const now = performance.now();
    const here = (time: unknown) => Number(time) + now - redisNow;
    // Two questions that are under way at once bring the same words.
    const unheard = told - (isNewLog ? 0 : this.#seen.told);
    this.#seen = { since, begun, told };
    this.seenAt = now;
    this.#others = calls.flatMap((id, at) => (at % 2 === 1 || this.own.isOwn(id) ? [] : here(calls[at + 1])));
    const underWay = this.#others.filter((countedBy) => countedBy > now).length + this.own.underWay;
    this.whole.log.replace([...this.#others, ...this.own.counted], underWay);
    this.whole.sentAt(here(sentAt));
    for (const text of unheard > 0 ? words.slice(-unheard) : []) {
      const [toldAt, { from, word }] = JSON.parse(text) as [number, { from: string; word: Word }];
      if (from === this.own.replica) continue;
      this.#hear('ms' in word ? { ...word, ms: word.ms + toldAt - redisNow } : word);
    }
    for (const { notice, sentAt } of this.#notices.splice(0)) this.#understand(notice, sentAt);
  }

  /** An answer to a call that was sent then says something about the account. */
  learn(notice: RateNotice, sentAt: number): void {
    if (notice.kind === 'left') this.#notices.push({ notice, sentAt });
    else this.#understand(notice, sentAt);
  }

  /** What this replica may do alone: its part of what was left when the log was last seen. */
  part(): AccountWindows {
    const now = performance.now();
    const part = new AccountWindows(limitsOf(this.#limits, this.#parts));
    const { spans = SPANS, perSecond } = this.#limits;
    // What others may have sent since, as far as the limits let them.
    const isSeen = Number.isFinite(this.seenAt);
    const seconds = isSeen && this.#parts > 1 ? Math.ceil((now - this.seenAt) / spans.secondMs) : 0;
    const unseen = Array<number>(Math.min(this.whole.room().minuteLeft, seconds * perSecond)).fill(now);
    part.log.replace(portionOf([...this.#others, ...this.own.counted, ...unseen], this.#parts), this.own.underWay);
    part.hear({ kind: 'pause', ms: this.#pausedUntil - now });
    return part;
  }

  #understand(notice: RateNotice, sentAt: number): void {
    const word = this.whole.wordOf(notice, sentAt);
    if (word) this.#tell(word);
  }

  /** Heeds it here, and tells the others with the next report. */
  #tell(word: Word): void {
    this.#hear(word);
    this.#words.push(JSON.stringify({ from: this.own.replica, word }));
  }

  #hear(word: Word): void {
    if (word.kind === 'pause') this.#pausedUntil = Math.max(this.#pausedUntil, performance.now() + word.ms);
    this.whole.hear(word);
  }
}

/**
 * What one of so many equal parts of an account may call. A window with fewer places than parts gets longer instead, so
 * that each part has one: then more than the limit can fall together, and only the average is kept.
 */
export function limitsOf({ perSecond, perMinute, spans = SPANS }: AccountLimits, parts: number): AccountLimits {
  return {
    perSecond: Math.max(1, Math.floor(perSecond / parts)),
    perMinute: Math.max(1, Math.floor(perMinute / parts)),
    spans: {
      ...spans,
      secondMs: spans.secondMs * Math.max(1, parts / perSecond),
      minuteMs: spans.minuteMs * Math.max(1, parts / perMinute),
    },
  };
}

/** Which of the calls that were counted at these times a part takes for its own: rounded up, the latest first. */
export function portionOf(counted: readonly number[], parts: number): number[] {
  return counted.toSorted((one, other) => other - one).filter((_, index) => index % parts === 0);
}
