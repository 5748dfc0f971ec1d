import { expect, test } from 'vitest';
import type { AttributeSeed, SystemSeed } from '../../../../src/sandbox/sor/seeding.ts';
import { type Gateway, startGateway } from '../../../support/gateway.ts';

const LIST = 'GET /api/system_of_records';
const LABELS = 'GET /v1/hood/profile-properties?label=in:';

/** A gateway with the systems `A` and `B`, and properties in Hood for two of their keys. */
async function withAttributes(): Promise<Gateway> {
  const gateway = await startGateway({ sor: { samples: false } });
  const system = (identifier: string, attributes: AttributeSeed[]): SystemSeed => ({
    ...{ identifier, name: `System ${identifier}`, type: 'custom', apiKeys: [] },
    attributes,
  });
  gateway.sor.insertSystems([
    system('A', [
      { key: 'city', type: 'String' },
      { key: 'hobbies', type: 'Set' },
    ]),
    system('B', [
      { key: 'city', type: 'String', disabled: true },
      { key: 'age', type: 'Number' },
    ]),
  ]);
  gateway.hood.replace('profileProperties', [
    { id: '1', label: 'city', pi_data: 1 },
    { id: '2', label: 'age', pi_data: 0 },
  ]);
  return gateway;
}

/** The attributes that a filter finds in all systems, as `system.key`. */
async function found(gateway: Gateway, filter: object) {
  const { data, errors } = await gateway.query(
    `query ($filter: CustomerAttributeFilter) {
      customerAttributes(filter: $filter) { totalCount nodes { key systemIdentifier } }
    }`,
    { filter },
  );
  expect(errors).toBeUndefined();
  const { nodes, totalCount } = data.customerAttributes;
  expect(totalCount).toBe(nodes.length);
  return nodes.map(({ key, systemIdentifier }: Record<string, string>) => `${systemIdentifier}.${key}`);
}

const ALL = ['A.city', 'A.hobbies', 'B.city', 'B.age'];

test.each<[filter: object, attributes: string[]]>([
  [{}, ALL],
  [{ systemOfRecord: 'B' }, ['B.city', 'B.age']],
  [{ systemOfRecord: 'none' }, []],
  [{ key: { eq: 'city' } }, ['A.city', 'B.city']],
  [{ key: { neq: 'city' } }, ['A.hobbies', 'B.age']],
  [{ key: { in: ['age', 'hobbies'] } }, ['A.hobbies', 'B.age']],
  [{ key: { notIn: ['age', 'hobbies'] } }, ['A.city', 'B.city']],
  [{ key: { notIn: [] } }, ALL],
  [{ key: { isNull: true } }, []],
  [{ key: { isNull: false } }, ALL],
  [{ valueType: ['SET', 'NUMBER'] }, ['A.hobbies', 'B.age']],
  [{ disabled: true }, ['B.city']],
  [{ disabled: false, key: { eq: 'city' } }, ['A.city']],
])('with %j the one list of systems gives %j', async (filter, attributes) => {
  await using gateway = await withAttributes();
  expect(await found(gateway, filter)).toEqual(attributes);
  expect([...gateway.sorCalls(), ...gateway.hoodCalls()]).toEqual([LIST]);
});

test.each<[filter: object, attributes: string[], keys: string]>([
  [{ piData: true }, ['A.city', 'B.city'], 'city,hobbies,age'],
  [{ piData: false }, ['B.age'], 'city,hobbies,age'],
  [{ piData: true, systemOfRecord: 'B' }, ['B.city'], 'city,age'],
])('whether keys are personal is asked of Hood by one call, for %j', async (filter, attributes, keys) => {
  await using gateway = await withAttributes();
  expect(await found(gateway, filter)).toEqual(attributes);
  expect(gateway.sorCalls()).toEqual([LIST]);
  expect(gateway.hoodCalls()).toEqual([expect.stringContaining(`${LABELS}${keys}&`)]);
});

test.each<[filter: object]>([[{ key: { in: [] } }], [{ valueType: [] }]])(
  '%j matches nothing, without a call',
  async (filter) => {
    await using gateway = await withAttributes();
    expect(await found(gateway, filter)).toEqual([]);
    expect(gateway.sorCalls()).toEqual([]);
  },
);

test.each<[filter: object]>([
  [{ key: null }],
  [{ disabled: null }],
  [{ key: {} }],
  [{ key: { eq: 'a', neq: 'b' } }],
  [{ key: { eq: null } }],
])('%j is a mistake, found without a call', async (filter) => {
  await using gateway = await withAttributes();
  const { data, errors } = await gateway.query(
    'query ($filter: CustomerAttributeFilter) { customerAttributes(filter: $filter) { totalCount } }',
    { filter },
  );
  expect(data).toEqual({ customerAttributes: null });
  expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
  expect(gateway.sorCalls()).toEqual([]);
});

test('attributes of all systems are paged both ways, and each knows its system without a call', async () => {
  await using gateway = await withAttributes();
  const read = async (window: string) => {
    const { data } = await gateway.query(`{ customerAttributes(${window}) {
      nodes { key systemOfRecord { name } } pageInfo { endCursor hasNextPage hasPreviousPage }
    } }`);
    return data.customerAttributes;
  };

  const first = await read('first: 3');
  const rest = await read(`first: 3, after: "${first.pageInfo.endCursor}"`);
  const last = await read('last: 1');

  expect(first.nodes.map(({ key }: { key: string }) => key)).toEqual(['city', 'hobbies', 'city']);
  expect(first.pageInfo).toMatchObject({ hasNextPage: true, hasPreviousPage: false });
  expect(rest.nodes).toEqual([{ key: 'age', systemOfRecord: { name: 'System B' } }]);
  expect(last.nodes).toEqual(rest.nodes);
  expect(gateway.sorCalls()).toEqual([LIST, LIST, LIST]);
});

test('the attributes of one system come window by window, or singly by key', async () => {
  await using gateway = await withAttributes();
  const { data, errors } = await gateway.query(`{ systemsOfRecord { nodes {
    attributes(first: 1) { totalCount nodes { key } pageInfo { hasNextPage } }
    sets: attributes(filter: { valueType: [SET] }) { nodes { key } }
    ofOther: attributes(filter: { systemOfRecord: "A" }) { totalCount }
    customerAttribute(key: "age") { valueType }
  } } }`);

  expect(errors).toBeUndefined();
  const window = { totalCount: 2, nodes: [{ key: 'city' }], pageInfo: { hasNextPage: true } };
  expect(data.systemsOfRecord.nodes).toEqual([
    { attributes: window, sets: { nodes: [{ key: 'hobbies' }] }, ofOther: { totalCount: 2 }, customerAttribute: null },
    {
      ...{ attributes: window, sets: { nodes: [] }, ofOther: { totalCount: 0 } },
      customerAttribute: { valueType: 'NUMBER' },
    },
  ]);
  expect(gateway.sorCalls()).toEqual([LIST]);
});

test('a cursor of one system is not one of another, nor of another filter', async () => {
  await using gateway = await withAttributes();
  const { data } = await gateway.query(
    '{ systemsOfRecord { nodes { attributes(first: 1) { pageInfo { endCursor } } } } }',
  );
  const [a] = data.systemsOfRecord.nodes;
  const after = a.attributes.pageInfo.endCursor;

  const { errors } = await gateway.query(
    `query ($after: String) {
      b: systemOfRecord(identifier: "B") { attributes(after: $after) { totalCount } }
      a: systemOfRecord(identifier: "A") { attributes(after: $after, filter: { disabled: false }) { totalCount } }
      all: customerAttributes(after: $after) { totalCount }
    }`,
    { after },
  );

  expect(errors?.map(({ extensions }) => extensions.code)).toEqual([
    'BAD_USER_INPUT',
    'BAD_USER_INPUT',
    'BAD_USER_INPUT',
  ]);
});

test('a list that leaves out attributes costs one call for each system that is looked into', async () => {
  await using gateway = await withAttributes();
  gateway.sor.api.dials.fault = ({ line }) => {
    const result = ['A', 'B'].map((identifier) => ({ identifier, name: identifier, type: 'custom' }));
    return line === LIST ? { kind: 'body', body: { success: true, result } } : undefined;
  };
  expect(await found(gateway, { systemOfRecord: 'B' })).toEqual(['B.city', 'B.age']);
  expect(gateway.sorCalls()).toEqual([LIST, `${LIST}/B`]);
});
