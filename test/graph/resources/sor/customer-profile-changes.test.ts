import { expect, test } from 'vitest';
import { ExactNumber } from '../../../../src/sandbox/exact-json.ts';
import { person } from '../../../../src/sandbox/people.ts';
import { type Gateway, startGateway } from '../../../support/gateway.ts';

const SINCE = '2020-01-01T00:00:00Z';
const at = (iso: string) => Date.parse(iso);
const GLOBAL = 'SOR_id3nt1f13r';

/** What the graph says changed since 2020. */
async function changesOf(gateway: Gateway, selection: string) {
  const { data, errors } = await gateway.query(
    `{ customerProfileChanges(since: "${SINCE}") { nodes { ${selection} } } }`,
  );
  expect(errors).toBeUndefined();
  return data.customerProfileChanges.nodes;
}

test('changes tell the value as it is now, sets whole, and what was removed', async () => {
  await using gateway = await startGateway();
  const new1 = at('2020-06-01T00:00:00Z');
  gateway.sor.insertProfiles([
    {
      customerId: 'changed',
      updated: new1,
      values: {
        [GLOBAL]: {
          first_name: { value: 'Ada', since: new1 },
          last_name: { value: 'Old', since: at('2019-01-01') },
        },
        SOR_XXXX: {
          languages: { value: ['French', 'English'], since: new1, elements: [at('2018-01-01'), new1] },
          contract_type: { value: null, since: new1, held: at('2020-02-01') },
        },
      },
    },
    { customerId: 'unchanged', updated: at('2019-06-01'), values: { [GLOBAL]: { first_name: 'Bo' } } },
  ]);

  const nodes = await changesOf(
    gateway,
    'profile { id customerId customerIdType } changes { systemIdentifier key value removed }',
  );

  expect(gateway.sorCalls()).toEqual([
    'GET /api/customer_profiles?num_per_page=20&page=1&updated_since=2020-01-01T00:00:00.000Z',
  ]);
  expect(nodes).toEqual([
    {
      profile: {
        id: Buffer.from('CustomerProfile:user_id:changed').toString('base64url'),
        customerId: 'changed',
        customerIdType: 'USER_ID',
      },
      changes: [
        { systemIdentifier: 'global', key: 'first_name', value: 'Ada', removed: false },
        { systemIdentifier: 'SOR_XXXX', key: 'contract_type', value: null, removed: true },
        { systemIdentifier: 'SOR_XXXX', key: 'languages', value: ['French', 'English'], removed: false },
      ],
    },
  ]);
});

test('named keys and systems narrow the call, and each alias filters again', async () => {
  await using gateway = await startGateway();
  const values = { [GLOBAL]: { city: 'Porto', region: 'Norte' }, SOR_XXXX: { city: 'Paris', region: 'IDF' } };
  gateway.sor.insertProfiles([{ customerId: 'changed', updated: at('2020-06-01'), values }]);

  const narrow = await changesOf(
    gateway,
    'a: changes(systems: ["SOR_XXXX"], keys: ["city"]) { value } b: changes(systems: ["SOR_XXXX"], keys: ["region"]) { value }',
  );
  const wide = await changesOf(gateway, 'changes(systems: ["global"], keys: ["city"]) { systemIdentifier value }');

  expect(gateway.sorCalls()).toEqual([
    'GET /api/customer_profiles?attribute_keys=city,region&num_per_page=20&page=1&sor_identifiers=SOR_XXXX&updated_since=2020-01-01T00:00:00.000Z',
    'GET /api/customer_profiles?attribute_keys=city&num_per_page=20&page=1&updated_since=2020-01-01T00:00:00.000Z',
  ]);
  expect(narrow).toEqual([{ a: [{ value: 'Paris' }], b: [{ value: 'IDF' }] }]);
  expect(wide).toEqual([{ changes: [{ systemIdentifier: 'global', value: 'Porto' }] }]);
});

test('a bare value is one that was not removed, and numbers keep their digits', async () => {
  await using gateway = await startGateway();
  const block = {
    a: 7,
    b: { value: new ExactNumber('9223372036854775807'), removed: true },
    c: null,
    d: { removed: true },
  };
  const row = {
    customer_id: 'x',
    customer_id_type: 'user_id',
    attributes: { S: block, T: null },
    applications: [],
  };
  gateway.sor.api.dials.fault = () => ({
    kind: 'body',
    body: { success: true, result: { profiles: [row] } },
  });

  const [{ changes }] = await changesOf(gateway, 'changes { key value removed }');

  expect(changes).toEqual([
    { key: 'a', value: 7, removed: false },
    { key: 'b', value: '9223372036854775807', removed: true },
    { key: 'c', value: null, removed: false },
    { key: 'd', value: null, removed: true },
  ]);
});

test('the rest of a profile comes from one lookup for all, never from the changes', async () => {
  await using gateway = await startGateway({ sor: { profiles: 12, samples: false } });

  const { data, errors } = await gateway.query(`{ customerProfileChanges(since: "2025-01-01T00:00:00Z", first: 6) {
    nodes { profile { customerId email } changes(keys: ["country"]) { key } }
  } }`);

  expect(errors).toBeUndefined();
  const [zero, one] = [person(0), person(1)];
  expect(gateway.sorCalls().sort()).toEqual([
    'GET /api/customer_profiles?attribute_keys=country&num_per_page=6&page=1&updated_since=2025-01-01T00:00:00.000Z',
    `GET /api/customer_profiles?attribute_keys=email&customer_id_type=device_id&customer_ids=${zero.deviceId},${one.deviceId}&num_per_page=2`,
    `GET /api/customer_profiles?attribute_keys=email&customer_id_type=user_id&customer_ids=${zero.clientId},${zero.email},${one.clientId},${one.email}&num_per_page=4`,
  ]);
  expect(data.customerProfileChanges.nodes.map(({ profile }: { profile: object }) => profile)).toEqual(
    [zero, one].flatMap(({ clientId, email, deviceId }) => [
      { customerId: clientId, email },
      { customerId: email, email },
      { customerId: deviceId, email: null },
    ]),
  );
});

test('`asOf` is a moment before the reading began', async () => {
  await using gateway = await startGateway();
  const before = Date.now();

  const { data } = await gateway.query(`{ customerProfileChanges(since: "${SINCE}", first: 0) { asOf } }`);

  const asOf = Date.parse(data.customerProfileChanges.asOf);
  // The API's own clock may be the earlier one, and says whole seconds.
  expect(asOf).toBeGreaterThanOrEqual(before - 1_000);
  expect(asOf).toBeLessThanOrEqual(Date.now());
});

test('offsets of `since` are understood, and the milliseconds are kept', async () => {
  await using gateway = await startGateway();

  await gateway.query(
    '{ customerProfileChanges(since: "2017-04-06T16:41:44.123+05:00") { nodes { changes { key } } } }',
  );

  expect(gateway.sor.api.calls.map(({ rawTarget }) => rawTarget)).toEqual([
    '/api/customer_profiles?num_per_page=20&page=1&updated_since=2017-04-06T11:41:44.123Z',
  ]);
});

test('a cursor is good for the same `since` and filter only', async () => {
  await using gateway = await startGateway({ sor: { profiles: 9 } });
  const { data } = await gateway.query(`{ customerProfileChanges(since: "${SINCE}", first: 1) { edges { cursor } } }`);
  const [{ cursor }] = data.customerProfileChanges.edges;

  const other = await gateway.query(
    `{ customerProfileChanges(since: "2020-01-02T00:00:00Z", after: "${cursor}") { asOf } }`,
  );

  expect(other.errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
});

test('no customers to look at are no changes, without a call', async () => {
  await using gateway = await startGateway();

  const { data } = await gateway.query(
    `{ customerProfileChanges(since: "${SINCE}", filter: { customerIds: [] }) { nodes { changes { key } } asOf } }`,
  );

  expect(data.customerProfileChanges).toEqual({ nodes: [], asOf: expect.any(String) });
  expect(gateway.sorCalls()).toEqual([]);
});

test('odd rows among changes fail alone', async () => {
  await using gateway = await startGateway();
  const good = { customer_id: 'x', customer_id_type: 'user_id', attributes: {}, applications: [] };
  gateway.sor.api.dials.fault = () => ({
    kind: 'body',
    body: { success: true, result: { profiles: [null, good, {}], next: null } },
  });

  const { data, errors } = await gateway.query(
    `{ customerProfileChanges(since: "${SINCE}") { edges { node { profile { customerId } } } } }`,
  );

  expect(data.customerProfileChanges.edges).toEqual([
    { node: null },
    { node: { profile: { customerId: 'x' } } },
    { node: null },
  ]);
  expect(new Set(errors?.map(({ extensions }) => extensions.failureId)).size).toBe(1);
  expect(errors).toHaveLength(2);
});
