import { createSecretKey } from 'node:crypto';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { BadInput } from '../../../src/graph/bad-input.ts';
import { CursorCodec } from '../../../src/graph/paging/cursor.ts';

const key = Buffer.alloc(32, 7);
const cursors = new CursorCodec(key);
const list = 'gdprRequests {"status":"pending"} -create_time';
const position = fc.oneof(fc.nat(1000), fc.maxSafeNat());

function refusal(decode: () => unknown): unknown {
  try {
    return decode();
  } catch (error) {
    return error instanceof BadInput ? 'refused' : error;
  }
}

it('a cursor gives back the position it was made from, up to 2^53 - 1, in any order of asking', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.string(), position), { minLength: 1 }), (made) => {
      const texts = made.map(([listKey, at]) => cursors.encode(listKey, at));
      expect(texts.map((text, index) => new CursorCodec(key).decode(made[index]?.[0] ?? '', text))).toEqual(
        made.map(([, at]) => at),
      );
      expect(texts.map((text, index) => cursors.decode(made[index]?.[0] ?? '', text)).reverse()).toEqual(
        made.map(([, at]) => at).reverse(),
      );
    }),
  );
  expect(cursors.decode(list, cursors.encode(list, Number.MAX_SAFE_INTEGER))).toBe(Number.MAX_SAFE_INTEGER);
});

it('positions have distinct cursors that do not depend on what was encoded before', () => {
  const upwards = Array.from({ length: 500 }, (_, at) => cursors.encode(list, at));
  const downwards = Array.from({ length: 500 }, (_, at) => new CursorCodec(key).encode(list, 499 - at));
  expect(downwards.reverse()).toEqual(upwards);
  expect(new Set(upwards).size).toBe(500);
});

it('a key object signs like its bytes', () => {
  expect(new CursorCodec(createSecretKey(key)).encode(list, 20)).toBe(cursors.encode(list, 20));
});

it('a cursor of another list, filter or order is refused, and so is one signed with another key', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), position, (mine, other, at) => {
      fc.pre(mine !== other);
      expect(refusal(() => cursors.decode(other, cursors.encode(mine, at)))).toBe('refused');
    }),
  );
  const foreign = new CursorCodec(Buffer.alloc(32, 8));
  expect(refusal(() => cursors.decode(list, foreign.encode(list, 3)))).toBe('refused');
});

it('the signature of one position does not serve another, also not a neighbour or one beyond 2^53', () => {
  const bytesOf = (at: number) => Buffer.from(cursors.encode(list, at), 'base64url');
  for (const at of [0, 1, 2, 3, 4, 7, 8, 100]) {
    for (const other of [0, 1, 2, 3, 4, 5, 8, 9, 104, 2 ** 52]) {
      if (at === other) continue;
      const mixed = Buffer.concat([bytesOf(other).subarray(0, 7), bytesOf(at).subarray(7)]);
      expect(refusal(() => cursors.decode(list, mixed.toString('base64url')))).toBe('refused');
    }
    const huge = Buffer.concat([Buffer.alloc(7, 0xff), bytesOf(at).subarray(7)]);
    expect(refusal(() => cursors.decode(list, huge.toString('base64url')))).toBe('refused');
  }
});

it('every change of one character is refused: another in its place, one less, one more', () => {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_=+/ \né';
  const text = cursors.encode(list, 41);
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
  expect([...changed].filter((other) => refusal(() => cursors.decode(list, other)) !== 'refused')).toEqual(
    [],
  );
});

it('any text at all is either refused in a sentence or a cursor', () => {
  const texts = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.base64String({ minLength: 20, maxLength: 20 }),
    fc.stringMatching(/^[\w-]{20}$/),
  );
  fc.assert(
    fc.property(texts, (text) => refusal(() => cursors.decode(list, text)) === 'refused'),
    { numRuns: 1000 },
  );
});

it('the refusal names the argument and says what was expected', () => {
  expect(() => cursors.decode(list, 'bm90IG1pbmU', 'after')).toThrow(
    new BadInput('Expected "after" to be a cursor that this same list, filter and order gave out.'),
  );
});

it('a position that is no whole number from 0 to 2^53 - 1 has no cursor', () => {
  for (const at of [-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53]) {
    expect(() => cursors.encode(list, at)).toThrow(RangeError);
  }
});
