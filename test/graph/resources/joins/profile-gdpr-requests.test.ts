import { expect, test } from 'vitest';
import { person } from '../../../../src/sandbox/people.ts';
import { idOf, type Node, ofPeople, withRequests } from './people-with-requests.ts';

const LIST = 'GET /v1/hood/gdpr-requests?';

test('one profile’s requests are a call for that customer', async () => {
  await using gateway = await withRequests(2, () => 3);

  const { data, errors } = await gateway.query(
    `{ customerProfile(customerId: "${idOf(1)}") { gdprRequests(first: 2) { totalCount nodes { hoodId clientId } pageInfo { hasNextPage } } } }`,
  );

  expect(errors).toBeUndefined();
  expect(gateway.hoodCalls()).toEqual([`${LIST}client_id=eq:${idOf(1)}&fields=client_id,id&page=1,2`]);
  const { nodes, ...rest } = data.customerProfile.gdprRequests;
  expect(rest).toEqual({ totalCount: 3, pageInfo: { hasNextPage: true } });
  expect(nodes.map(({ clientId }: { clientId: string }) => clientId)).toEqual([idOf(1), idOf(1)]);
});

test('the requests of many profiles are one call, each profile with its own', async () => {
  await using gateway = await withRequests(30, (n) => n % 4);

  const { data, errors } = await gateway.query(
    ofPeople(
      30,
      'gdprRequests(first: 2) { totalCount nodes { hoodId clientId } pageInfo { hasNextPage hasPreviousPage } }',
    ),
  );

  expect(errors).toBeUndefined();
  const nodes: (Node & { gdprRequests: { pageInfo: object } })[] = data.customerProfiles.nodes;
  expect(gateway.hoodCalls()).toEqual([
    `${LIST}client_id=in:${nodes.map(({ customerId }) => customerId)}&fields=client_id,id&page=1,100`,
  ]);
  expect(nodes).toHaveLength(30);
  for (const { customerId, gdprRequests } of nodes) {
    const total = Array.from({ length: 30 }, (_, n) => n).findIndex((n) => idOf(n) === customerId) % 4;
    expect(gdprRequests.totalCount).toBe(total);
    expect(gdprRequests.pageInfo).toEqual({ hasNextPage: total > 2, hasPreviousPage: false });
    expect(gdprRequests.nodes).toHaveLength(Math.min(total, 2));
    for (const { clientId } of gdprRequests.nodes) expect(clientId).toBe(customerId);
  }
});

test('a batched list is paged on while that is cheaper than a call each', async () => {
  await using gateway = await withRequests(10, () => 25);

  const { data } = await gateway.query(
    ofPeople(10, 'gdprRequests(first: 25) { totalCount nodes { hoodId clientId } }'),
  );

  const calls = gateway.hoodCalls();
  expect(calls).toHaveLength(3);
  expect(calls.every((line) => line.includes('client_id=in:'))).toBe(true);
  for (const { customerId, gdprRequests } of data.customerProfiles.nodes as Node[]) {
    expect(gdprRequests.totalCount).toBe(25);
    expect(new Set(gdprRequests.nodes.map(({ hoodId }) => hoodId)).size).toBe(25);
    expect(gdprRequests.nodes.every(({ clientId }) => clientId === customerId)).toBe(true);
  }
});

test('where it would be dearer, each profile is a call of its own', async () => {
  await using gateway = await withRequests(3, () => 150);

  const { data } = await gateway.query(ofPeople(3, 'gdprRequests(first: 5) { totalCount nodes { hoodId clientId } }'));

  const [together, ...alone] = gateway.hoodCalls();
  expect(together).toContain('client_id=in:');
  expect(alone.sort()).toEqual(
    [0, 1, 2].map((n) => `${LIST}client_id=eq:${idOf(n)}&fields=client_id,id&page=1,5`).sort(),
  );
  for (const { gdprRequests } of data.customerProfiles.nodes as Node[]) {
    expect(gdprRequests.totalCount).toBe(150);
    expect(gdprRequests.nodes).toHaveLength(5);
  }
});

test('of calls for each profile one may fail alone', async () => {
  await using gateway = await withRequests(3, () => 150);
  gateway.hood.dials.fault = ({ line }) =>
    line.includes(`eq:${idOf(1)}`) ? { kind: 'status', status: 501 } : undefined;

  const { data, errors } = await gateway.query(ofPeople(3, 'gdprRequests(first: 5) { totalCount }'));

  for (const { customerId, gdprRequests } of data.customerProfiles.nodes as Node[]) {
    expect(gdprRequests).toEqual(customerId === idOf(1) ? null : { totalCount: 150 });
  }
  expect(errors).toHaveLength(1);
});

test('the total of one profile alone transfers one row', async () => {
  await using gateway = await withRequests(1, () => 9);

  const { data } = await gateway.query(`{ customerProfile(customerId: "${idOf(0)}") { gdprRequests { totalCount } } }`);

  expect(data.customerProfile.gdprRequests).toEqual({ totalCount: 9 });
  expect(gateway.hoodCalls()).toEqual([`${LIST}client_id=eq:${idOf(0)}&fields=client_id,id&page=1,1`]);
});

test('requests of a profile that is only named by an id need no lookup of it', async () => {
  await using gateway = await withRequests(1, () => 2, { env: { HOOD_CLIENT_ID_IS: 'user_id' } });
  const { deviceId, email } = person(0);
  gateway.hood.insert('gdprRequests', [{ id: 'mail', client_id: email }]);

  const { data } = await gateway.query(
    `{ customerProfile(customerId: "${deviceId}", customerIdType: DEVICE_ID) { lastUser { gdprRequests { nodes { hoodId } } } } }`,
  );

  expect(data.customerProfile.lastUser?.gdprRequests.nodes ?? []).toEqual([{ hoodId: 'mail' }]);
  expect(gateway.sorCalls()).toHaveLength(2);
});

test.each([
  ['user_id', false, true],
  ['device_id', true, false],
  ['none', true, true],
])(
  'with HOOD_CLIENT_ID_IS=%s users have no edge: %s, devices have none: %s',
  async (HOOD_CLIENT_ID_IS, user, device) => {
    await using gateway = await withRequests(1, () => 1, { env: { HOOD_CLIENT_ID_IS } });

    const { data, errors } = await gateway.query(`{
    user: customerProfile(customerId: "${idOf(0)}") { gdprRequests { totalCount } }
    device: customerProfile(customerId: "${person(0).deviceId}", customerIdType: DEVICE_ID) { gdprRequests { totalCount } }
  }`);

    expect(errors).toBeUndefined();
    expect(data.user.gdprRequests === null).toBe(user);
    expect(data.device.gdprRequests === null).toBe(device);
    expect(gateway.hoodCalls()).toHaveLength(HOOD_CLIENT_ID_IS === 'none' ? 0 : 1);
  },
);

test.each<[why: string, args: string]>([
  ['too many', 'first: 101'],
  ['a negative number', 'first: -1'],
  ['a cursor of nothing', 'after: "abc"'],
  ['two operators', 'filter: { status: { eq: DENIED, neq: PENDING } }'],
  ['a null', 'filter: { status: null }'],
])('%s is the caller’s mistake for each profile, without a call', async (_why, args) => {
  await using gateway = await withRequests(2, () => 1);

  const { data, errors } = await gateway.query(ofPeople(2, `gdprRequests(${args}) { totalCount }`));

  expect(data.customerProfiles.nodes.map(({ gdprRequests }: Node) => gdprRequests)).toEqual([null, null]);
  expect(errors?.map(({ extensions }) => extensions.code)).toEqual(['BAD_USER_INPUT', 'BAD_USER_INPUT']);
  expect(gateway.hoodCalls()).toEqual([]);
});

test('an empty list of statuses matches nothing, without a call', async () => {
  await using gateway = await withRequests(2, () => 1);

  const { data, errors } = await gateway.query(
    ofPeople(2, 'gdprRequests(filter: { status: { in: [] } }) { totalCount nodes { hoodId } }'),
  );

  expect(errors).toBeUndefined();
  expect(data.customerProfiles.nodes.map(({ gdprRequests }: Node) => gdprRequests)).toEqual(
    Array(2).fill({ totalCount: 0, nodes: [] }),
  );
  expect(gateway.hoodCalls()).toEqual([]);
});

test('Hood being down nulls the requests alone: one failure, one line in the log', async () => {
  await using gateway = await withRequests(4, () => 1);
  gateway.hood.dials.fault = () => ({ kind: 'status', status: 501 });

  const { data, errors } = await gateway.query(ofPeople(4, 'firstName gdprRequests { totalCount }'));

  for (const { firstName, gdprRequests } of data.customerProfiles.nodes) {
    expect(firstName).toEqual(expect.any(String));
    expect(gdprRequests).toBeNull();
  }
  expect(errors?.map(({ path }) => path?.join('.'))).toEqual(
    [0, 1, 2, 3].map((n) => `customerProfiles.nodes.${n}.gdprRequests`),
  );
  expect(new Set(errors?.map(({ extensions }) => extensions.failureId)).size).toBe(1);
  expect(gateway.logged.filter((line) => line.includes('upstream call failed'))).toHaveLength(1);
});

test('an odd row among one profile’s requests keeps its place, with an error', async () => {
  await using gateway = await withRequests(1, () => 0);
  const good = { id: '1', client_id: idOf(0) };
  gateway.hood.dials.fault = () => ({
    kind: 'body',
    body: { total: 3, items: [good, null, { ...good, id: '2' }] },
  });

  const { data, errors } = await gateway.query(
    `{ customerProfile(customerId: "${idOf(0)}") { gdprRequests { nodes { hoodId } } } }`,
  );

  expect(data.customerProfile.gdprRequests.nodes).toEqual([{ hoodId: '1' }, null, { hoodId: '2' }]);
  expect(errors).toHaveLength(1);
});
