import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { StoredAnswer } from '../../../src/http/cache/answer-cache.ts';
import { openAnswer, sealAnswer } from '../../../src/http/cache/sealed-answer.ts';
import { LongNumber, parseJson } from '../../../src/http/json/lossless-json.ts';
import { keyOf } from './stores.ts';

const KEY = keyOf(1);

function answerOf(value: unknown): StoredAnswer {
  return {
    value,
    projection: { fields: ['id'], systems: undefined },
    readAt: 1_700_000_000_000,
    marks: ['a', ''],
  };
}

/** What comes back out of Redis. */
function kept(value: unknown): unknown {
  return openAnswer(KEY, 'name', sealAnswer(KEY, 'name', answerOf(value)))?.value;
}

/** JSON as an API may write it, with numbers of any length. */
const json: fc.Arbitrary<string> = fc.letrec<{ value: string }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom('null', 'true', '1e300', '-1.5e-7', '100000000000000000e3', '9007199254740992', '[]', '{}'),
    fc.stringMatching(/^-?[1-9]\d{0,30}(\.\d{1,30})?(e[+-]?\d)?$/),
    fc.string({ unit: 'binary' }).map((text) => JSON.stringify(text)),
    fc.stringMatching(/^\d{16,40}$/).map((digits) => JSON.stringify(digits)),
    fc.array(tie('value')).map((members) => `[${members}]`),
    fc
      .dictionary(fc.string(), tie('value'))
      .map((entries) => `{${Object.entries(entries).map(([key, value]) => `${JSON.stringify(key)}:${value}`)}}`),
  ),
})).value;

test('every answer comes back as it was read, whatever its numbers', () => {
  fc.assert(
    fc.property(json, fc.boolean(), (text, exactNumbers) => {
      const value = parseJson(text, { exactNumbers });
      expect(kept(value)).toStrictEqual(value);
    }),
    { numRuns: 500 },
  );
});

test.each([
  ['an integer beyond 2^53', new LongNumber('17368658975598751634')],
  ['a long decimal', new LongNumber('12345678901234567.25')],
  ['a large number that is none of them', 2 ** 60],
  ['a row that is missing', null],
  ['nothing at all', undefined],
])('%s stays what it is', (_what, value) => {
  expect(kept(value)).toStrictEqual(value);
  expect(kept({ rows: [value ?? null] })).toStrictEqual({ rows: [value ?? null] });
});

test('what is known of an answer comes along', () => {
  const answer = answerOf({ id: '1' });
  expect(openAnswer(KEY, 'name', sealAnswer(KEY, 'name', answer))).toEqual(answer);
});

test('a long answer shrinks, and comes back whole', () => {
  const rows = Array.from({ length: 100 }, (_, n) => ({
    id: String(n),
    email: `person.${n}@example.com`,
    n: new LongNumber(String(2n ** 64n)),
  }));
  expect(sealAnswer(KEY, 'name', answerOf(rows)).length).toBeLessThan(1_500);
  expect(kept(rows)).toEqual(rows);
});

test('one answer is never sealed alike twice', () => {
  const [one, other] = [0, 1].map(() => sealAnswer(KEY, 'name', answerOf('a')).toString('hex'));
  expect(one).not.toBe(other);
});

test('it opens with its own key and under its own name only', () => {
  const sealed = sealAnswer(KEY, 'name', answerOf('a'));
  expect(openAnswer(keyOf(2), 'name', sealed)).toBeUndefined();
  expect(openAnswer(KEY, 'another', sealed)).toBeUndefined();
  expect(openAnswer(KEY, 'name', sealed)?.value).toBe('a');
});

test.each(['a', 'a'.repeat(5_000)])('with any byte changed or cut off it does not open', (value) => {
  const sealed = sealAnswer(KEY, 'name', answerOf(value));
  for (let index = 0; index < sealed.length; index += 1) {
    const changed = Buffer.from(sealed);
    changed.writeUInt8(changed.readUInt8(index) ^ 1, index);
    expect(openAnswer(KEY, 'name', changed)).toBeUndefined();
    expect(openAnswer(KEY, 'name', sealed.subarray(0, index))).toBeUndefined();
  }
});
