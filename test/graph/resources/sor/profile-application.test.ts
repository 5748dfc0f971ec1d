import { expect, test } from 'vitest';
import { person } from '../../../../src/sandbox/people.ts';
import { startGateway } from '../../../support/gateway.ts';

const APP = 'FAAPPLI_Eg1dK5g';
const APP_SYSTEM = 'SOR-SDK_2a116e0767a7dc76e85d566';
const LIST = 'GET /api/customer_profiles?';
const VALUES = 'GET /api/attribute_values?';

/** Answers the list of profiles with one user, `a`, who has these applications. */
const userWith = (applications: unknown) => () => ({
  kind: 'body' as const,
  body: {
    success: true,
    result: {
      total_profiles: 1,
      profiles: [{ customer_id: 'a', customer_id_type: 'user_id', attributes: {}, applications }],
    },
  },
});

test('apps with their devices cost nothing, their systems one list, the devices’ profiles one lookup', async () => {
  await using gateway = await startGateway({ sor: { profiles: 30, samples: false } });
  const devices = [1, 2, 3].map((n) => person(n).deviceId);

  const { data, errors } = await gateway.query(`{
    ${[1, 2, 3].map((n) => `p${n}: customerProfile(customerId: "${person(n).email}") { ...Apps }`).join(' ')}
  } fragment Apps on CustomerProfile {
    applications { appId systemIdentifier system { name } installations { deviceId profile { customerIdType country } } }
  }`);

  expect(errors).toBeUndefined();
  for (const [index, deviceId] of devices.entries()) {
    expect(data[`p${index + 1}`].applications).toEqual([
      {
        appId: APP,
        systemIdentifier: APP_SYSTEM,
        system: { name: 'SOR for app Sandbox' },
        installations: [{ deviceId, profile: { customerIdType: 'DEVICE_ID', country: expect.any(String) } }],
      },
    ]);
  }
  expect(gateway.sorCalls().sort()).toEqual(
    [
      `${LIST}attribute_keys=country&customer_id_type=user_id&customer_ids=${[1, 2, 3].map((n) => person(n).email)}&num_per_page=3`,
      `${LIST}attribute_keys=country&customer_id_type=device_id&customer_ids=${devices}&num_per_page=3`,
      'GET /api/system_of_records',
    ].sort(),
  );
});

test('the ids of a device’s profile cost nothing', async () => {
  await using gateway = await startGateway();

  const { data } = await gateway.query(`{ customerProfile(customerId: "robert.hill@mymail.org") {
    applications { installations { profile { __typename id customerId customerIdType } } }
  } }`);

  const deviceId = 'FA3A11ED-200E-31DD-C409-430CBAE3204C';
  expect(data.customerProfile.applications[0].installations).toEqual([
    {
      profile: {
        __typename: 'CustomerProfile',
        id: Buffer.from(`CustomerProfile:device_id:${deviceId}`).toString('base64url'),
        customerId: deviceId,
        customerIdType: 'DEVICE_ID',
      },
    },
  ]);
  expect(gateway.sorCalls()).toHaveLength(1);
});

test('a device without a profile of its own has none', async () => {
  await using gateway = await startGateway();

  const { data, errors } = await gateway.query(`{ customerProfile(customerId: "robert.hill@mymail.org") {
    applications { installations { profile { city } } }
  } }`);

  expect(errors).toBeUndefined();
  expect(data.customerProfile.applications[0].installations).toEqual([{ profile: null }]);
});

test.each<[applications: unknown, shown: unknown]>([
  [[], []],
  [null, []],
  [{}, []],
  ['text', []],
  [
    [null, 7, { app_id: [8] }, { app_id: 'A' }],
    [{ appId: 'A', systemIdentifier: null, system: null, installations: [] }],
  ],
  [
    [{ app_id: 'A', sor_id: 'S-9', installations: [null, { device_id: 'D' }, {}] }],
    [{ appId: 'A', systemIdentifier: 'S-9', system: null, installations: [{ deviceId: 'D' }] }],
  ],
])('of the applications %j what can be read is shown', async (applications, shown) => {
  await using gateway = await startGateway();
  const answer = userWith(applications);
  gateway.sor.api.dials.fault = ({ line }) => (line.startsWith(LIST) ? answer() : undefined);

  const { data, errors } = await gateway.query(`{ customerProfile(customerId: "a") {
    applications { appId systemIdentifier system { name } installations { deviceId } }
  } }`);

  expect(errors).toBeUndefined();
  expect(data.customerProfile.applications).toEqual(shown);
});

test('the last users of many devices are one call each, and their profiles one for all', async () => {
  await using gateway = await startGateway({ sor: { profiles: 60, samples: false } });
  const people = [1, 2, 3, 4].map(person);

  const { data, errors } = await gateway.query(`{
    customerProfiles(filter: { customerIds: ${JSON.stringify(people.map(({ deviceId }) => deviceId))}, customerIdType: DEVICE_ID }) {
      nodes { customerId lastUser { customerId customerIdType firstName } }
    }
  }`);

  expect(errors).toBeUndefined();
  expect(data.customerProfiles.nodes).toHaveLength(4);
  expect(data.customerProfiles.nodes).toEqual(
    expect.arrayContaining(
      people.map(({ deviceId, email, firstName }) => ({
        customerId: deviceId,
        lastUser: { customerId: email, customerIdType: 'USER_ID', firstName },
      })),
    ),
  );
  const calls = gateway.sorCalls();
  const users = data.customerProfiles.nodes.map(
    ({ lastUser }: { lastUser: { customerId: string } }) => lastUser.customerId,
  );
  expect(calls).toHaveLength(6);
  expect(calls.slice(1, 5).sort()).toEqual(
    people
      .map(
        ({ deviceId }) =>
          `${VALUES}customer_id=${deviceId}&customer_type=device_id&sor_id=${APP_SYSTEM}&with_validity_dates=true`,
      )
      .sort(),
  );
  expect(calls[5]).toBe(
    `${LIST}attribute_keys=first_name&customer_id_type=user_id&customer_ids=${users}&num_per_page=4`,
  );
});

test('which user it was costs no lookup of the profile, nor do that user’s dates come from it', async () => {
  await using gateway = await startGateway({ sor: { profiles: 30, samples: false } });
  const { deviceId, email } = person(1);

  const { data } = await gateway.query(
    `{ customerProfile(customerId: "${deviceId}", customerIdType: DEVICE_ID) { lastUser { customerId } } }`,
  );

  expect(data.customerProfile).toEqual({ lastUser: { customerId: email } });
  expect(gateway.sorCalls()).toHaveLength(2);
});

test('a user has no last user, and that costs nothing', async () => {
  await using gateway = await startGateway();

  const { data } = await gateway.query(
    '{ customerProfile(customerId: "robert.hill@mymail.org") { lastUser { customerId } } }',
  );

  expect(data.customerProfile).toEqual({ lastUser: null });
  expect(gateway.sorCalls()).toHaveLength(1);
});

test('a device that nobody is known to have used has no last user; without an app the global system is asked', async () => {
  await using gateway = await startGateway();
  gateway.sor.insertProfiles([{ customerId: 'D-1', type: 'device_id' }]);

  const { data, errors } = await gateway.query(
    '{ customerProfile(customerId: "D-1", customerIdType: DEVICE_ID) { customerId lastUser { customerId } } }',
  );

  expect({ data, errors }).toEqual({
    data: { customerProfile: { customerId: 'D-1', lastUser: null } },
    errors: undefined,
  });
  expect(gateway.sorCalls()).toEqual([
    `${LIST}customer_id_type=device_id&customer_ids=D-1&num_per_page=1`,
    'GET /api/system_of_records',
    `${VALUES}customer_id=D-1&customer_type=device_id&sor_id=SOR_id3nt1f13r&with_validity_dates=true`,
  ]);
});

test('the last user of one device fails alone', async () => {
  await using gateway = await startGateway({ sor: { profiles: 30, samples: false } });
  const [one, two] = [person(1), person(2)];
  gateway.sor.api.dials.fault = ({ line }) =>
    line.includes(`customer_id=${one.deviceId}`) ? { kind: 'status', status: 400 } : undefined;

  const { data, errors } = await gateway.query(`{
    one: customerProfile(customerId: "${one.deviceId}", customerIdType: DEVICE_ID) { lastUser { firstName } }
    two: customerProfile(customerId: "${two.deviceId}", customerIdType: DEVICE_ID) { lastUser { firstName } }
  }`);

  expect(data).toEqual({ one: { lastUser: null }, two: { lastUser: { firstName: two.firstName } } });
  expect(errors?.map(({ path }) => path)).toEqual([['one', 'lastUser']]);
});
