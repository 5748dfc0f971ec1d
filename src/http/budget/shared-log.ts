import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Redis } from 'ioredis';
import type { Priority } from '../client/call-options.ts';
import { type AccountLimits, SPANS } from './account-limits.ts';
import type { UnderWay } from './own-calls.ts';
import { slowestMs } from './pace.ts';
import { MOST_AT_ONCE } from './parallel-calls.ts';
import type { Marks } from './shared-notice.ts';

const SCRIPT = ['redis-places.lua', 'redis-log.lua']
  .map((file) => readFileSync(new URL(file, import.meta.url), 'utf8'))
  .join('\n');
const SHA = createHash('sha1').update(SCRIPT).digest('hex');

/** What Redis says to a replica that asks for a place. */
export type Taken =
  | { kind: 'taken'; marks: Marks; era: number }
  /** Ask again then. */
  | { kind: 'wait'; ms: number }
  /** Every place is held by a call under way: ask again then, or as soon as one of them is over. */
  | { kind: 'answer'; ms: number }
  /** Redis does not know all calls, or not this replica. */
  | { kind: 'closed' };

/** The account as Redis knows it. */
export interface AccountState {
  /** When the log may be used, in milliseconds from now. */
  openInMs: number;
  pausedMs: number;
  /** Callers who wait for other replicas. */
  callersElsewhere: number;
  /** The names of all replicas. */
  replicas: readonly string[];
  /** Milliseconds since each call of the last minute was over, -1 for those under way. */
  ages: readonly number[];
}

/** What a replica knows about the account, wherever it learned it. */
export interface Known {
  pausedMs: number;
  /** The replicas that were there when it last heard of them. */
  peers: readonly string[];
  /** Milliseconds since each of its own calls was over, -1 for those under way. */
  ages: Readonly<Record<string, number>>;
}

export interface SharedLogOptions {
  client: Redis;
  /** What the keys of the account begin with. */
  account: string;
  replica: string;
  limits: AccountLimits;
  times: ReplicaTimes;
}

/** In milliseconds. */
export interface ReplicaTimes {
  /** Between two signs of life. */
  heartbeatMs: number;
  /** How long Redis may take to answer before this process goes on alone. */
  answerMs: number;
  /** A replica without a sign of life for so long may have gone on alone. */
  absentMs: number;
  /** How long a new log waits for replicas that nobody knew of. */
  openingMs: number;
}

/** One account's log in Redis, as one replica uses it. Every method is one round trip. */
export class SharedLog {
  readonly #client: Redis;
  readonly #keys: readonly string[];
  readonly #settings: string;
  readonly #replica: string;

  constructor({ client, account, replica, limits, times }: SharedLogOptions) {
    const { perSecond, perMinute, spans = SPANS } = limits;
    const minuteMs = spans.minuteMs + spans.minuteMarginMs;
    this.#client = client;
    this.#replica = replica;
    // The braces keep them together in a cluster.
    this.#keys = ['log', 'calls', 'replicas', 'waiting'].map((name) => `{${account}}:${name}`);
    this.#settings = JSON.stringify({
      perSecond,
      perMinute,
      secondMs: spans.secondMs + spans.secondMarginMs,
      minuteMs,
      slowestMs: slowestMs({ spanMs: minuteMs, limit: perMinute }, spans.secondMs),
      parallel: MOST_AT_ONCE,
      absentMs: times.absentMs,
      openingMs: times.openingMs,
      keepMs: 10 * minuteMs,
    });
  }

  async take(id: string, priority: Priority, callers: number): Promise<Taken> {
    const reply = await this.#do('take', id, priority === 'interactive' ? 0 : 1, Math.max(1, callers));
    // The shapes of the script's own replies.
    const [kind, ...rest] = reply as [Taken['kind'], ...number[]];
    const [first = 0, second = 0, third = 0] = rest;
    if (kind === 'taken') return { kind, marks: [first, second], era: third };
    return kind === 'closed' ? { kind } : { kind, ms: first };
  }

  /** `stragglingMs` is how much later the API may still count the call, `notice` is as `sharedNotice` writes it. */
  async settle(id: string, stragglingMs: number, era: number, notice: (string | number)[]): Promise<void> {
    await this.#do('settle', id, stragglingMs, era, ...notice);
  }

  async cancel(id: string): Promise<void> {
    await this.#do('cancel', id);
  }

  /** A call is sent that was not taken here. */
  async record(id: string): Promise<void> {
    await this.#do('record', id);
  }

  /** `undefined` when the replica must join first. */
  async sync({ asked, begun }: UnderWay): Promise<AccountState | undefined> {
    return stateOf(await this.#do('sync', asked, begun));
  }

  /**
   * Loads the script, and returns the name of the server's present run: another one may have lost what was written last.
   */
  async open(): Promise<string> {
    const [info] = await Promise.all([this.#client.info('server'), this.#client.script('LOAD', SCRIPT)]);
    return /run_id:(\w+)/.exec(info)?.[1] ?? 'unknown';
  }

  /** Brings what this replica knows. */
  async join(run: string, { asked, begun }: UnderWay, known: Known): Promise<AccountState | undefined> {
    const { pausedMs, peers, ages } = known;
    return stateOf(await this.#do('join', asked, begun, run, Math.ceil(pausedMs), peers, ages));
  }

  async leave(): Promise<void> {
    await this.#do('leave');
  }

  /** Never repeated: a report that was sent in between would come first, and a call could begin after it was over. */
  async #do(action: string, ...parts: (string | number | object)[]): Promise<unknown> {
    const texts = parts.map((part) => (typeof part === 'object' ? JSON.stringify(part) : part));
    const rest = [...this.#keys, action, this.#settings, this.#replica, ...texts];
    return await this.#client.evalsha(SHA, this.#keys.length, ...rest);
  }
}

/** What the script itself replies. */
type StateReply = ['known' | 'closed', number, number, number, string[], number[]];

function stateOf(reply: unknown): AccountState | undefined {
  const [kind, openInMs, pausedMs, callersElsewhere, replicas, ages] = reply as StateReply;
  return kind === 'known' ? { openInMs, pausedMs, callersElsewhere, replicas, ages } : undefined;
}
