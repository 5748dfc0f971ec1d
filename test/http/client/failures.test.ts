import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { expect, test } from 'vitest';
import type { JsonClientOptions } from '../../../src/http/client/client-options.ts';
import { template } from '../../../src/http/client/path.ts';
import type { UpstreamFailure } from '../../../src/http/client/upstream-error.ts';
import type { Fault } from '../../../src/sandbox/faults.ts';
import { serve } from '../../../src/sandbox/server.ts';
import { SOR } from '../../../src/sources/sor/api.ts';
import { drip, overlong } from '../../support/endless-answers.ts';
import { endless, failureOf, hoodClient } from './hood-client.ts';

const CALL = { route: template('/v1/hood/exports/{id}'), path: '/v1/hood/exports/77001' };

/** What a call fails with while the API behaves like this. */
async function failureAt(fault: Fault, options: Partial<JsonClientOptions> = {}) {
  await using server = await serve(() => ({ status: 200, json: {} }));
  await using client = hoodClient(server, options);
  server.dials.fault = () => fault;
  return await failureOf(client.get(CALL));
}

function status(code: number, body?: unknown, headers: Record<string, string> = {}): Fault {
  return { kind: 'status', status: code, body, headers };
}

const NOT_VALID = { code: 400, title: 'Bad request', message: 'The request is not valid.' };
const SOR_BODY = { status: '400', success: false, error_message: 'Param num_per_page is not valid' };

const STATUSES: [name: string, fault: Fault, failure: UpstreamFailure, message: string][] = [
  [
    '400',
    status(400, NOT_VALID),
    'rejected',
    'Hood rejected the request with status 400: Bad request. The request is not valid.',
  ],
  ['404', status(404), 'rejected', 'Hood rejected the request with status 404.'],
  ['401', status(401), 'unavailable', "Hood refused the gateway's own credential with status 401."],
  ['403', status(403), 'unavailable', "Hood refused the gateway's own credential with status 403."],
  [
    '500',
    status(500, { code: 500, title: 'Internal Error', message: 'Oops' }),
    'unavailable',
    'Hood failed with status 500: Internal Error. Oops.',
  ],
  ['500 without title or message', status(500, { code: 500 }), 'unavailable', 'Hood failed with status 500.'],
  ['500 with HTML', { kind: 'html', status: 500 }, 'unavailable', 'Hood failed with status 500.'],
  ['503', status(503), 'unavailable', 'Hood failed with status 503.'],
  ['304', status(304), 'badResponse', 'Hood answered with the unexpected status 304.'],
];

test.each(STATUSES)('%s', async (_, fault, failure, message) => {
  const error = await failureAt(fault);
  expect(error).toMatchObject({ name: 'UpstreamError', api: 'HOOD', failure, route: CALL.route });
  expect(error.toSender()).toBe(message);
  expect(error.status).toBe('status' in fault ? fault.status : undefined);
  expect(error.retryAfter).toBeUndefined();
});

test('400 of the System of Record', async () => {
  const error = await failureAt(status(400, SOR_BODY), { api: SOR });
  expect(error).toMatchObject({ api: 'SOR', failure: 'rejected', status: 400, route: CALL.route });
  expect(error.toSender()).toBe(
    'System of Record rejected the request with status 400: Param num_per_page is not valid.',
  );
});

const NOW = Date.now();
const inSeconds = (seconds: number) => new Date(NOW + seconds * 1000).toUTCString();

test.each([
  ['seconds', { 'retry-after': '7' }, 7],
  ['seconds twice, joined by a proxy', { 'retry-after': '60, 60' }, 60],
  ['a date, of a clock an hour behind', { date: inSeconds(-3600), 'retry-after': inSeconds(-3540) }, 60],
  ['a date, of a clock an hour ahead', { date: inSeconds(3600), 'retry-after': inSeconds(3660) }, 60],
  ['a number of any length', { 'retry-after': '99999999' }, 86_400],
  ['seconds since 1970', { date: inSeconds(0), 'retry-after': String(Date.parse(inSeconds(60)) / 1000) }, 60],
  ['-1, too many at once', { 'retry-after': '-1' }, 1],
  ['nothing', {}, 1],
  ['nonsense', { 'retry-after': 'soon' }, 1],
  ['a date that has passed', { 'retry-after': 'Wed, 21 Oct 2015 07:28:00 GMT' }, 0],
])('429 with %s says when to come back', async (_, headers: Record<string, string>, retryAfter) => {
  const error = await failureAt(status(429, undefined, headers), { timeoutMs: 400 });
  expect(error).toMatchObject({ failure: 'rateLimited', status: 429, retryAfter });
});

test('429 with two headers that say when to come back has the first', async () => {
  const answer: Fault = {
    kind: 'answer',
    answer: (r) => r.writeHead(429, ['retry-after', '60', 'retry-after', '61']).end(),
  };
  expect(await failureAt(answer)).toMatchObject({ retryAfter: 60 });
});

test('429 with an HTTP date says how many seconds are left', async () => {
  const error = await failureAt(status(429, undefined, { 'retry-after': new Date(Date.now() + 60_000).toUTCString() }));
  expect(error.retryAfter).toBeGreaterThan(57);
  expect(error.retryAfter).toBeLessThanOrEqual(60);
});

test('an HTML page with a good status is a bad response', async () => {
  const error = await failureAt({ kind: 'html' });
  expect(error).toMatchObject({ failure: 'badResponse', status: 200 });
  expect(error.message).toBe('Hood answered with something other than JSON.');
});

test('a complete response with half a JSON text is a bad response', async () => {
  const error = await failureAt({ kind: 'truncated' });
  expect(error).toMatchObject({
    failure: 'badResponse',
    message: 'Hood answered with JSON that cannot be read.',
  });
});

test('an answer beyond the limit is cut off and a bad response', async () => {
  const error = await failureAt(overlong(4_000_000), { maxResponseBytes: 1_000_000 });
  expect(error).toMatchObject({ failure: 'badResponse', message: 'Hood sent more than 1 MB.' });
});

test('an endless error page does not hide its status', async () => {
  await using server = await serve(() => ({ status: 400, body: endless() }));
  await using client = hoodClient(server);
  expect(await failureOf(client.get(CALL))).toMatchObject({ failure: 'rejected', status: 400 });
});

test.each<[Fault['kind'], Fault]>([
  ['reset', { kind: 'reset' }],
  ['resetMidBody', { kind: 'resetMidBody' }],
])('a connection cut by %s makes the API unavailable', async (_, fault) => {
  const error = await failureAt(fault);
  expect(error).toMatchObject({ failure: 'unavailable', code: 'UND_ERR_SOCKET' });
  expect(error.message).toBe('Hood closed the connection before its answer was complete.');
});

test('a refused connection makes the API unavailable', async () => {
  const server = await serve(() => ({ status: 200 }));
  await server[Symbol.asyncDispose]();
  await using client = hoodClient(server);
  const error = await failureOf(client.get(CALL));
  expect(error).toMatchObject({
    failure: 'unavailable',
    code: 'ECONNREFUSED',
    message: 'Hood cannot be reached.',
  });
});

test('an unknown host makes the API unavailable', async () => {
  await using client = hoodClient({ origin: 'http://hood.invalid' });
  expect(await failureOf(client.get(CALL))).toMatchObject({
    failure: 'unavailable',
    message: 'Hood cannot be reached.',
  });
});

test('something that does not speak HTTP is a bad response', async () => {
  await using raw = createServer((socket) => socket.resume().end('SSH-2.0-OpenSSH\r\n\r\n'));
  await new Promise<void>((resolve) => raw.listen(0, '127.0.0.1', resolve));
  await using client = hoodClient({ origin: `http://127.0.0.1:${(raw.address() as AddressInfo).port}` });
  const error = await failureOf(client.get(CALL));
  expect(error).toMatchObject({ failure: 'badResponse', message: 'Hood sent an answer that is not HTTP.' });
});

test('a connection that never gets ready is a timeout', async () => {
  // TLS waits for a handshake that does not come.
  await using raw = createServer((socket) => socket.resume().on('error', () => {}));
  await new Promise<void>((resolve) => raw.listen(0, '127.0.0.1', resolve));
  const origin = `https://127.0.0.1:${(raw.address() as AddressInfo).port}`;
  await using client = hoodClient({ origin }, { pool: { connectTimeout: 30 } });
  const error = await failureOf(client.send({ ...CALL, method: 'POST' }));
  expect(error.message).toMatch(/^Hood did not accept a connection within [\d.]+ (ms|s)\.$/);
  expect(error.failure).toBe('timeout');
});

test.each<[string, Fault, Partial<JsonClientOptions>, RegExp]>([
  ['silence', { kind: 'silence' }, { timeoutMs: 60 }, /^Hood did not answer within \d+ ms\.$/],
  ['no head', { kind: 'silence' }, { pool: { headersTimeout: 60 } }, /^Hood did not answer within \d+ ms\.$/],
  ['a drip', drip(5), { timeoutMs: 80 }, /^Hood did not answer within \d+ ms\.$/],
])('%s ends in a timeout', async (_, fault, options, message) => {
  const error = await failureAt(fault, options);
  expect(error.failure).toBe('timeout');
  expect(error.message).toMatch(message);
});

test('a body that stops coming ends in a timeout', async () => {
  const error = await failureAt(drip(10_000), { pool: { bodyTimeout: 50 } });
  expect(error).toMatchObject({ failure: 'timeout', message: 'Hood stopped in the middle of its answer.' });
});

test('a call whose deadline has passed is not sent', async () => {
  await using server = await serve(() => ({ status: 200, json: {} }));
  await using client = hoodClient(server);
  const error = await failureOf(client.get({ ...CALL, options: { deadline: performance.now() - 1 } }));
  expect(error).toMatchObject({ failure: 'timeout', message: 'No time was left to ask Hood.' });
  expect(server.calls).toEqual([]);
});

test('every failure has an id of its own', async () => {
  const [one, other] = [await failureAt(status(404)), await failureAt(status(404))];
  expect(one.failureId).toMatch(/^[\w-]{8}$/);
  expect(one.failureId).not.toBe(other.failureId);
});
