import { readFileSync } from 'node:fs';
import { describe, expect, test, vi } from 'vitest';
import { hasRedis, startRedis } from '../../support/redis.ts';
import { requires } from '../../support/requirement.ts';
import { after, SHORT, saturate, startReplica, startReplicas, WELL } from './replicas.ts';
import { busiest } from './simulation.ts';

const SPANS = SHORT.spans ?? { secondMs: 0, minuteMs: 0 };

/** So rare that nothing else than what a test does itself reaches Redis. */
const SELDOM = { heartbeatMs: 60_000 };

const UNDER_WAY = [1e15, '+inf'] as const;

/** Nothing else runs meanwhile, as in a process that is stopped, or busy with one long task. */
function stall(ms: number): void {
  const until = performance.now() + ms;
  while (performance.now() < until);
}

// One after another: a stall of one would be a stall of all.
describe.skipIf(!requires('redis-server', hasRedis))('a place that may be another’s by now', () => {
  test('is not used when the process stalled for so long that it was taken for gone', async () => {
    await using redis = await startRedis();
    await using replica = startReplica({ url: redis.url });
    await replica.became('shared of 1');
    const taking = replica.log.take('interactive');
    stall(400);
    expect(await taking).toBe(1);
    const { client } = replica.connection;
    expect(await client.zcount('{account}:calls', ...UNDER_WAY)).toBe(0);
    await replica.call();
  });

  test('is used after a stall in which nobody took it for gone', async () => {
    await using redis = await startRedis();
    await using replica = startReplica({ url: redis.url, times: { absentMs: 5_000 } });
    await replica.became('shared of 1');
    const taking = replica.log.take('interactive');
    stall(400);
    expect(await taking).toBeTypeOf('object');
  });

  test('is taken again by the call under way that was thought to be over', async () => {
    await using redis = await startRedis();
    await using replica = startReplica({ url: redis.url });
    await replica.became('shared of 1');
    const { client } = replica.connection;
    const calling = replica.call({ takesMs: 1_000 });
    await vi.waitFor(async () => expect(await client.zcount('{account}:calls', ...UNDER_WAY)).toBe(1));
    const [id = ''] = await client.zrange('{account}:calls', '0', '0');
    // As others do with the calls of a replica that they hear nothing of.
    await client.zadd('{account}:calls', Date.now(), id);
    await vi.waitFor(async () => expect(await client.zcount('{account}:calls', ...UNDER_WAY)).toBe(1));
    await calling;
  });

  test('is none while the others still count on the whole account, though one lost its connection', async () => {
    await using redis = await startRedis();
    await using stack = new AsyncDisposableStack();
    const [cutOff, connected] = await startReplicas(2, { url: redis.url });
    if (!cutOff || !connected) throw new Error('Expected two replicas');
    stack.use(cutOff);
    stack.use(connected);
    const until = performance.now() + 1_500;
    const callers = [connected, connected, connected, cutOff, cutOff];
    const loading = Promise.all(callers.map((replica) => saturate(replica, until)));
    await after(300);
    cutOff.connection.client.disconnect();
    const sent = (await loading).flat();
    expect(busiest(sent, SPANS.secondMs)).toBeLessThanOrEqual(SHORT.perSecond);
    expect(busiest(sent, SPANS.minuteMs)).toBeLessThanOrEqual(SHORT.perMinute);
  });

  test('is not given by a replica that has left', async () => {
    await using redis = await startRedis();
    const [leaving, staying] = await startReplicas(2, { url: redis.url });
    if (!leaving || !staying) throw new Error('Expected two replicas');
    await using _ = staying;
    await leaving[Symbol.asyncDispose]();
    expect(await leaving.log.take('interactive')).toBe(Number.POSITIVE_INFINITY);
  });
});

describe.skipIf(!requires('redis-server', hasRedis))('what Redis did not take in', () => {
  test('is noticed at once, and not only when the next heartbeat fails', async () => {
    await using redis = await startRedis();
    await using replica = startReplica({ url: redis.url, times: SELDOM });
    await replica.became('shared of 1');
    const { client } = replica.connection;
    const place = await replica.log.take('interactive');
    if (typeof place === 'number') throw new Error('Expected a place');
    await client.config('SET', 'maxmemory', '1');
    place.settle(WELL);
    await client.config('SET', 'maxmemory', '0');
    await replica.became('alone of 1');
    expect(await client.zcount('{account}:calls', ...UNDER_WAY)).toBe(1);
  });

  test('does not come behind what was said later, so that a call that is over is not begun again', async () => {
    await using redis = await startRedis();
    await using replica = startReplica({ url: redis.url, times: { ...SELDOM, openingMs: 60_000 } });
    const { client } = replica.connection;
    await vi.waitFor(async () => expect(await client.zcard('{account}:replicas')).toBe(1));
    const script = ['redis-places.lua', 'redis-log.lua']
      .map((file) => readFileSync(new URL(`../../../src/http/budget/${file}`, import.meta.url), 'utf8'))
      .join('\n');
    // Another replica brings the script between the two words about one call.
    const flushed = client.script('FLUSH');
    const place = await replica.log.take('interactive');
    if (typeof place === 'number') throw new Error('Expected a place');
    const loaded = client.script('LOAD', script);
    place.settle(WELL);
    await Promise.all([flushed, loaded]);
    await client.ping();
    expect(await client.zcount('{account}:calls', ...UNDER_WAY)).toBe(0);
  });
});
