import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { startGateway } from '../../../support/gateway.ts';
import { upload } from '../../../support/upload.ts';
import { API_KEY, CSV, HEADER, IMPORT, LIST, longFile, MUTATION, operation } from './attribute-files.ts';

const WRONG_HEADER = 'Expected a CSV file whose first line is "user_id,attribute_key,value".';
const NOT_UTF8 = 'Expected UTF-8 text, plain or gzipped.';
const DAMAGED = 'Expected a gzip file that is complete and not damaged.';
const LATIN1 = Buffer.from(`${HEADER}a,b,caf\xe9\n`, 'latin1');

test.each<[name: string, file: Buffer[], message: string]>([
  ['another header', [Buffer.from('device_id,attribute_key,value\na,b,c\n')], WRONG_HEADER],
  ['a longer header', [Buffer.from('user_id,attribute_key,value,since\n')], WRONG_HEADER],
  ['two byte order marks', [Buffer.from(`\ufeff\ufeff${CSV}`)], WRONG_HEADER],
  ['a quote that does not end', [Buffer.from(`"user_id,attribute_key,value\na,b,c\n`)], WRONG_HEADER],
  ['a header of other names in quotes', [Buffer.from('"user_id","key","value"\na,b,c\n')], WRONG_HEADER],
  ['nothing in it', [], WRONG_HEADER],
  ['half a header', [Buffer.from('user_id,attr')], WRONG_HEADER],
  ['another header, gzipped', [gzipSync('a,b,c\n1,2,3\n')], WRONG_HEADER],
  ['another encoding', [LATIN1], NOT_UTF8],
  ['another encoding, gzipped', [gzipSync(LATIN1)], NOT_UTF8],
  ['UTF-16', [Buffer.from(CSV, 'utf16le')], WRONG_HEADER],
  ['a character that does not end', [Buffer.from(`${HEADER}a,b,é`).subarray(0, -1)], NOT_UTF8],
  ['half of a gzip file', [gzipSync(CSV).subarray(0, 30)], DAMAGED],
])('a file with %s is a mistake, and no import begins', async (_, file, message) => {
  await using gateway = await startGateway();

  const { data, errors } = await upload(await gateway.listen(), operation(), file);

  expect(errors).toBeUndefined();
  expect(data.importAttributeValues).toMatchObject({
    __typename: 'InvalidInputError',
    issues: [{ path: ['file'], message }],
  });
  await gateway.sor.settle();
  const { data: imports } = await gateway.query('{ attributeImports { totalCount } }');
  expect(imports.attributeImports.totalCount).toBe(1);
});

test('a wrong header is found before the file is sent anywhere', async () => {
  await using gateway = await startGateway();
  await upload(await gateway.listen(), operation(), ['user_id,', 'attribute_key,', 'values\n']);
  expect(gateway.sorCalls()).toEqual([LIST]);
});

test('a mistake late in a long file cuts the call, so that nothing is imported', async () => {
  await using gateway = await startGateway();

  const { data } = await upload(await gateway.listen(), operation(), longFile(5, 'marc,client_type,caf\xe9\n'));

  expect(data.importAttributeValues).toMatchObject({
    __typename: 'InvalidInputError',
    issues: [{ path: ['file'], message: NOT_UTF8 }],
  });
  const call = gateway.sor.api.calls.find(({ line }) => line === IMPORT);
  expect(call?.status).toBeUndefined();
  expect(gateway.logged).toEqual([]);
});

test.each<[name: string, input: object, issues: string[]]>([
  ['neither a file nor an address', {}, ['file']],
  ['an address of another kind', { fileUrl: 'ftp://example.com/a.csv' }, ['fileUrl']],
  [
    'odd headers',
    {
      fileUrl: 'https://example.com/a.csv',
      requestHeaders: [
        { name: 'x y', value: 'a' },
        { name: 'A', value: 'a\r\nb: c' },
        { name: 'a', value: '' },
      ],
    },
    ['requestHeaders.0.name', 'requestHeaders.1.value', 'requestHeaders.2.name'],
  ],
  [
    'headers without an address, for a system that is not there',
    { systemOfRecord: 'SOR_nowhere', requestHeaders: [{ name: 'a', value: 'b' }] },
    ['systemOfRecord', 'file', 'requestHeaders'],
  ],
])('%s: all mistakes are told at once, before anything is written', async (_, input, issues) => {
  await using gateway = await startGateway();
  const { data } = await gateway.query(MUTATION, operation(input).variables);
  const told = data.importAttributeValues.issues.map(({ path }: { path: string[] }) => path.join('.'));
  expect(told).toEqual(issues);
  expect(gateway.sorCalls()).toEqual([LIST]);
});

test('a file and an address together are a mistake, and the file is not waited for', async () => {
  await using gateway = await startGateway();
  const input = { fileUrl: 'https://example.com/a.csv' };
  const { data } = await upload(await gateway.listen(), operation(input), longFile(5));
  expect(data.importAttributeValues.issues).toEqual([
    { path: ['file'], message: 'Expected exactly one of file and fileUrl.' },
  ]);
});

test.each<[name: string, file: unknown]>([
  ['a text', 'a.csv'],
  ['an object', { filename: 'a.csv' }],
])('%s is no file', async (_, file) => {
  await using gateway = await startGateway();
  const { errors } = await gateway.query(MUTATION, operation({ file }).variables);
  expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
});

test.each<[status: number, outcome: object]>([
  [400, { data: { importAttributeValues: { __typename: 'UpstreamRejectedError', status: 400 } } }],
  [500, { errors: [{ extensions: { code: 'UPSTREAM_UNAVAILABLE' } }] }],
])('an import that is answered with %i before its file is read ends at once', async (status, outcome) => {
  await using gateway = await startGateway();
  gateway.sor.api.dials.fault = ({ line }) =>
    line === IMPORT ? { kind: 'status', status, body: { success: false, error_message: `No ${API_KEY}` } } : undefined;

  const answer = await upload(await gateway.listen(), operation(), longFile(20));

  expect(answer).toMatchObject(outcome);
  expect(gateway.sorCalls()).toEqual([LIST, IMPORT]);
  expect(JSON.stringify(answer) + gateway.logged.join()).not.toContain(API_KEY);
});
