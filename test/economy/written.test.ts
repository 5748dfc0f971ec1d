import { expect, test } from 'vitest';
import { type Gateway, startGateway } from '../support/gateway.ts';
import { buy } from './paying.ts';

const CUSTOM = 'SOR_767yUpsMJoTWi0mz';
const ATTRIBUTE = 'FACA_client_type';

/** Everything that can be kept, by what it is about. */
const READS: Record<string, string> = {
  properties: '{ profileProperties(first: 5) { nodes { label } } }',
  property: '{ profileProperty(hoodId: "7") { description } }',
  requests: '{ gdprRequests(first: 5) { nodes { status } } }',
  request: '{ gdprRequest(hoodId: "1000022") { status } }',
  exports: '{ hoodExports(first: 5) { nodes { hoodId } } }',
  data: '{ customerDatum(hoodId: "100") { target } }',
  systems: '{ systemsOfRecord { nodes { name disabled } } }',
  system: `{ systemOfRecord(identifier: "${CUSTOM}") { name } }`,
  attribute: `{ customerAttribute(identifier: "${ATTRIBUTE}") { label } }`,
  profile: '{ customerProfile(customerId: "robert.hill@mymail.org") { firstName } }',
  profiles: '{ customerProfiles(first: 3) { nodes { customerId } } }',
  imports: '{ attributeImports(first: 3) { nodes { importId } } }',
};

const PROPERTIES = ['properties', 'property'];
const REQUESTS = ['requests', 'request'];
const DENY =
  'mutation { decideGdprRequest(input: { hoodId: "1000022", decision: DENY, rejectionReason: "No." }) { __typename } }';
const DEFINITIONS = ['systems', 'system', 'attribute'];
/** What is switched off or goes takes its values along. */
const VALUES = [...DEFINITIONS, 'profile', 'profiles'];

/** A row that may be changed. */
const OWN = {
  id: '7',
  label: 'tier',
  data_type: 'text',
  description: 'Loyalty tier.',
  pi_data: 0,
  system: 0,
};

async function startFull(): Promise<Gateway> {
  const gateway = await startGateway({ env: { CACHE: 'on' }, sor: { profiles: 9 } });
  gateway.hood.replace('profileProperties', [OWN]);
  gateway.hood.replace('exports', [{ id: '1000000', status: 'failed' }]);
  for (const read of Object.values(READS)) expect((await buy(gateway, read)).errors).toBeUndefined();
  return gateway;
}

/** What has to be read again. */
async function forgotten(gateway: Gateway): Promise<string[]> {
  const names: string[] = [];
  for (const [name, read] of Object.entries(READS)) {
    if ((await buy(gateway, read)).calls.length > 0) names.push(name);
  }
  return names;
}

const WRITES: [field: string, input: string, changed: string[]][] = [
  [
    'createProfileProperty',
    'label: "shoe_size", dataType: TEXT, example: "42", description: "Feet.", exportAlias: "shoe", piData: false, importable: true, exportable: true',
    PROPERTIES,
  ],
  ['updateProfileProperty', 'hoodId: "7", description: "Changed."', PROPERTIES],
  ['decideGdprRequest', 'hoodId: "1000022", decision: DENY, rejectionReason: "No."', REQUESTS],
  // Whom it is about was never read, so it may be anybody.
  ['decideGdprRequest', 'hoodId: "1000022", decision: APPROVE', [...REQUESTS, 'profile', 'profiles']],
  ['updateGdprRequest', 'hoodId: "1000022", status: PENDING', REQUESTS],
  ['createGdprRequest', 'clientId: "17"', ['requests', 'request']],
  ['createCustomerData', 'target: "shoe_size"', ['data']],
  ['updateCustomerData', 'hoodId: "343776", example: "42"', ['data']],
  ['retryHoodExport', 'hoodId: "1000000"', ['exports']],
  ['createSystemOfRecord', 'name: "Shops"', DEFINITIONS],
  ['renameSystemOfRecord', `identifier: "${CUSTOM}", name: "Shops"`, DEFINITIONS],
  ['disableSystemOfRecord', `identifier: "${CUSTOM}"`, VALUES],
  [
    'createCustomerAttribute',
    `systemOfRecord: "${CUSTOM}", key: "shoe_size", label: "Shoe size", valueType: NUMBER`,
    DEFINITIONS,
  ],
  ['relabelCustomerAttribute', `identifier: "${ATTRIBUTE}", label: "Kind"`, DEFINITIONS],
  ['disableCustomerAttribute', `identifier: "${ATTRIBUTE}"`, VALUES],
  ['deleteCustomerAttribute', `identifier: "${ATTRIBUTE}"`, VALUES],
];

test.each(WRITES)('%s makes the gateway forget exactly what it changes', async (field, input, changed) => {
  await using gateway = await startFull();

  const { data } = await buy(gateway, `mutation { ${field}(input: { ${input} }) { __typename } }`);

  expect(data[field].__typename).toMatch(/Success$/);
  expect(await forgotten(gateway)).toEqual(changed);
});

test('a deleted system takes its values along', async () => {
  await using gateway = await startFull();
  const created = await buy(
    gateway,
    `mutation { createSystemOfRecord(input: { name: "Shops" }) {
      ... on CreateSystemOfRecordSuccess { systemOfRecord { identifier } }
    } }`,
  );
  const { identifier } = created.data.createSystemOfRecord.systemOfRecord;
  await forgotten(gateway);

  await buy(gateway, `mutation { deleteSystemOfRecord(input: { identifier: "${identifier}" }) { __typename } }`);

  expect(await forgotten(gateway)).toEqual(VALUES);
});

test('what was changed is seen as it now is, by the mutation itself and by everybody after it', async () => {
  await using gateway = await startFull();

  const { data } = await buy(
    gateway,
    `mutation { updateProfileProperty(input: { hoodId: "7", description: "Changed." }) {
      ... on UpdateProfilePropertySuccess { profileProperty { description } }
    } }`,
  );

  const now = { description: 'Changed.' };
  expect(data.updateProfileProperty.profileProperty).toEqual(now);
  expect((await buy(gateway, READS['property'] ?? '')).data.profileProperty).toEqual(now);
});

test('a write is forgotten about even if its answer is lost: it may have been carried out', async () => {
  await using gateway = await startFull();
  gateway.hood.dials.fault = ({ line }) => (line.startsWith('PATCH') ? { kind: 'reset' } : undefined);

  const { errors } = await buy(gateway, DENY);

  expect(errors).toHaveLength(1);
  expect(await forgotten(gateway)).toEqual(REQUESTS);
});

test('while a write may yet be carried out, nothing of what it changes is kept', async () => {
  await using gateway = await startFull();
  gateway.hood.dials.fault = ({ line }) => (line.startsWith('PATCH') ? { kind: 'reset' } : undefined);
  gateway.sor.api.dials.fault = ({ line }) => (line.startsWith('PUT') ? { kind: 'reset' } : undefined);

  await buy(gateway, DENY);
  for (const _ of ['once', 'twice']) expect(await forgotten(gateway)).toEqual(REQUESTS);

  const { errors } = await buy(
    gateway,
    `mutation { renameSystemOfRecord(input: { identifier: "${CUSTOM}", name: "Shops" }) { __typename } }`,
  );
  expect(errors).toHaveLength(1);
  const changed = await forgotten(gateway);
  expect(changed).toEqual(expect.arrayContaining(DEFINITIONS));
  expect(await forgotten(gateway)).toEqual(changed);
});

test('what the API has refused to write is kept again at once', async () => {
  await using gateway = await startFull();
  gateway.hood.dials.fault = ({ line }) => (line.startsWith('PATCH') ? { kind: 'status', status: 400 } : undefined);

  await buy(gateway, DENY);

  expect(await forgotten(gateway)).toEqual(REQUESTS);
  expect(await forgotten(gateway)).toEqual([]);
});

test('an answer that was asked for before a write and comes after it is not kept, nor given to others', async () => {
  await using gateway = await startGateway({ env: { CACHE: 'on' } });
  const read = READS['request'] ?? '';
  gateway.hood.dials.latencyMs = 300;
  const early = gateway.query(read);
  await expect.poll(() => gateway.hood.calls.length).toBe(1);
  gateway.hood.dials.latencyMs = 0;

  await gateway.query('mutation { decideGdprRequest(input: { hoodId: "1000022", decision: APPROVE }) { __typename } }');
  const late = await gateway.query(read);

  expect(late.data).toEqual({ gdprRequest: { status: 'APPROVED' } });
  expect((await early).data.gdprRequest.status).not.toBe('APPROVED');
  expect((await gateway.query(read)).data).toEqual(late.data);
});

test('a mutation never checks its input against what was read before', async () => {
  await using gateway = await startGateway({ env: { CACHE: 'on' } });
  await buy(gateway, '{ systemsOfRecord { nodes { name attributes { key } } } }');
  const input = `{ systemOfRecord: "${CUSTOM}", changes: [{ customerId: "jeanne", key: "client_type", change: { string: "Gold" } }] }`;

  const { data, calls } = await buy(gateway, `mutation { setAttributeValues(input: ${input}) { __typename } }`);

  expect(data.setAttributeValues.__typename).toBe('SetAttributeValuesSuccess');
  expect(calls).toEqual(['POST /api/attribute_values', 'GET /api/system_of_records']);
});
