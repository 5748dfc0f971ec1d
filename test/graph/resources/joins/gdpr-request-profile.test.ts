import { expect, test } from 'vitest';
import { person } from '../../../../src/sandbox/people.ts';
import { type Gateway, type GatewayOptions, startGateway } from '../../../support/gateway.ts';

const LIST = 'GET /api/customer_profiles?';

/** A gateway whose GDPR requests are about these people, both APIs knowing each of them. */
async function withRequestsAbout(numbers: readonly number[], options: GatewayOptions = {}): Promise<Gateway> {
  const gateway = await startGateway({ sor: { profiles: 300, samples: false }, ...options });
  gateway.hood.replace(
    'gdprRequests',
    numbers.map((n, index) => ({
      id: String(index + 1),
      client_id: person(n).clientId,
      requester_information: { email: person(n).email },
      subject_information: { email: person(n + 1).email },
    })),
  );
  return gateway;
}

const fifty = Array.from({ length: 50 }, (_, n) => n);

test('50 GDPR requests with the profiles of their clients are two calls', async () => {
  await using gateway = await withRequestsAbout(fifty);

  const { data, errors } = await gateway.query(`{ gdprRequests(first: 50) { nodes {
    clientId
    customerProfile { customerId firstName attributes(keys: ["loyalty_points", "city"]) { values { key value } } }
  } } }`);

  expect(errors).toBeUndefined();
  expect(gateway.hoodCalls()).toEqual(['GET /v1/hood/gdpr-requests?fields=client_id,id&page=1,50']);
  const { nodes } = data.gdprRequests;
  expect(gateway.sorCalls()).toEqual([
    `${LIST}attribute_keys=city,first_name,loyalty_points&customer_id_type=user_id&customer_ids=${nodes
      .map(({ clientId }: { clientId: string }) => clientId)
      .join(',')}&num_per_page=50`,
  ]);
  expect(nodes).toHaveLength(50);
  const names = new Map(fifty.map((n) => [person(n).clientId, person(n).firstName]));
  for (const { clientId, customerProfile } of nodes) {
    expect(customerProfile).toMatchObject({ customerId: clientId, firstName: names.get(clientId) });
  }
});

test('still two calls with the people who make the requests, and whom they are about, by e-mail beside it', async () => {
  await using gateway = await withRequestsAbout(fifty);

  const { data, errors } = await gateway.query(`{ gdprRequests(first: 50) { nodes {
    clientId
    customerProfile { firstName attributes(keys: ["city"]) { values { key value } } }
    requesterInformation { email customerProfile { email } }
    subjectInformation { email customerProfile { email lastName } }
  } } }`);

  expect(errors).toBeUndefined();
  expect(gateway.hoodCalls()).toEqual([
    'GET /v1/hood/gdpr-requests?fields=client_id,id,requester_information,subject_information&page=1,50',
  ]);
  expect(gateway.sorCalls()).toEqual([
    expect.stringContaining(
      `${LIST}attribute_keys=city,email,first_name,last_name&customer_id_type=user_id&customer_ids=`,
    ),
  ]);
  for (const { customerProfile, requesterInformation, subjectInformation } of data.gdprRequests.nodes) {
    expect(customerProfile).not.toBeNull();
    expect(requesterInformation.customerProfile).toEqual({ email: requesterInformation.email });
    expect(subjectInformation.customerProfile).toMatchObject({ email: subjectInformation.email });
  }
});

test('requests about the same person share one lookup; people unknown to the System of Record have no profile', async () => {
  await using gateway = await withRequestsAbout([1, 1, 5_000, 2, 1]);

  const { data, errors } = await gateway.query(
    '{ gdprRequests { nodes { clientId customerProfile { customerId } } } }',
  );

  expect(errors).toBeUndefined();
  const known = new Set([person(1).clientId, person(2).clientId]);
  for (const { clientId, customerProfile } of data.gdprRequests.nodes) {
    expect(customerProfile).toEqual(known.has(clientId) ? { customerId: clientId } : null);
  }
  expect(gateway.sor.api.calls.map(({ rawTarget }) => /num_per_page=\d+/.exec(rawTarget)?.[0])).toEqual([
    'num_per_page=3',
  ]);
});

test('requests that name nobody have no profile, and cost nothing', async () => {
  await using gateway = await startGateway();
  gateway.hood.replace('gdprRequests', [
    { id: '1' },
    { id: '2', client_id: null, requester_information: [], subject_information: { full_name: 'A' } },
    { id: '3', client_id: '', requester_information: { email: '' }, subject_information: null },
    { id: '4', client_id: '..', requester_information: { email: null } },
  ]);

  const { data, errors } = await gateway.query(`{ gdprRequests { nodes {
    customerProfile { city } requesterInformation { customerProfile { city } } subjectInformation { customerProfile { city } }
  } } }`);

  expect(errors).toBeUndefined();
  expect(JSON.stringify(data)).not.toContain('"city"');
  expect(gateway.sorCalls()).toEqual([]);
});

test('a client id of 20 digits finds its customer, also where Hood prints it as a bare number', async () => {
  await using gateway = await startGateway({ sor: { profiles: 9 } });
  gateway.hood.replace('gdprRequests', [{ id: '1', client_id: BigInt(person(2).clientId) }]);

  const { data } = await gateway.query('{ gdprRequests { nodes { customerProfile { customerId } } } }');

  expect(data.gdprRequests.nodes).toEqual([{ customerProfile: { customerId: person(2).clientId } }]);
});

test.each([
  ['user_id', 'user_id'],
  ['device_id', 'device_id'],
])('HOOD_CLIENT_ID_IS=%s looks the client up as a %s', async (HOOD_CLIENT_ID_IS, type) => {
  await using gateway = await startGateway({ env: { HOOD_CLIENT_ID_IS } });
  gateway.sor.insertProfiles([
    { customerId: 'C-1', values: { SOR_id3nt1f13r: { city: 'user_id' } } },
    { customerId: 'C-1', type: 'device_id', values: { SOR_id3nt1f13r: { city: 'device_id' } } },
  ]);
  gateway.hood.replace('gdprRequests', [{ id: '1', client_id: 'C-1' }]);

  const { data } = await gateway.query('{ gdprRequests { nodes { customerProfile { city } } } }');

  expect(data.gdprRequests.nodes).toEqual([{ customerProfile: { city: type } }]);
  expect(gateway.sorCalls()).toEqual([
    `${LIST}attribute_keys=city&customer_id_type=${type}&customer_ids=C-1&num_per_page=1`,
  ]);
});

test('HOOD_CLIENT_ID_IS=none joins nothing without a type, and costs nothing', async () => {
  await using gateway = await withRequestsAbout([1], {
    env: { HOOD_CLIENT_ID_IS: 'none' },
    sor: { profiles: 300 },
  });

  const { data, errors } = await gateway.query('{ gdprRequests { nodes { customerProfile { city } } } }');

  expect(errors).toBeUndefined();
  expect(data.gdprRequests.nodes).toEqual([{ customerProfile: null }]);
  expect(gateway.sorCalls()).toEqual([]);
});

test('the caller may say what a client id names, each alias for itself', async () => {
  await using gateway = await withRequestsAbout([1], {
    env: { HOOD_CLIENT_ID_IS: 'none' },
    sor: { profiles: 300 },
  });

  const { data } = await gateway.query(`{ gdprRequests { nodes {
    user: customerProfile(customerIdType: USER_ID) { customerId }
    device: customerProfile(customerIdType: DEVICE_ID) { customerId }
    requesterInformation { customerProfile { customerId } }
  } } }`);

  expect(data.gdprRequests.nodes).toEqual([
    {
      user: { customerId: person(1).clientId },
      device: null,
      requesterInformation: { customerProfile: { customerId: person(1).email } },
    },
  ]);
});

test('the System of Record being down nulls the profiles alone: one failure, one line in the log', async () => {
  await using gateway = await withRequestsAbout([1, 2, 3]);
  gateway.sor.api.dials.fault = () => ({ kind: 'status', status: 501 });

  const { data, errors } = await gateway.query(
    '{ gdprRequests { totalCount nodes { clientId customerProfile { city } requesterInformation { email customerProfile { city } } } } }',
  );

  expect(data.gdprRequests.totalCount).toBe(3);
  for (const { clientId, customerProfile, requesterInformation } of data.gdprRequests.nodes) {
    expect(clientId).toMatch(/^\d{20}$/);
    expect(customerProfile).toBeNull();
    expect(requesterInformation).toEqual({ email: expect.stringContaining('@'), customerProfile: null });
  }
  expect(errors?.map(({ path }) => path?.join('.')).sort()).toEqual(
    [0, 1, 2]
      .flatMap((n) => [
        `gdprRequests.nodes.${n}.customerProfile`,
        `gdprRequests.nodes.${n}.requesterInformation.customerProfile`,
      ])
      .sort(),
  );
  expect(new Set(errors?.map(({ extensions }) => extensions.failureId)).size).toBe(1);
  expect(errors?.[0]?.extensions).toMatchObject({
    code: 'UPSTREAM_UNAVAILABLE',
    upstream: { api: 'SOR', route: '/api/customer_profiles', status: 501 },
  });
  const lines = gateway.logged.filter((line) => line.includes('upstream call failed'));
  expect(lines).toHaveLength(1);
  expect(lines[0]).toContain(String(errors?.[0]?.extensions.failureId));
});

test('of several calls for the profiles one may fail: it nulls its own people alone', async () => {
  await using gateway = await withRequestsAbout(
    Array.from({ length: 100 }, (_, n) => n),
    { sor: { profiles: 600 } },
  );
  gateway.sor.api.dials.fault = ({ line }) =>
    line.includes(person(7).email) ? { kind: 'status', status: 501 } : undefined;

  const { data, errors } = await gateway.query(`{ gdprRequests(first: 100) { nodes {
    clientId customerProfile { id } requesterInformation { email customerProfile { id } }
  } } }`);

  const calls = gateway.sorCalls();
  expect(calls).toHaveLength(2);
  const failed = calls.find((line) => line.includes(person(7).email));
  const found = new Map<string, boolean>();
  for (const { clientId, customerProfile, requesterInformation } of data.gdprRequests.nodes) {
    found.set(clientId, customerProfile !== null);
    found.set(requesterInformation.email, requesterInformation.customerProfile !== null);
  }
  for (const [customerId, isFound] of found)
    expect([customerId, isFound]).toEqual([customerId, !failed?.includes(customerId)]);
  expect(new Set(found.values())).toEqual(new Set([true, false]));
  expect(errors).toHaveLength([...found.values()].filter((isFound) => !isFound).length);
  expect(new Set(errors?.map(({ extensions }) => extensions.failureId)).size).toBe(1);
});

test('without credentials for the System of Record its fields say so, and Hood’s keep their data', async () => {
  await using gateway = await withRequestsAbout([1], { env: { SOR_TOKEN: '' } });

  const { data, errors } = await gateway.query(
    '{ gdprRequests { nodes { clientId customerProfile { city } } } systemsOfRecord { totalCount } }',
  );

  expect(data).toEqual({
    gdprRequests: { nodes: [{ clientId: person(1).clientId, customerProfile: null }] },
    systemsOfRecord: null,
  });
  for (const { message, extensions } of errors ?? []) {
    expect(extensions.code).toBe('UPSTREAM_UNAVAILABLE');
    expect(message).toContain('not configured');
  }
  expect(errors).toHaveLength(2);
  expect(gateway.sorCalls()).toEqual([]);
});
