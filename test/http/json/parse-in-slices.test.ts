import { setImmediate } from 'node:timers/promises';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseJson } from '../../../src/http/json/lossless-json.ts';
import { parseInSlices } from '../../../src/http/json/parse-in-slices.ts';

/** Makes any text long enough to be parsed in slices. */
const BLANKS = ' '.repeat(500_000);

const OPTIONS = [{}, { lenient: true }, { exactNumbers: true }, { exactNumbers: 'decimals' }] as const;

const scalar = fc.constantFrom(
  '1',
  '"a"',
  '"[{"',
  '"\\\\"',
  '"\\"]"',
  `"${'long '.repeat(5_000)}"`,
  'null',
  '17368658975598751634',
  '0.12345678901234567',
);
const key = fc.constantFrom('a', 'b', '1', '__proto__', 'c d');
const { json } = fc.letrec<{ json: string }>((tie) => ({
  json: fc.oneof(
    { maxDepth: 5 },
    scalar,
    fc.array(tie('json')).map((items) => `[${items.join(' ,')}]`),
    fc.array(fc.tuple(key, tie('json'))).map((members) => `{${members.map(([name, text]) => `"${name}": ${text}`)}}`),
  ),
}));
const damage = fc.constantFrom('', '"', '\\', ',', '0', ' ', ':', ']', '}', '[', '{');

test('a long text reads as it does at once, and what is no JSON is refused', async () => {
  const read = fc.tuple(json, fc.option(fc.tuple(fc.nat(), damage)), fc.constantFrom(...OPTIONS));
  await fc.assert(
    fc.asyncProperty(read, async ([text, damaged, options]) => {
      const [at, put] = damaged ?? [0, ''];
      const position = at % (text.length + 1);
      const given = damaged ? text.slice(0, position) + put + text.slice(position + 1) : text;
      const [atOnce] = await Promise.allSettled([(async () => parseJson(given, options))()]);
      const [inSlices] = await Promise.allSettled([parseInSlices(BLANKS + given, options)]);
      expect(inSlices.status).toBe(atOnce.status);
      if (atOnce.status === 'fulfilled') expect(inSlices).toStrictEqual(atOnce);
    }),
    { numRuns: 150 },
  );
});

/** Rows that begin alike, with what looks like the end of one and the beginning of the next in a text, or in a row. */
const row = fc.record(
  {
    id: fc.constantFrom<unknown>(1, '},{"id":', 'x'.repeat(3_000), '\\'),
    text: fc.constantFrom('', '"},{"id":2', '}, {"id":'),
    rows: fc.constantFrom<unknown[]>([], [{ id: 1 }, { id: 2 }], [{ id: 'x'.repeat(20_000) }, { id: 2 }]),
  },
  { requiredKeys: ['id'] },
);

test('a list of rows reads as it does at once, whatever looks like the end of one', async () => {
  const rows = fc.array(row, { minLength: 1, maxLength: 6 });
  await fc.assert(
    fc.asyncProperty(rows, fc.constantFrom('', ' '), fc.boolean(), async (some, space, isCut) => {
      const answer = { rows: Array.from({ length: 20 }, () => some).flat(), more: some, total: 3 };
      const whole = JSON.stringify(answer).replaceAll('},{', `},${space}{`);
      const text = isCut ? whole.slice(0, -60) : whole;
      const [atOnce] = await Promise.allSettled([(async () => parseJson(text))()]);
      const [inSlices] = await Promise.allSettled([parseInSlices(text, {})]);
      expect(inSlices.status).toBe(atOnce.status);
      if (atOnce.status === 'fulfilled') expect(inSlices).toStrictEqual(atOnce);
    }),
    { numRuns: 150 },
  );
});

test('others go first while a long list is parsed', async () => {
  const row = { id: '17368658975598751634', texts: Array(40).fill('some text'), count: 1 };
  const text = JSON.stringify({ rows: Array(20_000).fill(row) });
  let turns = 0;
  let isParsed = false;
  const parsing = parseInSlices(text, {}).finally(() => {
    isParsed = true;
  });
  while (!isParsed) {
    await setImmediate();
    turns += 1;
  }
  expect(await parsing).toEqual({ rows: Array(20_000).fill(row) });
  expect(turns).toBeGreaterThan(3);
});
