import { readFileSync } from 'node:fs';
import { buildClientSchema, buildSchema, getIntrospectionQuery, lexicographicSortSchema, printSchema } from 'graphql';
import { expect, test } from 'vitest';
import { startGateway } from '../support/gateway.ts';

test('tools that ask for the schema get the one that clients have, to the letter', async () => {
  await using gateway = await startGateway();
  const { data } = await gateway.query(
    getIntrospectionQuery({ oneOf: true, schemaDescription: true, specifiedByUrl: true }),
  );
  const shown = lexicographicSortSchema(buildClientSchema(data));
  const stored = lexicographicSortSchema(buildSchema(readFileSync('schema.graphql', 'utf8')));
  expect(printSchema(shown)).toBe(printSchema(stored));
});

test('a single type is told of as well, and one that only routers know is not', async () => {
  await using gateway = await startGateway();
  const { data } = await gateway.query(
    '{ query: __type(name: "Query") { fields { name } } entity: __type(name: "_Entity") { name } }',
  );
  const names = (data.query.fields as { name: string }[]).map(({ name }) => name);
  expect(names).toContain('gdprRequests');
  expect(names.filter((name) => name.startsWith('_'))).toEqual([]);
  expect(data.entity).toBeNull();
});

test('routers read what they compose', async () => {
  await using gateway = await startGateway();
  const { data } = await gateway.query('{ __typename _service { sdl } }');
  expect(data._service.sdl).toContain('@key(fields: "hoodId")');
});

test('it says what the graph is about, and where its scalars are specified', async () => {
  await using gateway = await startGateway();
  const { data } = await gateway.query('{ __schema { description types { name specifiedByURL } } }');
  expect(data.__schema.description).toMatch(/\*\*Hood\*\*.*System of Record.*`CustomerData`.*`ProfileProperty`/s);
  const specified = data.__schema.types.filter(({ specifiedByURL }: { specifiedByURL: unknown }) => specifiedByURL);
  expect(specified.map(({ name }: { name: string }) => name).sort()).toEqual([
    'Date',
    'DateTime',
    'Decimal',
    'JSON',
    'URL',
    'Upload',
  ]);
});

const OFF = { INTROSPECTION: 'off' };

test.each([
  '{ __schema { types { name fields { type { fields { name } } } } } }',
  '{ again: __type(name: "Query") { name } }',
  'query Named { customerData { totalCount } ...Hidden } fragment Hidden on Query { ... { __schema { description } } }',
  'query ($no: Boolean = false) { __typename __schema @include(if: $no) { description } }',
])('where introspection is off, %s is refused with one sentence', async (query) => {
  await using gateway = await startGateway({ env: OFF });
  const { data, errors } = await gateway.query(query);
  expect(data).toBeUndefined();
  expect(errors).toEqual([
    {
      message: 'Expected no question about the schema: introspection is off here.',
      locations: [expect.anything()],
      extensions: { code: 'BAD_USER_INPUT' },
    },
  ]);
  expect(gateway.hoodCalls()).toEqual([]);
});

test('where introspection is off, names of types and what routers compose are still told', async () => {
  await using gateway = await startGateway({ env: OFF });
  expect(await gateway.query('{ __typename customerData { __typename } }')).toEqual({
    data: { __typename: 'Query', customerData: { __typename: 'CustomerDataConnection' } },
  });
  const { data } = await gateway.query('{ _service { sdl } }');
  expect(data._service.sdl).toContain('@key(fields: "hoodId")');
});
