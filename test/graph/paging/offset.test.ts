import { getNamedType, isObjectType } from 'graphql';
import { expect, test } from 'vitest';
import { schema } from '../../../src/graph/schema.ts';
import { type Gateway, startGateway } from '../../support/gateway.ts';
import { ofPeople, withRequests } from '../resources/joins/people-with-requests.ts';

/** Every field that gives a connection with a total. */
const COUNTED = Object.values(schema.getTypeMap()).flatMap((type) =>
  isObjectType(type)
    ? Object.values(type.getFields())
        .filter((field) => {
          const named = getNamedType(field.type);
          return isObjectType(named) && named.getFields()['totalCount'] !== undefined;
        })
        .map((field) => ({ name: `${type.name}.${field.name}`, args: field.args.map(({ name }) => name) }))
    : [],
);

test('every connection that has a total takes an offset, but for one that may be searched row by row', () => {
  expect(COUNTED.length).toBeGreaterThan(8);
  expect(COUNTED.filter(({ args }) => !args.includes('offset')).map(({ name }) => name)).toEqual([
    'DataSubject.gdprRequests',
  ]);
});

async function page(gateway: Gateway, args: string, field = 'customerData', id = 'hoodId') {
  const { data, errors } = await gateway.query(
    `{ ${field}(${args}) { totalCount nodes { ${id} } pageInfo { hasNextPage hasPreviousPage endCursor } } }`,
  );
  expect(errors).toBeUndefined();
  const { nodes, totalCount, pageInfo } = data[field];
  return { ids: nodes.map((node: Record<string, string>) => node[id]), totalCount, pageInfo };
}

test.each([
  ['customerData', 'hoodId'],
  ['gdprRequests', 'hoodId'],
  ['hoodExports', 'hoodId'],
  ['profileProperties', 'hoodId'],
  ['customerProfiles', 'customerId'],
  ['systemsOfRecord', 'identifier'],
  ['customerAttributes', 'identifier'],
])('%s: the third page of five, and on from its last cursor', async (field, id) => {
  await using gateway = await startGateway({ hood: { rows: 30 }, sor: { profiles: 30 } });
  const { ids: all, totalCount } = await page(gateway, 'first: 20', field, id);
  gateway.hoodCalls();
  gateway.sorCalls();
  const size = Math.min(5, Math.floor((totalCount - 1) / 3));

  const third = await page(gateway, `first: ${size}, offset: ${2 * size}`, field, id);

  expect(third).toMatchObject({ ids: all.slice(2 * size, 3 * size), totalCount });
  expect(third.pageInfo).toMatchObject({ hasNextPage: true, hasPreviousPage: true });
  expect(gateway.hoodCalls().length + gateway.sorCalls().length).toBe(1);
  const next = await page(gateway, `first: 1, after: "${third.pageInfo.endCursor}"`, field, id);
  expect(next.ids).toEqual(all.slice(3 * size, 3 * size + 1));
});

test('in order of time its cursors go on from there, also after a row before them has gone', async () => {
  await using gateway = await startGateway();
  const row = (n: number) => ({ id: String(n), target: `key ${n}`, create_time: `2025-01-${10 + n} 00:00:00` });
  const rows = Array.from({ length: 9 }, (_, n) => row(n));
  gateway.hood.replace('customerData', rows);
  const order = 'orderBy: { field: CREATE_TIME }';

  const { ids, pageInfo } = await page(gateway, `first: 3, offset: 3, ${order}`);
  expect(ids).toEqual(['3', '4', '5']);
  gateway.hood.replace('customerData', rows.slice(1));
  const next = await page(gateway, `first: 2, after: "${pageInfo.endCursor}", ${order}`);

  expect(next.ids).toEqual(['6', '7']);
});

test('behind the end there is nothing, and the total is said', async () => {
  await using gateway = await startGateway();

  expect(await page(gateway, 'first: 5, offset: 500')).toEqual({
    ids: [],
    totalCount: 5,
    pageInfo: { hasNextPage: false, hasPreviousPage: true, endCursor: null },
  });
  expect((await page(gateway, 'offset: 0, after: null')).ids).toHaveLength(5);
});

test('requests of many customers are skipped within one call', async () => {
  await using gateway = await withRequests(5, () => 4);
  const select = 'nodes { hoodId } pageInfo { hasNextPage endCursor }';

  const { data } = await gateway.query(ofPeople(5, `gdprRequests(first: 2, offset: 1) { ${select} }`));

  expect(gateway.hoodCalls()).toHaveLength(1);
  for (const { customerId, gdprRequests } of data.customerProfiles.nodes) {
    const whole = await gateway.query(
      `{ customerProfile(customerId: "${customerId}") { a: gdprRequests { nodes { hoodId } }
        b: gdprRequests(after: "${gdprRequests.pageInfo.endCursor}") { nodes { hoodId } } } }`,
    );
    const all = whole.data.customerProfile.a.nodes;
    expect(gdprRequests.nodes).toEqual(all.slice(1, 3));
    expect(whole.data.customerProfile.b.nodes).toEqual(all.slice(3));
  }
});

const ALONE = 'Expected "offset" with "first" alone, not with "after", "last" or "before".';

test.each([
  ['offset: 1, last: 2', ALONE],
  ['offset: 0, after: "x"', ALONE],
  ['offset: 1, before: "x"', ALONE],
  ['offset: -1', 'Expected "offset" to be a whole number from 0 to 2147483647, not -1.'],
  ['first: 5, offset: -5', 'Expected "offset" to be a whole number from 0 to 2147483647, not -5.'],
  ['offset: -20', 'Expected "offset" to be a whole number from 0 to 2147483647, not -20.'],
])('%s is refused before any call', async (args, sentence) => {
  await using gateway = await startGateway();

  const { errors } = await gateway.query(
    `{ customerData(${args}) { totalCount } systemsOfRecord(${args}) { totalCount } }`,
  );

  expect(errors?.map(({ message, extensions }) => [message, extensions.code])).toEqual(
    Array(2).fill([sentence, 'BAD_USER_INPUT']),
  );
  expect(gateway.hoodCalls()).toEqual([]);
});
