import { describe, expect, test, vi } from 'vitest';
import { SETTLING } from '../../../src/http/cache/answer-cache.ts';
import { LongNumber } from '../../../src/http/json/lossless-json.ts';
import { hasRedis, startRedis } from '../../support/redis.ts';
import { requires } from '../../support/requirement.ts';
import { keyOf, openStore } from './stores.ts';

describe.runIf(requires('redis-server', hasRedis))('answers in Redis', () => {
  test('what one replica has read, another finds', async () => {
    await using redis = await startRedis();
    await using one = await openStore(redis.url);
    await using other = await openStore(redis.url);

    await one.keep('question', { id: '1', long: new LongNumber('1180591620717411303424') }, ['tag']);

    expect(await other.value('question', ['tag'])).toEqual({ id: '1', long: new LongNumber('1180591620717411303424') });
    expect(await other.value('another question', ['tag'])).toBeUndefined();
  });

  test('a store with another key finds nothing, and forgets nothing of the first', async () => {
    await using redis = await startRedis();
    await using one = await openStore(redis.url);
    await using stranger = await openStore(redis.url, { key: keyOf(2) });
    await one.keep('question', 'mine', ['tag']);

    expect(await stranger.value('question', ['tag'])).toBeUndefined();
    await stranger.store.forget(['tag']);
    await stranger.keep('question', 'theirs', ['tag']);

    expect(await one.value('question', ['tag'])).toBe('mine');
  });

  test('an answer that was moved under another name, or written over, is none', async () => {
    await using redis = await startRedis();
    await using one = await openStore(redis.url);
    await one.keep('first', 1);
    const [first = ''] = await one.client.keys('*:answer:*');
    await one.keep('second', 2);
    const [second = ''] = (await one.client.keys('*:answer:*')).filter((key) => key !== first);

    await one.client.copy(first, second, 'REPLACE');
    expect(await one.value('second')).toBeUndefined();
    expect(await one.value('first')).toBe(1);

    await one.client.set(first, '{"value":"forged"}');
    expect(await one.value('first')).toBeUndefined();
  });

  test('what one replica forgets, no other uses', async () => {
    await using redis = await startRedis();
    await using one = await openStore(redis.url);
    await using other = await openStore(redis.url);
    await one.keep('changed', 1, ['a', 'b']);
    await one.keep('untouched', 1, ['a']);

    await other.store.forget(['b']);

    expect(await one.value('changed', ['a', 'b'])).toBeUndefined();
    expect(await one.value('untouched', ['a'])).toBe(1);
    await one.keep('changed', 2, ['a', 'b']);
    expect(await other.value('changed', ['a', 'b'])).toBe(2);
  });

  test('an answer that was asked for before something was forgotten is void when it comes', async () => {
    await using redis = await startRedis();
    await using one = await openStore(redis.url);
    const { marks } = await one.find('question', ['tag']);

    await one.store.forget(['tag']);
    one.store.write('question', { value: 1, projection: {}, readAt: Date.now(), marks }, 60_000, 1);

    expect(await one.value('question', ['tag'])).toBeUndefined();
  });

  test('while a tag settles nothing under it counts, and afterwards only what was asked for then', async () => {
    await using redis = await startRedis();
    await using one = await openStore(redis.url);
    await using other = await openStore(redis.url);
    await one.keep('question', 'before', ['tag']);

    await other.store.forget(['tag'], 200);
    expect((await one.find('question', ['tag'])).marks).toEqual([SETTLING]);
    await vi.waitFor(async () => expect((await one.find('question', ['tag'])).marks).not.toEqual([SETTLING]));

    expect(await one.value('question', ['tag'])).toBeUndefined();
    await one.keep('question', 'after', ['tag']);
    expect(await other.value('question', ['tag'])).toBe('after');
  });

  test('neither a shorter settling nor forgetting ends a longer one', async () => {
    await using redis = await startRedis();
    await using one = await openStore(redis.url);
    await one.store.forget(['tag'], 60_000);
    await one.store.forget(['tag'], 1);
    await one.store.forget(['tag']);
    const [mark = ''] = await one.client.keys('*:mark:*');
    expect(await one.client.pttl(mark)).toBeGreaterThan(30_000);
    await one.store.forget(['tag'], 120_000);
    expect(await one.client.pttl(mark)).toBeGreaterThan(90_000);
  });

  test('no answer comes back when Redis drops marks', async () => {
    await using redis = await startRedis();
    await using one = await openStore(redis.url);
    await one.keep('question', 1, ['tag']);
    await one.store.forget(['tag']);
    await one.find('another question', ['tag']);
    await one.client.del(await one.client.keys('*:mark:*'));
    expect(await one.value('question', ['tag'])).toBeUndefined();
    expect(await one.client.keys('*:answer:*')).toHaveLength(1);
  });

  test('replicas that see a tag for the first time at once agree on its mark', async () => {
    await using redis = await startRedis();
    await using one = await openStore(redis.url);
    await using other = await openStore(redis.url);
    const found = await Promise.all([one, other].map(({ find }) => find('question', ['a', 'b'])));
    expect(found[0]?.marks).toEqual(found[1]?.marks);
    expect(new Set(found[0]?.marks).size).toBe(2);
  });

  test('fifty reads of one tick are one question to Redis', async () => {
    await using redis = await startRedis();
    await using one = await openStore(redis.url);
    const names = Array.from({ length: 50 }, (_, n) => `question ${n}`);
    for (const name of names) await one.keep(name, name, ['tag']);
    await one.client.config('RESETSTAT');

    const values = await Promise.all(names.map((name) => one.value(name, ['tag'])));

    expect(values).toEqual(names);
    const calls = (await one.client.info('commandstats')).match(/cmdstat_\w+:calls=\d+/g);
    expect(calls?.filter((call) => !/_(config|resetstat)/.test(call)).sort()).toEqual([
      'cmdstat_eval:calls=1',
      'cmdstat_mget:calls=1',
    ]);
  });

  test('every key ends by itself, and an answer that is too long is not kept', async () => {
    await using redis = await startRedis();
    await using one = await openStore(redis.url);
    await one.keep('short', 1, ['tag']);
    await one.keep('long', 1, ['tag'], 2_000_001);
    await one.store.forget(['another tag'], 60_000);
    const keys = await one.client.keys('*');
    expect(keys).toHaveLength(3);
    const lives = await Promise.all(keys.map((key) => one.client.pttl(key)));
    expect(lives.every((life) => life > 0 && life <= 4 * 60 * 60_000)).toBe(true);
  });

  test('an answer that cannot be written as text is not kept, and nobody hears of it', async () => {
    await using redis = await startRedis();
    await using one = await openStore(redis.url);
    await one.keep('question', JSON.parse('['.repeat(100_000) + ']'.repeat(100_000)));
    expect(await one.client.dbsize()).toBe(0);
  });
});
