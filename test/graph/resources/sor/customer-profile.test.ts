import { expect, test } from 'vitest';
import { person } from '../../../../src/sandbox/people.ts';
import { startGateway } from '../../../support/gateway.ts';

const id = (key: string) => Buffer.from(`CustomerProfile:${key}`).toString('base64url');
const LIST = 'GET /api/customer_profiles?';

test('a profile as the vendor prints it comes back whole, by one call', async () => {
  await using gateway = await startGateway();

  const { data, errors } = await gateway.query(`{
    customerProfile(customerId: "robert.hill@mymail.org") {
      id customerId customerIdType
      firstName lastName email dateOfBirth gender country city region profilePictureUrl
      attributes { systemIdentifier values { key value } }
      applications { appId systemIdentifier installations { deviceId } }
    }
  }`);

  expect(errors).toBeUndefined();
  expect(gateway.sorCalls()).toEqual([
    `${LIST}customer_id_type=user_id&customer_ids=robert.hill@mymail.org&num_per_page=1`,
  ]);
  expect(gateway.hoodCalls()).toEqual([]);
  const unset = ['date_of_birth', 'gender', 'country', 'city', 'region', 'profile_picture_url'];
  expect(data.customerProfile).toEqual({
    id: id('user_id:robert.hill@mymail.org'),
    customerId: 'robert.hill@mymail.org',
    customerIdType: 'USER_ID',
    firstName: 'robert',
    lastName: 'hill',
    email: 'robert.hill@mymail.org',
    ...{ dateOfBirth: null, gender: null, country: null, city: null, region: null, profilePictureUrl: null },
    attributes: [
      {
        systemIdentifier: 'global',
        values: [
          { key: 'first_name', value: 'robert' },
          { key: 'last_name', value: 'hill' },
          { key: 'email', value: 'robert.hill@mymail.org' },
          ...unset.map((key) => ({ key, value: null })),
        ],
      },
      {
        systemIdentifier: 'SOR-SDK_2a116e0767a7dc76e85d566',
        values: [
          { key: 'favorite_team', value: 'Real Madrid' },
          { key: 'other_team', value: null },
        ],
      },
    ],
    applications: [
      {
        appId: 'FAAPPLI_Eg1dK5g',
        systemIdentifier: 'SOR-SDK_2a116e0767a7dc76e85d566',
        installations: [{ deviceId: 'FA3A11ED-200E-31DD-C409-430CBAE3204C' }],
      },
    ],
  });
});

const row = (customer_id: unknown, first_name: string, customer_id_type: unknown = 'user_id') => ({
  ...{ customer_id, customer_id_type },
  attributes: { global: { first_name } },
  applications: [],
});

test.each([
  ['2000-02-29', '2000-02-29'],
  ['2001-02-29', null],
  ['29/02/2000', null],
  [20000229, null],
])('the date of birth %j is %j', async (written, dateOfBirth) => {
  await using gateway = await startGateway();
  gateway.sor.api.dials.fault = () => ({
    kind: 'body',
    body: {
      success: true,
      result: {
        total_profiles: 1,
        profiles: [{ ...row('a', 'A'), attributes: { global: { date_of_birth: written } } }],
      },
    },
  });

  const { data, errors } = await gateway.query('{ customerProfile(customerId: "a") { firstName dateOfBirth } }');

  expect({ data, errors }).toEqual({
    data: { customerProfile: { firstName: null, dateOfBirth } },
    errors: undefined,
  });
});

test.each<[attributes: unknown]>([
  [null],
  [undefined],
  [[]],
  ['text'],
  [{ global: null }],
  [{ global: [] }],
  [{ global: 'x' }],
])('a profile whose attributes are %j is there, and knows nothing', async (attributes) => {
  await using gateway = await startGateway();
  gateway.sor.api.dials.fault = () => ({
    kind: 'body',
    body: {
      success: true,
      result: { total_profiles: 1, profiles: [{ ...row('a', 'A'), attributes, applications: attributes }] },
    },
  });

  const { data, errors } = await gateway.query(
    '{ customerProfile(customerId: "a") { customerId firstName attributes { systemIdentifier } applications { appId } } }',
  );

  expect(errors).toBeUndefined();
  expect(data.customerProfile).toEqual({
    customerId: 'a',
    firstName: null,
    attributes: [],
    applications: [],
  });
});

test('a well-known value of another kind is shown as text, one that is no single value is null', async () => {
  await using gateway = await startGateway();
  const global = { first_name: 7, last_name: true, email: ['x'], city: { value: 'Paris' }, country: 'FR' };
  gateway.sor.api.dials.fault = () => ({
    kind: 'body',
    body: {
      success: true,
      result: { total_profiles: 1, profiles: [{ ...row('a', 'A'), attributes: { global } }] },
    },
  });

  const { data, errors } = await gateway.query(
    '{ customerProfile(customerId: "a") { firstName lastName email city country } }',
  );

  expect(errors).toBeUndefined();
  expect(data.customerProfile).toEqual({
    firstName: '7',
    lastName: 'true',
    email: null,
    city: null,
    country: 'FR',
  });
});

test('profiles among `nodes` share one call for each type of id, and come in the order asked', async () => {
  await using gateway = await startGateway({ sor: { profiles: 30 } });
  const { clientId, email, deviceId } = person(2);
  const keys = [`device_id:${deviceId}`, `user_id:${email}`, 'user_id:nobody', `user_id:${clientId}`];

  const { data, errors } = await gateway.query(
    'query ($ids: [ID!]!) { nodes(ids: $ids) { id ... on CustomerProfile { customerId email } } }',
    { ids: keys.map(id) },
  );

  expect(errors).toBeUndefined();
  expect(data.nodes).toEqual([
    { id: id(keys[0] ?? ''), customerId: deviceId, email: null },
    { id: id(keys[1] ?? ''), customerId: email, email },
    null,
    { id: id(keys[3] ?? ''), customerId: clientId, email },
  ]);
  expect(gateway.sorCalls().sort()).toEqual([
    `${LIST}attribute_keys=email&customer_id_type=device_id&customer_ids=${deviceId}&num_per_page=1`,
    `${LIST}attribute_keys=email&customer_id_type=user_id&customer_ids=${email},nobody,${clientId}&num_per_page=3`,
    // Asked for once: whether somebody is left out who has none of the attributes.
    `${LIST}attribute_keys=hood_sor_gateway_no_such_key&customer_id_type=user_id&customer_ids=${clientId}&num_per_page=1`,
  ]);
});

test.each(['user_id:', 'user_id:..', 'person:a', 'a'])(
  'the id of a profile that cannot be, %j, is null without a call',
  async (key) => {
    await using gateway = await startGateway();

    const { data, errors } = await gateway.query('query ($id: ID!) { node(id: $id) { id } }', {
      id: id(key),
    });

    expect({ data, errors }).toEqual({ data: { node: null }, errors: undefined });
    expect(gateway.sorCalls()).toEqual([]);
  },
);
