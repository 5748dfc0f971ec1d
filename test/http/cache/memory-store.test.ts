import { expect, test } from 'vitest';
import { SETTLING, type StoredAnswer } from '../../../src/http/cache/answer-cache.ts';
import { MemoryStore } from '../../../src/http/cache/memory-store.ts';
import { stopTime } from './stopped-time.ts';

const answer = (value: unknown): StoredAnswer => ({ value, projection: {}, readAt: 0, marks: [] });
const valueIn = (store: MemoryStore, name: string) => store.read(name, []).answer?.value;
const marksIn = (store: MemoryStore, ...tags: string[]) => store.read('any', tags).marks;

/** Answers of 10,000 characters, of which the store has room for three. */
function fullStore(): MemoryStore {
  const store = new MemoryStore(100_000);
  for (const name of ['a', 'b', 'c']) store.write(name, answer(name), 1_000, 10_000);
  return store;
}

test('an answer is there for its life, and no longer', () => {
  using time = stopTime();
  const store = new MemoryStore(100_000);
  store.write('a', answer(1), 1_000, 10);
  time.pass(999);
  expect(valueIn(store, 'a')).toBe(1);
  time.pass(2);
  expect(valueIn(store, 'a')).toBeUndefined();
});

test('where there is no room left the answer goes that was used least recently', () => {
  const store = fullStore();
  expect(valueIn(store, 'a')).toBe('a');
  store.write('d', answer('d'), 1_000, 10_000);
  expect(['a', 'b', 'c', 'd'].map((name) => valueIn(store, name))).toEqual(['a', undefined, 'c', 'd']);
});

test('an answer that is larger than the whole store leaves the others alone', () => {
  const store = fullStore();
  store.write('huge', answer('huge'), 1_000, 1_000_000);
  expect(['a', 'b', 'c', 'huge'].map((name) => valueIn(store, name))).toEqual(['a', 'b', 'c', undefined]);
});

test('a mark changes whenever its tag is forgotten, and no other does', () => {
  const store = new MemoryStore(1_000);
  const [one, other] = marksIn(store, 'one', 'other');
  store.forget(['one']);
  const [changed, same] = marksIn(store, 'one', 'other');
  expect(changed).not.toBe(one);
  expect(same).toBe(other);
  store.forget(['one']);
  expect([one, changed]).not.toContain(marksIn(store, 'one')[0]);
});

test('a tag settles for the longest time it was told, and has another mark afterwards', () => {
  using time = stopTime();
  const store = new MemoryStore(1_000);
  const [before] = marksIn(store, 'tag');
  store.forget(['tag'], 1_000);
  store.forget(['tag'], 10);
  store.forget(['tag']);
  time.pass(999);
  expect(marksIn(store, 'tag')).toEqual([SETTLING]);
  time.pass(1);
  expect(marksIn(store, 'tag')).not.toContain(SETTLING);
  expect(marksIn(store, 'tag')).not.toContain(before);
});

test('no old mark comes back when a tag drops out of those with a history', () => {
  const store = new MemoryStore(1_000);
  const [before] = marksIn(store, 'tag');
  store.forget(['tag']);
  const [forgotten] = marksIn(store, 'tag');
  store.forget(Array.from({ length: 100_000 }, (_, n) => `tag ${n}`));
  expect([before, forgotten]).not.toContain(marksIn(store, 'tag')[0]);
});
