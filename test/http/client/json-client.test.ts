import { expect, test } from 'vitest';
import type { JsonClientOptions } from '../../../src/http/client/client-options.ts';
import { template } from '../../../src/http/client/path.ts';
import { type ApiRequest, type Reply, serve } from '../../../src/sandbox/server.ts';
import { SOR } from '../../../src/sources/sor/api.ts';
import { failureOf, hoodClient } from './hood-client.ts';

const CALL = { route: template('/v1/hood/exports'), path: '/v1/hood/exports?page=1,20' };

/** `JSON.rawJSON` is newer than the compiler's library. */
const { rawJSON } = JSON as unknown as { rawJSON: (digits: string) => unknown };

/** The outcome of one GET that is answered like this. */
async function answered(reply: Reply, options: Partial<JsonClientOptions> = {}): Promise<unknown> {
  await using server = await serve(() => reply);
  await using client = hoodClient(server, options);
  return await client.get(CALL);
}

test('a GET asks for JSON with the credential and answers what came', async () => {
  await using server = await serve(() => ({ status: 200, json: { total: 0, items: [] } }));
  await using client = hoodClient(server, { headers: () => ({ authorization: 'Bearer abc' }) });
  expect(await client.get(CALL)).toEqual({ total: 0, items: [] });
  expect(server.calls.map((call) => call.line)).toEqual(['GET /v1/hood/exports?page=1,20']);
  expect(server.calls[0]?.headers).toMatchObject({ accept: 'application/json', authorization: 'Bearer abc' });
});

test('the credential is asked for on every attempt', async () => {
  await using server = await serve(() => ({ status: 200, json: 1 }));
  let logins = 0;
  await using client = hoodClient(server, { headers: () => ({ authorization: `Token ${++logins}` }) });
  await client.get(CALL);
  await client.get(CALL);
  expect(server.calls.map((call) => call.headers.authorization)).toEqual(['Token 1', 'Token 2']);
});

test('connections are kept', async () => {
  const sockets = new Set<unknown>();
  await using server = await serve(({ stream }) => {
    sockets.add(stream.socket);
    return { status: 200, json: 1 };
  });
  await using client = hoodClient(server);
  for (let call = 0; call < 20; call++) await client.get(CALL);
  // undici rests a connection for one turn of the event loop, so that a call straight after takes another.
  expect(sockets.size).toBeLessThanOrEqual(2);
});

test('no digit of a large integer is lost on the way in', async () => {
  expect(await answered({ status: 200, body: '{"id":9223372036854775807}' })).toEqual({
    id: '9223372036854775807',
  });
});

test.each<[string, Reply, unknown]>([
  ['an empty answer', { status: 204 }, undefined],
  ['a byte order mark', { status: 200, body: '\ufeff[1]' }, [1]],
  [
    'a content type with parameters',
    { status: 200, body: '[1]', headers: { 'content-type': 'Application/JSON; charset=utf-8' } },
    [1],
  ],
  ['a JSON dialect', { status: 200, body: '[1]', headers: { 'content-type': 'application/problem+json' } }, [1]],
  ['no content type', { status: 200, body: '[1]' }, [1]],
])('%s is read', async (_, reply, value) => {
  expect(await answered(reply)).toEqual(value);
});

test('an answer in many pieces is put together, also where a piece ends inside a character', async () => {
  const text = JSON.stringify({ name: 'é€😀'.repeat(60_000) });
  expect(await answered({ status: 200, body: text })).toEqual(JSON.parse(text));
});

test('trailing commas are read', async () => {
  const reply = { status: 200, body: '{"success":true,"result":[1,],}' };
  expect(await answered(reply, { api: SOR })).toEqual({ success: true, result: [1] });
  expect(await answered(reply)).toEqual({ success: true, result: [1] });
});

test('what may be missing answers undefined on 404', async () => {
  await using server = await serve(() => ({ status: 404, json: { code: 404 } }));
  const failures: unknown[] = [];
  await using client = hoodClient(server, { observer: { failed: (error) => failures.push(error) } });
  expect(await client.get({ ...CALL, mayBeMissing: true })).toBeUndefined();
  expect(failures).toEqual([]);
  server.dials.fault = () => ({ kind: 'status', status: 400 });
  expect(await failureOf(client.get({ ...CALL, mayBeMissing: true }))).toMatchObject({ status: 400 });
  server.dials.fault = undefined;
  expect(await failureOf(client.get(CALL))).toMatchObject({ failure: 'rejected', status: 404 });
  expect(failures).toHaveLength(2);
});

test.each(['POST', 'PUT', 'PATCH', 'DELETE'] as const)('%s sends its body as JSON', async (method) => {
  const bodies: unknown[] = [];
  await using server = await serve(async (request) => {
    bodies.push(request.method, request.headers['content-type'], await request.json());
    return { status: 204 };
  });
  await using client = hoodClient(server);
  expect(await client.send({ ...CALL, method, body: { label: 'é' } })).toBeUndefined();
  expect(bodies).toEqual([method, 'application/json', { label: 'é' }]);
});

test('a write without a body has no content type', async () => {
  await using server = await serve(() => ({ status: 200, json: { success: true } }));
  await using client = hoodClient(server);
  expect(await client.send({ ...CALL, method: 'DELETE' })).toEqual({ success: true });
  expect(server.calls[0]?.headers).not.toHaveProperty('content-type');
});

test('raw digits in a body are sent as they stand', async () => {
  const texts: string[] = [];
  await using server = await serve(async ({ stream }) => {
    for await (const chunk of stream) texts.push(String(chunk));
    return { status: 204 };
  });
  await using client = hoodClient(server);
  await client.send({ ...CALL, method: 'POST', body: { value: rawJSON('17368658975598751634') } });
  expect(texts.join('')).toBe('{"value":17368658975598751634}');
});

/** Sends `/from` to `location`, and answers everything else with its path. */
function redirecting(location: string, status = 302) {
  return ({ segments }: ApiRequest): Reply =>
    segments[0] === 'from' ? { status, headers: { location } } : { status: 200, json: segments };
}

test.each([301, 302, 303, 307, 308])('a GET follows %i on its own host', async (status) => {
  await using server = await serve(redirecting('../to/here?x=1', status));
  await using client = hoodClient(server, { headers: () => ({ authorization: 'Bearer abc' }) });
  expect(await client.get({ route: template('/from/{id}'), path: '/from/1' })).toEqual(['to', 'here']);
  expect(server.calls[1]).toMatchObject({
    rawTarget: '/to/here?x=1',
    headers: { authorization: 'Bearer abc' },
  });
});

test('no redirect leads to another host, not even to another port', async () => {
  await using elsewhere = await serve(() => ({ status: 200, json: 'secret' }));
  for (const location of [`${elsewhere.origin}/x`, `//${new URL(elsewhere.origin).host}/x`, 'file:///etc/passwd']) {
    await using server = await serve(redirecting(location));
    await using client = hoodClient(server, { headers: () => ({ authorization: 'Bearer abc' }) });
    const error = await failureOf(client.get({ route: template('/from'), path: '/from' }));
    expect(error).toMatchObject({ failure: 'badResponse', status: 302 });
    expect(error.message).toBe('Hood redirected to a place that is not its own.');
  }
  expect(elsewhere.calls).toEqual([]);
});

test('a redirect without a place, or to itself forever, is a bad response', async () => {
  await using nowhere = await serve(() => ({ status: 302 }));
  await using circle = await serve(redirecting('/from'));
  await using lost = hoodClient(nowhere);
  await using dizzy = hoodClient(circle);
  expect(await failureOf(lost.get(CALL))).toMatchObject({ failure: 'badResponse' });
  const error = await failureOf(dizzy.get({ route: template('/from'), path: '/from' }));
  expect(error).toMatchObject({ failure: 'badResponse', message: 'Hood redirected more than 3 times.' });
  expect(circle.calls).toHaveLength(4);
});

test('a write is never sent on', async () => {
  await using server = await serve(redirecting('/to', 307));
  await using client = hoodClient(server);
  const error = await failureOf(client.send({ route: template('/from'), path: '/from', method: 'POST', body: {} }));
  expect(error).toMatchObject({ failure: 'badResponse', status: 307 });
  expect(server.calls).toHaveLength(1);
});

test('an answer of another shape, and one that says no, are told of like failed calls', async () => {
  const told: unknown[] = [];
  const failed = (error: unknown) => told.push(error);
  await using client = hoodClient({ origin: 'http://127.0.0.1' }, { api: SOR, observer: { failed } });
  const odd = client.malformed(CALL.route);
  expect(odd).toMatchObject({ failure: 'badResponse', route: CALL.route });
  const answer = {
    success: false,
    error_message: 'Param num_per_page is not valid.',
    result: 9223372036854775807n,
  };
  const refused = client.refused(CALL, answer);
  expect(refused).toMatchObject({ failure: 'rejected', message: 'System of Record rejected the request.' });
  expect(refused.titleToSender()).toBe(answer.error_message);
  expect(refused.toSender()).toBe('System of Record rejected the request: Param num_per_page is not valid.');
  expect(client.refused({ ...CALL, body: { name: 'Marguerite' } }, { message: 'No marguerite' }).message).toBe(
    'System of Record rejected the request.',
  );
  expect(told.slice(0, 2)).toEqual([odd, refused]);
});
