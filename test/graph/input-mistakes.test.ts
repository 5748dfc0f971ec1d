import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Gateway, startGateway } from '../support/gateway.ts';

const STATUSES = 'expected PENDING, APPROVED or DENIED';
const MOMENT = 'expected a moment as ISO 8601 with its offset, such as "2025-02-06T11:33:46Z".';
const change = (value: string) =>
  `changes: [{ customerId: "a", key: "k", change: { string: "x" } }, { customerId: "a", key: "k", change: { ${value} } }]`;

/** The arguments of a list of GDPR requests, or of `setAttributeValues`. */
test.each<[args: string, message: string]>([
  ['first: "5"', '`first`: expected a whole number within ±(2^31 − 1), such as 20.'],
  ['first: 3000000000', '`first`: expected a whole number within ±(2^31 − 1), such as 20.'],
  ['after: 5', '`after`: expected a text, such as "tier".'],
  ['filter: { createTime: { gte: "soon" } }', `\`filter.createTime.gte\`: ${MOMENT}`],
  ['filter: { createTime: { gte: 5 } }', `\`filter.createTime.gte\`: ${MOMENT}`],
  ['filter: { status: PENDING }', '`filter.status`: expected an operator and a value, such as `{ eq: PENDING }`.'],
  ['filter: { status: "pending" }', '`filter.status`: expected an operator and a value, such as `{ eq: PENDING }`.'],
  ['filter: { status: NEW }', '`filter.status`: expected an operator and a value, such as `{ eq: … }`.'],
  ['filter: { clientId: five }', '`filter.clientId`: expected an operator and a value, such as `{ eq: "five" }`.'],
  ['filter: { clientId: 5 }', '`filter.clientId`: expected an operator and a value, such as `{ eq: 5 }`.'],
  ['filter: { clientId: "jean@x.org" }', '`filter.clientId`: expected an operator and a value, such as `{ eq: … }`.'],
  ['filter: { status: [] }', '`filter.status`: expected an operator and a value, such as `{ eq: … }`.'],
  ['filter: PENDING', '`filter`: expected an object, such as `{ hoodId: … }`.'],
  ['filter: { status: { eq: NEW } }', `\`filter.status.eq\`: ${STATUSES}.`],
  ['filter: { status: { in: [PENDING, "DENIED"] } }', `\`filter.status.in.1\`: ${STATUSES}, without quotes.`],
  [
    'filter: { clientId: { in: ["1", 1.5] } }',
    '`filter.clientId.in.1`: expected an id as text or as a whole number, such as "1000023".',
  ],
  ['filter: { name: { eq: "x" } }', '`filter.name`: field "name" is not defined by type "GdprRequestFilter".'],
  ['orderBy: [{ field: CREATE_TIME, direction: UP }]', '`orderBy.0.direction`: expected ASC or DESC.'],
  [
    'orderBy: [{ direction: ASC }]',
    '`orderBy.0`: field "GdprRequestOrder.field" of required type "GdprRequestOrderField!" was not provided.',
  ],
  ['orderBy: CREATE_TIME', '`orderBy`: expected an object, such as `{ field: … }`.'],
  ['orderBy: [null]', '`orderBy.0`: expected a value, not null.'],
])('in the text of an operation: %s', async (args, message) => {
  await using gateway = await startGateway();
  const { errors } = await gateway.query(
    `query Q { __typename ... on Query { list: gdprRequests(${args}) { totalCount } } }`,
  );
  expect(errors).toMatchObject([{ message, extensions: { code: 'BAD_USER_INPUT' } }]);
  expect(gateway.hoodCalls()).toEqual([]);
});

test.each<[value: string, message: string]>([
  ['exactNumber: "1e5"', 'expected decimal digits as text, such as "9223372036854775807" or "-1420.2".'],
  ['date: "2025-02-30"', 'expected a calendar date, such as "2025-02-06".'],
  ['boolean: "true"', 'expected true or false.'],
  ['addToSet: 5', 'expected a text, such as "tier".'],
])('in the second change of several: %s', async (value, sentence) => {
  await using gateway = await startGateway();
  const [, member = ''] = /^(\w+)/.exec(value) ?? [];
  const literal = `mutation { setAttributeValues(input: { systemOfRecord: "global", ${change(value)} }) { __typename } }`;
  expect((await gateway.query(literal)).errors).toMatchObject([
    { message: `\`input.changes.1.change.${member}\`: ${sentence}`, locations: [{ line: 1 }] },
  ]);
  const changes = [
    { customerId: 'a', key: 'k', change: { string: 'x' } },
    { customerId: 'a', key: 'k', change: JSON.parse(`{${value.replace(/^\w+/, '"$&"')}}`) },
  ];
  const variable = 'mutation ($input: SetAttributeValuesInput!) { setAttributeValues(input: $input) { __typename } }';
  expect((await gateway.query(variable, { input: { systemOfRecord: 'global', changes } })).errors).toMatchObject([
    { message: `\`$input.changes.1.change.${member}\`: ${sentence}`, extensions: { code: 'BAD_USER_INPUT' } },
  ]);
  expect(gateway.sorCalls()).toEqual([]);
});

test.each<[filter: object, message: string]>([
  [{ status: 'PENDING' }, '`$filter.status`: expected an operator and a value, such as `{ eq: … }`.'],
  [{ status: { in: ['PENDING', 'jean@x.org at "filter.x"; Expected'] } }, `\`$filter.status.in.1\`: ${STATUSES}.`],
  [{ status: { in: [null] } }, '`$filter.status.in.0`: expected a value, not null.'],
  [{ createTime: { gte: 'soon; or "later"' } }, `\`$filter.createTime.gte\`: ${MOMENT}`],
  [{ createTime: { gte: 'x"; Expected jean@x.org; Field "' } }, `\`$filter.createTime.gte\`: ${MOMENT}`],
  [{ createTime: { gte: 'x" at "filter' } }, `\`$filter.createTime.gte\`: ${MOMENT}`],
  [{ createTime: { in: ['2025-01-01T00:00:00Z', null] } }, '`$filter.createTime.in.1`: expected a value, not null.'],
  [{ mail: 'jean@x.org' }, '`$filter`: field "mail" is not defined by type "GdprRequestFilter".'],
])('in a variable: %j', async (filter, message) => {
  await using gateway = await startGateway();
  const { errors } = await gateway.query(
    'query ($filter: GdprRequestFilter) { gdprRequests(filter: $filter) { totalCount } }',
    { filter },
  );
  expect(errors).toMatchObject([{ message, extensions: { code: 'BAD_USER_INPUT' } }]);
  expect(gateway.hoodCalls()).toEqual([]);
});

const SET = 'mutation ($input: SetAttributeValuesInput!) { setAttributeValues(input: $input) { __typename } }';
const ONE_OF =
  'expected an object with exactly one of string, number, exactNumber, boolean, date, dateTime, remove, addToSet, removeFromSet, replaceSet or emptySet.';

async function setting(gateway: Gateway, change: unknown): Promise<string[]> {
  const changes = [{ customerId: 'a', key: 'k', change }];
  const { errors } = await gateway.query(SET, { input: { systemOfRecord: 'global', changes } });
  return (errors ?? []).map(({ message }) => message);
}

test.each<[change: unknown, message: string]>([
  [{}, `\`$input.changes.0.change\`: ${ONE_OF}`],
  [{ string: 'jean@x.org', remove: true }, `\`$input.changes.0.change\`: ${ONE_OF}`],
  ['jean@x.org', `\`$input.changes.0.change\`: ${ONE_OF}`],
  [{ string: null }, '`$input.changes.0.change.string`: expected a value, not null.'],
])('a change has exactly one member, and a variable with %j says so without its value', async (change, message) => {
  await using gateway = await startGateway();
  expect(await setting(gateway, change)).toEqual([message]);
  expect(gateway.sorCalls()).toEqual([]);
});

test.each([
  ['{}', `\`input.changes.1.change\`: ${ONE_OF}`],
  ['{ string: "x", remove: true }', `\`input.changes.1.change\`: ${ONE_OF}`],
  ['"x"', `\`input.changes.1.change\`: ${ONE_OF}`],
  ['{ string: null }', '`input.changes.1.change`: expected a value, not null.'],
  ['{ string: $text }', '`input.changes.1.change.string`: expected a value, not a variable that is null or missing.'],
])('and so does %s in the text of an operation', async (value, message) => {
  await using gateway = await startGateway();
  const changes = change('string: "jean@x.org"').replace('{ string: "jean@x.org" }', value);
  const query = `mutation ($text: String) { __typename ...F } fragment F on Mutation {
    setAttributeValues(input: { systemOfRecord: "global", ${changes} }) { __typename } }`;
  const sent = value.includes('$') ? query : query.replace(' ($text: String)', '');
  for (const variables of [{ text: null }, {}]) {
    const { errors } = await gateway.query(sent, variables);
    expect(errors).toMatchObject([{ message, extensions: { code: 'BAD_USER_INPUT' } }]);
  }
  expect(gateway.sorCalls()).toEqual([]);
});

test.each([
  ['($from: DateTime = "soon")', 'createTime: { gte: $from }', `\`$from\`: ${MOMENT}`],
  ['($status: GdprRequestStatusInput = NEW)', 'status: { eq: $status }', `\`$status\`: ${STATUSES}.`],
  [
    '($by: GdprRequestStatusFilter = { in: [PENDING, "DENIED"] })',
    'status: $by',
    `\`$by.in.1\`: ${STATUSES}, without quotes.`,
  ],
])('the default of a variable is placed at the variable: %s', async (variables, filter, message) => {
  await using gateway = await startGateway();
  const query = `query ${variables} { gdprRequests(filter: { ${filter} }) { totalCount } }`;
  expect((await gateway.query(query)).errors).toMatchObject([{ message }]);
});

test('exactNumber is advised where there is one', async () => {
  await using gateway = await startGateway();
  const digits = '17368658975598751634';
  const lost = 'expected an integer within ±(2^53 − 1), beyond which digits are lost';
  expect(await setting(gateway, { number: digits })).toEqual([
    `\`$input.changes.0.change.number\`: ${lost}: use exactNumber.`,
  ]);
  const query = 'query ($filter: HoodExportFilter) { hoodExports(filter: $filter) { totalCount } }';
  const { errors } = await gateway.query(query, { filter: { size: { gt: digits } } });
  expect(errors?.map(({ message }) => message)).toEqual([`\`$filter.size.gt\`: ${lost}.`]);
});

test('no mistake in a variable repeats its value, whatever that is', async () => {
  await using gateway = await startGateway();
  const canary = fc.tuple(fc.string(), fc.string()).map((parts) => parts.join('canary'));
  const value = fc.letrec((tie) => ({
    any: fc.oneof({ maxDepth: 3 }, canary, fc.constant(null), tie('list'), tie('change')),
    list: fc.array(tie('any'), { maxLength: 2 }),
    change: fc.record({ string: tie('any'), addToSet: tie('any'), date: tie('any') }, { requiredKeys: [] }),
  })).any;
  await fc.assert(
    fc.asyncProperty(value, async (change) => {
      for (const message of await setting(gateway, change)) {
        expect(message).toMatch(/^`\$input\.changes\.0\.change[\w.[\]]*`: expected (?!type|non-null)/);
        expect(message).not.toContain('canary');
      }
    }),
    { numRuns: 200 },
  );
});
