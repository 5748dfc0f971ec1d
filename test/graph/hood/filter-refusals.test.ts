import { expect, test } from 'vitest';
import { startGateway } from '../../support/gateway.ts';

const ONE_OPERATOR =
  'Expected one operator in `filter.size`, or one lower bound (gt, gte) with one upper bound (lt, lte), not';
const NOT_NULL = 'not null: leave it out, or use `isNull` where there is one.';
const COMMA = 'the API cannot tell such a comma from the next member.';
const EMPTY = 'the API would take an empty one for no condition.';
const YEARS = 'expected a moment within the years 0000 to 9999 of UTC, such as "2025-02-06T11:33:46Z".';
const WHOLE = 'expected a whole number within ±(2^53 − 1), such as 5000000000.';

test.each<[filter: Record<string, unknown>, sentence: string]>([
  [{ size: {} }, `${ONE_OPERATOR} none.`],
  [{ size: { eq: 1, gt: 0 } }, `${ONE_OPERATOR} eq and gt.`],
  [{ size: { eq: 1, neq: 2 } }, `${ONE_OPERATOR} eq and neq.`],
  [{ size: { gt: 1, gte: 1 } }, `${ONE_OPERATOR} gt and gte.`],
  [{ size: { lt: 1, lte: 1 } }, `${ONE_OPERATOR} lt and lte.`],
  [{ size: { gt: 1, lt: 5, lte: 5 } }, `${ONE_OPERATOR} gt and lt and lte.`],
  [{ size: { gt: 1, isNull: false } }, `${ONE_OPERATOR} gt and isNull.`],
  [{ size: { in: [1], notIn: [2] } }, `${ONE_OPERATOR} in and notIn.`],
  [{ size: null }, `Expected a value in \`filter.size\`, ${NOT_NULL}`],
  [{ size: { eq: null } }, `Expected a value in \`filter.size\`, ${NOT_NULL}`],
  [{ size: { gt: 1, lt: null } }, `Expected a value in \`filter.size\`, ${NOT_NULL}`],
  [{ name: { in: null } }, `Expected a value in \`filter.name\`, ${NOT_NULL}`],
  [{ name: { isNull: null } }, `Expected a value in \`filter.name\`, ${NOT_NULL}`],
  [{ name: { in: ['a', 'b,c'] } }, `Expected members without commas in \`filter.name.in\`: ${COMMA}`],
  [{ name: { notIn: ['b,c'] } }, `Expected members without commas in \`filter.name.notIn\`: ${COMMA}`],
  [{ hoodId: { in: ['1,2'] } }, `Expected members without commas in \`filter.hoodId.in\`: ${COMMA}`],
  [{ name: { eq: '' } }, `Expected a text that is not empty in \`filter.name.eq\`: ${EMPTY}`],
  [{ hoodId: { neq: '' } }, `Expected a text that is not empty in \`filter.hoodId.neq\`: ${EMPTY}`],
  [{ name: { in: ['a', ''] } }, `Expected a text that is not empty in \`filter.name.in.1\`: ${EMPTY}`],
  [
    { hoodId: { in: Array.from({ length: 600 }, (_, n) => String(1_000_000 + n)) } },
    'Expected at most 4 kB of members in `filter.hoodId.in`: ask for them in several parts.',
  ],
  [{ createTime: { lt: '9999-12-31T23:59:59.5Z' } }, `\`filter.createTime.lt\`: ${YEARS}`],
  [{ createTime: { gte: '0000-01-01T00:00:00+01:00' } }, `\`filter.createTime.gte\`: ${YEARS}`],
  [{ size: { eq: 1.5 } }, `\`filter.size.eq\`: ${WHOLE}`],
  [{ size: { in: [1, 2.5] } }, `\`filter.size.in.1\`: ${WHOLE}`],
  [{ size: { lt: 1e21 } }, `\`filter.size.lt\`: ${WHOLE}`],
  [
    { hoodId: { in: [] }, size: { eq: 1, gt: 0 } },
    `${ONE_OPERATOR} eq and gt.`, // told although the list of ids alone makes the answer empty
  ],
])('%j is refused with a sentence, before any call', async (filter, sentence) => {
  await using gateway = await startGateway();

  const { data, errors } = await gateway.query(
    'query ($filter: HoodExportFilter) { hoodExports(filter: $filter) { totalCount } }',
    { filter },
  );

  expect(data).toEqual({ hoodExports: null });
  expect(errors).toMatchObject([{ message: sentence, path: ['hoodExports'], extensions: { code: 'BAD_USER_INPUT' } }]);
  expect(gateway.hoodCalls()).toEqual([]);
});

test.each<[why: string, filter: string]>([
  ['an operator that the kind does not have', '{ name: { gt: "a" } }'],
  ['a null member', '{ name: { in: ["a", null] } }'],
  ['a field that cannot be filtered by', '{ id: { eq: "1" } }'],
  ['a time without a zone', '{ createTime: { eq: "2025-01-02 12:00:00" } }'],
  ['a day that does not exist', '{ createTime: { eq: "2025-02-30T12:00:00Z" } }'],
  ['a number with a fraction', '{ attemptCount: { eq: 1.5 } }'],
])('%s is refused before any call', async (_why, filter) => {
  await using gateway = await startGateway();

  const { data, errors } = await gateway.query(`{ hoodExports(filter: ${filter}) { totalCount } }`);

  expect(data).toBeUndefined();
  expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
  expect(gateway.hoodCalls()).toEqual([]);
});

test('a refused filter costs its neighbours nothing', async () => {
  await using gateway = await startGateway();

  const { data, errors } = await gateway.query(`{
    bad: hoodExports(filter: { size: {} }) { totalCount }
    good: hoodExports(filter: { size: { eq: 125 } }) { totalCount }
  }`);

  expect(data).toEqual({ bad: null, good: { totalCount: 5 } });
  expect(errors).toMatchObject([{ path: ['bad'] }]);
  expect(gateway.hoodCalls()).toEqual(['GET /v1/hood/exports?size=eq:125&fields=id&page=1,1']);
});

test.each<[what: string, args: string, sentence: string]>([
  ['search', 'search: { text: "" }', 'Expected at least one character in "search.text".'],
  ['order', 'orderBy: [{ field: SIZE }, { field: SIZE }]', 'Expected each field only once in "orderBy".'],
  ['window', 'first: -1', 'Expected "first" to be a whole number from 0 to 100, not -1.'],
])('a wrong %s is told of although the filter lets nothing through', async (_what, args, sentence) => {
  await using gateway = await startGateway();

  const { errors } = await gateway.query(`{ hoodExports(filter: { hoodId: { in: [] } }, ${args}) { totalCount } }`);

  expect(errors).toMatchObject([{ message: sentence, extensions: { code: 'BAD_USER_INPUT' } }]);
  expect(gateway.hoodCalls()).toEqual([]);
});
