import { once } from 'node:events';
import { describe, expect, test, vi } from 'vitest';
import { openRedis } from '../../../src/http/redis/redis-connection.ts';
import { freePort, hasRedis, startRedis } from '../../support/redis.ts';
import { requires } from '../../support/requirement.ts';
import { after, type Replica, SHORT, saturate, startReplica, startReplicas, underWayIn } from './replicas.ts';
import { busiest } from './simulation.ts';

const SPANS = SHORT.spans ?? { secondMs: 0, minuteMs: 0 };

/** Nobody saw more calls than the account may make. */
function expectWithinLimits(sent: readonly number[]): void {
  expect(busiest(sent, SPANS.secondMs)).toBeLessThanOrEqual(SHORT.perSecond);
  expect(busiest(sent, SPANS.minuteMs)).toBeLessThanOrEqual(SHORT.perMinute);
}

/** All calls of all replicas under load until then. */
async function underLoad(replicas: readonly Replica[], until: number): Promise<number[]> {
  const callers = replicas.flatMap((replica) => [replica, replica]);
  return (await Promise.all(callers.map((replica) => saturate(replica, until)))).flat();
}

describe.skipIf(!requires('redis-server', hasRedis)).concurrent('when Redis fails', () => {
  test('calls go at once though it was down at the start, out of its part of the account', async () => {
    await using replica = startReplica({ count: 4, url: `redis://127.0.0.1:${await freePort()}` });
    const from = performance.now();
    const sent = await underLoad([replica], from + 2 * SPANS.minuteMs);
    expect(Math.min(...sent) - from).toBeLessThan(1_000);
    expect(busiest(sent, SPANS.minuteMs)).toBeLessThanOrEqual(SHORT.perMinute / 4);
    expect(sent.length).toBeGreaterThan(SHORT.perMinute / 4);
  });

  test('alone, what is left of the whole account is not taken for what is left of the share', async () => {
    await using replica = startReplica({ count: 4, url: `redis://127.0.0.1:${await freePort()}` });
    const headers = { 'x-ratelimit-limit': '24', 'x-ratelimit-remaining': '1', 'x-ratelimit-reset': '60' };
    await replica.call({ answer: { status: 200, headers } });
    const from = performance.now();
    await replica.call();
    expect((await replica.call()) - from).toBeLessThan(1_700);
  });

  test('it may come later: then the account is shared', async () => {
    await using redis = await startRedis();
    await redis.kill();
    await using replica = startReplica({ url: redis.url });
    await replica.call();
    expect(replica.modes).toEqual(['alone']);
    await redis.restart();
    await replica.became('shared');
    await replica.call();
  });

  test('until all had time to report, an empty Redis changes nothing about the share of a replica', async () => {
    await using redis = await startRedis();
    await using replica = startReplica({ count: 3, url: redis.url, times: { openingMs: 10_000 } });
    const sent = await underLoad([replica], performance.now() + 2 * SPANS.minuteMs);
    expect(replica.modes).not.toContain('shared');
    expect(busiest(sent, SPANS.secondMs)).toBe(Math.floor(SHORT.perSecond / 3));
    expect(busiest(sent, SPANS.minuteMs)).toBeLessThanOrEqual(SHORT.perMinute / 3);
  });

  test('replicas go on with a share each when it dies, and share again when it is back, empty', async () => {
    await using redis = await startRedis();
    await using stack = new AsyncDisposableStack();
    // Longer than the longest wait between two attempts to connect: all are there before places are given.
    const replicas = await startReplicas(3, { url: redis.url, times: { openingMs: 1_000 } });
    for (const replica of replicas) stack.use(replica);
    const from = performance.now();
    const loading = underLoad(replicas, from + 9_000);
    await after(2_500);
    await redis.kill();
    const goneAt = performance.now();
    await after(2_500);
    await redis.restart();
    const backAt = performance.now();
    await Promise.all(replicas.map(({ became }) => became('shared')));
    const sent = await loading;
    expectWithinLimits(sent);
    expect(sent.filter((at) => at > goneAt && at < backAt).length).toBeGreaterThan(SHORT.perMinute / 2);
    expect(replicas.flatMap(({ modes }) => modes)).toContain('alone');
  });

  test('what a single replica sent before counts for all when it dies', async () => {
    await using redis = await startRedis();
    await using stack = new AsyncDisposableStack();
    const replicas = await startReplicas(2, { url: redis.url });
    for (const replica of replicas) stack.use(replica);
    const [busy, quiet] = replicas;
    if (!busy || !quiet) throw new Error('Expected two replicas');
    const before = await saturate(busy, performance.now() + 1_200);
    await redis.kill();
    await quiet.became('alone');
    expectWithinLimits([...before, ...(await underLoad(replicas, performance.now() + 2_500))]);
  });

  test('a Redis that hangs holds nobody up for longer than it is given', async () => {
    await using redis = await startRedis();
    await using stack = new AsyncDisposableStack();
    const replicas = await startReplicas(2, { url: redis.url });
    for (const replica of replicas) stack.use(replica);
    redis.pause();
    const from = performance.now();
    const [one, other] = await Promise.all(replicas.map((replica) => replica.call()));
    expect(Math.max(Number(one), Number(other)) - from).toBeLessThan(600);
    const sent = await underLoad(replicas, performance.now() + 500);
    redis.resume();
    await Promise.all(replicas.map(({ became }) => became('shared')));
    // Places that Redis gave when it woke belong to nobody.
    await vi.waitFor(async () => expect(replicas[0] && (await underWayIn(replicas[0].connection))).toBe(0));
    expectWithinLimits([
      Number(one),
      Number(other),
      ...sent,
      ...(await underLoad(replicas, performance.now() + 2_500)),
    ]);
  });

  test('a Redis that refuses to write is as good as none, until it writes again', async () => {
    await using redis = await startRedis();
    await using replica = startReplica({ url: redis.url });
    await replica.became('shared');
    await replica.connection.client.replicaof('127.0.0.1', 1);
    await replica.became('alone');
    await replica.call();
    await using operator = openRedis(redis.url);
    await once(operator.client, 'ready');
    await operator.client.replicaof('NO', 'ONE');
    await replica.became('shared');
  });

  test('a Redis that was emptied is filled again', async () => {
    await using redis = await startRedis();
    await using replica = startReplica({ url: redis.url });
    await replica.became('shared');
    const sent = await Promise.all(Array.from({ length: SHORT.perSecond }, () => replica.call()));
    await replica.connection.client.flushall();
    await replica.became('alone');
    await replica.became('shared');
    expectWithinLimits([...sent, ...(await underLoad([replica], performance.now() + 2_500))]);
  });

  test('a Redis that took over without the last calls is told them again', async () => {
    await using redis = await startRedis();
    await using replica = startReplica({ url: redis.url });
    await replica.became('shared');
    const { client } = replica.connection;
    const sent = await Promise.all(Array.from({ length: SHORT.perSecond }, () => replica.call()));
    await client.multi().del('{account}:calls').hset('{account}:log', 'begun', '1').exec();
    await replica.became('alone');
    await replica.became('shared');
    expectWithinLimits([...sent, ...(await underLoad([replica], performance.now() + 2_500))]);
  });

  test('a replica that dies with calls under way does not keep their places', async () => {
    await using redis = await startRedis();
    const [dying, living] = await startReplicas(2, { url: redis.url });
    if (!dying || !living) throw new Error('Expected two replicas');
    await using _ = living;
    for (let call = 0; call < SHORT.perSecond; call++) void dying.call({ takesMs: 60_000 });
    await after(100);
    // As a process that is gone: it says nothing any more.
    dying.connection.client.disconnect();
    const from = performance.now();
    expect((await living.call()) - from).toBeLessThan(1_500);
  });
});
