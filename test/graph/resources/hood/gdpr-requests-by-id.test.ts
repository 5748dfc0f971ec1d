import { expect, test } from 'vitest';
import { startGateway } from '../../../support/gateway.ts';

const byId = (id: string, fields = 'id,status') => `GET /v1/hood/gdpr-requests/${id}?fields=${fields}`;

test('requests are fetched by their ids, in the order given; unknown ones are left out', async () => {
  await using gateway = await startGateway();

  const { data, errors } = await gateway.query(`{
    gdprRequests(filter: { hoodId: { in: ["1000022", "5", "1000023", "1000022"] } }) {
      totalCount nodes { hoodId status } pageInfo { hasNextPage }
    }
  }`);

  expect(errors).toBeUndefined();
  expect(data.gdprRequests).toEqual({
    totalCount: 2,
    nodes: [
      { hoodId: '1000022', status: 'PENDING' },
      { hoodId: '1000023', status: 'PENDING' },
    ],
    pageInfo: { hasNextPage: false },
  });
  expect(gateway.hoodCalls().sort()).toEqual([byId('1000022'), byId('1000023'), byId('5')]);
});

test('one id is one call, and an empty list is none', async () => {
  await using gateway = await startGateway();

  const { data } = await gateway.query(`{
    one: gdprRequests(filter: { hoodId: { eq: "1000022" } }) { nodes { hoodId } }
    none: gdprRequests(filter: { hoodId: { in: [] } }) { totalCount }
  }`);

  expect(data).toEqual({ one: { nodes: [{ hoodId: '1000022' }] }, none: { totalCount: 0 } });
  expect(gateway.hoodCalls()).toEqual([byId('1000022', 'id')]);
});

test('a window of them goes on from its cursor', async () => {
  await using gateway = await startGateway();
  const filter = 'filter: { hoodId: { in: ["1000021", "1000022", "1000023"] } }';
  const window = 'nodes { hoodId } pageInfo { hasNextPage endCursor }';

  const first = await gateway.query(`{ gdprRequests(first: 2, ${filter}) { ${window} } }`);
  const { endCursor, hasNextPage } = first.data.gdprRequests.pageInfo;
  const next = await gateway.query(`{ gdprRequests(first: 2, after: "${endCursor}", ${filter}) { ${window} } }`);

  expect(hasNextPage).toBe(true);
  expect(next.data.gdprRequests.nodes).toEqual([{ hoodId: '1000023' }]);
});

const LIST =
  'query ($ids: [ID!], $first: Int) { gdprRequests(first: $first, filter: { hoodId: { in: $ids } }) { totalCount nodes { hoodId } } }';
const idsUpTo = (count: number) => Array.from({ length: count }, (_, n) => String(2_000_001 + n));

test('twenty are counted and fetched, each id once', async () => {
  await using gateway = await startGateway({ hood: { rows: 25 } });
  const ids = idsUpTo(20);

  const { data, errors } = await gateway.query(LIST, { ids: [...ids, ...ids], first: 30 });

  expect(errors).toBeUndefined();
  expect(data.gdprRequests).toEqual({ totalCount: 20, nodes: ids.map((hoodId) => ({ hoodId })) });
  expect(gateway.hoodCalls()).toHaveLength(20);
});

test.each([1, 30])('more than twenty are refused before any call, whatever the window: %i', async (first) => {
  await using gateway = await startGateway({ hood: { rows: 25 } });

  const { data, errors } = await gateway.query(LIST, { ids: idsUpTo(21), first });

  expect(data.gdprRequests).toBeNull();
  expect(errors).toMatchObject([{ message: TOO_MANY, extensions: { code: 'BAD_USER_INPUT' } }]);
  expect(gateway.hoodCalls()).toEqual([]);
});

const TOO_MANY =
  'Expected at most 20 ids in `filter.hoodId`, not 21: each costs a call. Ask for the others in a further operation.';
const ALONE = 'Expected no other condition, search or order beside `filter.hoodId`: each row is fetched by its id.';
const OPERATOR = 'Expected `eq` or `in` in `filter.hoodId`: Hood has no other operators for it.';

test.each([
  ['filter: { hoodId: { eq: "1" }, status: { eq: PENDING } }', ALONE],
  ['filter: { hoodId: { eq: "1" } }, search: { text: "a" }', ALONE],
  ['filter: { hoodId: { eq: "1" } }, orderBy: { field: CREATE_TIME }', ALONE],
  ['filter: { hoodId: { neq: "1" } }', OPERATOR],
  ['filter: { hoodId: { isNull: true } }', OPERATOR],
  ['first: -1, filter: { hoodId: { eq: "1" } }', 'Expected "first" to be a whole number from 0 to 100, not -1.'],
])('%s is refused before any call', async (args, sentence) => {
  await using gateway = await startGateway();

  const { errors } = await gateway.query(`{ gdprRequests(${args}) { nodes { hoodId } } }`);

  expect(errors).toMatchObject([{ message: sentence, extensions: { code: 'BAD_USER_INPUT' } }]);
  expect(gateway.hoodCalls()).toEqual([]);
});
