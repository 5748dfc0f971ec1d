import { expect, test } from 'vitest';
import { startGateway } from '../support/gateway.ts';
import { type Asked, answering, hoodList, sorResult } from './asked.ts';
import { fakeProfile } from './fake-profiles.ts';

/** What is an id, a key or a word nowhere; text cannot be made of the first. */
const NO_WORDS: readonly unknown[] = [{ toString: 1, valueOf: 1 }, [{ toString: 1 }], [], {}, true];

const SYSTEM = {
  identifier: 700,
  name: 'Shop',
  type: 'custom',
  customer_attributes: [
    { identifier: 71, key: 2025, label: 'Year', value_type: 'String' },
    { identifier: 72, key: 'tier', label: 'Tier', value_type: 'String' },
  ],
};

/** The routes of a System of Record that writes all ids as numbers. */
const NUMBERED: Readonly<Record<string, (asked: Asked) => unknown>> = {
  '/api/system_of_records': () => [SYSTEM],
  '/api/system_of_records/700': () => SYSTEM,
  '/api/customer_attributes/72': () => ({ ...SYSTEM.customer_attributes[1], system_of_record_identifier: 700 }),
  '/api/removed_attributes': () => [{ id: 1, identifier: 73, key: 'old', system_of_record_id: 9 }],
  '/api/customer_profiles': () => ({
    total_pages: 1,
    total_profiles: 1,
    profiles: [
      {
        ...fakeProfile(42, { first_name: 'Ann' }),
        attributes: { global: { first_name: 'Ann' }, 700: { tier: 'gold' } },
        applications: [{ app_id: 5, sor_id: 700, installations: [{ device_id: 6 }] }],
      },
    ],
  }),
  '/api/attribute_values': () => ({
    customer_id: 42,
    customer_id_type: 'user_id',
    attribute_values: { tier: { value: 'gold', since: '2025-01-01T00:00:00Z' } },
  }),
  '/api/attribute_values/import_jobs': () => ['9007199254740993', 8],
  '/api/attribute_values/import_errors': () => [
    { job_id: 8, customer_id: 42, key: 7, sor: 700, date: '2019-01-02T11:12:13', source: 's', message: 'm' },
  ],
};

test('ids may be numbers wherever the System of Record has one', async () => {
  await using gateway = await startGateway();
  answering(gateway.sor.api, (asked) => sorResult(NUMBERED[asked.path]?.(asked)));
  gateway.hood.dials.fault = () => hoodList([{ id: 1, label: '2025', pi_data: 1 }], 1) as never;
  const { data, errors } = await gateway.query(`{
    systemsOfRecord { nodes { identifier customerAttributes { identifier key } removedAttributes { identifier } } }
    systemOfRecord(identifier: "700") { name }
    customerAttribute(identifier: "72") { key systemOfRecord { name } }
    customerAttributes(filter: { piData: true }) { nodes { key } }
    customerProfile(customerId: "42") {
      firstName
      attribute(system: "700", key: "tier") { value since }
      applications { appId systemOfRecord { name } installations { deviceId } }
    }
    attributeImports { nodes { importId } }
    attributeImport(importId: "8") { errors { nodes { customerId key systemIdentifier systemOfRecord { name } } } }
  }`);
  expect(errors).toBeUndefined();
  const attributes = [
    { identifier: '71', key: '2025' },
    { identifier: '72', key: 'tier' },
  ];
  expect(data).toEqual({
    systemsOfRecord: {
      nodes: [{ identifier: '700', customerAttributes: attributes, removedAttributes: [{ identifier: '73' }] }],
    },
    systemOfRecord: { name: 'Shop' },
    customerAttribute: { key: 'tier', systemOfRecord: { name: 'Shop' } },
    customerAttributes: { nodes: [{ key: '2025' }] },
    customerProfile: {
      firstName: 'Ann',
      attribute: { value: 'gold', since: '2025-01-01T00:00:00Z' },
      applications: [{ appId: '5', systemOfRecord: { name: 'Shop' }, installations: [{ deviceId: '6' }] }],
    },
    attributeImports: { nodes: [{ importId: '8' }, { importId: '9007199254740993' }] },
    attributeImport: {
      errors: {
        nodes: [{ customerId: '42', key: '7', systemIdentifier: '700', systemOfRecord: { name: 'Shop' } }],
      },
    },
  });
});

test.each(NO_WORDS.map((word) => [word]))(
  'what is no id names nobody, and is no bug of the gateway: %j',
  async (word) => {
    await using gateway = await startGateway({ env: { AUDIT: 'stdout' } });
    const request = { id: '1', client_id: word, subject_information: { email: word } };
    answering(gateway.hood, () => hoodList([request, { id: '2', client_id: 'ann' }], 2));
    const profile = fakeProfile('ann', { first_name: 'Ann' });
    const routes: Record<string, unknown> = {
      ...{ '/api/customer_profiles': { profiles: [fakeProfile(word), profile], total_pages: 1 } },
      '/api/attribute_values/import_jobs': { 8: '2019-01-02 11:12:13' },
      '/api/attribute_values/import_errors': {
        attribute_errors: [
          { job_id: word, customer_id: 'ann' },
          { job_id: 8, customer_id: word, key: word, sor: word, message: word, source: word },
          { job_id: null, customer_id: 'ann', key: 'tier' },
        ],
      },
      '/api/system_of_records': [
        { ...SYSTEM, api_keys: [word], customer_attributes: [{ identifier: 'a', key: word, sources: [word] }] },
        { ...SYSTEM, identifier: word },
      ],
    };
    answering(gateway.sor.api, ({ path }) => sorResult(routes[path]));
    const { data, errors = [] } = await gateway.query(`{
    gdprRequests(filter: { clientId: { in: ["ann", "bob"] } }) { nodes { hoodId customerProfile { firstName } } }
    customerProfile(customerId: "ann") { gdprRequests { nodes { hoodId } } }
    customerAttributes(filter: { piData: true }) { nodes { key } }
    attributeImport(importId: "8") { errors { nodes { customerId key } } }
    systemsOfRecord { nodes { name customerAttributes { sources } } }
    all: gdprRequests { nodes { customerProfile { firstName } subjectInformation { customerProfile { firstName } } } }
  }`);
    // A system that cannot be told from others is an error in its place.
    const failed = errors.map(({ path, extensions }) => [path?.join('.'), extensions.code]);
    expect(failed).toEqual([['systemsOfRecord.nodes.1', 'UPSTREAM_BAD_RESPONSE']]);
    const ann = { firstName: 'Ann' };
    expect(data.gdprRequests.nodes).toEqual([{ hoodId: '2', customerProfile: ann }]);
    expect(data.customerProfile.gdprRequests.nodes).toEqual([{ hoodId: '2' }]);
    expect(data.customerAttributes.nodes).toEqual([]);
    expect(data.attributeImport.errors.nodes).toEqual([
      { customerId: null, key: null },
      { customerId: 'ann', key: 'tier' },
    ]);
    expect(data.systemsOfRecord.nodes).toMatchObject([{ name: 'Shop' }, null]);
    expect(data.all.nodes).toMatchObject([{ customerProfile: null }, { customerProfile: ann }]);
  },
);

test('a profile that does not repeat the type of id that was asked for has it', async () => {
  await using gateway = await startGateway();
  const { customer_id_type: _asked, ...typeless } = fakeProfile('ann', { first_name: 'Ann' });
  answering(gateway.sor.api, () => sorResult({ total_profiles: 1, total_pages: 1, profiles: [typeless] }));
  const { data, errors } = await gateway.query(`{
    customerProfile(customerId: "ann") { firstName }
    customerProfiles(filter: { customerIdType: DEVICE_ID }) { nodes { customerId customerIdType } }
  }`);
  expect(errors).toBeUndefined();
  expect(data).toEqual({
    customerProfile: { firstName: 'Ann' },
    customerProfiles: { nodes: [{ customerId: 'ann', customerIdType: 'DEVICE_ID' }] },
  });
});
