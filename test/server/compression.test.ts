import { request } from 'node:http';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { isObjectType } from 'graphql';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { scopesOfField } from '../../src/graph/federation/tags.ts';
import { schema } from '../../src/graph/schema.ts';
import { SECRET_FIELDS } from '../../src/server/answers.ts';
import { type Gateway, startGateway } from '../support/gateway.ts';
import { partsOf } from '../support/parts.ts';

const LONG = '{ hoodExports(first: 20) { nodes { hoodId name createTime } } }';
const SHORT = '{ hoodExports { totalCount } }';
const SCOPED = { ANONYMOUS_SCOPES: 'pii:read,gdpr:read,exports:read,sor:write,secrets:read' };

let gateway: Gateway;
let origin: string;
beforeAll(async () => {
  gateway = await startGateway({ env: SCOPED, hood: { rows: 3_000 }, sor: { profiles: 30 } });
  origin = await gateway.listen();
});
afterAll(() => gateway[Symbol.asyncDispose]());

/** An answer as it came over the connection: a client of HTTP would undo what is to be seen. */
async function sent(query: string, coding: string | undefined, accept = 'application/json') {
  const { promise, resolve, reject } = Promise.withResolvers<{ headers: Record<string, unknown>; bytes: Buffer }>();
  const headers = { 'content-type': 'application/json', accept, ...(coding && { 'accept-encoding': coding }) };
  request(`${origin}/graphql`, { method: 'POST', headers }, async (response) => {
    const chunks = await Array.fromAsync(response as AsyncIterable<Buffer>);
    resolve({ headers: response.headers, bytes: Buffer.concat(chunks) });
  })
    .once('error', reject)
    .end(JSON.stringify({ query }));
  return promise;
}

test.each([
  ['br', 'gzip, deflate, br, zstd', brotliDecompressSync],
  ['gzip', 'gzip', gunzipSync],
  ['gzip', 'br;q=0, *', gunzipSync],
  ['gzip', 'br;q=0.1, gzip', gunzipSync],
])('beyond 1 kB an answer comes as %s to who takes %j', async (coding, accepted, decoded) => {
  const plain = await sent(LONG, undefined);
  expect(plain.headers).not.toHaveProperty('content-encoding');
  const { headers, bytes } = await sent(LONG, accepted);
  expect(headers).toMatchObject({ 'content-encoding': coding, 'content-length': String(bytes.length) });
  expect(headers['vary']).toContain('Accept-Encoding');
  expect(bytes.length).toBeLessThan(plain.bytes.length / 2);
  expect(JSON.parse(decoded(bytes).toString())).toEqual(JSON.parse(plain.bytes.toString()));
});

test.each([
  ['short ones', SHORT, 'br'],
  ['those of clients that take no coding known here', LONG, 'zstd'],
  ['those of clients that take none at all', LONG, ''],
  ['those of clients that rather take them plain', LONG, 'identity, gzip;q=0.5'],
])('%s are not compressed', async (_, query, accepted) => {
  expect((await sent(query, accepted)).headers).not.toHaveProperty('content-encoding');
});

test('an answer so long that it goes out in pieces is compressed as well', async () => {
  const query = `{ ${Array.from({ length: 30 }, (_, n) => `a${n}: hoodExports(first: 100) { nodes { hoodId name description createTime resource } }`).join(' ')} }`;
  const plain = await sent(query, undefined);
  expect(plain.headers).not.toHaveProperty('content-length');
  const { headers, bytes } = await sent(query, 'br');
  expect(headers['content-encoding']).toBe('br');
  expect(brotliDecompressSync(bytes).equals(plain.bytes)).toBe(true);
});

test.each([
  [
    'keys of systems',
    '{ systemsOfRecord { nodes { ...Keys } } } fragment Keys on SystemOfRecord { name all: apiKeys }',
  ],
  ['links', '{ hoodExports(first: 20) { nodes { hoodId name downloadUrl } } }'],
  ['links of which none came', `{ hoodExports(first: 20) { nodes { hoodId name downloadUrl @include(if: false) } } }`],
])('answers with %s are compressed by nobody', async (_, query) => {
  const { headers, bytes } = await sent(query, 'gzip, br');
  expect(JSON.parse(bytes.toString()).errors).toBeUndefined();
  expect(headers).not.toHaveProperty('content-encoding');
  expect(headers['cache-control']).toBe('no-store, no-transform');
});

test('every field that shows a secret, or makes a link, is one of them', () => {
  const found = Object.values(schema.getTypeMap())
    .filter(isObjectType)
    .flatMap((type) => Object.values(type.getFields()))
    .filter((field) => {
      const isSecret = scopesOfField(schema, field).includes('secrets:read');
      return isSecret || /link|hands out/i.test(field.description?.match(/.*without further credentials/)?.[0] ?? '');
    });
  expect(new Set(found.map(({ name }) => name))).toEqual(SECRET_FIELDS);
});

test.each(['multipart/mixed', 'text/event-stream'])('each part of %s goes out at once', async (accept) => {
  const released = Promise.withResolvers<void>();
  gateway.sor.api.dials.lie = async (_call, honest) => {
    await released.promise;
    return honest;
  };
  const query = '{ hoodExports(first: 20) { nodes { hoodId name } } ... @defer { customerProfiles { nodes { id } } } }';
  const response = await fetch(`${origin}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept, 'accept-encoding': 'gzip' },
    body: JSON.stringify({ query }),
  });
  expect(response.headers.get('content-encoding')).toBe('gzip');
  // Nobody else may keep it.
  expect(response.headers.get('cache-control')).toBe('no-store');
  const parts = partsOf(response);
  expect((await parts.next()).value?.data.hoodExports.nodes).toHaveLength(20);
  released.resolve();
  expect((await parts.next()).value).toMatchObject({ hasNext: false });
  gateway.sor.api.dials.lie = undefined;
});
