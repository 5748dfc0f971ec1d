import { expect, test } from 'vitest';
import { type Gateway, startGateway } from '../../../support/gateway.ts';

const CUSTOM = 'SOR_767yUpsMJoTWi0mz';
const GLOBAL = 'SOR_id3nt1f13r';
const ALL = 'id identifier name type typeText attributesCount disabled apiKeys updatedDate';

const idOf = (identifier: string) => Buffer.from(`SystemOfRecord:${identifier}`).toString('base64url');

async function write(gateway: Gateway, verb: string, input: Record<string, unknown>, selection = 'identifier') {
  const name = `${verb}SystemOfRecord`;
  const typeName = `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
  const success = verb === 'delete' ? 'deletedId' : `systemOfRecord { ${selection} }`;
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

/** The body of the last write, as the stand-in got it, is seen in what it made of it. */
function read(gateway: Gateway, identifier: string, selection: string) {
  return gateway
    .query(`query ($id: ID!) { systemOfRecord(identifier: $id) { ${selection} } }`, { id: identifier })
    .then(({ data }) => data.systemOfRecord);
}

test('a system is made in one call, and the graph has it from then on', async () => {
  await using gateway = await startGateway({ env: { UPSTREAM: 'sandbox' } });

  const selection = 'id identifier name type typeText attributesCount disabled apiKeys';
  const { result, errors, calls } = await write(gateway, 'create', { name: 'Shops ✓' }, selection);

  expect(errors).toBeUndefined();
  expect(calls).toEqual(['POST /api/system_of_records']);
  const { identifier } = result.systemOfRecord;
  expect(result).toEqual({
    __typename: 'CreateSystemOfRecordSuccess',
    systemOfRecord: {
      id: idOf(identifier),
      identifier,
      name: 'Shops ✓',
      type: 'CUSTOM',
      typeText: 'custom',
      attributesCount: 0,
      disabled: false,
      apiKeys: [expect.stringMatching(/./)],
    },
  });
  expect(await read(gateway, identifier, selection)).toEqual(result.systemOfRecord);
});

test('what a creation is not answered with is read once, however much of it is selected', async () => {
  await using gateway = await startGateway();

  const { result, calls } = await write(
    gateway,
    'create',
    { name: 'Shops' },
    'name updatedDate customerAttributes { key }',
  );

  const view = `GET /api/system_of_records/${await identifierOf(gateway, 'Shops')}`;
  expect(calls).toEqual(['POST /api/system_of_records', view]);
  expect(result.systemOfRecord).toEqual({
    name: 'Shops',
    updatedDate: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
    customerAttributes: [],
  });
});

async function identifierOf(gateway: Gateway, name: string): Promise<string> {
  const { data } = await gateway.query('{ systemsOfRecord { nodes { name identifier } } }');
  const nodes: { name: string; identifier: string }[] = data.systemsOfRecord.nodes;
  return nodes.find((node) => node.name === name)?.identifier ?? '';
}

test('renaming answers with the system under its new name', async () => {
  await using gateway = await startGateway();

  const { result, calls } = await write(gateway, 'rename', { identifier: CUSTOM, name: 'Branches' }, 'id name');

  expect(result.systemOfRecord).toEqual({ id: idOf(CUSTOM), name: 'Branches' });
  expect(calls).toEqual([`PUT /api/system_of_records/${CUSTOM}`]);
  expect(await read(gateway, CUSTOM, 'name')).toEqual({ name: 'Branches' });
});

test.each<[verb: string, selection: string, reads: number]>([
  ['disable', 'id identifier disabled', 0],
  ['disable', ALL.replace(' apiKeys', ''), 1],
])('to %s and select %s costs %i further calls', async (verb, selection, reads) => {
  await using gateway = await startGateway();

  const { result, calls } = await write(gateway, verb, { identifier: CUSTOM }, selection);

  expect(calls).toEqual([
    `PUT /api/system_of_records/${CUSTOM}/disable`,
    ...Array.from({ length: reads }, () => `GET /api/system_of_records/${CUSTOM}`),
  ]);
  expect(result.systemOfRecord).toEqual(await read(gateway, CUSTOM, selection));
  expect(result.systemOfRecord.disabled).toBe(true);
});

test('a disabled system is enabled again, once', async () => {
  await using gateway = await startGateway();
  await write(gateway, 'disable', { identifier: CUSTOM });

  const once = await write(gateway, 'enable', { identifier: CUSTOM }, 'disabled name');
  const twice = await write(gateway, 'enable', { identifier: CUSTOM });

  expect(once.result.systemOfRecord).toEqual({ disabled: false, name: 'My Custom SoR' });
  expect(twice.result).toEqual({
    __typename: 'UpstreamRejectedError',
    message: 'System of Record rejected the request with status 400: System of record is already enabled.',
    api: 'SOR',
    status: 400,
  });
});

test.each(['delete', 'disable', 'enable'])('to %s sends no body and no content type', async (verb) => {
  await using gateway = await startGateway();

  let sent: Record<string, unknown> = {};
  gateway.sor.api.dials.fault = ({ headers }) => {
    sent = headers;
    return undefined;
  };

  const { calls } = await write(gateway, verb, { identifier: CUSTOM });

  expect(calls).toHaveLength(1);
  expect(sent).not.toHaveProperty('content-type');
  expect(sent).not.toHaveProperty('transfer-encoding');
  expect(sent['content-length'] ?? '0').toBe('0');
});

test('a deleted system leaves its id, and is gone', async () => {
  await using gateway = await startGateway();
  const { result: made } = await write(gateway, 'create', { name: 'Short-lived' });
  const { identifier } = made.systemOfRecord;

  const { result, calls } = await write(gateway, 'delete', { identifier });

  expect(result).toEqual({ __typename: 'DeleteSystemOfRecordSuccess', deletedId: idOf(identifier) });
  expect(calls).toEqual([`DELETE /api/system_of_records/${identifier}`]);
  expect(await read(gateway, identifier, 'name')).toBeNull();
});

test('reads after a write in the same operation see what was written', async () => {
  await using gateway = await startGateway();
  const { data } = await gateway.query(
    `mutation {
      a: renameSystemOfRecord(input: { identifier: "${CUSTOM}", name: "A" }) { ...Name }
      b: renameSystemOfRecord(input: { identifier: "${CUSTOM}", name: "B" }) { ...Name }
    }
    fragment Name on RenameSystemOfRecordSuccess { systemOfRecord { name updatedDate } }`,
  );
  expect([data.a.systemOfRecord.name, data.b.systemOfRecord.name]).toEqual(['A', 'B']);
});

test('the global system can be named by the word, and what the API refuses about it is data', async () => {
  await using gateway = await startGateway();

  const { result, errors, calls } = await write(gateway, 'disable', { identifier: 'global' });

  expect(errors).toBeUndefined();
  expect(calls).toEqual(['GET /api/system_of_records', `PUT /api/system_of_records/${GLOBAL}/disable`]);
  expect(result).toMatchObject({ __typename: 'UpstreamRejectedError', api: 'SOR', status: 400 });
});

test.each<[verb: string, input: Record<string, unknown>, paths: string[][]]>([
  ['create', { name: ' ' }, [['name']]],
  ['rename', { identifier: '..', name: '' }, [['identifier'], ['name']]],
  ['delete', { identifier: '' }, [['identifier']]],
  ['disable', { identifier: '.' }, [['identifier']]],
  ['enable', { identifier: '..' }, [['identifier']]],
])('all that is wrong with what to %s is told at once, without a call', async (verb, input, paths) => {
  await using gateway = await startGateway();

  const { result, calls } = await write(gateway, verb, input);

  expect(result.__typename).toBe('InvalidInputError');
  expect(result.issues.map(({ path }: { path: string[] }) => path)).toEqual(paths);
  expect(calls).toEqual([]);
});

test.each([404, 409, 422])('status %i is data', async (status) => {
  await using gateway = await startGateway();
  gateway.sor.api.dials.fault = () => ({ kind: 'status', status });
  const { result, errors } = await write(gateway, 'rename', { identifier: CUSTOM, name: 'A' });
  expect(errors).toBeUndefined();
  expect(result).toMatchObject({ __typename: 'UpstreamRejectedError', status });
});

test.each<[status: number, code: string]>([
  [401, 'UPSTREAM_UNAVAILABLE'],
  [429, 'RATE_LIMITED'],
  [500, 'UPSTREAM_UNAVAILABLE'],
])('status %i is an error, and the write is sent once', async (status, code) => {
  await using gateway = await startGateway();
  gateway.sor.api.dials.fault = () => ({ kind: 'status', status, headers: { 'retry-after': '60' } });
  const { result, errors, calls } = await write(gateway, 'create', { name: 'A' });
  expect(result).toBeNull();
  expect(errors).toMatchObject([{ extensions: { code, upstream: { api: 'SOR', status } } }]);
  expect(calls).toEqual(['POST /api/system_of_records']);
});

test('an answer without an identifier is a bad response', async () => {
  await using gateway = await startGateway();
  gateway.sor.api.dials.fault = () => ({ kind: 'body', body: { success: true, result: {} } });
  const { errors } = await write(gateway, 'create', { name: 'A' });
  expect(errors).toMatchObject([{ extensions: { code: 'UPSTREAM_BAD_RESPONSE' } }]);
});
