import { expect, test } from 'vitest';
import { type Answer, startGateway } from '../support/gateway.ts';

const times = (count: number, text: (at: number) => string) =>
  Array.from({ length: count }, (_, at) => text(at)).join(' ');
const messagesOf = ({ errors = [] }: Answer) => errors.map(({ message }) => message);

const UNKNOWN: [what: string, query: string, variables: object, first: RegExp][] = [
  ['fields', `{ ${times(8, (at) => `unknown${at}`)} }`, {}, /^Cannot query field "unknown0"/],
  ['directives', `{ __typename ${times(8, (at) => `@unknown${at}`)} }`, {}, /^Unknown directive "@unknown0"\.$/],
  [
    'fields of inputs',
    `{ customerData(filter: { ${times(8, (at) => `unknown${at}: 1`)} }) { totalCount } }`,
    {},
    /^`filter.unknown0`: field "unknown0" is not defined by type "CustomerDataFilter"/,
  ],
  [
    'fields of inputs in variables',
    'query ($filter: CustomerDataFilter) { customerData(filter: $filter) { totalCount } }',
    { filter: Object.fromEntries(Array.from({ length: 8 }, (_, at) => [`unknown${at}`, 1])) },
    /^`\$filter`: field "unknown0" is not defined by type "CustomerDataFilter"/,
  ],
];

test.each(UNKNOWN)(
  'of unknown %s four are errors, and a fifth says how many more there are',
  async (_, query, variables, first) => {
    await using gateway = await startGateway();
    const messages = messagesOf(await gateway.query(query, variables as Record<string, unknown>));
    expect(messages).toHaveLength(5);
    expect(messages[0]).toMatch(first);
    expect(messages[4]).toBe('4 more errors are left out.');
  },
);

test('of a thousand unknown fields there are no more errors', async () => {
  await using gateway = await startGateway();
  const messages = messagesOf(
    await gateway.query(
      `{ ${times(80, (at) => `unknown${at}`)} customerData { ${times(920, (at) => `field${at}`)} } }`,
    ),
  );
  expect(messages).toHaveLength(5);
  expect(messages[4]).toBe('At least 996 more errors are left out.');
});

const MANY: [what: string, query: string, variables: object, isWhole: boolean][] = [
  ['a document', `{ customerData(${times(250, (at) => `unknown${at}: 1`)}) { totalCount } }`, {}, false],
  ['a variable', 'query ($ids: [ID!]!) { nodes(ids: $ids) { id } }', { ids: Array(250).fill({}) }, false],
  [
    'the fields of an answer',
    'query ($sent: [_Any!]!) { _entities(representations: $sent) { __typename } }',
    { sent: Array(250).fill({}) },
    true,
  ],
];

test.each(MANY)(
  'of 250 errors of %s a hundred are shown, and how many more there are',
  async (_, query, variables, isWhole) => {
    await using gateway = await startGateway();
    const answer = await gateway.query(query, variables as Record<string, unknown>);
    const messages = messagesOf(answer);
    expect(messages).toHaveLength(101);
    expect(messages.slice(0, 100).filter((message) => message.includes('more errors'))).toEqual([]);
    expect(messages[100]).toBe('150 more errors are left out.');
    expect(answer.errors?.[100]?.extensions).toEqual({ code: 'BAD_USER_INPUT' });
    if (isWhole) expect(answer.data._entities).toHaveLength(250);
    else expect(answer).not.toHaveProperty('data');
  },
);

test('each part of an answer has a hundred errors, and how many more there are', async () => {
  await using gateway = await startGateway();
  const query = 'query ($sent: [_Any!]!) { ... @defer { _entities(representations: $sent) { __typename } } }';
  const response = await gateway.fetch('/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'multipart/mixed' },
    body: JSON.stringify({ query, variables: { sent: Array(250).fill({}) } }),
  });
  const text = await response.text();
  expect(text.match(/"message":/g)).toHaveLength(101);
  expect(text).toContain('"150 more errors are left out."');
});
