import { describe, expect, test, vi } from 'vitest';
import { SETTLING } from '../../../src/http/cache/answer-cache.ts';
import { hasRedis, startRedis } from '../../support/redis.ts';
import { requires } from '../../support/requirement.ts';
import { openStore } from './stores.ts';

const NOTHING = { answer: undefined, marks: [SETTLING] };

/** Long enough for any machine, and far longer than what is measured. */
const LONG_MS = 60_000;

describe.runIf(requires('redis-server', hasRedis))('answers in a Redis that fails', () => {
  test('nothing is found while Redis is away, and everything works when it is back', async () => {
    await using redis = await startRedis();
    await using one = await openStore(redis.url);
    await one.keep('question', 1, ['tag']);

    await redis.kill();
    await vi.waitFor(() => expect(one.client.status).not.toBe('ready'));
    expect(await one.find('question', ['tag'])).toEqual(NOTHING);
    one.store.write('question', { value: 1, projection: {}, readAt: 0, marks: [] }, 1_000, 1);
    await one.store.forget(['tag']);

    const telling = vi.spyOn(one.client, 'eval');
    const ready = new Promise((resolve) => one.client.once('ready', resolve));
    await redis.restart();
    await ready;
    expect(telling).toHaveBeenCalledTimes(1);
    await vi.waitFor(async () => {
      await one.keep('question', 2, ['tag']);
      expect(await one.value('question', ['tag'])).toBe(2);
    }, LONG_MS);
  });

  test('reads under way when the connection breaks find nothing', async () => {
    await using redis = await startRedis();
    await using one = await openStore(redis.url);
    redis.pause();
    const reads = Promise.all([one.find('question', ['tag']), one.find('another', ['tag'])]);
    await redis.kill();
    expect(await reads).toEqual([NOTHING, NOTHING]);
  });

  test('a Redis that hangs costs one read its patience, and the others nothing', async () => {
    await using redis = await startRedis();
    await using one = await openStore(redis.url, { times: { answerMs: 300, restMs: LONG_MS } });
    redis.pause();
    const startedAt = performance.now();
    for (let read = 0; read < 100; read += 1) expect(await one.find('question', ['tag'])).toEqual(NOTHING);
    await one.store.forget(['tag']);
    const tookMs = performance.now() - startedAt;
    expect(tookMs).toBeGreaterThan(290);
    expect(tookMs).toBeLessThan(3_000);
  });

  test('a Redis without memory left keeps nothing, and whatever it has can be forgotten still', async () => {
    await using redis = await startRedis();
    await using one = await openStore(redis.url);
    await one.keep('question', 'before', ['tag']);
    await one.client.config('SET', 'maxmemory', '1');

    await one.store.forget(['tag']);
    expect(await one.client.keys('*:mark:*')).toEqual([]);
    await one.keep('question', 'meanwhile', ['tag']);
    expect(await one.find('question', ['tag'])).toEqual(NOTHING);

    await one.client.config('SET', 'maxmemory', '0');
    await one.keep('question', 'after', ['tag']);
    expect(await one.value('question', ['tag'])).toBe('after');
  });

  test('what Redis could not be told is not used here, and told as soon as it answers', async () => {
    await using redis = await startRedis();
    await using one = await openStore(redis.url);
    await using other = await openStore(redis.url);
    await one.keep('question', 'before', ['tag']);

    const refusing = vi.spyOn(one.client, 'eval').mockRejectedValue(new Error('refused'));
    await one.store.forget(['tag']);
    await vi.waitFor(async () => {
      await one.keep('of another tag', 1, ['other']);
      expect(await one.value('of another tag', ['other'])).toBe(1);
    }, LONG_MS);
    expect(await one.find('question', ['tag'])).toEqual(NOTHING);
    expect(await other.value('question', ['tag'])).toBe('before');

    refusing.mockRestore();
    await vi.waitFor(async () => expect(await other.value('question', ['tag'])).toBeUndefined(), LONG_MS);
    await vi.waitFor(async () => {
      await one.keep('question', 'after', ['tag']);
      expect(await one.value('question', ['tag'])).toBe('after');
    }, LONG_MS);
  });

  test('a settling of which Redis is told late takes no longer for that', async () => {
    await using redis = await startRedis();
    await using one = await openStore(redis.url);
    const refusing = vi.spyOn(one.client, 'eval').mockRejectedValueOnce(new Error('refused'));
    await one.store.forget(['tag'], LONG_MS);
    await vi.waitFor(async () => expect(await one.client.keys('*:mark:*')).toHaveLength(1), LONG_MS);
    expect(refusing).toHaveBeenCalledTimes(2);
    const [mark = ''] = await one.client.keys('*:mark:*');
    expect(await one.client.get(mark)).toBe(SETTLING);
    expect(await one.client.pttl(mark)).toBeLessThan(LONG_MS - 500);
  });
});
