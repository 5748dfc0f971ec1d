import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { startGateway } from '../../../support/gateway.ts';
import { upload } from '../../../support/upload.ts';
import { CSV, HEADER, IMPORT, importedValue, LIST, longFile, operation } from './attribute-files.ts';

const MUTATION = `mutation ($input: ImportAttributeValuesInput!) {
  importAttributeValues(input: $input) { __typename ... on InvalidInputError { message code issues { path code message } } }
}`;
const UNKNOWN = `${CSV}marc,Hobbies,Reading\n"jeanne","shoe_size",39\nmarc,Hobbies,Hiking\nmarc,hat_size,58\n`;

const OPEN_QUOTE = 'Expected every quote to be closed: one in row 2 is not.';

const issue = (row: number, key: string) => ({
  path: ['file'],
  code: 'UNKNOWN_KEY',
  message: `Expected the key of an attribute of this system in row ${row}, not "${key}".`,
});

test.each<[name: string, file: Buffer]>([
  ['plain', Buffer.from(UNKNOWN)],
  ['gzipped', gzipSync(UNKNOWN)],
])('keys that the system lacks are told all at once, before the file is sent: %s', async (_, file) => {
  await using gateway = await startGateway();

  const { data, errors } = await upload(await gateway.listen(), operation({}, MUTATION), [file]);

  expect(errors).toBeUndefined();
  const issues = [issue(5, 'Hobbies'), issue(6, 'shoe_size'), issue(8, 'hat_size')];
  expect(data.importAttributeValues).toEqual({
    __typename: 'InvalidInputError',
    ...{ code: 'UNKNOWN_KEY', message: issues[0]?.message.replace(/\.$/, ' (and 2 more).'), issues },
  });
  expect(gateway.sorCalls()).toEqual([LIST]);
});

test.each<[name: string, pieces: string[]]>([
  ['a key of another system', [`${HEADER}marc,favorite_team,PSG\n`]],
  ['one in a last line that does not end', [`${HEADER}marc,favorite_team,PSG`]],
  ['one that comes after the header', [HEADER, 'marc,favor', 'ite_team,PSG\n', 'marc,client_type,Gold\n']],
])('%s is told before the file is sent', async (_, pieces) => {
  await using gateway = await startGateway();
  const { data } = await upload(await gateway.listen(), operation({}, MUTATION), pieces);
  expect(data.importAttributeValues.issues).toEqual([issue(2, 'favorite_team')]);
  expect(gateway.sorCalls()).toEqual([LIST]);
});

test('one late in a long file cuts the call, so that nothing is imported', async () => {
  await using gateway = await startGateway();

  const file = longFile(5, 'marc,shoe_size,42\n');
  const { data } = await upload(await gateway.listen(), operation({}, MUTATION), file);

  expect(data.importAttributeValues.issues).toEqual([
    { ...issue(0, 'shoe_size'), message: expect.stringMatching(/ in row \d{6}, not "shoe_size"\.$/) },
  ]);
  expect(gateway.sor.api.calls.find(({ line }) => line === IMPORT)?.status).toBeUndefined();
  await gateway.sor.settle();
  expect(await importedValue(gateway, 'jeanne', 'client_type')).toBeNull();
  expect(gateway.logged).toEqual([]);
});

test('with ignoreUnknownKeys such lines are passed on, and the API ignores them', async () => {
  await using gateway = await startGateway();

  const input = operation({ ignoreUnknownKeys: true }, MUTATION);
  const { data } = await upload(await gateway.listen(), input, [UNKNOWN]);

  expect(data.importAttributeValues).toEqual({ __typename: 'ImportAttributeValuesSuccess' });
  expect(gateway.sorCalls()).toEqual([LIST, IMPORT]);
  await gateway.sor.settle();
  expect(await importedValue(gateway, 'jeanne', 'client_type')).toBe('Gold ✓');
});

test('an attribute that was just created is known', async () => {
  await using gateway = await startGateway({ env: { CACHE: 'on' } });
  await gateway.query('{ systemsOfRecord { totalCount } }');
  await gateway.query(`mutation { createCustomerAttribute(input: {
    systemOfRecord: "SOR_767yUpsMJoTWi0mz", key: "shoe_size", label: "Shoe size", valueType: NUMBER
  }) { __typename } }`);

  const file = [`${HEADER}marc,shoe_size,42\n`];
  const { data } = await upload(await gateway.listen(), operation({}, MUTATION), file);

  expect(data.importAttributeValues).toEqual({ __typename: 'ImportAttributeValuesSuccess' });
});

test.each<[name: string, lines: string, issue: object]>([
  [
    'a quote that is not closed',
    'marc,client_type,"Gold\nmarc,shoe_size,42\n',
    { code: 'INVALID', message: OPEN_QUOTE },
  ],
  ['lone carriage returns between rows', 'marc,client_type,Gold\rmarc,shoe_size,42\r', issue(3, 'shoe_size')],
])('%s hides no key', async (_, lines, expected) => {
  await using gateway = await startGateway();

  const { data } = await upload(await gateway.listen(), operation({}, MUTATION), [HEADER + lines]);

  expect(data.importAttributeValues.issues).toEqual([{ path: ['file'], ...expected }]);
  expect(gateway.sorCalls()).toEqual([LIST]);
});

test('a disabled attribute takes no values from a file either', async () => {
  await using gateway = await startGateway();
  await gateway.query(
    'mutation { disableCustomerAttribute(input: { identifier: "FACA_client_type" }) { __typename } }',
  );
  gateway.sorCalls();

  const { data } = await upload(await gateway.listen(), operation({}, MUTATION), [`${HEADER}marc,client_type,Gold\n`]);

  const message = 'Expected the key of an attribute that is not disabled in row 2, not "client_type".';
  expect(data.importAttributeValues.issues).toEqual([{ path: ['file'], code: 'DISABLED', message }]);
  expect(gateway.sorCalls()).toEqual([LIST]);
});

test('what is not listed of many unknown keys is counted', async () => {
  await using gateway = await startGateway();
  const lines = Array.from({ length: 150 }, (_, index) => `marc,key${index},1\n`);

  const { data } = await upload(await gateway.listen(), operation({}, MUTATION), [HEADER + lines.join('')]);

  const { issues } = data.importAttributeValues;
  expect(issues).toHaveLength(101);
  expect(issues.at(-1).message).toMatch(/ at least 50 others too, which are not listed\.$/);
});
