import { readFileSync } from 'node:fs';
import type { Redis, Result } from 'ioredis';

declare module 'ioredis' {
  interface RedisCommander<Context> {
    reportCalls(calls: string, words: string, log: string, report: string): Result<Reply, Context>;
  }
}

const SCRIPT = readFileSync(new URL('shared-log.lua', import.meta.url), 'utf8');

/** In milliseconds. */
export interface SharedTimes {
  /** How long after its place was given a call is counted at the latest. */
  countedMs: number;
  /** After so long without a report from anybody, calls may have been made without Redis. */
  silenceMs: number;
  /** How long all then have to report theirs, before a place is given. */
  openingMs: number;
  /** How long a call is remembered after it was over. */
  keepMs: number;
}

/** What one replica tells the others, and asks of them. Ids are unique among replicas. */
export interface Report {
  /** How many milliseconds ago the API had counted each, less than 0 while that may still happen. */
  calls: readonly (readonly [id: string, ageMs: number])[];
  /** Calls whose places are free again. */
  unsent: readonly string[];
  /** What answers said. */
  words: readonly string[];
  /** How many words it has heard. */
  heard: number;
  /** Ids of calls to be sent at once. */
  wanted: readonly string[];
  /** How many calls may be sent by the rules, … */
  ready: number;
  /** … where so many had begun, … */
  begun: number;
  /** … in the log of that name. */
  since: number;
}

/** The account as Redis knew it in that moment. */
export interface SharedState {
  /** How many of the wanted calls have got their places. */
  given: number;
  since: number;
  begun: number;
  /** When places are given, in milliseconds. */
  openIn: number;
  /** How long ago the last call was sent. */
  sentAgo: number;
  /** Every call of the last minute, with how long ago it was counted, as in a report. */
  calls: readonly (readonly [id: string, ageMs: number])[];
  /** How many words there were ever. */
  told: number;
  /** Those that this replica had not heard, its own among them, with how long ago each was told. */
  words: readonly (readonly [word: string, ageMs: number])[];
}

/** What the script replies. */
type Reply = [number, number, number, number, number, number, number, string[], string[]];

/** The calls of one account in Redis. The part of `account` in braces keeps its keys together in a cluster. */
export class SharedLog {
  readonly #client: Redis;
  readonly #account: string;
  readonly #times: SharedTimes;

  constructor(client: Redis, account: string, times: SharedTimes) {
    this.#client = client;
    this.#account = account;
    this.#times = times;
    client.defineCommand('reportCalls', { numberOfKeys: 3, lua: SCRIPT });
  }

  /** One round trip. Rejects with what Redis or the network says. */
  async exchange(report: Report): Promise<SharedState> {
    const key = (name: string) => `{${this.#account}}:${name}`;
    const text = JSON.stringify({ ...report, times: this.#times });
    const reply = await this.#client.reportCalls(key('calls'), key('words'), key('log'), text);
    const [given, since, begun, told, openIn, sentAgo, now, calls, words] = reply;
    const ages = Array.from({ length: calls.length / 2 }, (_, index): [string, number] => [
      calls[2 * index] ?? '',
      now - Number(calls[2 * index + 1]),
    ]);
    const withAges = words.map((text): [string, number] => {
      const [at = '', word = ''] = text.split(/ (.*)/s);
      return [word, now - Number(at)];
    });
    return { given, since, begun, told, openIn, sentAgo, calls: ages, words: withAges };
  }
}
