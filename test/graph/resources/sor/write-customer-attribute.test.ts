import { expect, test } from 'vitest';
import { type Gateway, startGateway } from '../../../support/gateway.ts';

const CUSTOM = 'SOR_767yUpsMJoTWi0mz';
const GLOBAL = 'SOR_id3nt1f13r';
/** An attribute that no campaign uses. */
const TYPE = 'FACA_client_type';

const idOf = (identifier: string) => Buffer.from(`CustomerAttribute:${identifier}`).toString('base64url');

const NEW = { systemOfRecord: CUSTOM, key: 'shoe_size', label: 'Shoe size', valueType: 'NUMBER' };

async function write(gateway: Gateway, verb: string, input: Record<string, unknown>, selection = 'identifier') {
  const name = `${verb}CustomerAttribute`;
  const typeName = `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
  const success = verb === 'delete' ? 'deletedId' : `customerAttribute { ${selection} }`;
  const { data, errors } = await gateway.query(
    `mutation ($input: ${typeName}Input!) {
      ${name}(input: $input) {
        __typename
        ... on ${typeName}Success { ${success} }
        ... on UserError { message }
        ... on InvalidInputError { issues { path message } }
        ... on UpstreamRejectedError { api status }
      }
    }`,
    { input },
  );
  return { result: data[name], errors, calls: gateway.sorCalls() };
}

async function read(gateway: Gateway, identifier: string, selection: string) {
  const query = `query ($id: ID!) { customerAttribute(identifier: $id) { ${selection} } }`;
  const { data } = await gateway.query(query, { id: identifier });
  gateway.sorCalls();
  return data.customerAttribute;
}

test('an attribute is defined in one call, its system filled in from the input', async () => {
  await using gateway = await startGateway();

  const selection = 'id identifier key label valueType valueTypeText disabled systemIdentifier';
  const { result, errors, calls } = await write(gateway, 'create', NEW, selection);

  expect(errors).toBeUndefined();
  expect(calls).toEqual(['POST /api/customer_attributes']);
  const { identifier } = result.customerAttribute;
  expect(result).toEqual({
    __typename: 'CreateCustomerAttributeSuccess',
    customerAttribute: {
      id: idOf(identifier),
      identifier,
      key: 'shoe_size',
      label: 'Shoe size',
      valueType: 'NUMBER',
      valueTypeText: 'Number',
      disabled: false,
      systemIdentifier: CUSTOM,
    },
  });
  expect(await read(gateway, identifier, selection)).toEqual(result.customerAttribute);
});

test.each([
  ['STRING', 'String'],
  ['BOOLEAN', 'Boolean'],
  ['DATE', 'Date'],
  ['DATE_TIME', 'DateTime'],
  ['SET', 'Set'],
])('%s is %s upstream', async (valueType, valueTypeText) => {
  await using gateway = await startGateway();
  const { result } = await write(gateway, 'create', { ...NEW, valueType }, 'valueType valueTypeText');
  expect(result.customerAttribute).toEqual({ valueType, valueTypeText });
});

test('sources, which only the list of systems knows, cost a second call', async () => {
  await using gateway = await startGateway();
  const { result, calls } = await write(gateway, 'create', NEW, 'key sources systemOfRecord { name }');
  expect(result.customerAttribute).toEqual({
    key: 'shoe_size',
    sources: ['DEFAULT'],
    systemOfRecord: { name: 'My Custom SoR' },
  });
  expect(calls).toEqual(['POST /api/customer_attributes', 'GET /api/system_of_records']);
});

test('the global system can be named by the word', async () => {
  await using gateway = await startGateway();
  const { result, calls } = await write(gateway, 'create', { ...NEW, systemOfRecord: 'global' }, 'systemIdentifier');
  expect(result.customerAttribute).toEqual({ systemIdentifier: GLOBAL });
  expect(calls).toEqual(['GET /api/system_of_records', 'POST /api/customer_attributes']);
});

test('relabelling answers with the attribute under its new label', async () => {
  await using gateway = await startGateway();
  const selection = 'identifier key label systemIdentifier';
  const { result, calls } = await write(gateway, 'relabel', { identifier: TYPE, label: 'Kind' }, selection);
  expect(result.customerAttribute).toEqual({
    identifier: TYPE,
    key: 'client_type',
    label: 'Kind',
    systemIdentifier: CUSTOM,
  });
  expect(calls).toEqual([`PUT /api/customer_attributes/${TYPE}`]);
  expect(await read(gateway, TYPE, selection)).toEqual(result.customerAttribute);
});

test('what an attribute is not answered with after a switch is read, if it is selected', async () => {
  await using gateway = await startGateway();

  const bare = await write(gateway, 'disable', { identifier: TYPE }, 'id disabled');
  expect(bare.result.customerAttribute).toEqual({ id: idOf(TYPE), disabled: true });
  expect(bare.calls).toEqual([`PUT /api/customer_attributes/${TYPE}/disable`]);

  const full = await write(gateway, 'enable', { identifier: TYPE }, 'key disabled property { label }');
  expect(full.result.customerAttribute).toEqual({ key: 'client_type', disabled: false, property: null });
  expect(full.calls).toEqual([`PUT /api/customer_attributes/${TYPE}/enable`, `GET /api/customer_attributes/${TYPE}`]);

  const again = await write(gateway, 'enable', { identifier: TYPE }, 'disabled');
  expect(again.result.customerAttribute).toEqual({ disabled: false });
});

test.each(['delete', 'disable', 'enable'])('to %s sends no body and no content type', async (verb) => {
  await using gateway = await startGateway();
  let sent: Record<string, unknown> = {};
  gateway.sor.api.dials.fault = ({ headers }) => {
    sent = headers;
    return undefined;
  };

  const { calls } = await write(gateway, verb, { identifier: TYPE }, 'id');

  expect(calls).toHaveLength(1);
  expect(sent).not.toHaveProperty('content-type');
  expect(sent).not.toHaveProperty('transfer-encoding');
  expect(sent['content-length'] ?? '0').toBe('0');
});

test('a deleted attribute leaves its id, and is gone', async () => {
  await using gateway = await startGateway();
  const { result, calls } = await write(gateway, 'delete', { identifier: TYPE });
  expect(result).toEqual({ __typename: 'DeleteCustomerAttributeSuccess', deletedId: idOf(TYPE) });
  expect(calls).toEqual([`DELETE /api/customer_attributes/${TYPE}`]);
  expect(await read(gateway, TYPE, 'key')).toBeNull();
});

test('an attribute that a campaign uses is not deleted, and that is data', async () => {
  await using gateway = await startGateway();
  const { result, errors } = await write(gateway, 'delete', { identifier: 'FACA_contract_type' });
  expect(errors).toBeUndefined();
  expect(result).toMatchObject({ __typename: 'UpstreamRejectedError', api: 'SOR', status: 400 });
});

test('a key that is taken is a refusal as data', async () => {
  await using gateway = await startGateway();
  const { result } = await write(gateway, 'create', { ...NEW, key: 'client_type' });
  expect(result).toMatchObject({ __typename: 'UpstreamRejectedError', status: 400 });
});

test.each<[verb: string, input: Record<string, unknown>, paths: string[]]>([
  ['create', { ...NEW, systemOfRecord: '..', key: 'a,b', label: ' ' }, ['systemOfRecord', 'key', 'label']],
  ['create', { ...NEW, key: '' }, ['key']],
  ['relabel', { identifier: '.', label: '' }, ['identifier', 'label']],
  ['delete', { identifier: '' }, ['identifier']],
  ['disable', { identifier: '..' }, ['identifier']],
  ['enable', { identifier: '.' }, ['identifier']],
])('all that is wrong with what to %s is told at once, without a call', async (verb, input, paths) => {
  await using gateway = await startGateway();
  const { result, calls } = await write(gateway, verb, input);
  expect(result.__typename).toBe('InvalidInputError');
  expect(result.issues.map(({ path }: { path: string[] }) => path.join('.'))).toEqual(paths);
  expect(calls).toEqual([]);
});

test('an id with a dot stays inside its path segment', async () => {
  await using gateway = await startGateway();
  await write(gateway, 'disable', { identifier: 'FACA_../../login' });
  gateway.sorCalls();
  await gateway.query('mutation { deleteCustomerAttribute(input: { identifier: "a/../b.c" }) { __typename } }');
  expect(gateway.sor.api.calls.map(({ rawTarget }) => rawTarget)).toEqual([
    '/api/customer_attributes/a%2F%2E%2E%2Fb%2Ec',
  ]);
});
