import { Cluster } from 'ioredis';
import { describe, expect, test, vi } from 'vitest';
import { openRedis } from '../../../src/http/redis/redis-connection.ts';
import { type Gateway, startGateway } from '../../support/gateway.ts';
import { hasRedis, type RedisCluster, startRedisCluster } from '../../support/redis.ts';
import { requires } from '../../support/requirement.ts';

const PASSWORD = 'correct-horse-battery-staple';

const ROWS = Array.from({ length: 40 }, (_, row) => row);
const lookup = (row: number) => `{ gdprRequest(hoodId: "${1_000_000 + row}") { hoodId status } }`;
const APPROVE = 'mutation { decideGdprRequest(input: { hoodId: "1000022", decision: APPROVE }) { __typename } }';

const PATIENT = { timeout: 10_000, interval: 100 };

/** Two gateways with one account, both of which have found the cluster. */
async function startPair({ urls }: RedisCluster, env: Record<string, string>) {
  await using stack = new AsyncDisposableStack();
  const limits = { perSecond: 10, perMinute: 150 };
  const hood = { rows: ROWS.length, limits: env['HOOD_RATE'] ? limits : ('none' as const) };
  const start = async (beside?: Gateway) =>
    stack.use(
      await startGateway({
        env: { REDIS_URL: urls.join(), REPLICAS: '2', ...env },
        ...(beside ? { beside } : { hood }),
      }),
    );
  const one = await start();
  const other = await start(one);
  await vi.waitFor(() => {
    for (const { logged } of [one, other]) expect(logged.join()).toContain('Redis is there');
  }, PATIENT);
  const held = stack.move();
  return { one, other, [Symbol.asyncDispose]: () => held.disposeAsync() };
}

/** How it shares its account, by what it logged last. */
function modeOf({ logged }: Gateway): string | undefined {
  return [...logged.join().matchAll(/"budget (\w+)"/g)].at(-1)?.[1];
}

/** The keys that each of the servers has. */
async function keysIn({ urls }: RedisCluster, pattern: string): Promise<string[][]> {
  await using connection = openRedis(urls);
  const { client } = connection;
  if (!(client instanceof Cluster)) throw new Error('Expected a cluster');
  await vi.waitFor(() => expect(client.status).toBe('ready'));
  return await Promise.all(client.nodes('master').map((server) => server.keys(pattern)));
}

describe.skipIf(!requires('redis-server', hasRedis))('a cluster of three', () => {
  test('keeps what one replica has read for the others, on all of its servers, until it changes', async () => {
    await using cluster = await startRedisCluster({ password: PASSWORD });
    await using pair = await startPair(cluster, { CACHE: 'on', CACHE_TTL: 'gdpr-requests=10m' });
    const { one, other } = pair;
    const screen = `{ ${ROWS.map((row) => `r${row}: ${lookup(row).slice(2, -2)}`).join(' ')} }`;
    const answer = await one.query(screen);
    expect(answer.errors).toBeUndefined();
    // Its connections to the servers are opened by the first questions, which may be late for an answer.
    await vi.waitFor(async () => {
      await one.query(screen);
      const counts = (await keysIn(cluster, '*:answer:*')).map(({ length }) => length);
      expect(counts.reduce((sum, count) => sum + count)).toBe(ROWS.length);
      expect(Math.min(...counts)).toBeGreaterThan(0);
    }, PATIENT);
    await vi.waitFor(async () => {
      one.hoodCalls();
      expect(await other.query(screen)).toEqual(answer);
      expect(one.hoodCalls()).toEqual([]);
    }, PATIENT);

    await other.query(APPROVE);
    one.hoodCalls();
    expect((await one.query(screen)).data.r22.status).toBe('APPROVED');
    expect(one.hoodCalls()).not.toEqual([]);
    expect(one.logged.join('')).not.toContain(PASSWORD);
  });

  test('shares the limits, also while an account moves to another server, and after that has died', async () => {
    await using cluster = await startRedisCluster();
    await using pair = await startPair(cluster, { HOOD_RATE: '10/s,150/m' });
    const { one, other } = pair;
    const { hood } = one;
    let isOver = false;
    const failures: unknown[] = [];
    const calling = [one, one, other].map(async (gateway) => {
      for (let row = 0; !isOver; row = (row + 1) % ROWS.length) {
        const { errors } = await gateway.query(lookup(row), {}, { 'x-request-deadline': '9s' });
        if (errors) failures.push(errors);
      }
    });
    const answered = (count: number) => {
      const until = hood.calls.length + count;
      return vi.waitFor(() => expect(hood.calls.length).toBeGreaterThanOrEqual(until), PATIENT);
    };
    await answered(12);

    // One place for all keys of the account.
    const [keys = [], ...more] = (await keysIn(cluster, '{*')).filter(({ length }) => length > 0);
    expect(more).toEqual([]);
    const places = new Set(keys.map((key) => /^\{[^}]+\}/.exec(key)?.[0]));
    expect(places.size).toBe(1);
    const [key = ''] = keys;
    const first = await cluster.ownerOf(key);
    const next = cluster.servers.find((server) => server !== first) as typeof first;
    await cluster.move(key, next);
    await answered(12);
    expect(await cluster.ownerOf(key)).toBe(next);
    await vi.waitFor(() => expect(modeOf(one)).toBe('shared'), PATIENT);
    const refused = () => hood.calls.filter(({ status }) => status === 429).length;
    expect(refused()).toBe(0);

    await next.kill();
    await answered(6);
    expect(modeOf(one)).toBe('alone');
    await next.restart();
    await vi.waitFor(() => expect(modeOf(one)).toBe('shared'), PATIENT);
    await answered(6);
    isOver = true;
    await Promise.all(calling);

    expect(failures).toEqual([]);
    // What one replica began just before the server died, the other could not see any more.
    expect(refused()).toBeLessThanOrEqual(2);
  }, 60_000);
});
