import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { type RedisClient, tooLate, within } from '../redis/redis-connection.ts';
import { type AccountLimits, SPANS } from './account-limits.ts';
import type { Word } from './account-windows.ts';

/** What the script returns. */
type Answer = [
  given: number,
  since: number,
  begun: number,
  told: number,
  openIn: number,
  sentAt: number,
  now: number,
  others: number[],
  waiting: number,
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

/** What a replica says in one round trip, and how many places it asks for. */
export interface Report {
  /** By when its calls were counted, all that count still, in `performance.now()` milliseconds. */
  calls: readonly number[];
  /** Whether it may have sent some of them without a place. */
  isAlone: boolean;
  /** What all must know now. */
  words: readonly Word[];
  /** How many of its callers wait. */
  waiting: number;
  wanted: number;
  /** How many calls the rules let it send, by what it has seen. */
  ready: number;
}

/** The calls of an account in Redis, as one replica reports and sees them. */
export class SharedLog {
  /** When it was seen last, in `performance.now()` milliseconds. */
  seenAt = Number.NEGATIVE_INFINITY;
  /** How long Redis takes to answer, lately and at least, in milliseconds. */
  roundTripMs = 0;
  readonly #client: RedisClient;
  readonly #keys: readonly string[];
  readonly #times: typeof TIMES & { countedMs: number; keepMs: number };
  /** What this process is called among the replicas. */
  readonly #replica = randomBytes(6).toString('base64url');
  /** Which log was seen last, and how much of it. */
  #seen = { since: 0, begun: 0, told: 0 };

  /** `name` begins the keys of the account. */
  constructor(client: RedisClient, name: string, { spans = SPANS }: AccountLimits, times: typeof TIMES) {
    this.#client = client;
    // The part in braces keeps the keys together in a cluster.
    this.#keys = [`{${name}}:calls`, `{${name}}:words`, `{${name}}:log`];
    const countedMs = LATEST * times.answerMs + spans.countedWithinMs;
    this.#times = { ...times, countedMs, keepMs: 2 * (spans.minuteMs + spans.minuteMarginMs) };
  }

  /** Whether a place that was asked for then is still this replica's, by Redis' clock too. */
  isInTime(askedAt: number): boolean {
    return performance.now() - askedAt <= LATEST * this.#times.answerMs;
  }

  /** One round trip. Rejects with what Redis or the network says, and where the answer is late. */
  async exchange({ calls, words: news, ...report }: Report) {
    const askedAt = performance.now();
    const text = JSON.stringify({
      ...report,
      calls: calls.map((countedBy) => Math.floor(askedAt - countedBy)),
      words: news.map((word) => JSON.stringify({ from: this.#replica, word })),
      replica: this.#replica,
      seen: this.#seen,
      times: this.#times,
    });
    const asking = this.#client.eval(SCRIPT, this.#keys.length, ...this.#keys, text) as Promise<Answer>;
    const [given, since, begun, told, openIn, sentAt, redisNow, others, waiting, words] = await within(
      this.#times.answerMs,
      asking,
    );
    if (!this.isInTime(askedAt)) throw tooLate();
    const now = performance.now();
    this.roundTripMs = Math.min(now - askedAt, (this.roundTripMs + now - askedAt) / 2);
    // Two questions that are under way at once bring the same words.
    const unheard = told - (since === this.#seen.since ? this.#seen.told : 0);
    this.#seen = { since, begun, told };
    this.seenAt = now;
    const here = (time: number) => time + now - redisNow;
    return {
      given,
      opensAt: askedAt + openIn,
      isOpen: openIn === 0,
      sentAt: here(sentAt),
      others: others.map(here),
      /** How many callers of others wait. */
      waiting,
      words: (unheard > 0 ? words.slice(-unheard) : []).flatMap((text) => {
        const [toldAt, { from, word }] = JSON.parse(text) as [number, { from: string; word: Word }];
        if (from === this.#replica) return [];
        return 'ms' in word ? { ...word, ms: word.ms + toldAt - redisNow } : word;
      }),
    };
  }
}
