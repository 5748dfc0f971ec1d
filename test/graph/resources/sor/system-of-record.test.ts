import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { type Gateway, startGateway } from '../../../support/gateway.ts';

const GLOBAL = 'SOR_id3nt1f13r';
const LIST = 'GET /api/system_of_records';
const id = (identifier: string) => Buffer.from(`SystemOfRecord:${identifier}`).toString('base64url');

/** Answers everything that goes to the systems of record with this result. */
function answerSystems(gateway: Gateway, result: unknown): void {
  gateway.sor.api.dials.fault = ({ line }) =>
    line.startsWith(LIST) ? { kind: 'body', body: { success: true, result } } : undefined;
}

test('a system as the vendor prints it comes back whole, by one call', async () => {
  await using gateway = await startGateway();

  const { data, errors } =
    await gateway.query(`{ systemOfRecord(identifier: "SOR-SDK_2a116e0767a7dc76e85a5ef85434d92b") {
    id identifier name type typeText attributesCount disabled updatedDate updatedAt
    customerAttributes { identifier key label valueType valueTypeText disabled sources systemIdentifier systemOfRecord { name } }
  } }`);

  expect(errors).toBeUndefined();
  expect(data.systemOfRecord).toEqual({
    id: id('SOR-SDK_2a116e0767a7dc76e85a5ef85434d92b'),
    identifier: 'SOR-SDK_2a116e0767a7dc76e85a5ef85434d92b',
    name: 'SOR for app ABC',
    type: 'APP',
    typeText: 'app',
    attributesCount: 1,
    disabled: false,
    updatedDate: '2017-01-01T00:00:00Z',
    updatedAt: '2017-01-01T00:00:00Z',
    customerAttributes: [
      {
        identifier: 'FACA_eVYy7KP9PZqP_B8w',
        key: 'is_valid',
        label: 'Is valid',
        valueType: 'BOOLEAN',
        valueTypeText: 'Boolean',
        disabled: false,
        sources: ['DEFAULT'],
        systemIdentifier: 'SOR-SDK_2a116e0767a7dc76e85a5ef85434d92b',
        systemOfRecord: { name: 'SOR for app ABC' },
      },
    ],
  });
  expect(gateway.sorCalls()).toEqual([`${LIST}/SOR-SDK_2a116e0767a7dc76e85a5ef85434d92b`, LIST]);
});

test('an identifier is one segment of the path, its dots encoded', async () => {
  await using gateway = await startGateway();

  const { data } = await gateway.query(`{
    systemOfRecord(identifier: "SOR-SDK_your.package.name") { name updatedDate }
  }`);
  const strange = await gateway.query('{ systemOfRecord(identifier: "../systems?x#y%2f") { name } }');

  expect(data.systemOfRecord).toEqual({ name: 'SOR for app XYZ', updatedDate: '2020-01-21T14:47:19Z' });
  expect(strange).toEqual({ data: { systemOfRecord: null } });
  expect(gateway.sor.api.calls.map(({ rawTarget }) => rawTarget)).toEqual([
    '/api/system_of_records/SOR-SDK_your%2Epackage%2Ename',
    '/api/system_of_records/%2E%2E%2Fsystems%3Fx%23y%252f',
  ]);
});

test.each(['', '.', '..'])('no system has the identifier %j: null without a call', async (identifier) => {
  await using gateway = await startGateway();

  const answer = await gateway.query(
    'query ($identifier: ID!, $id: ID!) { systemOfRecord(identifier: $identifier) { name } node(id: $id) { id } }',
    { identifier, id: id(identifier || '.') },
  );

  expect(answer).toEqual({ data: { systemOfRecord: null, node: null } });
  expect(gateway.sorCalls()).toEqual([]);
});

test('an unknown system is null', async () => {
  await using gateway = await startGateway();

  expect(await gateway.query('{ systemOfRecord(identifier: "S-9") { name } }')).toEqual({
    data: { systemOfRecord: null },
  });
});

test('the global system answers to its word and to its identifier', async () => {
  await using gateway = await startGateway();

  const { data } = await gateway.query('{ systemOfRecord(identifier: "global") { identifier type } }');

  expect(data.systemOfRecord).toEqual({ identifier: GLOBAL, type: 'GLOBAL' });
  expect(gateway.sorCalls()).toEqual([LIST]);
});

test('several systems, under aliases or among `nodes`, are one list', async () => {
  await using gateway = await startGateway();

  const { data } = await gateway.query(
    `query ($ids: [ID!]!) {
      a: systemOfRecord(identifier: "SOR_XXXX") { name }
      b: systemOfRecord(identifier: "S-9") { name }
      nodes(ids: $ids) { ... on SystemOfRecord { identifier } }
    }`,
    { ids: ['SOR_XXXX', 'S-8', GLOBAL].map(id) },
  );

  expect(data).toEqual({
    a: { name: 'Insurance back office' },
    b: null,
    nodes: [{ identifier: 'SOR_XXXX' }, null, { identifier: GLOBAL }],
  });
  expect(gateway.sorCalls()).toEqual([LIST]);
});

test('the list is read once, however many fields need it', async () => {
  await using gateway = await startGateway({ sor: { profiles: 60 } });

  const { errors } = await gateway.query(`{
    systemsOfRecord { totalCount }
    again: systemsOfRecord(type: CUSTOM) { nodes { customerAttributes { systemOfRecord { name } } } }
    systemOfRecord(identifier: "global") { name }
    customerProfiles(first: 20) { nodes {
      attributes { system { name } values { definition { key systemOfRecord { name } } } }
      applications { system { name } }
      attribute(system: "${GLOBAL}", key: "city") { definition { key } }
    } }
    customerProfileChanges(since: "2025-01-01T00:00:00Z") { nodes { changes { system { name } } } }
  }`);

  expect(errors).toBeUndefined();
  expect(gateway.sorCalls().filter((line) => line.startsWith(LIST))).toEqual([LIST]);
});

test('all systems are paged without a further call, and narrowed by type', async () => {
  await using gateway = await startGateway();
  const page = async (args: string) => {
    const { data, errors } = await gateway.query(
      `{ systemsOfRecord(${args}) { totalCount nodes { identifier } pageInfo { hasNextPage hasPreviousPage endCursor } } }`,
    );
    expect(errors).toBeUndefined();
    expect(gateway.sorCalls()).toEqual([LIST]);
    const { nodes, ...rest } = data.systemsOfRecord;
    return { ...rest, identifiers: nodes.map(({ identifier }: { identifier: string }) => identifier) };
  };

  const all = await page('first: 1000');
  const first = await page('first: 3');
  const rest = await page(`first: 50, after: "${first.pageInfo.endCursor}"`);
  const last = await page('last: 2');
  const apps = await page('type: APP');

  expect(all.totalCount).toBe(7);
  expect(all.identifiers).toHaveLength(7);
  expect(first).toMatchObject({ totalCount: 7, pageInfo: { hasNextPage: true, hasPreviousPage: false } });
  expect([...first.identifiers, ...rest.identifiers]).toEqual(all.identifiers);
  expect(rest.pageInfo).toMatchObject({ hasNextPage: false, hasPreviousPage: true });
  expect(last.identifiers).toEqual(all.identifiers.slice(5));
  expect(apps.totalCount).toBe(4);
  expect(apps.identifiers.every((identifier: string) => identifier.startsWith('SOR-SDK_'))).toBe(true);
});

test('a system that only has an identifier is null everywhere else; a type nobody knows is told as text', async () => {
  await using gateway = await startGateway();
  answerSystems(gateway, [
    { identifier: 'bare' },
    { identifier: 'new', type: 'partner', updated_date: 'soon', customer_attributes: 'none' },
    ...[null, 7, {}, { identifier: '' }, { identifier: [8] }],
  ]);

  const { data, errors } = await gateway.query(
    '{ systemsOfRecord { nodes { identifier name type typeText attributesCount disabled updatedDate } } }',
  );

  // Those that cannot be told from others are errors in their places.
  expect(errors).toEqual(
    [2, 3, 4, 5, 6].map((index) =>
      expect.objectContaining({
        path: ['systemsOfRecord', 'nodes', index],
        extensions: expect.objectContaining({ code: 'UPSTREAM_BAD_RESPONSE' }),
      }),
    ),
  );
  const nothing = { name: null, attributesCount: null, disabled: null, updatedDate: null };
  expect(data.systemsOfRecord.nodes).toEqual([
    { identifier: 'bare', type: null, typeText: null, ...nothing },
    { identifier: 'new', type: 'UNKNOWN', typeText: 'partner', ...nothing },
    ...[null, null, null, null, null],
  ]);
});

test('should the list lack attributes, each system is viewed for its own', async () => {
  await using gateway = await startGateway();
  gateway.sor.api.dials.fault = ({ line }) =>
    line === LIST
      ? { kind: 'body', body: { success: true, result: [{ identifier: 'SOR_XXXX' }, { identifier: 'S-9' }] } }
      : undefined;

  const { data } = await gateway.query('{ systemsOfRecord { nodes { customerAttributes { key } } } }');

  expect(data.systemsOfRecord.nodes[0].customerAttributes).toContainEqual({ key: 'hobbies' });
  expect(data.systemsOfRecord.nodes[1].customerAttributes).toEqual([]);
  expect(gateway.sorCalls()).toEqual([LIST, `${LIST}/SOR_XXXX`, `${LIST}/S-9`]);
});

test('an answer about another system is never used', async () => {
  await using gateway = await startGateway();
  answerSystems(gateway, { identifier: 'other', name: 'Other' });

  expect(await gateway.query('{ systemOfRecord(identifier: "SOR_XXXX") { name } }')).toEqual({
    data: { systemOfRecord: null },
  });
});

test('a list that is none fails once: every field that needs it says so, all of one failure', async () => {
  await using gateway = await startGateway({ sor: { profiles: 9 } });
  answerSystems(gateway, { systems: [] });

  const { data, errors } = await gateway.query(`{
    systemsOfRecord { totalCount }
    customerProfiles(first: 2) { nodes { attributes(keys: ["first_name"]) { systemIdentifier system { name } } } }
  }`);

  expect(data.systemsOfRecord).toBeNull();
  expect(data.customerProfiles.nodes).toEqual(
    Array(2).fill({ attributes: [{ systemIdentifier: 'global', system: null }] }),
  );
  expect(errors).toHaveLength(3);
  expect(new Set(errors?.map(({ extensions }) => extensions.failureId)).size).toBe(1);
  expect(errors?.[0]?.extensions.code).toBe('UPSTREAM_BAD_RESPONSE');
  expect(gateway.logged.filter((line) => line.includes('upstream call failed'))).toHaveLength(1);
});

test('of 21 systems the example of GraphiQL gives 20, and says how many there are', async () => {
  await using gateway = await startGateway();
  const { data: before } = await gateway.query('{ systemsOfRecord(first: 0) { totalCount } }');
  const more = 21 - before.systemsOfRecord.totalCount;
  gateway.sor.insertSystems(
    Array.from({ length: more }, (_, n) => ({
      identifier: `SOR_${n}`,
      name: `System ${n}`,
      type: 'custom',
      apiKeys: [],
    })),
  );
  const operation = await readFile('src/server/graphiql/examples/06-systems.graphql', 'utf8');
  const { data } = await gateway.query(operation);
  expect([data.systemsOfRecord.nodes.length, data.systemsOfRecord.totalCount]).toEqual([20, 21]);
});
