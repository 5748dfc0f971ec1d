import { expect, test } from 'vitest';
import { startGateway } from '../support/gateway.ts';
import { CSV, form, LONG, OPERATION, send } from './operation-forms.ts';

const { input } = OPERATION.variables;
const query = `mutation ($a: ImportAttributeValuesInput!, $b: ImportAttributeValuesInput!) {
  a: importAttributeValues(input: $a) { __typename }
  b: importAttributeValues(input: $b) { __typename }
}`;
const operations = (a: object = input, b: object = input): [string, string] => [
  'operations',
  JSON.stringify({ query, variables: { a, b } }),
];
const map: [string, string] = ['map', '{"0":["variables.a.file"],"1":["variables.b.file"]}'];
const first: [string, string, string] = ['0', CSV, 'a.csv'];
const second: [string, string, string] = ['1', CSV, 'b.csv'];
const IMPORTED = { __typename: 'ImportAttributeValuesSuccess' };

test('two files of an operation are used one after the other', async () => {
  await using gateway = await startGateway();
  const answer = await send(await gateway.listen(), form(operations(), map, first, second));
  expect(answer).toEqual({ status: 200, data: { a: IMPORTED, b: IMPORTED } });
});

test('a file that nobody reads is let go by for the one behind it, and who wants it later hears so', async () => {
  await using gateway = await startGateway();
  const answer = await send(await gateway.listen(), form(operations(), map, ['1', LONG, 'b.csv'], first));
  expect(answer.data).toEqual({ a: IMPORTED, b: null });
  expect(answer.errors).toMatchObject([
    {
      path: ['b'],
      message: 'Expected files in the order in which the operation uses them.',
      extensions: { code: 'BAD_USER_INPUT' },
    },
  ]);
});

test('a file of an input that is wrong holds up nobody', async () => {
  await using gateway = await startGateway();
  const wrong = form(operations({ ...input, systemOfRecord: 'nowhere' }), map, first, second);
  const answer = await send(await gateway.listen(), wrong);
  expect(answer).toEqual({ status: 200, data: { a: { __typename: 'InvalidInputError' }, b: IMPORTED } });
});

test('a third file is one too many', async () => {
  await using gateway = await startGateway();
  const three: [string, string] = ['map', map[1].replace('}', ',"2":["variables.b.requestHeaders"]}')];
  const answer = await send(
    await gateway.listen(),
    form(operations(input, { ...input, requestHeaders: null }), three, first, second, ['2', CSV, 'c.csv']),
  );
  expect(answer).toMatchObject({ status: 400, errors: [{ message: 'Expected at most two files in a request.' }] });
});
