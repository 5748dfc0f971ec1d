import { describe, expect, test, vi } from 'vitest';
import { hasRedis, startRedis } from '../../support/redis.ts';
import { requires } from '../../support/requirement.ts';
import { startReplica, startReplicas, underWayIn, WELL } from './replicas.ts';

const ONE = { calls: 1, callers: 1 };

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
    await replica.became('shared');
    const taking = replica.log.take('interactive', ONE);
    stall(700);
    expect(await taking).toBeTypeOf('number');
    expect(await underWayIn(replica.connection)).toBe(0);
    await replica.call();
  });

  test('is used after a stall in which nobody took it for gone', async () => {
    await using redis = await startRedis();
    await using replica = startReplica({ url: redis.url, times: { silenceMs: 5_000, answerMs: 5_000 } });
    await replica.became('shared');
    const taking = replica.log.take('interactive', ONE);
    stall(400);
    expect(await taking).toBeTypeOf('object');
  });

  test('is taken again by the call under way that was thought to be over', async () => {
    await using redis = await startRedis();
    await using replica = startReplica({ url: redis.url });
    await replica.became('shared');
    const { client } = replica.connection;
    const calling = replica.call({ takesMs: 1_000 });
    await vi.waitFor(async () => expect(await underWayIn(replica.connection)).toBe(1));
    const [name = ''] = await client.hkeys('{account}:calls');
    await client.hset('{account}:calls', name, JSON.stringify({ at: Date.now(), waiting: 0, calls: [] }));
    expect(await underWayIn(replica.connection)).toBe(0);
    await vi.waitFor(async () => expect(await underWayIn(replica.connection)).toBe(1));
    await calling;
  });

  test('is not given by a replica that has left', async () => {
    await using redis = await startRedis();
    const [leaving, staying] = await startReplicas(2, { url: redis.url });
    if (!leaving || !staying) throw new Error('Expected two replicas');
    await using _ = staying;
    await leaving[Symbol.asyncDispose]();
    expect(await leaving.log.take('interactive', ONE)).toBe(Number.POSITIVE_INFINITY);
  });
});

describe.skipIf(!requires('redis-server', hasRedis))('what Redis did not take in', () => {
  test('is told again', async () => {
    await using redis = await startRedis();
    await using replica = startReplica({ url: redis.url });
    await replica.became('shared');
    const { client } = replica.connection;
    const places = await replica.log.take('interactive', ONE);
    if (typeof places === 'number') throw new Error('Expected a place');
    await client.config('SET', 'maxmemory', '1');
    places[0]?.settle(WELL);
    await replica.became('alone');
    expect(await underWayIn(replica.connection)).toBe(1);
    await client.config('SET', 'maxmemory', '0');
    await replica.became('shared');
    expect(await underWayIn(replica.connection)).toBe(0);
  });
});
