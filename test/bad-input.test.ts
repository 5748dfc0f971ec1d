import { expect, test } from 'vitest';
import { type Answer, startGateway } from './support/gateway.ts';

/** Filters and searches live at their own fields; these are what any list refuses. */
const BAD_ARGUMENTS: [name: string, args: string, message: RegExp][] = [
  ['first: -1', 'first: -1', /^Expected "first" to be a whole number from 0 to 100, not -1\.$/],
  ['first over the maximum', 'first: 101', /^Expected "first" to be a whole number from 0 to 100, not 101\.$/],
  ['last: -1', 'last: -1', /^Expected "last" to be a whole number from 0 to 100, not -1\.$/],
  ['first and last together', 'first: 1, last: 1', /^Expected "first" or "last", not both\.$/],
  ['a tampered cursor', 'after: "AAAAAAAAAAAAAAAAAAAA"', /^Expected "after" to be a cursor that this same list/],
  ['a cursor that is none', 'before: "2"', /^Expected "before" to be a cursor that this same list/],
  [
    'a comma in an in list',
    'filter: { target: { in: ["a,b"] } }',
    /^Expected members without commas in `filter\.target\.in`/,
  ],
  [
    'two operators that make no range',
    'filter: { createTime: { gt: "2025-01-01T00:00:00Z", gte: "2025-01-01T00:00:00Z" } }',
    /^Expected one operator in `filter\.createTime`.* not gt and gte\.$/,
  ],
  ['no operator', 'filter: { target: {} }', /^Expected one operator in `filter\.target`.* not none\.$/],
  ['an explicit null operator', 'filter: { target: { eq: null } }', /^Expected a value in `filter\.target`, not null/],
  ['an explicit null field', 'filter: { target: null }', /^Expected a value in `filter\.target`, not null/],
  ['an empty text', 'filter: { target: { eq: "" } }', /^Expected a text that is not empty in `filter\.target\.eq`/],
  ['an empty search', 'search: { text: " " }', /^Expected at least one character in "search\.text"\.$/],
];

test.each(BAD_ARGUMENTS)(
  '%s is BAD_USER_INPUT, says what was expected, and costs no call',
  async (_, args, message) => {
    await using gateway = await startGateway();
    const { data, errors } = await gateway.query(`{ customerData(${args}) { nodes { hoodId } } }`);
    expect(data).toEqual({ customerData: null });
    expect(errors).toMatchObject([{ path: ['customerData'], extensions: { code: 'BAD_USER_INPUT' } }]);
    expect(errors?.[0]?.message).toMatch(message);
    expect(gateway.hoodCalls()).toEqual([]);
    expect(gateway.logged).toEqual([]);
  },
);

test('a cursor of another list, filter or order is BAD_USER_INPUT, and costs no call', async () => {
  await using gateway = await startGateway();
  const { data } = await gateway.query('{ customerData(first: 1) { pageInfo { endCursor } } }');
  const after = data.customerData.pageInfo.endCursor;
  gateway.hoodCalls();
  for (const field of [
    'hoodExports(after: $after)',
    'customerData(after: $after, filter: { piData: { eq: true } })',
    'customerData(after: $after, orderBy: [{ field: TARGET }])',
  ]) {
    const { errors } = await gateway.query(`query ($after: String) { list: ${field} { totalCount } }`, {
      after,
    });
    expect(errors).toMatchObject([{ path: ['list'], extensions: { code: 'BAD_USER_INPUT' } }]);
  }
  expect(gateway.hoodCalls()).toEqual([]);
});

test.each<[string, string, Record<string, unknown>]>([
  ['a syntax error', '{ customerData', {}],
  ['a field that is not there', '{ nothing }', {}],
  ['an argument of another type', '{ customerData(first: "1") { totalCount } }', {}],
  ['a missing variable', 'query ($id: ID!) { hoodExport(hoodId: $id) { hoodId } }', {}],
  ['a variable of another type', 'query ($n: Int) { customerData(first: $n) { totalCount } }', { n: 'x' }],
  ['two operations without a name', 'query A { __typename } query B { __typename }', {}],
  ['an id that this graph never gave out', '{ node(id: "x") { id } }', {}],
  ['a subscription', 'subscription { anything }', {}],
])('%s is BAD_USER_INPUT', async (_, query, variables) => {
  await using gateway = await startGateway();
  const { errors } = await gateway.query(query, variables);
  expect(errors?.map(({ extensions }) => extensions.code)).toEqual(['BAD_USER_INPUT']);
  expect(gateway.hoodCalls()).toEqual([]);
  expect(gateway.logged).toEqual([]);
});

test.each([
  ['application/json', 200],
  ['application/graphql-response+json', 400],
])('whatever is wrong with an operation, who asks for %s gets status %i', async (accept, status) => {
  await using gateway = await startGateway();
  for (const [query, variables] of [
    ['{ nothing }', {}],
    ['query ($hoodId: ID!) { hoodExport(hoodId: $hoodId) { hoodId } }', {}],
    ['query ($first: Int) { customerData(first: $first) { totalCount } }', { first: 'x' }],
  ]) {
    const headers = { 'content-type': 'application/json', accept };
    const body = JSON.stringify({ query, variables });
    const response = await gateway.fetch('/graphql', { method: 'POST', headers, body });
    expect(response.status).toBe(status);
  }
});

test.each<[string, string, string?]>([
  ['selections', `{ ${'node(id: "x") { ... on Query { '.repeat(20_000)}`],
  ['lists', `{ customerData(filter: ${'['.repeat(20_000)}) { totalCount } }`],
  [
    'fragments',
    `{ ...F0 } ${Array.from({ length: 20_000 }, (_, at) => `fragment F${at} on Query { ...F${at + 1} }`).join(' ')}
    fragment F20000 on Query { __typename }`,
    'Expected at most 500 fragments within each other: this document has 501.',
  ],
])('%s nested deeper than can be read are BAD_USER_INPUT', async (_, query, message) => {
  await using gateway = await startGateway({ env: { MAX_TOKENS: '1000000' } });
  const { errors } = await gateway.query(query);
  expect(errors).toMatchObject([
    {
      message: message ?? 'Expected an operation that is nested less deeply.',
      extensions: { code: 'BAD_USER_INPUT' },
    },
  ]);
  expect(gateway.logged).toEqual([]);
});

test.each([['nonsense canary@example.com'], ['5'], ['{}'], ['[]']])(
  'the body %s is a 400 that does not repeat it',
  async (body) => {
    await using gateway = await startGateway();
    const response = await gateway.fetch('/graphql', {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json' },
      body,
    });
    expect(response.status).toBe(400);
    const answer = (await response.json()) as Answer;
    expect(answer.errors?.map(({ extensions }) => extensions)).toEqual([{ code: 'BAD_USER_INPUT' }]);
    expect(JSON.stringify(answer)).not.toContain('canary');
  },
);

test.each<[type: string, field: string, value: unknown]>([
  ['URL', 'importAttributeValues(input: { systemOfRecord: "global", fileUrl: $value })', 'values.csv'],
  ['URL', 'importAttributeValues(input: { systemOfRecord: "global", fileUrl: $value })', { href: 1 }],
  ['Decimal', `setAttributeValues(input: ${change('exactNumber')})`, '1e5'],
  ['Date', `setAttributeValues(input: ${change('date')})`, '2025-02-30'],
  ['DateTime', `setAttributeValues(input: ${change('dateTime')})`, 'soon'],
  ['Upload', 'importAttributeValues(input: { systemOfRecord: "global", file: $value })', 'values.csv'],
])('a variable that is no %s is BAD_USER_INPUT before any call: %s', async (type, field, value) => {
  await using gateway = await startGateway();
  const { errors } = await gateway.query(`mutation ($value: ${type}!) { ${field} { __typename } }`, {
    value,
  });
  expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
  expect(gateway.sorCalls()).toEqual([]);
  expect(gateway.logged).toEqual([]);
});

const MOMENTS = [
  '2025-01-01',
  '2025-01-01T00:00:00',
  '2025-01-01T00:00:00+5',
  '2025-01-01T00:00:00+053',
  '2025-01-01T00:00:00+24:00',
  '2025-01-01T00:00:00+00:60',
  '2025-01-01T00:00:00Z00',
  '2025-01-01  00:00:00Z',
  '2025-02-29T00:00:00Z',
  '2025-01-01T24:00:00Z',
  ' 2025-01-01T00:00:00Z',
];

test.each(MOMENTS)('%j is no moment, and the error says where and what was expected', async (moment) => {
  await using gateway = await startGateway();
  const list = (value: string) => `{ gdprRequests(filter: { createTime: { gte: ${value} } }) { totalCount } }`;
  const sentence = 'expected a moment as ISO 8601 with its offset, such as "2025-02-06T11:33:46Z".';

  const variable = await gateway.query(`query ($from: DateTime) ${list('$from')}`, { from: moment });
  const inText = await gateway.query(list(JSON.stringify(moment)));

  expect(variable.errors).toMatchObject([
    {
      message: `\`$from\`: ${sentence}`,
      extensions: { code: 'BAD_USER_INPUT' },
    },
  ]);
  expect(inText.errors).toMatchObject([
    {
      message: `\`filter.createTime.gte\`: ${sentence}`,
      locations: [{ line: 1, column: 45 }],
      extensions: { code: 'BAD_USER_INPUT' },
    },
  ]);
  expect(gateway.hoodCalls()).toEqual([]);
});

/** Numbers that `JSON.parse` makes infinite. */
const INFINITE = ['1e400', '-1e400', `${'1'.repeat(400)}.5`];

test.each(
  INFINITE.flatMap((number) => [
    [number, 'Float', 'number'],
    [number, 'String', 'string'],
    [number, 'DateTime', 'dateTime'],
    [number, 'Date', 'date'],
    [number, 'Boolean', 'remove'],
  ]),
)('the number %.6s in a variable is no %s', async (number, type, member) => {
  await using gateway = await startGateway();
  const query = `mutation ($value: ${type}!) { setAttributeValues(input: ${change(member ?? '')}) { __typename } }`;
  const response = await gateway.fetch('/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json' },
    body: `{"query":${JSON.stringify(query)},"variables":{"value":${number}}}`,
  });
  const { errors } = (await response.json()) as Answer;
  expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
  if (type === 'Float') {
    expect(errors?.[0]?.message).toMatch(/^`\$value`: expected a number within the range of a double, ±1\.8e308\.$/);
  }
  expect(gateway.sorCalls()).toEqual([]);
  expect(gateway.logged).toEqual([]);
});

test('such a number in the text of an operation is a mistake too, and is not sent as null', async () => {
  await using gateway = await startGateway();
  const mutation = `mutation { setAttributeValues(input: ${change('number').replace('$value', '1e400').replace('"k"', '"is_vip"')}) {
    ... on InvalidInputError { issues { path message } }
  } }`;
  const { data, errors } = await gateway.query(mutation);
  expect(errors).toBeUndefined();
  expect(data.setAttributeValues.issues).toContainEqual({
    path: ['changes', '0', 'change', 'number'],
    message: 'Expected a number within ±(2^63 − 1).',
  });
  expect(gateway.sorCalls()).toEqual(['GET /api/system_of_records']);
});

function change(kind: string): string {
  return `{ systemOfRecord: "global", changes: [{ customerId: "a", key: "k", change: { ${kind}: $value } }] }`;
}
