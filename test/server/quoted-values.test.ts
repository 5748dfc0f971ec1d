import { expect, test } from 'vitest';
import { startGateway } from '../support/gateway.ts';

const LONG = 'x"'.repeat(2_000);
const TEXT = JSON.stringify(LONG);
const list = (args: string) => `{ customerData(${args}) { totalCount } }`;
const variable = (type: string, args: string) => `query ($v: ${type}) ${list(args)}`;

const QUOTING: [what: string, body: object][] = [
  ['a text where a name belongs', { query: `{ ${TEXT} }` }],
  ['a text within a syntax error', { query: `query ${TEXT} { __typename }` }],
  ['a name', { query: `{ ${'n'.repeat(4_000)} }` }],
  ['a text for an Int', { query: list(`first: ${TEXT}`) }],
  ['digits for an Int', { query: list(`first: ${'9'.repeat(4_000)}`) }],
  ['digits for a filter', { query: list(`filter: { hoodId: ${'9'.repeat(4_000)} }`) }],
  ['a text for an enum', { query: list(`orderBy: { field: ${TEXT} }`) }],
  ['a name for an enum', { query: list(`orderBy: { field: ${'n'.repeat(4_000)} }`) }],
  ['a text for a DateTime', { query: list(`filter: { createTime: { gt: ${TEXT} } }`) }],
  ['an object for an ID', { query: `{ node(id: { a: ${TEXT} }) { id } }` }],
  ['a variable for an Int', { query: variable('Int', 'first: $v'), variables: { v: LONG } }],
  [
    'a variable for an enum',
    { query: variable('CustomerDataOrderField!', 'orderBy: { field: $v }'), variables: { v: LONG } },
  ],
  ['a variable for an input', { query: variable('CustomerDataFilter', 'filter: $v'), variables: { v: LONG } }],
  [
    'an unknown field of a variable',
    { query: variable('CustomerDataFilter', 'filter: $v'), variables: { v: { [LONG]: 1 } } },
  ],
  ['the name of an operation', { query: '{ __typename }', operationName: LONG }],
  ['an unknown parameter', { query: '{ __typename }', [LONG]: 1 }],
  ['an id', { query: 'query ($v: ID!) { node(id: $v) { id } }', variables: { v: LONG } }],
  ['a cursor', { query: variable('String', 'after: $v'), variables: { v: LONG } }],
  [
    'a member with a comma',
    { query: variable('String!', 'filter: { target: { in: [$v] } }'), variables: { v: `${LONG},` } },
  ],
];

test.each(QUOTING)('%s is quoted by 200 characters at most', async (_what, body) => {
  await using gateway = await startGateway();
  const response = await gateway.fetch('/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json' },
    body: JSON.stringify(body),
  });
  const { errors } = (await response.json()) as { errors: { message: string; extensions: object }[] };
  expect(errors).not.toEqual([]);
  for (const { message, extensions } of errors) {
    expect(message.replace(/[^x"n9\\]/g, '').length).toBeLessThanOrEqual(230);
    expect(message.length).toBeLessThan(700);
    expect(extensions).toMatchObject({ code: 'BAD_USER_INPUT' });
  }
});

test.each([
  ['on', true],
  ['off', false],
])(
  'with INTROSPECTION=%s names that are close to an unknown one are suggested: %s',
  async (INTROSPECTION, isSuggested) => {
    await using gateway = await startGateway({ env: { INTROSPECTION } });
    for (const [query, variables] of [
      ['{ customerDat { totalCount } }', {}],
      ['{ customerData }', {}],
      ['{ customerData(firs: 1) { totalCount } }', {}],
      ['query ($v: CustomerDataFilte) { customerData(filter: $v) { totalCount } }', {}],
      ['{ customerData(filter: { targe: { eq: "a" } }) { totalCount } }', {}],
      ['query ($v: CustomerDataFilter) { customerData(filter: $v) { totalCount } }', { v: { targe: { eq: 'a' } } }],
    ] as const) {
      const { errors } = await gateway.query(query, variables);
      const messages = errors?.map(({ message }) => message).join('\n') ?? '';
      expect(messages).not.toBe('');
      expect([query, messages.includes('Did you mean')]).toEqual([query, isSuggested]);
    }
  },
);
