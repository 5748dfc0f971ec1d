import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { serve } from '../../src/sandbox/server.ts';
import { type SorSandbox, startSor } from '../../src/sandbox/sor/server.ts';
import { type Answer, callerOf, resultOf } from './sor-caller.ts';

const target = { sor_id: 'SOR_767yUpsMJoTWi0mz', api_key: 'tBqL8qvvAhfyAQ' };
const HEADER = 'user_id,attribute_key,value\n';

const importIdOf = (answer: Answer) => resultOf<{ import_id: string }>(answer).import_id;

async function valuesOf(sor: SorSandbox, customerId: string) {
  const answer = await callerOf(sor).get(`/api/customer_profiles/${customerId}`, {
    sor_identifiers: target.sor_id,
  });
  const [profile] = resultOf<{ attributes: Record<string, Record<string, unknown>> }[]>(answer);
  return profile?.attributes[target.sor_id];
}

async function errorsOf(sor: SorSandbox, job_id: string, customer_id?: string) {
  const params = { job_id, ...(customer_id && { customer_id }) };
  const answer = await callerOf(sor).get('/api/attribute_values/import_errors', params);
  return resultOf<{ attribute_errors: Record<string, string | null>[] }>(answer).attribute_errors;
}

test.each([
  ['plain', (text: string) => Buffer.from(text)],
  ['gzipped', (text: string) => gzipSync(text)],
])('a %s upload is processed a moment later', async (_how, packed) => {
  await using sor = await startSor({ profiles: 0, settings: { importDelayMs: 3_600_000 } });
  const csv = `${HEADER}ann,loyalty_points,9223372036854775807\nann,hobbies,Go;Chess\nann,newsletter,true\n`;

  const answer = await callerOf(sor).upload(target, new Blob([packed(csv)]));
  expect(answer.status).toBe(200);
  expect(await valuesOf(sor, 'ann')).toBeUndefined();

  await sor.settle();
  expect(await valuesOf(sor, 'ann')).toMatchObject({ hobbies: ['Go', 'Chess'], newsletter: true });
  const { text } = await callerOf(sor).get('/api/customer_profiles/ann');
  expect(text).toContain('"loyalty_points":9223372036854775807,');
  expect(await errorsOf(sor, importIdOf(answer))).toEqual([]);
});

test('an import is processed when its time has come by a clock that is moved', async () => {
  let now = Date.parse('2026-01-01T00:00:00Z');
  await using sor = await startSor({ profiles: 0, now: () => now, settings: { importDelayMs: 3_600_000 } });
  await callerOf(sor).upload(target, new Blob([`${HEADER}ann,client_type,Private`]));
  now += 3_599_999;
  expect(await valuesOf(sor, 'ann')).toBeUndefined();
  now += 1;
  expect(await valuesOf(sor, 'ann')).toMatchObject({ client_type: 'Private' });
});

test('without anyone waiting for it an import is processed too', async () => {
  await using sor = await startSor({ profiles: 0 });
  await callerOf(sor).upload(target, new Blob([`${HEADER}ann,client_type,Private`]));
  await expect.poll(() => valuesOf(sor, 'ann')).toMatchObject({ client_type: 'Private' });
});

test.each([
  ['plain', (text: string) => Buffer.from(text)],
  ['gzipped', (text: string) => gzipSync(text)],
])('a %s file is fetched from its address, with the headers given for it', async (_how, packed) => {
  await using sor = await startSor({ profiles: 0 });
  await using host = await serve(() => ({ status: 200, body: packed(`${HEADER}ann,client_type,Private\n`) }));

  const answer = await callerOf(sor).post('/api/attribute_values/batch_import', {
    ...target,
    file_url: `${host.origin}/my/file.csv`,
    request_headers: { Authorization: 'abcd', 'x-ms-blob-type': 'def' },
  });
  expect(answer.json).toMatchObject({ success: true, result: { import_id: 'import_id_2' } });
  await sor.settle();

  expect(host.calls.map(({ line }) => line)).toEqual(['GET /my/file.csv']);
  expect(host.calls[0]?.headers).toMatchObject({ authorization: 'abcd', 'x-ms-blob-type': 'def' });
  expect(await valuesOf(sor, 'ann')).toMatchObject({ client_type: 'Private' });
});

test.each([
  ['elsewhere', 'https://path.to/my/file.csv'],
  ['on another machine', 'http://192.168.0.1/file.csv'],
  ['in a file', 'file:///etc/passwd'],
  ['nowhere', 'file.csv'],
])('an address %s is refused', async (_where, file_url) => {
  await using sor = await startSor({ profiles: 0 });
  const answer = await callerOf(sor).post('/api/attribute_values/batch_import', { ...target, file_url });
  expect(answer.status).toBe(400);
  expect(answer.json).toMatchObject({ error_message: 'Param file_url is not valid' });
});

test('an upload and an address together, or neither, are refused', async () => {
  await using sor = await startSor({ profiles: 0 });
  const { post, upload, get } = callerOf(sor);
  const file = new Blob([HEADER]);
  expect((await upload({ ...target, file_url: 'http://127.0.0.1/x' }, file)).status).toBe(400);
  expect((await upload(target)).status).toBe(400);
  expect((await post('/api/attribute_values/batch_import', target)).status).toBe(400);
  const jobs = resultOf<object>(await get('/api/attribute_values/import_jobs'));
  expect(Object.keys(jobs)).toEqual(['import_id_1']);
});

test.each([
  ['sor_id', { ...target, sor_id: 'SOR_unheard' }],
  ['api_key', { ...target, api_key: 'wrong' }],
  ['sor_id', { api_key: target.api_key }],
])('a wrong %s is refused at once', async (name, fields) => {
  await using sor = await startSor({ profiles: 0 });
  const answer = await callerOf(sor).upload(fields as Record<string, string>, new Blob([HEADER]));
  expect(answer.status).toBe(400);
  expect(answer.json).toMatchObject({ error_message: `Param ${name} is not valid` });
});

test('unknown keys are silently ignored; every other wrong line is an error and stops no other line', async () => {
  await using sor = await startSor({ profiles: 0 });
  const lines = [
    'ann,unheard,1',
    'bob,loyalty_points,many',
    'cid,,x',
    ',client_type,x',
    'dan,client_type',
    'eve,client_type,a,b',
    'eve,newsletter,TRUE',
    'fay,client_type,Private',
  ];
  const answer = await callerOf(sor).upload(target, new Blob([HEADER + lines.join('\r\n')]));
  await sor.settle();

  expect(await valuesOf(sor, 'ann')).toBeUndefined();
  expect(await valuesOf(sor, 'fay')).toMatchObject({ client_type: 'Private' });
  const errors = await errorsOf(sor, importIdOf(answer));
  expect(errors.map(({ customer_id, message }) => `${customer_id}: ${message}`).toSorted()).toEqual([
    ': customerId is empty',
    'bob: The value is not a number',
    'cid: attributeKey is empty',
    'dan: The line has 2 values',
    'eve: The line has 4 values',
    'eve: The value is not a boolean',
  ]);
  expect(await errorsOf(sor, importIdOf(answer), 'bob')).toHaveLength(1);
  expect(JSON.parse(errors[0]?.['raw'] ?? '')).toMatchObject({ api_key: target.api_key });
});

test.each([
  ['no header', Buffer.from('ann,client_type,Private\n'), /header/],
  ['another header', Buffer.from('device_id,attribute_key,value\nann,client_type,x'), /header/],
  ['nothing in it', Buffer.from(''), /empty/],
  ['Latin-1 text', Buffer.concat([Buffer.from(`${HEADER}ann,client_type,`), Buffer.from([0xe9])]), /UTF-8/],
  ['half a gzip file', gzipSync(HEADER + 'ann,client_type,x\n'.repeat(1000)).subarray(0, 60), /gzip/],
  ['an open quote', Buffer.from(`${HEADER}"ann,client_type,x\n`), /quote/],
])('a file with %s ends its import with an error', async (_what, bytes, message) => {
  await using sor = await startSor({ profiles: 0 });
  const answer = await callerOf(sor).upload(target, new Blob([bytes]));
  expect(answer.status).toBe(200);
  await sor.settle();
  expect(await errorsOf(sor, importIdOf(answer))).toEqual([
    expect.objectContaining({ customer_id: null, key: null, message: expect.stringMatching(message) }),
  ]);
});

test('a file that cannot be fetched ends its import with an error', async () => {
  await using sor = await startSor({ profiles: 0 });
  await using host = await serve(() => ({ status: 403 }));
  const file_url = `${host.origin}/file.csv`;
  const answer = await callerOf(sor).post('/api/attribute_values/batch_import', { ...target, file_url });
  await sor.settle();
  expect(await errorsOf(sor, importIdOf(answer))).toMatchObject([{ message: 'The file could not be fetched: 403' }]);
});

test('a line for a set is its whole new state, and an empty value takes the value away', async () => {
  await using sor = await startSor({ profiles: 0 });
  const { upload } = callerOf(sor);
  await upload(target, new Blob([`${HEADER}ann,hobbies,a;b\nann,client_type,x\nann,languages,e`]));
  await upload(target, new Blob([`${HEADER}ann,hobbies,b;c\nann,client_type,\nann,languages,`]));
  await sor.settle();
  expect(await valuesOf(sor, 'ann')).toMatchObject({ hobbies: ['b', 'c'], client_type: null, languages: [] });
});

test('imports and their errors are forgotten after a week', async () => {
  const clock = { now: Date.parse('2026-01-01T00:00:00Z') };
  await using sor = await startSor({ profiles: 0, now: () => clock.now });
  const { get, upload } = callerOf(sor);
  const jobs = async () => Object.keys(resultOf<object>(await get('/api/attribute_values/import_jobs')));
  const importId = importIdOf(await upload(target, new Blob([`${HEADER}bob,loyalty_points,x`])));
  await sor.settle();

  clock.now += 6.9 * 86_400_000;
  expect(await jobs()).toEqual([importId]);
  expect(await errorsOf(sor, importId)).toHaveLength(1);
  clock.now += 0.2 * 86_400_000;
  expect(await jobs()).toEqual([]);
  expect(await errorsOf(sor, importId)).toEqual([]);
});

test('errors are not given without a job', async () => {
  await using sor = await startSor({ profiles: 0 });
  const answer = await callerOf(sor).get('/api/attribute_values/import_errors');
  expect(answer.json).toMatchObject({ status: '400', error_message: 'Param job_id is not valid' });
});

test('a stand-in that is closed leaves an import that is under way, and its file, behind', async () => {
  await using host = await serve(() => new Promise(() => {}));
  const sor = await startSor({ profiles: 0, settings: { importDelayMs: 0 } });
  const file_url = `${host.origin}/file.csv`;
  await callerOf(sor).post('/api/attribute_values/batch_import', { ...target, file_url });
  await expect.poll(() => host.calls.length).toBe(1);
  await sor[Symbol.asyncDispose]();
  await expect.poll(() => host.calls[0]?.aborted).toBe(true);
});
