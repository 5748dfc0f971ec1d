import { expect, test } from 'vitest';
import { type Gateway, startGateway } from '../support/gateway.ts';
import { answering, hoodList, sorResult } from './asked.ts';

const SYSTEMS = [
  { identifier: 'A', name: 'A', customer_attributes: [{ identifier: 'A1', key: 'age' }, { key: 'city' }, null] },
  { name: 'no identifier', customer_attributes: [{ identifier: 'N1', key: 'age' }] },
  { identifier: '' },
  { identifier: 'B', name: 'B', customer_attributes: [{ identifier: 'B1', key: 'age' }] },
];

async function withSystems(): Promise<Gateway> {
  const gateway = await startGateway();
  answering(gateway.sor.api, ({ path }) => (path === '/api/system_of_records' ? sorResult(SYSTEMS) : undefined));
  return gateway;
}

/** Runs an operation of which these places fail, as the API's answer cannot be read there. */
async function failingAt(gateway: Gateway, query: string, paths: (string | number)[][]) {
  const { data, errors = [] } = await gateway.query(query);
  expect(errors.map(({ path }) => path)).toEqual(paths);
  for (const { extensions } of errors) expect(extensions.code).toBe('UPSTREAM_BAD_RESPONSE');
  return data;
}

test('systems and attributes that cannot be told from others are errors in their places', async () => {
  await using gateway = await withSystems();
  const data = await failingAt(
    gateway,
    `{ systemsOfRecord { totalCount nodes { identifier } }
       customerAttributes { totalCount nodes { identifier systemIdentifier } } }`,
    [
      ...[1, 2].map((index) => ['systemsOfRecord', 'nodes', index]),
      ...[1, 2, 4].map((index) => ['customerAttributes', 'nodes', index]),
    ],
  );
  expect(data).toEqual({
    systemsOfRecord: { totalCount: 4, nodes: [{ identifier: 'A' }, null, null, { identifier: 'B' }] },
    customerAttributes: {
      totalCount: 6,
      nodes: [
        { identifier: 'A1', systemIdentifier: 'A' },
        ...[null, null, { identifier: 'N1', systemIdentifier: null }, null],
        { identifier: 'B1', systemIdentifier: 'B' },
      ],
    },
  });
});

test('those that no condition leaves out are errors, and no others', async () => {
  await using gateway = await withSystems();
  const listed = (key: string) => `customerAttributes(filter: { key: { eq: "${key}" } }) { nodes { identifier } }`;
  const data = await failingAt(gateway, `{ age: ${listed('age')} city: ${listed('city')} }`, [['city', 'nodes', 0]]);
  expect(data).toEqual({
    age: { nodes: [{ identifier: 'A1' }, { identifier: 'N1' }, { identifier: 'B1' }] },
    city: { nodes: [null] },
  });
});

test('a list without places for errors is one itself', async () => {
  await using gateway = await withSystems();
  answering(gateway.hood, () => hoodList([{ id: '1', label: 'city' }], 1));
  const data = await failingAt(
    gateway,
    `{ a: systemsOfRecord(first: 1) { nodes { customerAttributes { key } customerAttribute(key: "city") { key } } }
       b: systemsOfRecord(last: 1) { nodes { customerAttributes { key } customerAttribute(key: "city") { key } } }
       properties: profileProperties { nodes { customerAttributes { key } } } }`,
    [
      ['a', 'nodes', 0, 'customerAttributes', 1],
      ['a', 'nodes', 0, 'customerAttribute'],
      ['properties', 'nodes', 0, 'customerAttributes', 0],
    ],
  );
  expect(data).toEqual({
    a: { nodes: [{ customerAttributes: null, customerAttribute: null }] },
    b: { nodes: [{ customerAttributes: [{ key: 'age' }], customerAttribute: null }] },
    properties: { nodes: [{ customerAttributes: null }] },
  });
});

test('errors of an import that name nobody are those of whoever is asked for, unless others come as well', async () => {
  await using gateway = await startGateway();
  const found = async (attribute_errors: unknown[]) => {
    answering(gateway.sor.api, ({ path }) =>
      path.endsWith('/import_jobs') ? sorResult({ i: '2025-01-02 11:12:13' }) : sorResult({ attribute_errors }),
    );
    const { data, errors } = await gateway.query(
      '{ attributeImport(importId: "i") { errors(customerId: "alice") { nodes { key } } } }',
    );
    expect(errors).toBeUndefined();
    return data.attributeImport.errors.nodes.map(({ key }: { key: string }) => key);
  };
  expect(await found([{ key: 'a' }, { key: 'b', customer_id: 'alice' }])).toEqual(['a', 'b']);
  expect(await found([{ key: 'a' }, { key: 'b', customer_id: 'alice' }, { key: 'c', customer_id: 'bob' }])).toEqual([
    'b',
  ]);
});
