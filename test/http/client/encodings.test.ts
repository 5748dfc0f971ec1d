import { text } from 'node:stream/consumers';
import zlib from 'node:zlib';
import { expect, test } from 'vitest';
import manifest from '../../../package.json' with { type: 'json' };
import { template } from '../../../src/http/client/path.ts';
import { type Reply, serve } from '../../../src/sandbox/server.ts';
import { startGateway } from '../../support/gateway.ts';
import { endless, failureOf, hoodClient } from './hood-client.ts';

const CALL = { route: template('/x'), path: '/x' };
const JSON_TEXT = '{"total":1,"items":[{"id":"1","name":"Zoë"}]}';

const CODINGS: [name: string, encode: (bytes: Buffer) => Buffer][] = [
  ['gzip', zlib.gzipSync],
  ['x-gzip', zlib.gzipSync],
  ['deflate', zlib.deflateSync],
  ['br', zlib.brotliCompressSync],
  ['zstd', zlib.zstdCompressSync],
  ['identity', (bytes) => bytes],
  ['GZIP , br', (bytes) => zlib.brotliCompressSync(zlib.gzipSync(bytes))],
];

function encoded(coding: string, body: Buffer, type = 'application/json', status = 200): Reply {
  return { status, body, headers: { 'content-type': type, 'content-encoding': coding } };
}

test.each(CODINGS)('an answer in %s is read through the front door', async (coding, encode) => {
  const row = { id: '7', description: 'Zoë', company_id: '18446744073709551615' };
  const page = Buffer.from(`{"total":1,"items":[${JSON.stringify(row)}]}`);
  await using hood = await serve(() => encoded(coding, encode(page)));
  await using gateway = await startGateway({ env: { HOOD_URL: hood.origin } });

  const { data, errors } = await gateway.query('{ hoodExports(first: 1) { nodes { hoodId description companyId } } }');

  expect(errors).toBeUndefined();
  expect(data.hoodExports.nodes).toEqual([{ hoodId: '7', description: 'Zoë', companyId: '18446744073709551615' }]);
  expect(hood.calls).toHaveLength(1);
  expect(hood.calls[0]?.headers).toMatchObject({
    'accept-encoding': 'gzip, deflate, br, zstd',
    'user-agent': `hood-sor-gateway/${manifest.version}`,
  });
});

test('numbers that a double would round keep their digits in an encoded answer', async () => {
  const body = zlib.gzipSync('{"client_id":17371227395790007397}');
  await using server = await serve(() => encoded('gzip', body));
  await using client = hoodClient(server);
  expect(await client.get(CALL)).toEqual({ client_id: '17371227395790007397' });
});

test.each(CODINGS.filter(([name]) => name !== 'identity'))('a bomb in %s is not decoded', async (coding, encode) => {
  await using server = await serve(() => encoded(coding, encode(Buffer.alloc(3_000_000, ' '))));
  await using client = hoodClient(server, { maxResponseBytes: 1_000_000 });
  expect(await failureOf(client.get(CALL))).toMatchObject({
    failure: 'badResponse',
    message: 'Hood sent more than 1 MB.',
    code: 'BODY_TOO_LONG',
  });
});

test.each<[name: string, coding: string, body: Buffer]>([
  ['not in its coding', 'br', Buffer.from(JSON_TEXT)],
  ['cut', 'gzip', zlib.gzipSync(JSON_TEXT).subarray(0, 20)],
  ['in a coding that nobody knows', 'rot13', Buffer.from(JSON_TEXT)],
  ['in a coding named like a method', 'constructor', Buffer.from(JSON_TEXT)],
  ['nested too deep', 'gzip,gzip,gzip,gzip', Buffer.from(JSON_TEXT)],
])('a body that is %s is a bad response', async (_, coding, body) => {
  await using server = await serve(() => encoded(coding, body));
  await using client = hoodClient(server);
  const calls = [client.get(CALL), client.open(CALL).then(({ body }) => text(body))];
  for (const outcome of await Promise.allSettled(calls)) {
    expect(outcome).toMatchObject({ status: 'rejected', reason: expect.any(Error) });
  }
  expect(await failureOf(client.get(CALL))).toMatchObject({
    failure: 'badResponse',
    message: 'Hood sent a body whose content coding cannot be read.',
  });
});

test('an empty body needs no decoding, whatever its headers say', async () => {
  await using server = await serve(() => encoded('gzip', Buffer.alloc(0)));
  await using client = hoodClient(server);
  expect(await client.get(CALL)).toBeUndefined();
});

test.each(CODINGS)('an error in %s keeps its words', async (coding, encode) => {
  const body = encode(Buffer.from('{"title":"Bad request."}'));
  await using server = await serve(() => encoded(coding, body, 'application/json', 400));
  await using client = hoodClient(server);
  const message = 'Hood rejected the request with status 400: Bad request.';
  expect((await failureOf(client.get(CALL))).toSender()).toBe(message);
  expect((await failureOf(client.open(CALL))).toSender()).toBe(message);
});

test.each([
  ['a bomb', zlib.gzipSync(Buffer.alloc(3_000_000, ' '))],
  ['no gzip', Buffer.from('{"title":"Bad request."}')],
])('an error whose body is %s keeps its status', async (_, body) => {
  await using server = await serve(() => encoded('gzip', body, 'application/json', 400));
  await using client = hoodClient(server);
  const message = 'Hood rejected the request with status 400.';
  expect(await failureOf(client.get(CALL))).toMatchObject({ message });
  expect(await failureOf(client.open(CALL))).toMatchObject({ message });
});

test.each(CODINGS)('a download in %s is handed on decoded', async (coding, encode) => {
  const csv = `id,name\n${'1,Zoë\n'.repeat(50_000)}`;
  await using server = await serve(() => encoded(coding, encode(Buffer.from(csv)), 'text/csv'));
  await using client = hoodClient(server);
  const { headers, body } = await client.open(CALL);
  expect(headers).not.toHaveProperty('content-encoding');
  expect(headers).not.toHaveProperty('content-length');
  expect(await text(body)).toBe(csv);
});

test('who stops reading an encoded download ends it at the API', async () => {
  await using server = await serve(() => ({
    status: 200,
    body: endless().pipe(zlib.createGzip()),
    headers: { 'content-encoding': 'gzip' },
  }));
  await using client = hoodClient(server);
  const { body } = await client.open(CALL);
  body.destroy();
  await expect.poll(() => server.calls[0]?.aborted, { interval: 5 }).toBe(true);
});

test.each<[charset: string, bytes: Buffer]>([
  ['ISO-8859-1', Buffer.from(JSON_TEXT, 'latin1')],
  ['windows-1252', Buffer.from(JSON_TEXT, 'latin1')],
  ['"iso-8859-15"', Buffer.from(JSON_TEXT, 'latin1')],
  ['utf-16le', Buffer.from(`\ufeff${JSON_TEXT}`, 'utf16le')],
  ['utf-8', Buffer.from(`\ufeff${JSON_TEXT}`)],
  ['nonsense', Buffer.from(JSON_TEXT)],
])('an answer in the character set %s is read', async (charset, bytes) => {
  const headers = { 'content-type': `application/json; charset=${charset}` };
  await using server = await serve(() => ({ status: 200, body: bytes, headers }));
  await using client = hoodClient(server);
  expect(await client.get(CALL)).toEqual(JSON.parse(JSON_TEXT));
});

test('long numbers keep their digits in other character sets too', async () => {
  const body = Buffer.from('{"client_id":17371227395790007397}', 'utf16le');
  const headers = { 'content-type': 'application/json; charset=utf-16le' };
  await using server = await serve(() => ({ status: 200, body, headers }));
  await using client = hoodClient(server);
  expect(await client.get(CALL)).toEqual({ client_id: '17371227395790007397' });
});
