import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Column } from '../../src/sandbox/hood/columns/column.ts';
import { NumberColumn } from '../../src/sandbox/hood/columns/number-column.ts';
import { TextColumn } from '../../src/sandbox/hood/columns/text-column.ts';
import type { Key } from '../../src/sandbox/hood/record.ts';

const ROWS = 8;

test.each<[string, (rows: number) => Column, fc.Arbitrary<Key>]>([
  ['numbers', (rows) => new NumberColumn(rows), fc.integer({ min: -3, max: 3 })],
  [
    'texts',
    (rows) => new TextColumn(rows),
    fc.string({ unit: fc.constantFrom('a', 'B', ' '), maxLength: 2 }),
  ],
])('rows stay in rising order of their %s, whatever is changed or added in between', (_, columnOf, keys) => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.option(fc.nat(ROWS - 1)), fc.option(keys))), (changes) => {
      const column = columnOf(ROWS);
      const present = Array<Key | null>(ROWS).fill(null);
      for (const [row, key] of changes) {
        if (row === null) column.append(key);
        else column.set(row, key);
        present[row ?? present.length] = key;
        expect([...column.rising()]).toEqual([...present.keys()].sort(by(present)));
      }
    }),
  );
});

function by(keys: readonly (Key | null)[]) {
  return (one: number, other: number) => {
    const [left, right] = [keys[one] ?? null, keys[other] ?? null];
    if (left === right) return one - other;
    if (left === null || right === null) return left === null ? -1 : 1;
    return left < right ? -1 : 1;
  };
}
