import { expect, test } from 'vitest';
import { startGateway } from '../support/gateway.ts';
import { upload } from '../support/upload.ts';
import { CSV, file, form, IMPORTED, map, OPERATION, operations, QUERY, send } from './operation-forms.ts';

test.each([
  ['its own', { 'x-graphql-upload': '1' }],
  ['Apollo’s', { 'apollo-require-preflight': 'true' }],
  ['Apollo’s newer', { 'graphql-require-preflight': '1' }],
])('a form is taken with %s header that no web page can send unasked', async (_, headers) => {
  await using gateway = await startGateway();
  expect(await upload(await gateway.listen(), OPERATION, [CSV], { headers })).toEqual({
    status: 200,
    data: IMPORTED,
  });
});

test('a form without such a header is refused, and nothing is called', async () => {
  await using gateway = await startGateway();
  const answer = await upload(await gateway.listen(), OPERATION, [CSV], { headers: {} });
  expect(answer).toMatchObject({ status: 415, errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] });
  expect(gateway.sorCalls()).toEqual([]);
});

test('the gateway’s secret is asked for before a form is read', async () => {
  await using gateway = await startGateway({
    env: { AUTH: 'secret', GATEWAY_SECRET: 'a secret of the gateway'.replaceAll(' ', '-') },
  });
  const answer = await upload(await gateway.listen(), OPERATION, [CSV]);
  expect(answer).toMatchObject({ status: 401, errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] });
  expect(gateway.sorCalls()).toEqual([]);
});

test('a form in the order of its specification is an operation', async () => {
  await using gateway = await startGateway();
  expect(await send(await gateway.listen(), form(operations, map, file))).toEqual({
    status: 200,
    data: IMPORTED,
  });
});

test('a form may have no file at all', async () => {
  await using gateway = await startGateway();
  const query = JSON.stringify({ query: '{ __typename }' });
  expect(await send(await gateway.listen(), form(['operations', query], ['map', '{}']))).toEqual({
    status: 200,
    data: { __typename: 'Query' },
  });
});

test('a form that comes without a port is taken too', async () => {
  await using gateway = await startGateway();
  const response = await gateway.fetch('/graphql', {
    method: 'POST',
    headers: {
      'content-type': 'multipart/form-data; boundary=b',
      'x-graphql-upload': '1',
      accept: 'application/json',
    },
    body: form(operations, map, file),
  });
  expect(await response.json()).toEqual({ data: IMPORTED });
});

const ORDER = 'Expected "operations", then "map", then the files.';
const PATH = 'Expected paths in "map" that lead to a null among the variables.';

test.each<[name: string, body: string, message: string]>([
  ['the file before the map', form(operations, file, map), ORDER],
  ['the map before the operation', form(map, operations, file), ORDER],
  ['two operations', form(operations, operations, map), ORDER],
  ['an operation that is no JSON', form(['operations', '{'], map), 'Expected an object of JSON in "operations".'],
  ['a list of operations', form(['operations', '[]'], map), 'Expected an object of JSON in "operations".'],
  ['a map that is no object', form(operations, ['map', '1']), 'Expected an object of JSON in "map".'],
  [
    'a map without lists',
    form(operations, ['map', '{"0":"variables.input.file"}']),
    'Expected lists of paths in "map".',
  ],
  ['a path to nowhere', form(operations, ['map', '{"0":["variables.input.other"]}']), PATH],
  ['a path to something else', form(operations, ['map', '{"0":["variables.input.systemOfRecord"]}']), PATH],
  ['a path into a prototype', form(operations, ['map', '{"0":["variables.__proto__.file"]}']), PATH],
  ['a path out of the variables', form(operations, ['map', '{"0":["query"]}']), PATH],
  ['two files', form(operations, ['map', '{"0":["variables.input.file"],"1":["variables.input.file"]}']), PATH],
  ['nothing in it', '--b--\r\n', 'Expected "operations", "map" and every file that it names.'],
  ['half a part', '--b\r\ncontent-disposition: form-da', 'Expected a multipart request that is complete.'],
  ['no map', form(operations), 'Expected "operations", "map" and every file that it names.'],
])('a form with %s is refused', async (_, body, message) => {
  await using gateway = await startGateway();
  const answer = await send(await gateway.listen(), body);
  expect(answer).toEqual({ status: 400, errors: [{ message, extensions: { code: 'BAD_USER_INPUT' } }] });
  expect(gateway.sorCalls()).toEqual([]);
});

test('a form without a boundary is refused', async () => {
  await using gateway = await startGateway();
  const answer = await send(await gateway.listen(), 'x', { 'content-type': 'multipart/form-data' });
  expect(answer).toMatchObject({
    status: 400,
    errors: [{ message: 'Expected multipart/form-data with a boundary.' }],
  });
});

test('an operation beside a file may have a megabyte, whatever the file has', async () => {
  await using gateway = await startGateway();
  const long = JSON.stringify({ ...OPERATION, query: `${QUERY}${' '.repeat(1_000_000)}` });
  const answer = await send(await gateway.listen(), form(['operations', long], map, file));
  expect(answer).toMatchObject({ status: 413, errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] });
});

test.each<[name: string, body: string, message: string]>([
  ['does not come', form(operations, map), 'Expected "operations", "map" and every file that it names.'],
  ['is cut', form(operations, map, file).slice(0, -20), 'Expected a file that is complete.'],
])('a file that %s fails its operation as a mistake of the caller', async (_, body, message) => {
  await using gateway = await startGateway();
  const answer = await send(await gateway.listen(), body);
  expect(answer).toMatchObject({
    status: 200,
    data: { importAttributeValues: null },
    errors: [{ message, path: ['importAttributeValues'], extensions: { code: 'BAD_USER_INPUT' } }],
  });
  await gateway.sor.settle();
  const { data } = await gateway.query('{ attributeImports { totalCount } }');
  expect(data.attributeImports.totalCount).toBe(1);
  expect(gateway.logged).toEqual([]);
});

test('a file that an operation uses twice is a mistake the second time', async () => {
  await using gateway = await startGateway();
  const query = `mutation ($a: ImportAttributeValuesInput!, $b: ImportAttributeValuesInput!) {
    a: importAttributeValues(input: $a) { __typename }
    b: importAttributeValues(input: $b) { __typename }
  }`;
  const { input } = OPERATION.variables;
  const answer = await upload(await gateway.listen(), { query, variables: { a: input, b: { ...input } } }, [CSV], {
    map: '{"0":["variables.a.file","variables.b.file"]}',
  });
  expect(answer.data).toEqual({ a: IMPORTED.importAttributeValues, b: null });
  expect(answer.errors).toMatchObject([
    { message: 'Expected a file to be used once in an operation.', extensions: { code: 'BAD_USER_INPUT' } },
  ]);
});
