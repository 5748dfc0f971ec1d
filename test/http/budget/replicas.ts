import type { AccountLimits } from '../../../src/http/budget/account-limits.ts';
import { Budget } from '../../../src/http/budget/budget.ts';
import { RedisCallAllocator } from '../../../src/http/budget/redis-call-allocator.ts';
import type { TIMES as DEFAULT_TIMES } from '../../../src/http/budget/shared-log.ts';
import type { Priority } from '../../../src/http/client/call-options.ts';
import type { AnswerHead } from '../../../src/http/client/exchange.ts';
import { openRedis, type RedisConnection } from '../../../src/http/redis/redis-connection.ts';
import { HOOD } from '../../../src/sources/hood/api.ts';

/** Windows short enough for a test to see several of them. */
export const SHORT: AccountLimits = {
  perSecond: 4,
  perMinute: 24,
  spans: { secondMs: 200, minuteMs: 2_000, secondMarginMs: 10, minuteMarginMs: 20, countedWithinMs: 300 },
};

const TIMES: typeof DEFAULT_TIMES = { beatMs: 100, answerMs: 300, silenceMs: 500, openingMs: 300, quietMs: 100 };

export const WELL: AnswerHead = { status: 200, headers: {} };

type Mode = 'shared' | 'alone';

/** One process of several, as far as its budget goes. */
export interface Replica extends AsyncDisposable {
  readonly log: RedisCallAllocator;
  readonly connection: RedisConnection;
  /** How it went on, in order; it begins alone. */
  readonly modes: readonly Mode[];
  /** Resolves as soon as that was its last mode. */
  became(mode: Mode): Promise<void>;
  /** Makes a call; resolves when it is answered, with when it was sent in `performance.now()` milliseconds. */
  call(options?: CallOptions): Promise<number>;
}

export interface CallOptions {
  caller?: object;
  priority?: Priority;
  takesMs?: number;
  answer?: AnswerHead;
  patienceMs?: number;
}

export interface ReplicaOptions {
  url: string;
  account?: string;
  /** How many there may be, 2 unless said. */
  count?: number;
  limits?: AccountLimits;
  times?: Partial<typeof DEFAULT_TIMES>;
}

/** Starts a replica; it may not have reached Redis yet. */
export function startReplica(options: ReplicaOptions): Replica {
  const { url, account = 'account', count = 2, limits = SHORT, times } = options;
  const connection = openRedis(url);
  const modes: Mode[] = ['alone'];
  const waiting = new Set<() => void>();
  const log = new RedisCallAllocator({
    client: connection.client,
    account,
    limits,
    replicas: count,
    times: { ...TIMES, ...times },
    onChange: (mode) => {
      modes.push(mode);
      for (const look of waiting) look();
    },
  });
  const budget = new Budget(HOOD, log);
  return {
    log,
    connection,
    modes,
    became: (mode) =>
      new Promise((resolve) => {
        const look = () => {
          if (modes.at(-1) !== mode) return;
          waiting.delete(look);
          resolve();
        };
        waiting.add(look);
        look();
      }),
    async call({ caller = {}, priority = 'interactive', takesMs = 5, answer = WELL, patienceMs = 20_000 } = {}) {
      let sentAt = Number.NaN;
      const attempt = {
        method: 'GET',
        route: '/v1/hood/exports',
        signal: undefined,
        deadline: performance.now() + patienceMs,
        caller: undefined,
        operation: caller,
        priority,
      };
      await budget.guard(attempt, async () => {
        sentAt = performance.now();
        await after(takesMs);
        return answer;
      });
      return sentAt;
    },
    async [Symbol.asyncDispose]() {
      await log[Symbol.asyncDispose]();
      await connection[Symbol.asyncDispose]();
    },
  };
}

/** Starts so many, and waits until they share the account. */
export async function startReplicas(count: number, options: ReplicaOptions): Promise<Replica[]> {
  const replicas = Array.from({ length: count }, () => startReplica({ count, ...options }));
  await Promise.all(replicas.map(({ became }) => became('shared')));
  return replicas;
}

/** Calls again as soon as it is answered, until `until`; tells when each call was sent. */
export async function saturate(replica: Replica, until: number, options?: CallOptions): Promise<number[]> {
  const sent: number[] = [];
  while (performance.now() < until) sent.push(await replica.call(options));
  return sent;
}

export function after(ms: number): Promise<void> {
  return new Promise((resolve) => void setTimeout(resolve, ms));
}

/** How many calls of the account are under way, as Redis knows it. */
export async function underWayIn({ client }: RedisConnection): Promise<number> {
  const [seconds, micros] = await client.time();
  const now = Number(seconds) * 1000 + Number(micros) / 1000;
  const records = (await client.hvals('{account}:calls')).map((text) => JSON.parse(text) as { calls: number[] });
  // Lua writes a list without members as an object.
  return records.flatMap(({ calls }) => Object.values(calls)).filter((countedBy) => countedBy > now).length;
}
