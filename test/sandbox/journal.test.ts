import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Journal } from '../../src/sandbox/journal.ts';

const values = fc.oneof(fc.string(), fc.integer(), fc.bigInt({ min: 2n ** 60n, max: 2n ** 70n }), fc.constant(null));
const change = fc.record({
  map: fc.constantFrom('a', 'b'),
  key: fc.constantFrom('x', 'y', 'z'),
  value: fc.option(values, { nil: undefined }),
});

test('a file gives back what its maps held, whatever was set and removed', async () => {
  await using directory = await mkdtempDisposable(join(tmpdir(), 'journal-'));
  let count = 0;
  fc.assert(
    fc.property(fc.array(change), fc.array(change), (first, second) => {
      const file = join(directory.path, String(count++));
      const expected = { a: new Map<string, unknown>(), b: new Map<string, unknown>() };
      for (const changes of [first, second]) {
        using journal = new Journal('things, 1', file);
        const maps = { a: journal.map('a'), b: journal.map('b') };
        expect({ a: new Map(maps.a), b: new Map(maps.b) }).toEqual(expected);
        for (const { map, key, value } of changes) {
          for (const one of [maps[map as 'a'], expected[map as 'a']]) {
            if (value === undefined) one.delete(key);
            else one.set(key, value);
          }
        }
      }
      using journal = new Journal('things, 1', file);
      expect(journal.isNew).toBe(false);
      expect({ a: new Map(journal.map('a')), b: new Map(journal.map('b')) }).toEqual(expected);
    }),
    { numRuns: 50 },
  );
});

test('a file of another format is refused', async () => {
  await using directory = await mkdtempDisposable(join(tmpdir(), 'journal-'));
  const file = join(directory.path, 'things');
  new Journal('things, 1', file)[Symbol.dispose]();
  expect(() => new Journal('things, 2', file)).toThrow('holds something else');
});
