import { expect, test } from 'vitest';
import { startGateway } from '../support/gateway.ts';

const WINDOWS: [args: string, message: string][] = [
  ['first: -1', 'Expected "first" to be a whole number from 0 to 1000, not -1.'],
  ['last: -1', 'Expected "last" to be a whole number from 0 to 1000, not -1.'],
  ['offset: -1', 'Expected "offset" to be a whole number from 0 to 2147483647, not -1.'],
  ['offset: 1, last: 1', 'Expected "offset" with "first" alone, not with "after", "last" or "before".'],
];

const LISTS = ['customerAttributes', 'systemsOfRecord', 'attributeImports'];

test.each(LISTS.flatMap((list) => WINDOWS.map(([args, message]) => [list, args, message] as const)))(
  '%s(%s) is refused before any call',
  async (list, args, message) => {
    await using gateway = await startGateway();

    const { errors } = await gateway.query(`{ ${list}(${args}) { totalCount } }`);

    expect(errors).toMatchObject([{ message, extensions: { code: 'BAD_USER_INPUT' } }]);
    expect(gateway.sorCalls()).toEqual([]);
  },
);

test.each([
  ['customerAttributes', '', ', filter: { disabled: false }'],
  ['customerAttributes', ', filter: { disabled: false }', ', filter: { disabled: true }'],
  ['systemsOfRecord', '', ', type: CUSTOM'],
])('a cursor of %s of another filter is refused before any call', async (list, filter, other) => {
  await using gateway = await startGateway();
  const { data } = await gateway.query(`{ ${list}(first: 1${filter}) { pageInfo { endCursor } } }`);
  gateway.sorCalls();

  const { errors } = await gateway.query(
    `{ ${list}(first: 1, after: "${data[list].pageInfo.endCursor}"${other}) { totalCount } }`,
  );

  expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
  expect(gateway.sorCalls()).toEqual([]);
});

test('errors of an import are not read for a window that is none', async () => {
  await using gateway = await startGateway();

  const { errors } = await gateway.query(
    '{ attributeImport(importId: "import_id_1") { errors(first: -1) { totalCount } } }',
  );

  expect(errors).toMatchObject([{ message: WINDOWS[0]?.[1], extensions: { code: 'BAD_USER_INPUT' } }]);
  expect(gateway.sorCalls()).toEqual([]);
});

const SINCE = 'since: "2020-01-01T00:00:00Z"';

test.each([
  'customerAttributes(first: -1, filter: { valueType: [] })',
  'customerAttributes(first: -1, filter: { key: { in: [] } })',
  'customerProfiles(first: -1, filter: { customerIds: [] })',
  `customerProfileChanges(first: -1, ${SINCE}, filter: { customerIds: [] })`,
  `customerProfileChanges(after: "x", ${SINCE}, filter: { customerIds: [] })`,
  'gdprRequests(first: -1, filter: { status: { in: [] } })',
  'gdprRequests(first: -1, filter: { hoodId: { in: [] } })',
])('a list that nothing can be in has no wrong window either: %s', async (list) => {
  await using gateway = await startGateway();

  const { errors } = await gateway.query(`{ ${list} { pageInfo { hasNextPage } } }`);

  expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
});

test('and without one it is empty, for no call', async () => {
  await using gateway = await startGateway();

  const { data } = await gateway.query(`{
    a: customerAttributes(filter: { valueType: [] }) { totalCount nodes { key } }
    p: customerProfiles(filter: { customerIds: [] }) { totalCount nodes { customerId } }
    c: customerProfileChanges(${SINCE}, filter: { customerIds: [] }) { asOf nodes { asOf: __typename } }
  }`);

  const empty = { totalCount: 0, nodes: [] };
  expect(data).toEqual({ a: empty, p: empty, c: { asOf: expect.any(String), nodes: [] } });
  expect(gateway.sorCalls()).toEqual([]);
});
