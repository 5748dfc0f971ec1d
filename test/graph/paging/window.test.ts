import { describe, expect, it } from 'vitest';
import { BadInput } from '../../../src/graph/caller-error.ts';
import { CursorCodec } from '../../../src/graph/paging/cursor.ts';
import { type Window, type WindowArguments, windowFor } from '../../../src/graph/paging/window.ts';
import { signerFor } from '../../../src/keys.ts';

const codec = new CursorCodec(signerFor(() => ['a secret'], 'cursors'));
const cursors = codec.of('numbers');
const at = (position: number) => cursors.encode([position]);
const windowOf = (args: WindowArguments, maximum = 100) => windowFor(args, { maximum, cursors });
const range = (offset: number, size: number): Window => ({ kind: 'range', offset, size });

it('without arguments a window is the first 20 rows, or as many as the maximum allows', () => {
  expect(windowOf({})).toEqual(range(0, 20));
  expect(windowOf({}, 7)).toEqual(range(0, 7));
  expect(windowOf({ after: at(9) })).toEqual(range(10, 20));
  expect(windowOf({ before: at(9) })).toEqual(range(0, 9));
});

it('an explicit null means absent', () => {
  expect(windowOf({ first: null, after: null, last: null, before: null })).toEqual(range(0, 20));
  expect(windowOf({ first: 3, after: null, last: null, before: null })).toEqual(range(0, 3));
  expect(windowOf({ first: null, last: 3 })).toEqual({ kind: 'tail', size: 3, floor: 0 });
});

it('"last" alone is the tail of the list, not before the row behind "after"', () => {
  expect(windowOf({ last: 5 })).toEqual({ kind: 'tail', size: 5, floor: 0 });
  expect(windowOf({ last: 5, after: at(11) })).toEqual({ kind: 'tail', size: 5, floor: 12 });
});

it('every combination cuts the same rows as Relay’s rules do, step by step', () => {
  const rows = Array.from({ length: 12 }, (_, row) => row);
  let windows = 0;
  for (const after of [undefined, 0, 3, 11]) {
    for (const before of [undefined, 0, 4, 8, 11]) {
      for (const count of [0, 1, 5, 12]) {
        for (const side of ['first', 'last'] as const) {
          let expected = rows.filter((row) => row > (after ?? -1) && row < (before ?? 12));
          expected = side === 'first' ? expected.slice(0, count) : expected.slice(Math.max(0, expected.length - count));
          const window = windowOf({
            [side]: count,
            after: after === undefined ? null : at(after),
            before: before === undefined ? null : at(before),
          });
          const offset = window.kind === 'range' ? window.offset : Math.max(window.floor, 12 - window.size);
          expect(rows.slice(offset, offset + window.size)).toEqual(expected);
          windows++;
        }
      }
    }
  }
  expect(windows).toBe(160);
});

it('a window that ends before it starts is empty', () => {
  expect(windowOf({ first: 5, after: at(8), before: at(3) })).toEqual(range(9, 0));
  expect(windowOf({ last: 5, after: at(8), before: at(3) })).toEqual({ ...range(9, 0), backwards: true });
  expect(windowOf({ after: at(8), before: at(9) })).toEqual(range(9, 0));
});

describe('bad arguments are refused with a sentence that says what was expected', () => {
  it.each<[WindowArguments, string]>([
    [{ first: 1, last: 1 }, 'Expected "first" or "last", not both.'],
    [{ first: 0, last: 0 }, 'Expected "first" or "last", not both.'],
    [{ first: -1 }, 'Expected "first" to be a whole number from 0 to 100, not -1.'],
    [{ last: -1 }, 'Expected "last" to be a whole number from 0 to 100, not -1.'],
    [{ first: 101 }, 'Expected "first" to be a whole number from 0 to 100, not 101.'],
    [{ last: 101 }, 'Expected "last" to be a whole number from 0 to 100, not 101.'],
    [{ first: 1.5 }, 'Expected "first" to be a whole number from 0 to 100, not 1.5.'],
    [{ after: '' }, 'Expected "after" to be a cursor that this same list, filter and order gave out.'],
    [{ before: 'x' }, 'Expected "before" to be a cursor that this same list, filter and order gave out.'],
    [
      { after: codec.of('letters').encode([1]) },
      'Expected "after" to be a cursor that this same list, filter and order gave out.',
    ],
  ])('%j', (args, message) => {
    expect(() => windowOf(args)).toThrow(new BadInput(message));
  });

  it('the largest count is still good', () => {
    expect(windowOf({ first: 100 })).toEqual(range(0, 100));
    expect(windowOf({ last: 100, before: at(150) })).toEqual({ ...range(50, 100), backwards: true });
  });
});
