import { buffer } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { serve } from '../../../../src/sandbox/server.ts';
import { startGateway } from '../../../support/gateway.ts';
import { upload } from '../../../support/upload.ts';
import { API_KEY, CSV, CUSTOM, HEADER, IMPORT, importedValue, LIST, MUTATION, operation } from './attribute-files.ts';

/** As spreadsheets export it. */
const QUOTED = CSV.replace(HEADER, '"user_id","attribute_key","value"\n');
const WINDOWS = CSV.replaceAll('\n', '\r\n');

test.each<[name: string, file: Buffer]>([
  ['plain', Buffer.from(CSV)],
  ['gzipped', gzipSync(CSV)],
  ['with line ends of Windows', Buffer.from(WINDOWS)],
  ['with a header in quotes', Buffer.from(QUOTED)],
  ['with a header partly in quotes', Buffer.from(CSV.replace('user_id', '"user_id"'))],
  ['behind a byte order mark', Buffer.from(`\ufeff${CSV}`)],
  ['gzipped, behind a byte order mark', gzipSync(`\ufeff${CSV}`)],
  ['gzipped, with a header in quotes', gzipSync(QUOTED)],
])('a file, %s, is passed on and imported', async (_, file) => {
  await using gateway = await startGateway();

  const { data, errors } = await upload(await gateway.listen(), operation(), [file]);

  expect(errors).toBeUndefined();
  expect(data.importAttributeValues).toEqual({
    __typename: 'ImportAttributeValuesSuccess',
    attributeImport: {
      importId: expect.stringMatching(/^import_id_\d+$/),
      jobId: expect.stringMatching(/^[\da-f]{24}$/),
    },
  });
  expect(gateway.sorCalls()).toEqual([LIST, IMPORT]);
  await gateway.sor.settle();
  expect(await importedValue(gateway, 'jeanne', 'hobbies')).toEqual(['Reading', 'Hiking']);
  expect(await importedValue(gateway, 'jeanne', 'client_type')).toBe('Gold ✓');
  expect(await importedValue(gateway, 'marc', 'loyalty_points')).toBe(1234);
});

const KEYS = ['hobbies', 'client_type', 'loyalty_points'];

/** An API that hands the test the body of the file that it gets. */
async function startReceivingApi() {
  const got = Promise.withResolvers<{ type: string | undefined; body: Buffer }>();
  const api = await serve(async ({ method, stream, headers }) => {
    if (method === 'POST') got.resolve({ type: headers['content-type'], body: await buffer(stream) });
    const systems = [
      { identifier: CUSTOM, api_keys: [API_KEY], customer_attributes: KEYS.map((key) => ({ identifier: key, key })) },
    ];
    const result = method === 'POST' ? { jid: 'j', import_id: 'import_id_1' } : systems;
    return { status: 200, json: { success: true, result } };
  });
  return Object.assign(api, { got: got.promise });
}

/** The parts of a form that the vendor documents, with this file. */
function formOf(boundary: string | undefined, file: string): string {
  return [
    `--${boundary}`,
    'content-disposition: form-data; name="sor_id"',
    '',
    CUSTOM,
    `--${boundary}`,
    'content-disposition: form-data; name="api_key"',
    '',
    API_KEY,
    `--${boundary}`,
    'content-disposition: form-data; name="file"; filename="values.csv"',
    'content-type: text/csv',
    '',
    file,
    `--${boundary}--`,
    '',
  ].join('\r\n');
}

test.each<[name: string, file: Buffer, arrives: string]>([
  ['the documented header', Buffer.from(CSV), CSV],
  ['the documented header and line ends of Windows', Buffer.from(WINDOWS), WINDOWS],
  ['a header in quotes', Buffer.from(QUOTED), CSV],
  ['both', Buffer.from(`\ufeff${QUOTED.replaceAll('\n', '\r\n')}`), WINDOWS],
  ['both, gzipped', gzipSync(`\ufeff${QUOTED}`), CSV],
])(
  'a file with %s arrives with the documented one, else byte for byte, however it is cut',
  async (_, file, arrives) => {
    await using api = await startReceivingApi();
    await using gateway = await startGateway({ env: { SOR_URL: api.origin } });
    const bytes = [...file].map((byte) => Buffer.of(byte));

    await upload(await gateway.listen(), operation(), bytes);

    const { type, body } = await api.got;
    expect(body.toString()).toBe(formOf(/boundary=(.+)$/.exec(type ?? '')?.[1], arrives));
  },
);

test('an address is passed on with its headers, for the API to fetch', async () => {
  await using host = await serve(({ headers }) =>
    headers.authorization === 'abcd' ? { status: 200, body: CSV } : { status: 401 },
  );
  await using gateway = await startGateway();

  const { data, errors } = await gateway.query(MUTATION, {
    input: {
      systemOfRecord: CUSTOM,
      fileUrl: `${host.origin}/file.csv`,
      requestHeaders: [{ name: 'Authorization', value: 'abcd' }],
    },
  });

  expect(errors).toBeUndefined();
  expect(data.importAttributeValues.__typename).toBe('ImportAttributeValuesSuccess');
  await gateway.sor.settle();
  expect(await importedValue(gateway, 'marc', 'loyalty_points')).toBe(1234);
});

test('what starting an import is not answered with is read, if it is selected', async () => {
  await using gateway = await startGateway();
  const query = MUTATION.replace('importId jobId', 'importId jobId startedAt');
  const { data } = await upload(await gateway.listen(), operation({}, query), [CSV]);
  expect(data.importAttributeValues.attributeImport).toEqual({
    importId: expect.any(String),
    jobId: expect.any(String),
    startedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
  });
  expect(gateway.sorCalls()).toEqual([LIST, IMPORT, 'GET /api/attribute_values/import_jobs']);
});

test.each<[why: string, fault: object, codes: string[]]>([
  ['is down', { kind: 'status', status: 400 }, ['UPSTREAM_REJECTED']],
  ['does not have it yet', { kind: 'body', body: { success: true, result: {} } }, []],
])('what the API has answered is told where its list of imports %s', async (_why, fault, codes) => {
  await using gateway = await startGateway();
  gateway.sor.api.dials.fault = ({ line }) => (line.endsWith('/import_jobs') ? (fault as never) : undefined);

  const query = MUTATION.replace('importId jobId', 'importId jobId startedAt again: startedAt');
  const { data, errors } = await upload(await gateway.listen(), operation({}, query), [CSV]);

  expect(data.importAttributeValues).toEqual({
    __typename: 'ImportAttributeValuesSuccess',
    attributeImport: {
      importId: expect.stringMatching(/^import_id_\d+$/),
      jobId: expect.stringMatching(/^[\da-f]{24}$/),
      startedAt: null,
      again: null,
    },
  });
  const places = ['startedAt', 'again'].flatMap((name) => codes.map((code) => ({ name, code })));
  expect((errors ?? []).map(({ path, extensions }) => ({ name: path?.at(-1), code: extensions.code }))).toEqual(places);
  expect(gateway.sorCalls()).toEqual([LIST, IMPORT, 'GET /api/attribute_values/import_jobs']);
});

test('a token that has ended is not renewed in the middle of a file, but for the next one', async () => {
  await using gateway = await startGateway({
    env: { SOR_TOKEN: '', SOR_EMAIL: 'sandbox@example.com', SOR_PASSWORD: 'sandbox' },
  });
  const origin = await gateway.listen();
  let refused = 0;
  gateway.sor.api.dials.fault = ({ line }) => {
    if (line !== IMPORT || refused > 0) return undefined;
    refused += 1;
    return { kind: 'status', status: 401 };
  };

  const first = await upload(origin, operation(), [CSV]);
  const second = await upload(origin, operation(), [CSV]);

  expect(first.errors).toMatchObject([{ extensions: { code: 'UPSTREAM_UNAVAILABLE' } }]);
  expect(second.data.importAttributeValues.__typename).toBe('ImportAttributeValuesSuccess');
});

test('the key of the system goes into the body alone', async () => {
  await using gateway = await startGateway();
  await upload(await gateway.listen(), operation(), [CSV]);
  const seen = gateway.sor.api.calls.map(({ rawTarget, headers }) => rawTarget + JSON.stringify(headers));
  expect(seen.join()).not.toContain(API_KEY);
  expect(gateway.sor.feed.calls).toEqual([]);
});

test('a caller who leaves in the middle of a file ends the import', async () => {
  await using gateway = await startGateway();
  const failing = async function* () {
    yield CSV;
    throw new Error('gone');
  };
  await expect(upload(await gateway.listen(), operation(), failing())).rejects.toThrow('gone');
  await expect.poll(() => gateway.sor.api.calls.at(-1)?.aborted ?? true, { interval: 5 }).toBe(true);
  await gateway.sor.settle();
  expect(await importedValue(gateway, 'marc', 'loyalty_points')).toBeNull();
  expect(gateway.logged).toEqual([]);
});
