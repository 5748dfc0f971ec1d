import fc from 'fast-check';
import { expect, test } from 'vitest';
import { mayHaveLongNumbers } from '../../../src/http/json/long-numbers.ts';
import { parseJson } from '../../../src/http/json/lossless-json.ts';

const bytes = (text: string) => Buffer.from(text);

test.each([
  ['{"id":17368658975598751634}', true],
  ['[-9007199254740993]', true],
  ['[1234567890.123456]', true],
  ['{"id":"17368658975598751634","at":"2025-02-06 11:33:46","n":123456789012345}', false],
  ['{"text":"his number is 17368658975598751634"}', true],
  ['', false],
])('%s: %s', (text, expected) => {
  expect(mayHaveLongNumbers(bytes(text))).toBe(expected);
});

test('what is said to be short reads the same without a further look, wherever it stands', () => {
  const digits = fc.stringMatching(/^-?(0|[1-9]\d{0,20})(\.\d{1,20})?([eE][+-]?\d{1,3})?$/);
  const leaf = fc.oneof(
    digits,
    digits.map((text) => `"${text}"`),
    digits.map((text) => `"é ${text}"`),
  );
  let short = 0;
  fc.assert(
    fc.property(fc.array(leaf, { maxLength: 4 }), fc.nat(40), (leaves, before) => {
      const text = `${' '.repeat(before)}[${leaves.join()}]`;
      const hasShortNumbers = !mayHaveLongNumbers(bytes(text));
      short += Number(hasShortNumbers);
      for (const exactNumbers of [true, false]) {
        expect(parseJson(text, { exactNumbers, hasShortNumbers })).toEqual(parseJson(text, { exactNumbers }));
      }
    }),
    { numRuns: 5_000 },
  );
  expect(short).toBeGreaterThan(500);
});
