import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { hasRedis, startRedis } from '../support/redis.ts';
import { requires } from '../support/requirement.ts';
import { startReplicas } from './replicas.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;

/** A first minute, and then every one that begins within the next five seconds. */
const SATURATED_MS = 125 * SECOND;
const AWAY_MS = 5 * SECOND;
const BACK_MS = 15 * SECOND;

describe.skipIf(!requires('redis-server', hasRedis))('three replicas with one Redis', () => {
  test('use the account up without a 429, in turn, and go on while Redis is away', async () => {
    await using redis = await startRedis();
    await using replicas = await startReplicas(redis, [16, 6, 2]);
    const { hood, callers } = replicas;
    const from = performance.now();
    await sleep(SATURATED_MS);
    const until = performance.now();
    const answered = callers.map(({ answeredAt }) => answeredAt.length);
    await redis.kill();
    await sleep(AWAY_MS);
    await redis.restart();
    await sleep(BACK_MS);
    const end = performance.now();
    await replicas.stop();

    const sent = hood.calls.map(({ at }) => at);
    const minutes = fullMinutes(sent, from + MINUTE, until);
    const mean = answered.reduce((sum, count) => sum + count, 0) / answered.length;
    const figures = {
      calls: sent.length,
      tooMany: hood.calls.filter(({ status }) => status === 429).length,
      failures: callers.flatMap(({ failures }) => failures).length,
      fullestMinute: Math.max(...minutes),
      emptiestMinute: Math.min(...minutes),
      silence: longestSilence(sent, from, until),
      silenceWithoutRedis: longestSilence(sent, until, end),
      slowestShare: Math.min(...answered) / mean,
    };
    process.stdout.write(`${JSON.stringify(figures)}\n`);

    expect(callers.flatMap(({ failures }) => failures)).toEqual([]);
    expect(figures.tooMany).toBe(0);
    expect(figures.emptiestMinute).toBeGreaterThanOrEqual(0.95 * 150);
    expect(figures.silence.ms).toBeLessThanOrEqual(2 * SECOND);
    expect(figures.silenceWithoutRedis.ms).toBeLessThanOrEqual(2 * SECOND);
    expect(figures.slowestShare).toBeGreaterThanOrEqual(0.5);
  });
});

/** How many calls each minute within [from, until] saw, one for every second that a minute can begin with. */
function fullMinutes(times: readonly number[], from: number, until: number): number[] {
  const counts: number[] = [];
  for (let start = from; start + MINUTE <= until; start += SECOND) {
    counts.push(times.filter((time) => time >= start && time < start + MINUTE).length);
  }
  return counts;
}

/** The longest time without a call within [from, until], and when it began, both in milliseconds. */
function longestSilence(times: readonly number[], from: number, until: number): { ms: number; afterMs: number } {
  const inside = [from, ...times.filter((time) => time > from && time < until), until];
  const silences = inside.slice(1).map((time, index) => {
    const before = inside[index] ?? time;
    return { ms: Math.round(time - before), afterMs: Math.round(before - from) };
  });
  return silences.reduce((longest, silence) => (silence.ms > longest.ms ? silence : longest));
}
