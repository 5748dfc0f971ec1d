import { expect, test } from 'vitest';
import { AnswerCache, type CachedRead } from '../../../src/http/cache/answer-cache.ts';
import { MemoryStore } from '../../../src/http/cache/memory-store.ts';
import { stopTime } from './stopped-time.ts';

const FRESH_MS = 10_000;
const MINUTE_MS = 60_000;

function openCache(freshMs: Record<string, number> = { rows: FRESH_MS }): AnswerCache {
  return new AnswerCache(new MemoryStore(1_000_000), freshMs);
}

const read = (part: Partial<CachedRead> = {}): CachedRead => ({
  question: 'question',
  projection: {},
  resource: 'rows',
  tags: ['tag'],
  ...part,
});

/** What is in memory is known at once. */
function find(cache: AnswerCache, part: Partial<CachedRead> = {}) {
  const known = cache.find(read(part));
  if (known instanceof Promise) throw new TypeError('It comes later.');
  return known;
}

/** Asks and keeps what comes. */
function keep(cache: AnswerCache, value: unknown, part: Partial<CachedRead> = {}): void {
  cache.keep(read(part), value, find(cache, part).marks, 1);
}

const ageOf = (cache: AnswerCache) => find(cache).cached?.age;

test('an answer is fresh for its time, stale for as long again, and then only kept', () => {
  using time = stopTime();
  const cache = openCache();
  keep(cache, 1);
  const readAt = find(cache).cached?.readAt;
  expect(find(cache).cached).toEqual({ value: 1, age: 'fresh', readAt: expect.any(Number) });
  time.pass(FRESH_MS - 1);
  expect(ageOf(cache)).toBe('fresh');
  time.pass(1);
  expect(ageOf(cache)).toBe('stale');
  time.pass(FRESH_MS);
  expect(find(cache).cached).toEqual({ value: 1, age: 'kept', readAt });
});

test.each([
  ['sixty times its fresh life', FRESH_MS, 10 * MINUTE_MS],
  ['a minute at least', 500, MINUTE_MS],
  ['an hour at most', 5 * MINUTE_MS, 60 * MINUTE_MS],
])('an answer is kept for %s', (_what, freshMs, keptMs) => {
  using time = stopTime();
  const cache = openCache({ rows: freshMs });
  keep(cache, 1);
  time.pass(keptMs - 1);
  expect(ageOf(cache)).toBe('kept');
  time.pass(2);
  expect(ageOf(cache)).toBeUndefined();
});

test('that there is nothing is an answer as well', () => {
  const cache = openCache();
  keep(cache, undefined);
  expect(find(cache).cached).toMatchObject({ value: undefined, age: 'fresh' });
});

test.each([{}, { rows: 0 }])('nothing is kept of a resource without a time to live: %j', (freshMs) => {
  const cache = openCache(freshMs);
  keep(cache, 1);
  expect(ageOf(cache)).toBeUndefined();
});

test('a wider answer serves a narrower question, and no other', () => {
  const cache = openCache();
  keep(cache, 1, { projection: { fields: ['a', 'b'] } });
  const found = (fields: string[] | undefined) => find(cache, { projection: { fields } }).cached?.value;
  expect(found(['b'])).toBe(1);
  expect(found(['a', 'b'])).toBe(1);
  expect(found(['b', 'c'])).toBeUndefined();
  expect(found(undefined)).toBeUndefined();
});

test('answers of different widths lie side by side, and the latest that is wide enough counts', () => {
  const cache = openCache();
  const keepFields = (value: number, ...fields: string[]) => keep(cache, value, { projection: { fields } });
  const found = (...fields: string[]) => find(cache, { projection: { fields } }).cached?.value;
  keepFields(1, 'a', 'b');
  keepFields(2, 'c');
  keepFields(3, 'a');
  expect([found('a'), found('b'), found('c'), found('b', 'c')]).toEqual([3, 1, 2, undefined]);
  keepFields(4, 'a', 'b', 'c');
  expect([found('a'), found('b'), found('c'), found('b', 'c')]).toEqual([4, 4, 4, 4]);
});

test('what one of its tags is told makes an answer void', () => {
  const cache = openCache();
  const tags = ['a', 'b'];
  keep(cache, 1, { tags });
  cache.forget(['c']);
  expect(find(cache, { tags }).cached?.value).toBe(1);
  cache.forget(['b']);
  expect(find(cache, { tags }).cached).toBeUndefined();
});

test('an answer that was asked for before a write is void, however late it comes', () => {
  const cache = openCache();
  const { marks } = find(cache);
  cache.forget(['tag']);
  cache.keep(read(), 1, marks, 1);
  expect(ageOf(cache)).toBeUndefined();
  keep(cache, 2);
  expect(find(cache).cached?.value).toBe(2);
});

test('while a write is carried out nothing is kept, nor is what was read meanwhile used afterwards', () => {
  using time = stopTime();
  const cache = openCache();
  keep(cache, 'before');
  const { marks: before } = find(cache);
  cache.forget(['tag'], 1_000);
  keep(cache, 'meanwhile');
  expect(ageOf(cache)).toBeUndefined();
  const { marks: meanwhile } = find(cache);
  time.pass(1_000);
  for (const marks of [before, meanwhile]) cache.keep(read(), 'old', marks, 1);
  expect(ageOf(cache)).toBeUndefined();
  keep(cache, 'after');
  expect(find(cache).cached?.value).toBe('after');
});
