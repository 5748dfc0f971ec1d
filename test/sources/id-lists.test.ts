import fc from 'fast-check';
import { expect, test } from 'vitest';
import { idLists, MAX_LIST_LENGTH } from '../../src/sources/id-lists.ts';

const ids = fc.array(fc.oneof(fc.uuid(), fc.string({ minLength: 1, unit: 'grapheme' }), fc.constantFrom('a', 'b')));
const room = fc.integer({ min: 1, max: 300 });
const written = (list: readonly string[]) => list.map((id) => encodeURIComponent(id.toWellFormed())).join(',');

test('every id stands in one list, once, in the order given', () => {
  fc.assert(
    fc.property(ids, room, (given, room) => {
      expect(idLists(given, room).flat()).toEqual([...new Set(given)]);
    }),
  );
});

test('no list is longer in a URL than there is room, except of one id that is longer by itself', () => {
  fc.assert(
    fc.property(ids, room, (given, room) => {
      for (const list of idLists(given, room)) {
        expect(list.length).toBeGreaterThan(0);
        if (list.length > 1) expect(written(list).length).toBeLessThan(room);
      }
    }),
  );
});

test('no two lists in a row would have fitted in one', () => {
  fc.assert(
    fc.property(ids, room, (given, room) => {
      const lists = idLists(given, room);
      for (const [index, list] of lists.slice(1).entries()) {
        const [next = ''] = list;
        expect(written([...(lists[index] ?? []), next]).length).toBeGreaterThanOrEqual(room);
      }
    }),
  );
});

test('4 kB hold a hundred ids of 39 characters, and not one more', () => {
  const given = Array.from({ length: 101 }, (_, n) => String(n).padStart(39, '0'));
  expect(MAX_LIST_LENGTH).toBe(4_000);
  expect(idLists(given).map((list) => list.length)).toEqual([100, 1]);
});

test('half a character is measured as what stands for it', () => {
  expect(idLists(['\ud800', 'a'], 5)).toEqual([['\ud800'], ['a']]);
});
