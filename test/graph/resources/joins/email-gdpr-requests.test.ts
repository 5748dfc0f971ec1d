import { expect, test } from 'vitest';
import { globalId } from '../../../../src/graph/node-ids.ts';
import { startGateway } from '../../../support/gateway.ts';

const EMAIL = 'jeanne@example.com';
const REQUESTS = '{ gdprRequests { totalCount nodes { hoodId } } }';
const ID = globalId('CustomerProfile', `user_id:${EMAIL}`);

/** Jeanne is known to SOR under her address alone, and to Hood as the client 7, whose request names her address. */
async function startWithJeanne(clientId = '7') {
  const gateway = await startGateway();
  const subject_information = { email: EMAIL };
  gateway.hood.replace('gdprRequests', [{ id: '1', client_id: clientId, status: 'pending', subject_information }]);
  const profile = { customer_id: EMAIL, customer_id_type: 'user_id', attributes: {}, applications: [] };
  gateway.sor.api.dials.fault = ({ line }) =>
    line.includes('/customer_profiles')
      ? { kind: 'body', body: { success: true, result: { total_pages: 1, total_profiles: 1, profiles: [profile] } } }
      : undefined;
  return gateway;
}

const WAYS: [way: string, query: string][] = [
  ['directly', `{ a: customerProfile(customerId: "${EMAIL}") ${REQUESTS} }`],
  ['as a node', `{ a: node(id: "${ID}") { ... on CustomerProfile ${REQUESTS} } }`],
  ['as nodes', `{ a: nodes(ids: ["${ID}"]) { ... on CustomerProfile ${REQUESTS} } }`],
  [
    'as an entity',
    `{ a: _entities(representations: [{ __typename: "CustomerProfile", customerId: "${EMAIL}", customerIdType: "USER_ID" }]) { ... on CustomerProfile ${REQUESTS} } }`,
  ],
  ['in a list', `{ a: customerProfiles { nodes ${REQUESTS} } }`],
  ['from a request', `{ a: gdprRequest(hoodId: "1") { subjectInformation { customerProfile ${REQUESTS} } } }`],
  ['for the count alone', `{ a: customerProfile(customerId: "${EMAIL}") { gdprRequests { totalCount } } }`],
  [
    'with a filter',
    `{ a: customerProfile(customerId: "${EMAIL}") { gdprRequests(filter: { status: { eq: PENDING } }) { totalCount } } }`,
  ],
];

test.each(WAYS)('nothing under an e-mail address is null, not empty: %s', async (_way, query) => {
  await using gateway = await startWithJeanne();

  const { data, errors } = await gateway.query(query);

  expect(errors).toBeUndefined();
  expect(JSON.stringify(data)).toContain('"gdprRequests":null');
});

test('what Hood has under an address comes', async () => {
  await using gateway = await startWithJeanne(EMAIL);

  const { data } = await gateway.query(`{ customerProfile(customerId: "${EMAIL}") ${REQUESTS} }`);

  expect(data.customerProfile.gdprRequests).toEqual({ totalCount: 1, nodes: [{ hoodId: '1' }] });
});

test('a filter that nothing can match is empty for everybody, without a call', async () => {
  await using gateway = await startWithJeanne();

  const { data } = await gateway.query(
    `{ customerProfile(customerId: "${EMAIL}") { gdprRequests(filter: { status: { in: [] } }) { totalCount } } }`,
  );

  expect(data.customerProfile.gdprRequests).toEqual({ totalCount: 0 });
  expect(gateway.hoodCalls()).toEqual([]);
});
