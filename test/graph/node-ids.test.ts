import { describe, expect, test } from 'vitest';
import { startGateway } from '../support/gateway.ts';

const idOf = (type: string, key: string) => Buffer.from(`${type}:${key}`).toString('base64url');

const EXPORT = idOf('HoodExport', '1000000');

test.each<[what: string, id: string]>([
  ['an empty text', ''],
  ['any text', 'x'],
  ['base64 of something else', Buffer.from('something else').toString('base64url')],
  ['an unknown type', idOf('Customer', '1')],
  ['a type that is no node', idOf('GdprPerson', '1')],
  ['a name that every object has', idOf('constructor', '1')],
  ['a type without a key', idOf('HoodExport', '')],
  ['padding', `${idOf('HoodExport', '1')}==`],
  ['the other base64', Buffer.from('HoodExport:??>').toString('base64')],
  ['a space before', ` ${EXPORT}`],
  ['bits beyond the last byte', idOf('HoodExport', '10').replace(/A$/, 'B')],
])('%s is no id: an error at its place only, without a call for it', async (_what, id) => {
  await using gateway = await startGateway();

  const { data, errors } = await gateway.query(
    'query ($ids: [ID!]!, $id: ID!) { nodes(ids: $ids) { id } node(id: $id) { id } }',
    { ids: [EXPORT, id, EXPORT], id },
  );

  expect(data).toEqual({ nodes: [{ id: EXPORT }, null, { id: EXPORT }], node: null });
  expect(errors?.map(({ message, path, extensions }) => [path?.join('.'), message, extensions.code]).sort()).toEqual([
    ['node', 'Expected an `id` that this graph gave out.', 'BAD_USER_INPUT'],
    ['nodes.1', 'Expected an `id` that this graph gave out.', 'BAD_USER_INPUT'],
  ]);
  expect(gateway.hoodCalls()).toEqual(['GET /v1/hood/exports/1000000?fields=id']);
});

const BY_PATH = [
  ['customerDatum', 'CustomerData', 'customer-data'],
  ['gdprRequest', 'GdprRequest', 'gdpr-requests'],
  ['hoodExport', 'HoodExport', 'exports'],
] as const;

describe.each(BY_PATH)('%s', (field, type, path) => {
  test.each([['.'], ['..']])('is null for %j, which no path can hold, without a call', async (key) => {
    await using gateway = await startGateway();

    const answer = await gateway.query(
      `query ($key: ID!, $id: ID!) { ${field}(hoodId: $key) { hoodId } node(id: $id) { id } }`,
      { key, id: idOf(type, key) },
    );

    expect(answer).toEqual({ data: { [field]: null, node: null } });
    expect(gateway.hoodCalls()).toEqual([]);
  });

  test('is null for an empty id, without a call', async () => {
    await using gateway = await startGateway();

    expect(await gateway.query(`{ ${field}(hoodId: "") { hoodId } }`)).toEqual({ data: { [field]: null } });
    expect(gateway.hoodCalls()).toEqual([]);
  });

  test.each<[key: string, segment: string]>([
    ['../x?y#z', '%2E%2E%2Fx%3Fy%23z'],
    ['a,b', 'a%2Cb'],
    ['%2f', '%252f'],
    ['%2e%2e', '%252e%252e'],
    ['...', '%2E%2E%2E'],
    ['1 2', '1%202'],
    ['1&fields=all', '1%26fields%3Dall'],
    ['a\\b', 'a%5Cb'],
    ['é\n', '%C3%A9%0A'],
  ])('keeps %j inside its segment', async (key, segment) => {
    await using gateway = await startGateway();

    const { data, errors } = await gateway.query(`query ($key: ID!) { ${field}(hoodId: $key) { hoodId } }`, {
      key,
    });

    expect(errors).toBeUndefined();
    expect(data).toEqual({ [field]: null });
    expect(gateway.hood.calls.map(({ rawTarget }) => rawTarget)).toEqual([`/v1/hood/${path}/${segment}?fields=id`]);
  });

  test('finds a row by an odd id', async () => {
    await using gateway = await startGateway();
    const resource = (
      { 'customer-data': 'customerData', 'gdpr-requests': 'gdprRequests', exports: 'exports' } as const
    )[path];
    const keys = ['a,b', '../x?y#z', '%2f', '7'];
    gateway.hood.replace(
      resource,
      keys.map((id) => ({ id })),
    );

    const { data, errors } = await gateway.query('query ($ids: [ID!]!) { nodes(ids: $ids) { id } }', {
      ids: keys.map((key) => idOf(type, key)),
    });

    expect(errors).toBeUndefined();
    expect(data.nodes).toEqual(keys.map((key) => ({ id: idOf(type, key) })));
  });
});

test('a comma never splits one id into two: such ids are read by their path', async () => {
  await using gateway = await startGateway();

  const { data } = await gateway.query('query ($ids: [ID!]!) { nodes(ids: $ids) { id } }', {
    ids: ['1000000,999999', '1000000', '999999'].map((key) => idOf('HoodExport', key)),
  });

  expect(data.nodes.map((node: unknown) => node !== null)).toEqual([false, true, true]);
  expect(gateway.hood.calls.map(({ rawTarget }) => rawTarget).sort()).toEqual([
    '/v1/hood/exports/1000000%2C999999?fields=id',
    '/v1/hood/exports?id=in:1000000,999999&fields=id&page=1,2',
  ]);
});

test('a profile property with a comma in its id is asked for alone', async () => {
  await using gateway = await startGateway();
  gateway.hood.replace('profileProperties', [
    { id: 'a,b', label: 'odd' },
    { id: 'a', label: 'plain' },
  ]);

  const { data } = await gateway.query(
    '{ odd: profileProperty(hoodId: "a,b") { label } plain: profileProperty(hoodId: "a") { label } none: profileProperty(hoodId: "..") { label } }',
  );

  expect(data).toEqual({ odd: { label: 'odd' }, plain: { label: 'plain' }, none: null });
  expect(gateway.hoodCalls().sort()).toEqual([
    'GET /v1/hood/profile-properties?id=eq:a,b&fields=id,label,property,target&page=1,1',
    'GET /v1/hood/profile-properties?id=in:a&fields=id,label,property,target&page=1,1',
  ]);
});
