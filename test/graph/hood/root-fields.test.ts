import { expect, test } from 'vitest';
import { startGateway } from '../../support/gateway.ts';

test('several lists of one operation are asked for at the same time', async () => {
  await using gateway = await startGateway();
  let mostAtOnce = 0;
  gateway.hood.dials.latencyMs = 50;
  gateway.hood.dials.fault = () => {
    mostAtOnce = Math.max(mostAtOnce, gateway.hood.calls.filter(({ status }) => !status).length);
    return undefined;
  };

  const { data, errors } = await gateway.query(`{
    customerData { totalCount }
    gdprRequests { totalCount }
    hoodExports { totalCount }
    profileProperties { totalCount }
  }`);

  expect(errors).toBeUndefined();
  expect(data).toEqual({
    customerData: { totalCount: 5 },
    gdprRequests: { totalCount: 5 },
    hoodExports: { totalCount: 5 },
    profileProperties: { totalCount: 0 },
  });
  expect(mostAtOnce).toBe(4);
  expect(gateway.hoodCalls().sort()).toEqual([
    'GET /v1/hood/customer-data?fields=id&page=1,1',
    'GET /v1/hood/exports?fields=id&page=1,1',
    'GET /v1/hood/gdpr-requests?fields=id&page=1,1',
    'GET /v1/hood/profile-properties?fields=id&page=1,1',
  ]);
});

test('the same list under two aliases with other arguments is two calls at once', async () => {
  await using gateway = await startGateway();

  const { data } = await gateway.query(`{
    newest: gdprRequests(first: 1) { nodes { hoodId } }
    oldest: gdprRequests(first: 1, orderBy: { field: CREATE_TIME }) { nodes { hoodId status } }
  }`);

  expect(data).toEqual({
    newest: { nodes: [{ hoodId: '1000023' }] },
    oldest: { nodes: [{ hoodId: '1000019', status: 'PENDING' }] },
  });
  expect(gateway.hoodCalls().sort()).toEqual([
    'GET /v1/hood/gdpr-requests?fields=id&page=1,1',
    'GET /v1/hood/gdpr-requests?fields=id,status&page=1,1&sort=create_time',
  ]);
});

test('identical reads of one operation are made once, whatever they are called', async () => {
  await using gateway = await startGateway();

  const { data } = await gateway.query(`{
    a: gdprRequests(first: 2) { nodes { state: status hoodId } }
    b: gdprRequests(first: 2, filter: {}, orderBy: []) { edges { node { statusText } } }
    c: gdprRequest(hoodId: "1000023") { status }
    d: gdprRequest(hoodId: "1000023") { statusText }
  }`);

  expect(gateway.hoodCalls().sort()).toEqual([
    'GET /v1/hood/gdpr-requests/1000023?fields=id,status',
    'GET /v1/hood/gdpr-requests?fields=id,status&page=1,2',
  ]);
  expect(data.a.nodes[0]).toEqual({ state: 'PENDING', hoodId: '1000023' });
  expect(data.b.edges[0]).toEqual({ node: { statusText: 'pending' } });
  expect([data.c, data.d]).toEqual([{ status: 'PENDING' }, { statusText: 'pending' }]);
});

test('the next operation asks again', async () => {
  await using gateway = await startGateway({ env: { CACHE: 'off' } });
  const query = '{ gdprRequests(first: 1) { nodes { hoodId } } }';

  await gateway.query(query);
  await gateway.query(query);

  expect(gateway.hoodCalls()).toHaveLength(2);
});

test('a read that fails is made once too, and all who shared it share its failure', async () => {
  await using gateway = await startGateway();
  gateway.hood.dials.fault = ({ line }) => (line.includes('/exports') ? { kind: 'status', status: 400 } : undefined);

  const { data, errors } = await gateway.query(`{
    a: hoodExports(first: 2) { nodes { hoodId } }
    b: hoodExports(first: 2) { nodes { hoodId } }
    gdprRequests(first: 1) { nodes { hoodId } }
  }`);

  expect(data).toEqual({ a: null, b: null, gdprRequests: { nodes: [{ hoodId: '1000023' }] } });
  expect(errors?.map(({ path }) => path)).toEqual([['a'], ['b']]);
  expect(new Set(errors?.map(({ extensions }) => extensions.failureId)).size).toBe(1);
  expect(gateway.hoodCalls().sort()).toEqual([
    'GET /v1/hood/exports?fields=id&page=1,2',
    'GET /v1/hood/gdpr-requests?fields=id&page=1,1',
  ]);
  expect(gateway.logged.filter((line) => line.includes('upstream call failed'))).toHaveLength(1);
});
