import { expect, test } from 'vitest';
import { person } from '../../../../src/sandbox/people.ts';
import { type Gateway, startGateway } from '../../../support/gateway.ts';

const CUSTOM = 'SOR_767yUpsMJoTWi0mz';

test('dates cost nothing where they are not selected', async () => {
  await using gateway = await startGateway({ sor: { profiles: 90 } });

  await gateway.query(
    `query ($dated: Boolean = false) { customerProfiles { nodes {
      attributes { values { value since @include(if: $dated) ... @skip(if: true) { elements { since } } } }
    } } }`,
  );

  expect(gateway.sorCalls()).toEqual(['GET /api/customer_profiles?num_per_page=20&page=1']);
});

test('the same document with other variables costs what those select', async () => {
  await using gateway = await startGateway();
  const document = `query ($dated: Boolean!) { customerProfile(customerId: "maximillian") {
    attribute(system: "SOR_XXXX", key: "contract_type") { value since @include(if: $dated) }
  } }`;
  const callsWith = async (dated: boolean) => {
    await gateway.query(document, { dated });
    return gateway.sorCalls().length;
  };

  expect([await callsWith(false), await callsWith(true), await callsWith(false)]).toEqual([1, 2, 1]);
});

test('25 profiles with the dates of one system are 26 calls, under whatever aliases', async () => {
  await using gateway = await startGateway({ sor: { profiles: 90 } });

  const { data, errors } = await gateway.query(`{
    customerProfiles(first: 25, filter: { customerIdType: USER_ID }) { nodes {
      customerId
      attribute(system: "${CUSTOM}", key: "contract_type") { since }
      again: attribute(system: "${CUSTOM}", key: "hobbies") { elements { value since } }
      attributes(systems: ["${CUSTOM}"], keys: ["contract_type"]) {
        values { since }
        value(key: "contract_type") { since }
      }
    } }
  }`);

  expect(errors).toBeUndefined();
  const calls = gateway.sorCalls();
  const known = data.customerProfiles.nodes.filter(({ attribute }: { attribute: unknown }) => attribute !== null);
  expect(data.customerProfiles.nodes).toHaveLength(25);
  expect(calls[0]).toContain('GET /api/customer_profiles?');
  expect(calls.slice(1).sort()).toEqual(
    known
      .map(
        ({ customerId }: { customerId: string }) =>
          `GET /api/attribute_values?customer_id=${customerId}&customer_type=user_id&sor_id=${CUSTOM}&with_validity_dates=true`,
      )
      .sort(),
  );
  for (const { attribute, attributes } of known) {
    expect(attribute.since).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    expect(attributes).toEqual([{ values: [attribute], value: attribute }]);
  }
});

const MAXIMILLIAN = `{ customerProfile(customerId: "maximillian") {
  attributes(systems: ["SOR_XXXX"], keys: ["contract_type", "favorite_team", "hobbies", "languages", "city"]) {
    values { key value since elements { value since } }
  }
} }`;

test.each([false, true])(
  'dates as the vendor prints them: with odd times, bare values and empty sets (trailing commas: %s)',
  async (trailingCommas) => {
    await using gateway = await startGateway();
    const { api, token } = gateway.sor;
    const path = '/api/attribute_values?customer_id=maximillian&customer_type=user_id&sor_id=SOR_XXXX';
    const headers = { authorization: `Token ${token}` };
    const text = await (await fetch(`${api.origin}${path}&with_validity_dates=true`, { headers })).text();
    // The vendor's samples end `"region": null, } } }`, which no strict parser reads.
    const answer = { kind: 'text', text: text.replace(/([^{])\}\}\}$/, '$1,}}}') } as const;
    if (trailingCommas) api.dials.fault = ({ line }) => (line.startsWith(`GET ${path}`) ? answer : undefined);
    gateway.sorCalls();

    const { data, errors } = await gateway.query(MAXIMILLIAN);

    expect(errors).toBeUndefined();
    expect(gateway.sorCalls()).toEqual([
      'GET /api/customer_profiles?attribute_keys=city,contract_type,favorite_team,hobbies,languages&customer_id_type=user_id&customer_ids=maximillian&num_per_page=1&sor_identifiers=SOR_XXXX',
      'GET /api/attribute_values?customer_id=maximillian&customer_type=user_id&sor_id=SOR_XXXX&with_validity_dates=true',
    ]);
    expect(data.customerProfile.attributes[0].values).toEqual([
      { key: 'contract_type', value: 'Premium', since: '2017-11-13T06:55:21.437Z', elements: null },
      { key: 'hobbies', value: [], since: null, elements: [] },
      { key: 'favorite_team', value: 'France', since: null, elements: null },
      {
        key: 'languages',
        value: ['French', 'English'],
        since: '2017-12-05T11:34:51.701Z',
        elements: [
          { value: 'French', since: '2017-10-29T21:47:30.630Z' },
          { value: 'English', since: '2017-12-05T11:34:51.701Z' },
        ],
      },
      { key: 'city', value: null, since: null, elements: null },
    ]);
  },
);

/** Answers the reading of values with these, for whomever it is said to be. */
function answerValues(gateway: Gateway, attribute_values: unknown, owner: object = {}): void {
  gateway.sor.api.dials.fault = ({ line }) =>
    line.startsWith('GET /api/attribute_values')
      ? {
          kind: 'body',
          body: {
            success: true,
            result: { customer_id: 'maximillian', customer_id_type: 'user_id', ...owner, attribute_values },
          },
        }
      : undefined;
}

test('where dates are selected, the value comes from the same answer as they do', async () => {
  await using gateway = await startGateway();
  answerValues(gateway, {
    contract_type: { value: 'Newer', since: '2020-01-02T03:04:05:006Z' },
    languages: {
      value: ['Greek'],
      since: 'soon',
      elements: [{ value: 'Greek', since: '2020-01-02T03:04:05Z' }, null, 7],
    },
    favorite_team: null,
  });

  const { data } = await gateway.query(MAXIMILLIAN);

  expect(data.customerProfile.attributes[0].values).toEqual([
    { key: 'contract_type', value: 'Newer', since: '2020-01-02T03:04:05.006Z', elements: null },
    { key: 'hobbies', value: [], since: null, elements: null },
    { key: 'favorite_team', value: null, since: null, elements: null },
    {
      key: 'languages',
      value: ['Greek'],
      since: null,
      elements: [{ value: 'Greek', since: '2020-01-02T03:04:05Z' }],
    },
    { key: 'city', value: null, since: null, elements: null },
  ]);
});

test('a failed reading of dates nulls the dates alone, each with its error, all of one failure', async () => {
  await using gateway = await startGateway();
  gateway.sor.api.dials.fault = ({ line }) =>
    line.startsWith('GET /api/attribute_values') ? { kind: 'status', status: 400 } : undefined;

  const { data, errors } = await gateway.query(`{ customerProfile(customerId: "maximillian") {
    first: attribute(system: "SOR_XXXX", key: "contract_type") { value since elements { since } }
    second: attribute(system: "SOR_XXXX", key: "favorite_team") { string since }
  } }`);

  expect(data.customerProfile).toEqual({
    first: { value: 'Premium', since: null, elements: null },
    second: { string: 'France', since: null },
  });
  expect(errors?.map(({ path }) => path?.slice(1).join('.')).sort()).toEqual([
    'first.elements',
    'first.since',
    'second.since',
  ]);
  expect(new Set(errors?.map(({ extensions }) => extensions.failureId)).size).toBe(1);
  expect(gateway.logged.filter((line) => line.includes('upstream call failed'))).toHaveLength(1);
});

test.each<[why: string, attribute_values: unknown, owner: object]>([
  ['no values', undefined, {}],
  ['values that are none', [], { customer_id: undefined }],
  ['nobody’s values', {}, { customer_id: null }],
])('an answer with %s is malformed: the dates fail once for all aliases', async (_why, values, owner) => {
  await using gateway = await startGateway();
  answerValues(gateway, values, owner);

  const { data, errors } = await gateway.query(`{ customerProfile(customerId: "maximillian") {
    first: attribute(system: "SOR_XXXX", key: "contract_type") { value since }
    second: attribute(system: "SOR_XXXX", key: "favorite_team") { value since }
  } }`);

  expect(data.customerProfile).toEqual({
    first: { value: 'Premium', since: null },
    second: { value: 'France', since: null },
  });
  expect(errors?.map(({ extensions }) => extensions.code)).toEqual(Array(2).fill('UPSTREAM_BAD_RESPONSE'));
  expect(new Set(errors?.map(({ extensions }) => extensions.failureId)).size).toBe(1);
  expect(gateway.logged.filter((line) => line.includes('upstream call failed'))).toHaveLength(1);
});

test('the values of a device’s last user are never shown as the device’s own', async () => {
  await using gateway = await startGateway();
  const app = {
    appId: 'FAAPPLI_Eg1dK5g',
    systemIdentifier: 'SOR-SDK_2a116e0767a7dc76e85d566',
    deviceId: 'D-1',
  };
  const since = Date.parse('2020-01-01T00:00:00Z');
  const values = (of: string) => ({
    SOR_id3nt1f13r: { first_name: { value: of, since } },
    [CUSTOM]: { contract_type: { value: of, since } },
  });
  gateway.sor.insertProfiles([
    { customerId: 'D-1', type: 'device_id', values: values('device') },
    { customerId: 'U-1', values: values('user'), installations: [app] },
  ]);

  const { data, errors } = await gateway.query(`{ customerProfile(customerId: "D-1", customerIdType: DEVICE_ID) {
    custom: attribute(system: "${CUSTOM}", key: "contract_type") { value since }
    global: attribute(system: "global", key: "first_name") { value string since elements { since } }
    lastUser { customerId attribute(system: "global", key: "first_name") { value since } }
  } }`);

  expect(errors).toBeUndefined();
  expect(data.customerProfile).toEqual({
    custom: { value: 'device', since: '2020-01-01T00:00:00.000Z' },
    global: { value: 'device', string: 'device', since: null, elements: null },
    lastUser: { customerId: 'U-1', attribute: { value: 'user', since: '2020-01-01T00:00:00.000Z' } },
  });
});

test('the dates of the global system are read under its identifier, which one list tells for all profiles', async () => {
  await using gateway = await startGateway({ sor: { profiles: 9 } });

  await gateway.query(`{ customerProfiles(first: 3, filter: { customerIdType: USER_ID }) { nodes {
    attribute(system: "global", key: "first_name") { since }
  } } }`);

  expect(gateway.sorCalls()).toEqual([
    'GET /api/customer_profiles?attribute_keys=first_name&customer_id_type=user_id&num_per_page=3&page=1',
    'GET /api/system_of_records',
    ...[person(0).clientId, person(0).email, person(1).clientId].map(
      (customer) =>
        `GET /api/attribute_values?customer_id=${customer}&customer_type=user_id&sor_id=SOR_id3nt1f13r&with_validity_dates=true`,
    ),
  ]);
});
