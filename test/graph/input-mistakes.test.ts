import { expect, test } from 'vitest';
import { startGateway } from '../support/gateway.ts';

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
  ['filter: { clientId: "jean@x.org" }', '`filter.clientId`: expected an operator and a value, such as `{ eq: … }`.'],
  ['filter: { status: [] }', '`filter.status`: expected an operator and a value, such as `{ eq: … }`.'],
  ['filter: PENDING', '`filter`: expected an object.'],
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
    { message: `\`$input.changes[1].change.${member}\`: ${sentence}`, extensions: { code: 'BAD_USER_INPUT' } },
  ]);
  expect(gateway.sorCalls()).toEqual([]);
});

test.each<[filter: object, message: string]>([
  [{ status: 'PENDING' }, '`$filter.status`: expected an operator and a value, such as `{ eq: … }`.'],
  [{ status: { in: ['PENDING', 'jean@x.org at "filter.x"; Expected'] } }, `\`$filter.status.in[1]\`: ${STATUSES}.`],
  [{ status: { in: [null] } }, '`$filter.status.in[0]`: expected a value, not null.'],
  [{ createTime: { gte: 'soon; or "later"' } }, `\`$filter.createTime.gte\`: ${MOMENT}`],
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
