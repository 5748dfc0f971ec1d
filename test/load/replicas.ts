import { type HoodSandbox, startHood } from '../../src/sandbox/hood/server.ts';
import { type GatewayProcess, startProcess } from '../support/process.ts';
import type { RedisServer } from '../support/redis.ts';

/** Somebody who asks again as soon as the last question is answered. */
export interface Caller {
  /** Which replica is asked. */
  readonly replica: number;
  /** When its operations were answered, in `performance.now()` milliseconds. */
  readonly answeredAt: number[];
  /** What went wrong, in the gateway's words. */
  readonly failures: string[];
}

/** Several gateways that share one Redis and one account, and callers who never have enough. */
export interface Replicas extends AsyncDisposable {
  readonly hood: HoodSandbox;
  readonly gateways: readonly GatewayProcess[];
  readonly callers: readonly Caller[];
  /** Ends one at once, as a crash does, and starts another in its place. */
  crash(replica: number): Promise<void>;
  /** Lets every caller have its last answer. */
  stop(): Promise<void>;
}

/** Hood's own limits, one process for each number of callers, and answers that take some time. */
export async function startReplicas(redis: Pick<RedisServer, 'url'>, callersOf: readonly number[]): Promise<Replicas> {
  await using stack = new AsyncDisposableStack();
  const hood = stack.use(await startHood({ rows: 0, limits: { perSecond: 10, perMinute: 150 } }));
  hood.dials.latencyMs = 20;
  const env = {
    HOOD_URL: hood.origin,
    HOOD_TOKEN: hood.token,
    REDIS_URL: redis.url,
    REPLICAS: String(callersOf.length),
    SECRET: 'a secret for tests only',
    CACHE: 'off',
    // All callers together need this long for a turn.
    REQUEST_DEADLINE: '2m',
    CLIENT_ADDRESS_HEADER: ADDRESS,
    TRUSTED_PROXIES: '127.0.0.1',
  };
  const starting = callersOf.map(async () => stack.use(await startProcess(env)));
  const gateways = await Promise.all(starting);

  const stopping = new AbortController();
  const callers = callersOf.flatMap((count, replica) =>
    Array.from({ length: count }, (): Caller => ({ replica, answeredAt: [], failures: [] })),
  );
  let asked = 0;
  const asking = callers.map(async (caller, index) => {
    while (!stopping.signal.aborted) {
      asked += 1;
      const failure = await ask(gateways[caller.replica]?.origin ?? '', asked, `192.0.2.${index}`);
      if (failure === undefined) caller.answeredAt.push(performance.now());
      else caller.failures.push(failure);
    }
  });
  const held = stack.move();
  return {
    hood,
    gateways,
    callers,
    async crash(replica) {
      gateways[replica]?.child.kill('SIGKILL');
      gateways[replica] = held.use(await startProcess(env));
    },
    async stop() {
      stopping.abort();
      await Promise.all(asking);
    },
    [Symbol.asyncDispose]: () => held[Symbol.asyncDispose](),
  };
}

/** The header that tells a gateway who a caller is. */
const ADDRESS = 'x-forwarded-for';

/** One call of Hood's, and never the same, so that nothing but Hood can answer. Tells what went wrong. */
export async function ask(origin: string, hoodId: number, address = '192.0.2.255'): Promise<string | undefined> {
  try {
    const response = await fetch(`${origin}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', [ADDRESS]: address },
      body: JSON.stringify({ query: `{ gdprRequest(hoodId: "${hoodId}") { hoodId } }` }),
    });
    const text = await response.text();
    return response.ok && !text.includes('"errors"') ? undefined : text;
  } catch (error) {
    return String(error);
  }
}

/** The longest time between two of these. */
export function longestSilence(times: readonly number[]): number {
  return Math.max(...times.slice(1).map((at, index) => at - (times[index] ?? at)));
}
