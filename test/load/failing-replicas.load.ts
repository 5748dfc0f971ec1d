import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { hasRedis, startRedis } from '../support/redis.ts';
import { requires } from '../support/requirement.ts';
import { longestSilence, startReplicas } from './replicas.ts';

const SECOND = 1000;

/** A way to Redis that takes so many milliseconds in both directions together. */
async function distant(port: number, roundTripMs: number) {
  const server = createServer((near) => {
    const far = connect(port, '127.0.0.1');
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      from.on('data', (bytes) => setTimeout(() => to.writable && to.write(bytes), roundTripMs / 2));
      from.on('error', () => {}).on('close', () => to.destroy());
    }
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const url = `redis://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { url, [Symbol.dispose]: () => void server.close() };
}

describe.skipIf(!requires('redis-server', hasRedis))('with one Redis', () => {
  test('a replica that crashes again and again takes next to nothing from two others', async () => {
    await using redis = await startRedis();
    await using replicas = await startReplicas(redis, [8, 8, 4]);
    const { hood, callers } = replicas;
    // The first minute has a burst, which says nothing about what comes afterwards.
    await sleep(60 * SECOND);
    const from = performance.now();
    while (performance.now() - from < 60 * SECOND) {
      await sleep(6 * SECOND);
      await replicas.crash(2);
    }
    const until = performance.now();
    const healthy = callers.filter(({ replica }) => replica < 2).flatMap(({ answeredAt }) => answeredAt);
    const sent = hood.calls.map(({ at }) => at).filter((at) => at >= from && at < until);
    const figures = {
      calls: sent.length,
      ofTheHealthy: healthy.filter((at) => at >= from && at < until).length,
      tooMany: hood.calls.filter(({ status }) => status === 429).length,
      silence: Math.round(longestSilence(sent)),
    };
    process.stdout.write(`${JSON.stringify(figures)}\n`);
    expect(figures.tooMany).toBe(0);
    // Sixteen of twenty callers, in about a minute of 150 calls.
    expect(figures.ofTheHealthy).toBeGreaterThanOrEqual((0.85 * (150 * 16)) / 20);
    expect(figures.silence).toBeLessThanOrEqual(3 * SECOND);
  });

  test('a Redis 300 ms away costs no share', async () => {
    await using redis = await startRedis();
    using far = await distant(redis.port, 300);
    await using replicas = await startReplicas(far, [12]);
    await sleep(15 * SECOND);
    const calls = replicas.hood.calls.length;
    process.stdout.write(`${JSON.stringify({ calls })}\n`);
    expect(replicas.hood.calls.filter(({ status }) => status === 429)).toEqual([]);
    expect(calls).toBeGreaterThanOrEqual(95);
  });
});
