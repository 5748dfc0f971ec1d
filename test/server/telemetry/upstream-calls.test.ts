import { expect, test } from 'vitest';
import { person } from '../../../src/sandbox/people.ts';
import { type Gateway, startGateway } from '../../support/gateway.ts';

const LIST = '{ gdprRequests(first: 5) { nodes { hoodId } } }';
const profile = (n: number) => `{ customerProfile(customerId: "${person(n).email}") { customerId } }`;

async function callsOf(gateway: Gateway, query: string): Promise<unknown> {
  const answer = await gateway.query(query, {}, { 'x-upstream-cost': 'calls' });
  const { extensions } = answer as { extensions?: { upstream?: object; upstreamCalls?: unknown } };
  expect(extensions?.upstream).toBeDefined();
  return extensions?.upstreamCalls;
}

const CALL = { method: 'GET', status: 200, ms: expect.any(Number), waitedMs: expect.any(Number), attempt: 1 };

test('calls are listed with the names of their parameters, and no value', async () => {
  await using gateway = await startGateway({ hood: { rows: 9 }, sor: { profiles: 9 } });
  expect(await callsOf(gateway, '{ gdprRequests(first: 5) { nodes { customerProfile { customerId } } } }')).toEqual([
    {
      ...{ ...CALL, api: 'HOOD', route: '/v1/hood/gdpr-requests', servedFrom: 'NETWORK' },
      parameters: ['fields', 'page'],
    },
    {
      ...{ ...CALL, api: 'SOR', route: '/api/customer_profiles', servedFrom: 'NETWORK', keys: expect.any(Number) },
      parameters: ['customer_id_type', 'customer_ids', 'num_per_page'],
    },
  ]);
});

test('in the sandbox they have their values', async () => {
  await using gateway = await startGateway({ env: { UPSTREAM: 'sandbox' }, hood: { rows: 9 } });
  expect(await callsOf(gateway, LIST)).toMatchObject([{ parameters: { fields: 'id', page: '1,5' } }]);
});

const WRITES = `mutation {
  createProfileProperty(input: { label: "size" }) { __typename }
  setAttributeValues(input: {
    systemOfRecord: "global", declareMissing: true
    changes: [{ customerId: "canary", key: "nickname", change: { string: "canary" } }]
  }) { __typename }
  decideGdprRequest(input: { hoodId: "1000001", decision: DENY, rejectionReason: "canary" }) { __typename }
}`;

test('a path has parameters, and a body has names and no value, in the sandbox too', async () => {
  await using gateway = await startGateway({ env: { UPSTREAM: 'sandbox' }, hood: { rows: 9 }, sor: { profiles: 9 } });
  expect(await callsOf(gateway, '{ hoodExport(hoodId: "1000000") { status } }')).toMatchObject([
    { route: '/v1/hood/exports/{id}', parameters: { id: '1000000', fields: 'id,status' } },
  ]);
  const calls = await callsOf(gateway, WRITES);
  expect(calls).toMatchObject([
    { method: 'POST', route: '/v1/hood/profile-properties', parameters: {}, body: ['data_type', 'label'] },
    { method: 'GET', route: '/api/system_of_records', parameters: {} },
    { method: 'POST', route: '/api/attribute_values', body: ['sor', 'api_key', 'customer_attribute_values'] },
    {
      ...{ method: 'PATCH', route: '/v1/hood/gdpr-requests/{id}' },
      ...{ parameters: { id: '1000001' }, body: ['status', 'rejection_reason'] },
    },
  ]);
  expect(JSON.stringify(calls)).not.toContain('canary');
});

test('with live data a path has the names of its parameters', async () => {
  await using gateway = await startGateway();
  expect(await callsOf(gateway, '{ hoodExport(hoodId: "1000000") { status } }')).toMatchObject([
    { parameters: ['id', 'fields'] },
  ]);
});

test('what others have called, and what was read before, is listed as such', async () => {
  await using gateway = await startGateway({ env: { CACHE: 'on' }, hood: { rows: 9 }, sor: { profiles: 9 } });
  const [own, shared, batched] = await Promise.all([1, 1, 2].map((n) => callsOf(gateway, profile(n))));
  const call = { api: 'SOR', route: '/api/customer_profiles', keys: 2 };
  expect(own).toMatchObject([{ ...call, servedFrom: 'NETWORK' }]);
  expect(shared).toMatchObject([{ ...call, servedFrom: 'SHARED_CALL' }]);
  expect(batched).toMatchObject([{ ...call, servedFrom: 'SHARED_CALL' }]);
  const both = `{ a: ${profile(1).slice(1, -1)} b: ${profile(2).slice(1, -1)} }`;
  expect(await callsOf(gateway, both)).toEqual([
    { api: 'SOR', method: 'GET', route: call.route, servedFrom: 'CACHE', count: 2 },
  ]);
});

test('failures and repetitions are listed', async () => {
  await using gateway = await startGateway({ hood: { rows: 9 } });
  gateway.hood.dials.fault = () => ({ kind: 'reset' });
  expect(await callsOf(gateway, LIST)).toMatchObject(
    [1, 2, 3].map((attempt) => ({ status: 'reset', attempt, servedFrom: 'NETWORK' })),
  );
});
