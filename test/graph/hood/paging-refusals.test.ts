import { expect, test } from 'vitest';
import { startGateway } from '../../support/gateway.ts';

const NOT_OURS = (argument: string) =>
  `Expected "${argument}" to be a cursor that this same list, filter and order gave out.`;

test.each<[args: string, sentence: string]>([
  ['first: -1', 'Expected "first" to be a whole number from 0 to 100, not -1.'],
  ['last: -1', 'Expected "last" to be a whole number from 0 to 100, not -1.'],
  ['first: 101', 'Expected "first" to be a whole number from 0 to 100, not 101.'],
  ['last: 101', 'Expected "last" to be a whole number from 0 to 100, not 101.'],
  ['first: 1, last: 1', 'Expected "first" or "last", not both.'],
  ['after: ""', NOT_OURS('after')],
  ['after: "1"', NOT_OURS('after')],
  ['before: "bm90IGEgY3Vyc29yIQ"', NOT_OURS('before')],
])('`%s` is refused with a sentence, before any call', async (args, sentence) => {
  await using gateway = await startGateway();

  const { data, errors } = await gateway.query(`{ gdprRequests(${args}) { nodes { hoodId } } }`);

  expect(data).toEqual({ gdprRequests: null });
  expect(errors).toMatchObject([{ message: sentence, path: ['gdprRequests'], extensions: { code: 'BAD_USER_INPUT' } }]);
  expect(gateway.hoodCalls()).toEqual([]);
});

test('arguments that are null are arguments left out', async () => {
  await using gateway = await startGateway();

  const { data, errors } = await gateway.query(
    '{ gdprRequests(first: 1, last: null, after: null, before: null) { nodes { hoodId } } }',
  );

  expect(errors).toBeUndefined();
  expect(data.gdprRequests.nodes).toEqual([{ hoodId: '1000023' }]);
});

test('the largest page that is configured is the largest `first`', async () => {
  await using gateway = await startGateway({ env: { HOOD_MAX_PAGE_SIZE: '7' } });

  const allowed = await gateway.query('{ gdprRequests(first: 7) { nodes { hoodId } } }');
  const byDefault = await gateway.query('{ gdprRequests { nodes { hoodId } } }');
  expect(allowed.errors ?? byDefault.errors).toBeUndefined();
  expect(gateway.hoodCalls()).toEqual(Array(2).fill('GET /v1/hood/gdpr-requests?fields=id&page=1,7'));

  const { errors } = await gateway.query('{ gdprRequests(first: 8) { nodes { hoodId } } }');
  expect(errors?.[0]?.message).toBe('Expected "first" to be a whole number from 0 to 7, not 8.');
  expect(gateway.hoodCalls()).toEqual([]);
});

/** A cursor of the exports named by these arguments. */
const CURSOR_OF =
  'hoodExports(first: 2, filter: { size: { gt: 1 } }, search: { text: "list" }, orderBy: { field: NAME })';

test.each<[whose: string, field: string]>([
  ['another list', 'gdprRequests(after: $after)'],
  ['no filter', 'hoodExports(after: $after, search: { text: "list" }, orderBy: { field: NAME })'],
  [
    'another filter',
    'hoodExports(after: $after, filter: { size: { gt: 2 } }, search: { text: "list" }, orderBy: { field: NAME })',
  ],
  [
    'another search',
    'hoodExports(after: $after, filter: { size: { gt: 1 } }, search: { text: "other" }, orderBy: { field: NAME })',
  ],
  [
    'another order',
    'hoodExports(after: $after, filter: { size: { gt: 1 } }, search: { text: "list" }, orderBy: { field: NAME, direction: DESC })',
  ],
])('a cursor is refused by %s', async (_whose, field) => {
  await using gateway = await startGateway();
  const { data } = await gateway.query(`{ list: ${CURSOR_OF} { pageInfo { startCursor } } }`);
  const after = data.list.pageInfo.startCursor;
  expect(gateway.hoodCalls()).toHaveLength(1);

  const { errors } = await gateway.query(`query ($after: String) { list: ${field} { nodes { hoodId } } }`, {
    after,
  });

  expect(errors).toMatchObject([
    { message: NOT_OURS('after'), path: ['list'], extensions: { code: 'BAD_USER_INPUT' } },
  ]);
  expect(gateway.hoodCalls()).toEqual([]);
});

test('a cursor with an edited tag is refused, wherever it was edited', async () => {
  await using gateway = await startGateway();
  const { data } = await gateway.query('{ gdprRequests(first: 1) { pageInfo { endCursor } } }');
  const cursor: string = data.gdprRequests.pageInfo.endCursor;
  gateway.hoodCalls();

  // The tag is the first 8 bytes. Behind it stands the position, which is no secret: another one is another row.
  for (let place = 0; place < 10; place += 1) {
    const edited = cursor.slice(0, place) + (cursor[place] === 'A' ? 'B' : 'A') + cursor.slice(place + 1);
    const { errors } = await gateway.query(
      'query ($after: String) { gdprRequests(after: $after) { nodes { hoodId } } }',
      { after: edited },
    );
    expect(errors?.[0]?.message).toBe(NOT_OURS('after'));
  }
  expect(gateway.hoodCalls()).toEqual([]);
});

test('a cursor is good for another window size and for other fields of the same list', async () => {
  await using gateway = await startGateway();
  const { data } = await gateway.query(
    '{ gdprRequests(first: 1, filter: { status: { eq: PENDING } }) { edges { cursor } } }',
  );

  const { data: next, errors } = await gateway.query(
    `query ($after: String) {
      gdprRequests(first: 2, after: $after, filter: { status: { eq: PENDING } }) { nodes { hoodId createTime } }
    }`,
    { after: data.gdprRequests.edges[0].cursor },
  );

  expect(errors).toBeUndefined();
  expect(next.gdprRequests.nodes.map(({ hoodId }: { hoodId: string }) => hoodId)).toEqual(['1000022', '1000021']);
});
