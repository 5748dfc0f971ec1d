import { describe, expect, test, vi } from 'vitest';
import type { AnswerHead } from '../../../src/http/client/exchange.ts';
import { hasRedis, startRedis } from '../../support/redis.ts';
import { requires } from '../../support/requirement.ts';
import { after, type Replica, startReplicas, underWayIn } from './replicas.ts';

const ONE = { calls: 1, callers: 1 };

/** So wide that only what is learned counts. */
const WIDE = { perSecond: 1_000, perMinute: 10_000 };

/** A 429 with this concerns all routes. */
const NOTHING_LEFT = { 'x-ratelimit-remaining': '0' };

/** Two replicas that nobody calls yet. */
async function pair(url: string, limits = WIDE) {
  const stack = new AsyncDisposableStack();
  const [one, other] = await startReplicas(2, { url, limits, times: { answerMs: 5_000, silenceMs: 10_000 } });
  if (!one || !other) throw new Error('Expected two replicas');
  stack.use(one);
  stack.use(other);
  return { one, other, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}

function answer(status: number, headers: Record<string, string>): AnswerHead {
  return { status, headers };
}

/** How many calls get a place at once, and stay under way. */
async function placesOf({ log }: Replica): Promise<number> {
  // What it has seen a moment ago it does not ask again.
  await after(150);
  for (let places = 0; ; places++) {
    if (typeof (await log.take('interactive', ONE)) === 'number') return places;
  }
}

/** Resolves when the others can hear what it has learned. */
async function told({ connection }: Replica): Promise<void> {
  await vi.waitFor(async () => expect(await connection.client.llen('{account}:words')).toBe(1));
}

describe.skipIf(!requires('redis-server', hasRedis)).concurrent('what one replica learns', () => {
  test('a pause holds for all of them', async () => {
    await using redis = await startRedis();
    await using replicas = await pair(redis.url);
    const { one, other } = replicas;
    await one.call({ answer: answer(429, { 'retry-after': '2', ...NOTHING_LEFT }) });
    const toldAt = performance.now();
    await told(one);
    expect((await other.call()) - toldAt).toBeGreaterThan(1_900);
  });

  test('a pause outlasts Redis', async () => {
    await using redis = await startRedis();
    await using replicas = await pair(redis.url);
    const { one, other } = replicas;
    await one.call({ answer: answer(429, { 'retry-after': '3', ...NOTHING_LEFT }) });
    const toldAt = performance.now();
    await redis.kill();
    await redis.restart();
    await Promise.all([one.became('shared'), other.became('shared')]);
    expect((await other.call()) - toldAt).toBeGreaterThan(2_500);
  });

  test('after a crowd half as many calls run at once in all of them', async () => {
    await using redis = await startRedis();
    await using replicas = await pair(redis.url);
    const { one, other } = replicas;
    const crowd = Array.from({ length: 7 }, () => one.call({ takesMs: 300 }));
    await one.call({ takesMs: 50, answer: answer(429, { 'retry-after': '-1' }) });
    await Promise.all(crowd);
    await told(one);
    await vi.waitFor(async () => expect(await underWayIn(one.connection)).toBe(0));
    expect(await placesOf(other)).toBe(4);
    expect(await placesOf(one)).toBe(0);
  });

  test('calls of somebody else take their places from all of them', async () => {
    await using redis = await startRedis();
    await using replicas = await pair(redis.url, { perSecond: 8, perMinute: 150 });
    const { one, other } = replicas;
    const left = { 'x-ratelimit-limit': '8', 'x-ratelimit-remaining': '2', 'x-ratelimit-reset': '1' };
    await one.call({ answer: answer(200, left) });
    await told(one);
    expect(await placesOf(other)).toBe(2);
  });

  test('calls of other replicas are not taken for those of somebody else', async () => {
    await using redis = await startRedis();
    await using replicas = await pair(redis.url, { perSecond: 8, perMinute: 150 });
    const { one, other } = replicas;
    await Promise.all([other.call(), other.call(), other.call()]);
    const left = { 'x-ratelimit-limit': '8', 'x-ratelimit-remaining': '4', 'x-ratelimit-reset': '1' };
    await one.call({ answer: answer(200, left) });
    expect(await placesOf(other)).toBe(4);
  });

  test('a call that was never sent gives its place to any of them', async () => {
    await using redis = await startRedis();
    await using replicas = await pair(redis.url, { perSecond: 2, perMinute: 150 });
    const { one, other } = replicas;
    const [sent, unsent] = [await one.log.take('interactive', ONE), await one.log.take('interactive', ONE)];
    if (typeof sent === 'number' || typeof unsent === 'number') throw new Error('Expected places');
    unsent[0]?.cancel();
    await vi.waitFor(async () => expect(await underWayIn(one.connection)).toBe(1));
    expect(await placesOf(other)).toBe(1);
  });
});
