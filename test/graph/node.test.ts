import { describe, expect, test } from 'vitest';
import { type Gateway, startGateway } from '../support/gateway.ts';

const idOf = (type: string, key: string) => Buffer.from(`${type}:${key}`).toString('base64url');

const NODES = `
  query ($ids: [ID!]!) {
    nodes(ids: $ids) {
      __typename id
      ... on CustomerData { target }
      ... on GdprRequest { status }
      ... on HoodExport { name }
      ... on ProfileProperty { label }
    }
  }
`;

function nodes(gateway: Gateway, ids: string[]) {
  return gateway.query(NODES, { ids });
}

test('every type comes back by its id', async () => {
  await using gateway = await startGateway();
  gateway.hood.replace('profileProperties', [{ id: '7', label: 'tier' }]);
  const ids = [
    idOf('ProfileProperty', '7'),
    idOf('GdprRequest', '1000023'),
    idOf('CustomerData', '343776'),
    idOf('HoodExport', '1000000'),
  ];

  const { data, errors } = await nodes(gateway, ids);

  expect(errors).toBeUndefined();
  expect(data.nodes).toEqual([
    { __typename: 'ProfileProperty', id: ids[0], label: 'tier' },
    { __typename: 'GdprRequest', id: ids[1], status: 'PENDING' },
    { __typename: 'CustomerData', id: ids[2], target: 'mina_test' },
    { __typename: 'HoodExport', id: ids[3], name: 'Christmas list - 22.05.2025 11:44:32' },
  ]);
  expect(gateway.hoodCalls().sort()).toEqual([
    'GET /v1/hood/customer-data/343776?fields=id,target',
    'GET /v1/hood/exports/1000000?fields=id,name',
    'GET /v1/hood/gdpr-requests/1000023?fields=id,status',
    'GET /v1/hood/profile-properties?id=in:7&fields=id,label,property,target&page=1,1',
  ]);
});

test('one object by its id asks only for what is selected on its type', async () => {
  await using gateway = await startGateway();

  const { data } = await gateway.query(
    'query ($id: ID!) { node(id: $id) { ... on CustomerData { piData } ... on HoodExport { size } } }',
    { id: idOf('HoodExport', '1000000') },
  );

  expect(data).toEqual({ node: { size: 125 } });
  expect(gateway.hoodCalls()).toEqual(['GET /v1/hood/exports/1000000?fields=id,size']);
});

test('the id that an object has is the one that finds it', async () => {
  await using gateway = await startGateway({ hood: { rows: { profileProperties: 3 } } });
  const { data: lists } = await gateway.query(`{
    customerData(first: 1) { nodes { id } }
    gdprRequests(first: 1) { nodes { id } }
    hoodExports(first: 1) { nodes { id } }
    profileProperties(first: 1) { nodes { id } }
  }`);
  const ids = Object.values(lists as Record<string, { nodes: [{ id: string }] }>).map((list) => list.nodes[0].id);

  const { data } = await nodes(gateway, ids);

  expect(data.nodes.map(({ id }: { id: string }) => id)).toEqual(ids);
});

describe.each([
  ['CustomerData', 'customerData', 'customer-data', 'fields=id,target'],
  ['HoodExport', 'exports', 'exports', 'fields=id,name'],
  ['ProfileProperty', 'profileProperties', 'profile-properties', 'fields=id,label,property,target'],
] as const)('%s, which can be filtered by id', (type, resource, path, fields) => {
  test('is one call for a hundred ids, and one more for every hundred after', async () => {
    await using gateway = await startGateway({ hood: { samples: false, rows: { [resource]: 230 } } });
    const keys = Array.from({ length: 230 }, (_, index) => String(2_000_230 - index));

    const { data, errors } = await nodes(
      gateway,
      keys.map((key) => idOf(type, key)),
    );

    expect(errors).toBeUndefined();
    expect(data.nodes.map(({ id }: { id: string }) => id)).toEqual(keys.map((key) => idOf(type, key)));
    const chunk = (from: number, to: number) =>
      `GET /v1/hood/${path}?id=in:${keys.slice(from, to).join()}&${fields}&page=1,${to - from}`;
    expect(gateway.hoodCalls().sort()).toEqual([chunk(0, 100), chunk(100, 200), chunk(200, 230)].sort());
  });

  test('has null in the place of an unknown id, and the same object in two places', async () => {
    await using gateway = await startGateway({ hood: { samples: false, rows: { [resource]: 3 } } });
    const [one, none, two] = ['2000001', '5', '2000003'].map((key) => idOf(type, key)) as [string, string, string];

    const { data, errors } = await nodes(gateway, [two, none, one, two]);

    expect(errors).toBeUndefined();
    expect(data.nodes.map((node: { id: string } | null) => node?.id)).toEqual([two, undefined, one, two]);
    expect(gateway.hoodCalls()).toEqual([`GET /v1/hood/${path}?id=in:2000003,5,2000001&${fields}&page=1,3`]);
  });
});

test('a page smaller than the list of ids costs more pages and loses nobody', async () => {
  await using gateway = await startGateway({
    hood: { samples: false, rows: { exports: 25 }, maxPageSize: 10 },
  });
  const ids = Array.from({ length: 25 }, (_, index) => idOf('HoodExport', String(2_000_001 + index)));

  const { data } = await nodes(gateway, ids);

  expect(data.nodes.map(({ id }: { id: string }) => id)).toEqual(ids);
  expect(gateway.hoodCalls()).toHaveLength(3);
});

test('long ids share a call only as far as a URL may be long', async () => {
  await using gateway = await startGateway();
  const ids = Array.from({ length: 30 }, (_, index) => idOf('HoodExport', `${index}-${'x'.repeat(400)}`));

  const { data } = await nodes(gateway, ids);

  expect(data.nodes).toEqual(Array(30).fill(null));
  const lengths = gateway.hood.calls.map(({ rawTarget }) => rawTarget.length);
  expect(Math.max(...lengths)).toBeLessThan(4_100);
  expect(lengths).toHaveLength(4);
});

describe('GDPR requests, which cannot be filtered by id', () => {
  test('are read singly, five at a time', async () => {
    await using gateway = await startGateway({ hood: { samples: false, rows: { gdprRequests: 23 } } });
    gateway.hood.dials.latencyMs = 30;
    const atOnce: number[] = [];
    gateway.hood.dials.fault = () => {
      atOnce.push(gateway.hood.calls.filter(({ status }) => status === undefined).length);
      return undefined;
    };
    const keys = Array.from({ length: 23 }, (_, index) => String(2_000_001 + index));

    const { data, errors } = await nodes(
      gateway,
      keys.map((key) => idOf('GdprRequest', key)),
    );

    expect(errors).toBeUndefined();
    expect(data.nodes.map(({ id }: { id: string }) => id)).toEqual(keys.map((key) => idOf('GdprRequest', key)));
    expect(Math.max(...atOnce)).toBe(5);
    expect(gateway.hoodCalls().sort()).toEqual(keys.map((key) => `GET /v1/hood/gdpr-requests/${key}?fields=id,status`));
  });

  test('are read once each, however often they are asked for', async () => {
    await using gateway = await startGateway();
    const id = idOf('GdprRequest', '1000023');

    const { data } = await gateway.query(
      `query ($id: ID!) {
        nodes(ids: [$id, $id]) { id }
        node(id: $id) { ... on GdprRequest { status } }
        gdprRequest(hoodId: "1000023") { clientId }
      }`,
      { id },
    );

    expect(data.nodes).toEqual([{ id }, { id }]);
    expect(data.node).toEqual({ status: 'PENDING' });
    expect(gateway.hoodCalls()).toEqual(['GET /v1/hood/gdpr-requests/1000023?fields=client_id,id,status']);
  });

  test('fail singly', async () => {
    await using gateway = await startGateway();
    gateway.hood.dials.fault = ({ line }) => (line.includes('1000022') ? { kind: 'status', status: 400 } : undefined);

    const { data, errors } = await nodes(gateway, [
      idOf('GdprRequest', '1000023'),
      idOf('GdprRequest', '1000022'),
      idOf('GdprRequest', '5'),
    ]);

    expect(data.nodes.map((node: { status: string } | null) => node?.status)).toEqual([
      'PENDING',
      undefined,
      undefined,
    ]);
    expect(errors).toMatchObject([{ path: ['nodes', 1], extensions: { code: 'UPSTREAM_REJECTED' } }]);
  });
});

test('a failed call for several ids is an error in the place of each, all one failure', async () => {
  await using gateway = await startGateway();
  gateway.hood.dials.fault = ({ line }) => (line.includes('exports') ? { kind: 'status', status: 400 } : undefined);

  const { data, errors } = await nodes(gateway, [
    idOf('HoodExport', '1'),
    idOf('CustomerData', '343776'),
    idOf('HoodExport', '2'),
  ]);

  expect(data.nodes).toMatchObject([null, { target: 'mina_test' }, null]);
  expect(errors?.map(({ path }) => path)).toEqual([
    ['nodes', 0],
    ['nodes', 2],
  ]);
  expect(new Set(errors?.map(({ extensions }) => extensions.failureId)).size).toBe(1);
});
