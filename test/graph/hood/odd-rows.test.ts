import { expect, test } from 'vitest';
import { type Gateway, startGateway } from '../../support/gateway.ts';

/** Hood answers every list with this. */
function answerWith(gateway: Gateway, body: unknown): void {
  gateway.hood.dials.fault = () => ({ kind: 'body', body });
}

const GOOD = { id: '1', status: 'pending' };

test('rows that are no rows fail alone, each at its place, all as one failure', async () => {
  await using gateway = await startGateway();
  const items = [GOOD, null, 5, 'text', [], { status: 'denied' }, { id: '' }, { id: {} }, { id: 8 }];
  answerWith(gateway, { total: 9, items });

  const { data, errors } = await gateway.query(
    '{ gdprRequests { totalCount nodes { hoodId status } edges { cursor node { hoodId } } } }',
  );

  const { totalCount, nodes, edges } = data.gdprRequests;
  expect(totalCount).toBe(9);
  expect(nodes).toEqual([{ hoodId: '1', status: 'PENDING' }, ...Array(7).fill(null), { hoodId: '8', status: null }]);
  expect(edges.map(({ node }: { node: unknown }) => node !== null)).toEqual([true, ...Array(7).fill(false), true]);
  expect(new Set(edges.map(({ cursor }: { cursor: string }) => cursor)).size).toBe(9);
  const places = errors?.map(({ path }) => path?.join('.')).sort();
  expect(places).toEqual(
    [1, 2, 3, 4, 5, 6, 7]
      .flatMap((index) => [`gdprRequests.edges.${index}.node`, `gdprRequests.nodes.${index}`])
      .sort(),
  );
  expect(new Set(errors?.map(({ extensions }) => extensions.failureId)).size).toBe(1);
  expect(errors?.[0]).toMatchObject({
    message: 'Hood answered with something of another shape.',
    extensions: {
      code: 'UPSTREAM_BAD_RESPONSE',
      upstream: { api: 'HOOD', route: '/v1/hood/gdpr-requests' },
    },
  });
  expect(gateway.logged.filter((line) => line.includes('upstream call failed'))).toHaveLength(1);
});

test.each<[body: unknown]>([[{}], [{ total: 1 }], [{ items: {} }], [[GOOD]], [null], ['text'], [GOOD]])(
  'the answer %j is no list: the field is null, with an error',
  async (body) => {
    await using gateway = await startGateway();
    answerWith(gateway, body);

    const { data, errors } = await gateway.query('{ gdprRequests { nodes { hoodId } } }');

    expect(data).toEqual({ gdprRequests: null });
    expect(errors).toMatchObject([{ path: ['gdprRequests'], extensions: { code: 'UPSTREAM_BAD_RESPONSE' } }]);
  },
);

test.each<[total: unknown, totalCount: number | null]>([
  [7, 7],
  ['7', 7],
  [undefined, null],
  [null, null],
  ['many', null],
  [1.5, null],
  [2_147_483_647, 2_147_483_647],
  [2_147_483_648, null],
  [3_000_000_000, null],
  ['3000000000', null],
])('a total written as %j is %j', async (total, totalCount) => {
  await using gateway = await startGateway();
  answerWith(gateway, { total, items: [GOOD] });

  const { data, errors } = await gateway.query('{ gdprRequests(first: 1) { totalCount nodes { hoodId } } }');

  expect(errors).toBeUndefined();
  expect(data.gdprRequests).toEqual({ totalCount, nodes: [{ hoodId: '1' }] });
});

test.each<[body: unknown]>([
  [{ total: 0, items: [] }],
  [{ total: 1, items: [null] }],
  [{ total: 1, items: [{ id: '2', status: 'denied' }] }],
])('a lookup answered with %j finds nothing', async (body) => {
  await using gateway = await startGateway();
  answerWith(gateway, body);

  expect(await gateway.query('{ gdprRequest(hoodId: "1") { status } }')).toEqual({
    data: { gdprRequest: null },
  });
});

test('a looked up row may come without the envelope of lists', async () => {
  await using gateway = await startGateway();
  answerWith(gateway, GOOD);

  expect(await gateway.query('{ gdprRequest(hoodId: "1") { status } }')).toEqual({
    data: { gdprRequest: { status: 'PENDING' } },
  });
});

test('rows that a lookup of several did not ask for are never used', async () => {
  await using gateway = await startGateway();
  answerWith(gateway, {
    total: 3,
    items: [{ id: '9', name: 'other' }, null, { id: '2', name: 'asked for' }],
  });

  const { data, errors } = await gateway.query(
    '{ a: hoodExport(hoodId: "1") { name } b: hoodExport(hoodId: "2") { name } c: hoodExport(hoodId: "3") { name } }',
  );

  expect(errors).toBeUndefined();
  expect(data).toEqual({ a: null, b: { name: 'asked for' }, c: null });
  expect(gateway.hoodCalls()).toEqual(['GET /v1/hood/exports?id=in:1,2,3&fields=id,name&page=1,3']);
});

test('a lookup that is answered with other rows alone is not read further', async () => {
  await using gateway = await startGateway();
  answerWith(gateway, { total: 5000, items: [{ id: '9' }] });

  const { data } = await gateway.query('{ a: hoodExport(hoodId: "1") { name } b: hoodExport(hoodId: "2") { name } }');

  expect(data).toEqual({ a: null, b: null });
  expect(gateway.hoodCalls()).toHaveLength(1);
});
