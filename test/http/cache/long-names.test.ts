import { expect, test } from 'vitest';
import { AnswerCache } from '../../../src/http/cache/answer-cache.ts';
import { MemoryStore } from '../../../src/http/cache/memory-store.ts';

const read = (question: string, names: readonly string[] = ['a']) => ({
  question,
  projection: { fields: names },
  resource: 'rows',
  tags: [`tag of ${question}`],
});

test('names of stores are short, however long a question is, and no two questions have the same', async () => {
  const named: string[] = [];
  const cache = new AnswerCache(
    {
      read: (name) => {
        named.push(name);
        return { answer: undefined, marks: [] };
      },
      write: () => {},
      forget: () => {},
    },
    { rows: 1_000 },
  );
  const long = 'x'.repeat(50_000);
  for (const question of [`${long}a`, `${long}b`, long, 'x']) await cache.find(read(question));
  expect(new Set(named).size).toBe(4);
  for (const name of named) expect(name.length).toBeLessThanOrEqual(500);
});

test('what is kept of long questions and projections counts towards the limit, and a write of one is still known', async () => {
  const cache = new AnswerCache(new MemoryStore(1_000_000), { rows: 60_000 });
  const ids = Array.from({ length: 3_000 }, (_, index) => `${'x'.repeat(2_000)}${index}`);
  for (const id of ids) {
    const { marks } = await cache.find(read(id));
    cache.keep(read(id), id.length, marks, 10);
  }
  const isKept = async (id: string) => (await cache.find(read(id))).cached !== undefined;
  expect((await Promise.all(ids.map(isKept))).filter(Boolean).length).toBeLessThan(1_600);
  const last = ids.at(-1) ?? '';
  expect(await isKept(last)).toBe(true);
  await cache.forget([`tag of ${last}`]);
  expect(await isKept(last)).toBe(false);

  const wide = Array.from({ length: 400 }, (_, index) => `${'x'.repeat(1_000)}${index}`);
  const { marks } = await cache.find(read('wide', wide));
  cache.keep(read('wide', wide), 1, marks, 10);
  expect((await cache.find(read('wide', wide))).cached).toBeUndefined();
});
