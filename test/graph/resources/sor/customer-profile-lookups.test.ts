import { expect, test } from 'vitest';
import { person } from '../../../../src/sandbox/people.ts';
import { startGateway } from '../../../support/gateway.ts';

const id = (key: string) => Buffer.from(`CustomerProfile:${key}`).toString('base64url');
const LIST = 'GET /api/customer_profiles?';

test('the same id names a user and a device: each is matched by its type, one call for each type', async () => {
  await using gateway = await startGateway();
  gateway.sor.insertProfiles([
    { customerId: 'twin', type: 'user_id', values: { SOR_id3nt1f13r: { first_name: 'User' } } },
    { customerId: 'twin', type: 'device_id', values: { SOR_id3nt1f13r: { first_name: 'Device' } } },
  ]);

  const { data } = await gateway.query(`{
    user: customerProfile(customerId: "twin") { ...Both }
    device: customerProfile(customerId: "twin", customerIdType: DEVICE_ID) { ...Both }
  } fragment Both on CustomerProfile { id customerIdType firstName }`);

  expect(gateway.sorCalls().sort()).toEqual([
    `${LIST}attribute_keys=first_name&customer_id_type=device_id&customer_ids=twin&num_per_page=1`,
    `${LIST}attribute_keys=first_name&customer_id_type=user_id&customer_ids=twin&num_per_page=1`,
  ]);
  expect(data).toEqual({
    user: { id: id('user_id:twin'), customerIdType: 'USER_ID', firstName: 'User' },
    device: { id: id('device_id:twin'), customerIdType: 'DEVICE_ID', firstName: 'Device' },
  });
});

test('fifty lookups under aliases are one call, each answered with its own person', async () => {
  await using gateway = await startGateway({ sor: { profiles: 300 } });
  const people = Array.from({ length: 50 }, (_, n) => person(n));
  const lookups = people.map(({ email }, n) => `p${n}: customerProfile(customerId: "${email}") { firstName email }`);

  const { data } = await gateway.query(`{ ${lookups.join(' ')} }`);

  expect(gateway.sorCalls()).toEqual([
    `${LIST}attribute_keys=email,first_name&customer_id_type=user_id&customer_ids=${people
      .map(({ email }) => email)
      .join(',')}&num_per_page=50`,
  ]);
  expect(data).toEqual(Object.fromEntries(people.map(({ firstName, email }, n) => [`p${n}`, { firstName, email }])));
});

test('with more keys than an address has room for, fifty customers are still one call, which names none', async () => {
  await using gateway = await startGateway({ sor: { profiles: 300 } });
  const people = Array.from({ length: 50 }, (_, n) => person(n));
  gateway.hood.replace(
    'gdprRequests',
    people.map(({ email }, n) => ({ id: String(n + 1), client_id: email })),
  );
  const keys = ['first_name', ...Array.from({ length: 119 }, (_, n) => `key_${n}_${'x'.repeat(30)}`)];

  const { data, errors } = await gateway.query(
    `query ($keys: [String!]) { gdprRequests(first: 50) { nodes {
      customerProfile { customerId attributes(keys: $keys) { values { key } } }
    } } }`,
    { keys },
  );

  expect(errors).toBeUndefined();
  expect(gateway.sorCalls()).toEqual([expect.not.stringContaining('attribute_keys')]);
  const expected = people.map(({ email }) => ({
    customerProfile: { customerId: email, attributes: [{ values: [{ key: 'first_name' }] }] },
  }));
  expect(data.gdprRequests.nodes).toHaveLength(50);
  expect(data.gdprRequests.nodes).toEqual(expect.arrayContaining(expected));
});

test('ids are cut into calls by the length of the URL alone, 4 kB each, and every id is asked for once', async () => {
  await using gateway = await startGateway({ sor: { profiles: 1_500 } });
  const ids = Array.from({ length: 400 }, (_, n) => person(n).clientId);

  const { data } = await gateway.query(
    'query ($ids: [ID!]!) { nodes(ids: $ids) { ... on CustomerProfile { customerId } } }',
    { ids: ids.map((customerId) => id(`user_id:${customerId}`)) },
  );

  expect(data.nodes).toEqual(ids.map((customerId) => ({ customerId })));
  const targets = gateway.sor.api.calls.map(({ rawTarget }) => rawTarget);
  expect(targets).toHaveLength(3);
  for (const target of targets) expect(target.length).toBeLessThanOrEqual(4_096);
  expect(targets[0]?.length).toBeGreaterThan(4_050);
  const asked = targets.map((target) => new URL(target, gateway.sor.api.origin).searchParams);
  expect(asked.flatMap((query) => query.get('customer_ids')?.split(','))).toEqual(ids);
  expect(asked.map((query) => query.get('num_per_page'))).toEqual(
    asked.map((query) => String(query.get('customer_ids')?.split(',').length)),
  );
});

test('long ids in other scripts are measured as they stand in the URL', async () => {
  await using gateway = await startGateway();
  const ids = Array.from({ length: 30 }, (_, n) => `${'é'.repeat(40)}${n}`);

  await gateway.query(`{ ${ids.map((key, n) => `p${n}: customerProfile(customerId: "${key}") { id }`).join(' ')} }`);

  const targets = gateway.sor.api.calls.map(({ rawTarget }) => rawTarget);
  expect(targets).toHaveLength(2);
  for (const target of targets) expect(target.length).toBeLessThanOrEqual(4_096);
});

test('whoever is missing from a narrowed answer is asked for once more without the narrowing, alone', async () => {
  await using gateway = await startGateway();
  gateway.sor.api.dials.fault = ({ line }) => {
    if (!line.includes('attribute_keys')) return undefined;
    const hill = { customer_id: 'robert.hill@mymail.org', customer_id_type: 'user_id' };
    if (line.includes('no_such_key')) return { kind: 'body', body: { success: true, result: { profiles: [] } } };
    const row = { ...hill, attributes: { global: { first_name: 'robert' } }, applications: [] };
    return { kind: 'body', body: { success: true, result: { total_profiles: 1, profiles: [row] } } };
  };

  const { data } = await gateway.query(`{
    hill: customerProfile(customerId: "robert.hill@mymail.org") { firstName }
    weber: customerProfile(customerId: "maximillian_weber@ritchiehyatt.name") { firstName }
    nobody: customerProfile(customerId: "nobody") { firstName }
  }`);

  expect(data).toEqual({ hill: { firstName: 'robert' }, weber: { firstName: 'maximillian' }, nobody: null });
  expect(gateway.sorCalls()).toEqual([
    `${LIST}attribute_keys=first_name&customer_id_type=user_id&customer_ids=robert.hill@mymail.org,maximillian_weber@ritchiehyatt.name,nobody&num_per_page=3`,
    // Asked for once: whether somebody is left out who has none of the attributes.
    `${LIST}attribute_keys=hood_sor_gateway_no_such_key&customer_id_type=user_id&customer_ids=robert.hill@mymail.org&num_per_page=1`,
    `${LIST}customer_id_type=user_id&customer_ids=maximillian_weber@ritchiehyatt.name,nobody&num_per_page=2`,
  ]);
});

test('whoever is missing from an answer that was not narrowed is not asked for again', async () => {
  await using gateway = await startGateway();

  const { data } = await gateway.query(`{
    nobody: customerProfile(customerId: "nobody") { customerId }
    hill: customerProfile(customerId: "robert.hill@mymail.org") { customerId }
  }`);

  expect(data).toEqual({ nobody: null, hill: { customerId: 'robert.hill@mymail.org' } });
  expect(gateway.sorCalls()).toHaveLength(1);
});

const row = (customer_id: unknown, first_name: string, customer_id_type: unknown = 'user_id') => ({
  ...{ customer_id, customer_id_type },
  attributes: { global: { first_name } },
  applications: [],
});

test('rows that were not asked for, of another type, or that name nobody are never used', async () => {
  await using gateway = await startGateway();
  const profiles = [
    row('stranger', 'Stranger'),
    row('b', 'Device', 'device_id'),
    row(17, 'Number'),
    null,
    'text',
    { attributes: {} },
    row('c', 'Third'),
    row('a', 'First'),
  ];
  gateway.sor.api.dials.fault = () => ({
    kind: 'body',
    body: { success: true, result: { total_profiles: profiles.length, profiles } },
  });

  const { data, errors } = await gateway.query(`{
    a: customerProfile(customerId: "a") { firstName }
    b: customerProfile(customerId: "b") { firstName }
    c: customerProfile(customerId: "c") { firstName }
  }`);

  expect(errors).toBeUndefined();
  expect(data).toEqual({ a: { firstName: 'First' }, b: null, c: { firstName: 'Third' } });
});

test('strangers on smaller pages than asked for do not count: the reading goes on to the last of those asked for', async () => {
  await using gateway = await startGateway();
  const pages = [[row('x', 'X'), row('a', 'A')], [row('y', 'Y'), row('b', 'B')], [row('c', 'C')]];
  gateway.sor.api.dials.fault = ({ line }) => {
    const profiles = pages[Number(/&page=(\d)/.exec(line)?.[1] ?? 1) - 1];
    return { kind: 'body', body: { success: true, result: { total_profiles: 5, profiles } } };
  };

  const { data } = await gateway.query(
    `{ ${['a', 'b', 'c'].map((id) => `${id}: customerProfile(customerId: "${id}") { customerId firstName }`).join(' ')} }`,
  );

  expect(data).toEqual({
    a: { customerId: 'a', firstName: 'A' },
    b: { customerId: 'b', firstName: 'B' },
    c: { customerId: 'c', firstName: 'C' },
  });
});

test('a server that gives smaller pages than asked for is read to the end', async () => {
  await using gateway = await startGateway({ sor: { profiles: 60, settings: { maxPageSize: 4 } } });
  const emails = Array.from({ length: 10 }, (_, n) => person(n).email);

  const { data } = await gateway.query(
    `{ ${emails.map((key, n) => `p${n}: customerProfile(customerId: "${key}") { email }`).join(' ')} }`,
  );

  expect(Object.values(data)).toEqual(emails.map((email) => ({ email })));
  // Each call asks for those that are still missing.
  const asked = gateway.sorCalls().map((line) => new URL(line.slice(4), 'http://sor.test').searchParams);
  expect(asked.map((query) => query.get('customer_ids')?.split(',').length)).toEqual([10, 6, 2]);
});
