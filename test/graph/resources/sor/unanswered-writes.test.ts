import { expect, test } from 'vitest';
import type { Fault } from '../../../../src/sandbox/faults.ts';
import { type Gateway, startGateway } from '../../../support/gateway.ts';

const SYSTEM = 'SOR_767yUpsMJoTWi0mz';
const LIST = 'GET /api/system_of_records';

/** Carries out every write and answers it with an empty body. */
async function startSilent(): Promise<Gateway> {
  const gateway = await startGateway();
  gateway.sor.api.dials.lie = ({ line }, honest) => (line.startsWith('GET') ? honest : undefined);
  gateway.sor.feed.dials.lie = () => undefined;
  return gateway;
}

/** What the mutation came to, and the calls that it took. */
async function write(gateway: Gateway, mutation: string) {
  const { data, errors } = await gateway.query(`mutation { result: ${mutation} }`);
  expect(errors).toBeUndefined();
  return { result: data.result, calls: gateway.sorCalls() };
}

const system = (name: string, input: string) =>
  `${name}(input: { ${input} }) { ... on ${name.charAt(0).toUpperCase()}${name.slice(1)}Success { systemOfRecord { name disabled identifier } } }`;

test('a system that was created without an answer is found by its name', async () => {
  await using gateway = await startSilent();
  const { result, calls } = await write(gateway, system('createSystemOfRecord', 'name: "Brand new"'));
  expect(result.systemOfRecord).toMatchObject({
    name: 'Brand new',
    identifier: expect.stringMatching(/^SOR_/),
  });
  expect(calls).toEqual(['POST /api/system_of_records', LIST]);
});

test('a system is null where several have its name', async () => {
  await using gateway = await startSilent();
  await write(gateway, system('createSystemOfRecord', 'name: "Twice"'));
  const { result } = await write(gateway, system('createSystemOfRecord', 'name: "Twice"'));
  expect(result).toEqual({ systemOfRecord: null });
});

test('an attribute that was created without an answer is found by its key in its system', async () => {
  await using gateway = await startSilent();
  const { result, calls } = await write(
    gateway,
    `createCustomerAttribute(input: { systemOfRecord: "${SYSTEM}", key: "brand_new", label: "New", valueType: STRING }) {
      ... on CreateCustomerAttributeSuccess { customerAttribute { key label valueType systemIdentifier } }
    }`,
  );
  expect(result.customerAttribute).toEqual({
    key: 'brand_new',
    label: 'New',
    valueType: 'STRING',
    systemIdentifier: SYSTEM,
  });
  expect(calls).toEqual(['POST /api/customer_attributes', LIST]);
});

test.each([
  ['renameSystemOfRecord', `identifier: "${SYSTEM}", name: "Renamed"`, { name: 'Renamed' }],
  ['disableSystemOfRecord', `identifier: "${SYSTEM}"`, { disabled: true }],
])('%s without an answer succeeded, and reads the system again', async (name, input, fields) => {
  await using gateway = await startSilent();
  const { result, calls } = await write(gateway, system(name, input));
  expect(result.systemOfRecord).toMatchObject({ identifier: SYSTEM, ...fields });
  expect(calls).toEqual([expect.stringMatching(/^PUT /), `GET /api/system_of_records/${SYSTEM}`]);
});

test.each([
  ['deleteSystemOfRecord', SYSTEM],
  ['deleteCustomerAttribute', 'FACA_hobbies'],
])('%s that is answered with 204 succeeded', async (name, identifier) => {
  await using gateway = await startGateway();
  gateway.sor.api.dials.fault = () => ({ kind: 'status', status: 204 });
  const { result, calls } = await write(gateway, `${name}(input: { identifier: "${identifier}" }) { __typename }`);
  expect(result.__typename).toMatch(/^Delete\w+Success$/);
  expect(calls).toEqual([expect.stringMatching(/^DELETE /)]);
});

const SET = `setAttributeValues(input: {
  systemOfRecord: "${SYSTEM}"
  changes: [{ customerId: "anna", key: "client_type", change: { string: "Gold" } }]
}) { __typename ... on SetAttributeValuesSuccess { requestIds } }`;

test('values that were fed without an answer went out, without a receipt', async () => {
  await using gateway = await startSilent();
  const { result, calls } = await write(gateway, SET);
  expect(result).toEqual({ __typename: 'SetAttributeValuesSuccess', requestIds: [] });
  expect(calls).toEqual(['POST /api/attribute_values', LIST]);
});

test('an import that was handed over without an answer is one whose id nobody knows', async () => {
  await using gateway = await startGateway();
  gateway.sor.api.dials.fault = ({ line }) => (line.startsWith('POST') ? { kind: 'status', status: 201 } : undefined);
  const { result } = await write(
    gateway,
    `importAttributeValues(input: { systemOfRecord: "${SYSTEM}", fileUrl: "https://files.example.com/a.csv" }) {
      ... on ImportAttributeValuesSuccess { attributeImport { importId } }
    }`,
  );
  expect(result).toEqual({ attributeImport: null });
});

test.each<[name: string, fault: Fault]>([
  ['204', { kind: 'status', status: 204 }],
  ['201 without a body', { kind: 'status', status: 201 }],
  ['JSON that ends in the middle', { kind: 'truncated' }],
])('a feed that is answered with %s went out', async (_, fault) => {
  await using gateway = await startGateway();
  gateway.sor.feed.dials.fault = () => fault;
  const { result, calls } = await write(gateway, SET);
  expect(result).toEqual({ __typename: 'SetAttributeValuesSuccess', requestIds: [] });
  expect(calls).toEqual(['POST /api/attribute_values', LIST]);
});

test('a feed that was cut is an error whose outcome is unknown, as nothing of it is certain', async () => {
  await using gateway = await startGateway();
  gateway.sor.feed.dials.fault = () => ({ kind: 'reset' });
  const { errors } = await gateway.query(`mutation { ${SET} }`);
  expect(errors).toMatchObject([{ extensions: { code: 'UPSTREAM_UNAVAILABLE', outcome: 'UNKNOWN' } }]);
  expect(gateway.sorCalls()).toEqual(['POST /api/attribute_values', LIST]);
});
