import fc from 'fast-check';
import { expect, it } from 'vitest';
import { BadInput } from '../../../src/graph/caller-error.ts';
import { CursorCodec } from '../../../src/graph/paging/cursor.ts';
import { signerFor } from '../../../src/keys.ts';

const codecWith = (...secrets: string[]) => new CursorCodec(signerFor(() => secrets, 'cursors'));
const codec = codecWith('a secret');
const cursors = codec.of('gdprRequests {"status":"pending"} -create_time');
const number = fc.oneof(
  fc.nat(1000),
  fc.nat(2 ** 31 - 1).map((high) => high * 2 ** 17 + 7),
);
const numbers = fc.array(number, { minLength: 1, maxLength: 4 });

function refusal(decode: () => unknown): unknown {
  try {
    return decode();
  } catch (error) {
    return error instanceof BadInput ? 'refused' : error;
  }
}

it('a cursor gives back the numbers it was made from, up to 2^48 - 1', () => {
  fc.assert(
    fc.property(fc.string(), numbers, (listKey, made) => {
      const text = codec.of(listKey).encode(made);
      expect(codecWith('a secret').of(listKey).decode(text)).toEqual(made);
    }),
  );
  expect(cursors.decode(cursors.encode([2 ** 48 - 1]))).toEqual([2 ** 48 - 1]);
});

it('different numbers have different cursors, and a position alone a short one', () => {
  const texts = Array.from({ length: 500 }, (_, at) => cursors.encode([at]));
  expect(new Set(texts).size).toBe(500);
  expect(new Set(texts.map(({ length }) => length))).toEqual(new Set([19]));
});

it('a new secret signs, and cursors of the one before it are still good', () => {
  const [before, during, after] = [codec, codecWith('a new one', 'a secret'), codecWith('a new one')];
  const [old, young] = [before.of('numbers').encode([20]), during.of('numbers').encode([20])];
  expect(during.of('numbers').decode(old)).toEqual([20]);
  expect(after.of('numbers').decode(young)).toEqual([20]);
  expect(refusal(() => after.of('numbers').decode(old))).toBe('refused');
});

it('a cursor of another list, filter or order is refused, and so is one signed with another key', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), numbers, (mine, other, made) => {
      fc.pre(mine !== other);
      expect(refusal(() => codec.of(other).decode(codec.of(mine).encode(made)))).toBe('refused');
    }),
  );
  const foreign = codecWith('another').of('numbers');
  expect(refusal(() => codec.of('numbers').decode(foreign.encode([3])))).toBe('refused');
});

it('a change of one character is refused, or is the one text of another place in the same list', () => {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_=+/ \né';
  const text = cursors.encode([41]);
  const changed = new Set<string>();
  for (let at = 0; at <= text.length; at++) {
    changed.add(text.slice(0, at) + text.slice(at + 1));
    for (const character of alphabet) {
      changed.add(text.slice(0, at) + character + text.slice(at + 1));
      changed.add(text.slice(0, at) + character + text.slice(at));
    }
  }
  changed.delete(text);
  expect(changed.size).toBeGreaterThan(2000);
  let accepted = 0;
  for (const other of changed) {
    const decoded = refusal(() => cursors.decode(other));
    if (decoded === 'refused') continue;
    accepted++;
    // The tag is the first 8 bytes.
    expect(other.slice(0, 10)).toBe(text.slice(0, 10));
    expect(cursors.encode(decoded as number[])).toBe(other);
  }
  expect(accepted).toBeLessThan(700);
});

it('any text at all is either refused in a sentence or a cursor', () => {
  const texts = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.base64String({ minLength: 20, maxLength: 20 }),
    fc.stringMatching(/^[\w-]{19}$/),
  );
  fc.assert(
    fc.property(texts, (text) => refusal(() => cursors.decode(text)) === 'refused'),
    { numRuns: 500 },
  );
});

it('the refusal names the argument and says what was expected', () => {
  expect(() => cursors.decode('bm90IG1pbmU', 'after')).toThrow(
    new BadInput('Expected "after" to be a cursor that this same list, filter and order gave out.'),
  );
});

it('what is no whole number from 0 to 2^48 - 1 has no cursor', () => {
  for (const at of [-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 48, 2 ** 53]) {
    expect(() => cursors.encode([at])).toThrow(RangeError);
  }
});
