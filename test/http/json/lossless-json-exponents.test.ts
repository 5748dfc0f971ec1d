import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LongNumber, parseJson } from '../../../src/http/json/lossless-json.ts';
import { digitsOf } from '../../../src/sources/exact-values.ts';

test.each<[text: string, exact: unknown]>([
  ['9.223372036854775807E18', new LongNumber('9223372036854775807')],
  ['12345678901234567890e2', new LongNumber('1234567890123456789000')],
  ['9007199254740993e0', new LongNumber('9007199254740993')],
  ['1.2345678901234567890123e3', new LongNumber('1234.5678901234567890123')],
  ['-12345678901234567891e-25', new LongNumber('-0.0000012345678901234567891')],
  ['0.00123456789012345678e+2', new LongNumber('0.123456789012345678')],
  ['1e21', 1e21],
  ['1.50000000000000000000E2', 150],
  ['-2.50000000000000000000e-7', -2.5e-7],
  ['1.2345678901234567e999999999', Number.POSITIVE_INFINITY],
  ['1.2345678901234567e-999999999', 0],
])('the number %s keeps its digits without its exponent where that was asked for', (text, exact) => {
  expect(parseJson(`{"a":[${text}]}`, { exactNumbers: true })).toEqual({ a: [exact] });
  expect(parseJson(`{"a":[${text}]}`)).toEqual({ a: [Number(text)] });
  const asText = exact instanceof LongNumber && !exact.digits.includes('.') ? exact.digits : exact;
  expect(parseJson(`[${text},17368658975598751634]`, { exactNumbers: 'decimals' })).toEqual([
    asText,
    '17368658975598751634',
  ]);
});

/** A decimal as how many units of its last place it is, and how many places it has. */
function scaled(number: string): [units: bigint, places: number] {
  const [mantissa = '', power = '0'] = number.toLowerCase().split('e');
  const [whole = '', fraction = ''] = mantissa.split('.');
  return [BigInt(whole + fraction), fraction.length - Number(power)];
}

function isSameNumber(one: string, other: string): boolean {
  const [[a, aPlaces], [b, bPlaces]] = [scaled(one), scaled(other)];
  const most = Math.max(aPlaces, bPlaces, 0);
  return a * 10n ** BigInt(most - aPlaces) === b * 10n ** BigInt(most - bPlaces);
}

test('any number with an exponent says the same without it', () => {
  const number = fc.stringMatching(/^-?(0|[1-9]\d{0,19})(\.\d{1,20})?[eE][+-]?\d{1,2}$/);
  let exact = 0;
  fc.assert(
    fc.property(number, fc.nat(20), (text, before) => {
      const [read] = parseJson(`${' '.repeat(before)}[${text}]`, { exactNumbers: true }) as unknown[];
      const digits = digitsOf(read) ?? '';
      exact += Number(typeof read !== 'number');
      expect(digits).toMatch(/^-?(?:0|[1-9]\d*)(?:\.\d+)?$/);
      expect(isSameNumber(digits, text)).toBe(true);
    }),
    { numRuns: 3_000 },
  );
  expect(exact).toBeGreaterThan(50);
});
