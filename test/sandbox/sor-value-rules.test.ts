import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ExactNumber, exactJson, parseExact } from '../../src/sandbox/exact-json.ts';
import { csvLines } from '../../src/sandbox/sor/csv.ts';
import { type Change, changed, fromText, NEVER_SET, type Value, ValueMistake } from '../../src/sandbox/sor/values.ts';

const element = fc.constantFrom('a', 'b', 'c', 'd');
const change: fc.Arbitrary<Change> = fc.oneof(
  fc.record({ action: fc.constantFrom('ADD', 'REMOVE'), value: element }),
  fc.record({ action: fc.constant('UPSERT'), value: fc.array(element).map((list) => list.join(';')) }),
  fc.constant({ action: 'DEL', value: null }),
);

test('a set holds what the actions say, in the order of coming, each element with its date', () => {
  fc.assert(
    fc.property(fc.array(change), (changes) => {
      let value: Value = NEVER_SET;
      let model = new Map<string, number>();
      for (const [now, { action, value: given }] of changes.entries()) {
        value = changed('Set', value, { action, value: given }, now);
        if (action === 'ADD' && !model.has(String(given))) model.set(String(given), now);
        if (action === 'REMOVE') model.delete(String(given));
        if (action === 'DEL') model = new Map();
        if (action === 'UPSERT') {
          const list = String(given).split(';').filter(Boolean);
          model = new Map(list.map((name) => [name, model.get(name) ?? now]));
        }
        expect(JSON.parse(value.json ?? '[]')).toEqual([...model.keys()]);
        expect(value.elements ?? []).toEqual([...model.values()]);
      }
    }),
  );
});

test('whole numbers up to 2^63 - 1 either way are kept exactly, and no larger ones are taken', () => {
  const limit = 2n ** 63n - 1n;
  fc.assert(
    fc.property(fc.bigInt({ min: -limit, max: limit }), (number) => {
      const { value } = parseExact(`{"value":${number}}`) as { value: unknown };
      const { json } = changed('Number', NEVER_SET, { value, action: undefined }, 0);
      expect(JSON.stringify(exactJson(json ?? ''))).toBe(String(number));
      expect(fromText('Number', String(number), NEVER_SET, 0).json).toBe(String(number));
    }),
  );
  for (const source of [String(limit + 1n), String(-limit - 1n), '1e19', '9223372036854775808.5']) {
    const given = { value: new ExactNumber(source), action: undefined };
    expect(() => changed('Number', NEVER_SET, given, 0)).toThrow(ValueMistake);
  }
});

test.each([
  ['Date', '2016-12-22', true],
  ['Date', '2016-13-22', false],
  ['Date', '2015-02-29', false],
  ['Date', '2016-12-22T13:02:53Z', false],
  ['DateTime', '2016-12-22T13:02:53Z', true],
  ['DateTime', '2016-12-22T13:02:53.123+02:00', true],
  ['DateTime', '2016-12-22T13:02:53', false],
  ['DateTime', '2016-12-22T25:02:53Z', false],
  ['DateTime', '2016-12-22', false],
  ['Boolean', 'true', true],
  ['Boolean', '1', false],
  ['Number', '-1420.2', true],
  ['Number', '0x10', false],
] as const)('as %s, %s is taken: %s', (type, text, taken) => {
  const write = () => fromText(type, text, NEVER_SET, 0);
  if (taken) expect(write().json).toContain(text);
  else expect(write).toThrow(ValueMistake);
});

test('CSV reads whatever stands between quotes', () => {
  const cell = fc.string({ unit: fc.constantFrom('a', 'ü', ',', '"', '\n', '\r\n', ';', ' ') });
  const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;
  fc.assert(
    fc.property(fc.array(fc.array(cell, { minLength: 2, maxLength: 4 })), (rows) => {
      const text = rows.map((row) => row.map(quoted).join(',')).join('\r\n');
      expect(csvLines(text)).toEqual(rows);
    }),
  );
});

test('CSV without quotes is cut at commas and line breaks, and empty lines are left out', () => {
  expect(csvLines('a,b,\r\n\n,,c\nd')).toEqual([['a', 'b', ''], ['', '', 'c'], ['d']]);
});

test('a quote inside a field is no CSV, nor is one that is not closed', () => {
  expect(() => csvLines('a"b"c,d\n')).toThrow('A quote stands inside a field');
  expect(() => csvLines('a,b\n"c')).toThrow('A quote is not closed');
});
