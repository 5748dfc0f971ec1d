import { once } from 'node:events';
import { Readable } from 'node:stream';
import { buffer, text } from 'node:stream/consumers';
import { expect, test, vi } from 'vitest';
import { template } from '../../../src/http/client/path.ts';
import { serve } from '../../../src/sandbox/server.ts';
import { endless, failureOf, hoodClient } from './hood-client.ts';

const CALL = { route: template('/v1/hood/exports/{id}/download'), path: '/v1/hood/exports/77001/download' };

test('a download is handed on as it comes, with its head', async () => {
  const headers = { 'content-type': 'text/csv', 'content-disposition': 'attachment; filename="a.csv"' };
  await using server = await serve(() => ({ status: 200, body: 'id,name\n1,é\n', headers }));
  await using client = hoodClient(server, { headers: () => ({ authorization: 'Bearer abc' }) });
  const { status, headers: received, body } = await client.open(CALL);
  expect(status).toBe(200);
  expect(received).toMatchObject(headers);
  expect(await text(body)).toBe('id,name\n1,é\n');
  expect(server.calls[0]?.headers).toMatchObject({ accept: '*/*', authorization: 'Bearer abc' });
});

test('a download is larger than memory may be, and no larger than its reader asks for', async () => {
  const piece = Buffer.alloc(65_536, 'x');
  const pieces = 1_000;
  let made = 0;
  function* file() {
    for (; made < pieces; made++) yield piece;
  }
  await using server = await serve(({ segments }) =>
    segments.at(-1) === 'download' ? { status: 200, body: Readable.from(file()) } : { status: 200, json: {} },
  );
  await using client = hoodClient(server, { maxResponseBytes: 100_000 });
  const { body } = await client.open(CALL);
  for (let other = 0; other < 200; other++) await client.get({ route: template('/other'), path: '/other' });
  expect(made).toBeLessThan(pieces / 2);
  expect((await buffer(body)).length).toBe(pieces * piece.length);
});

test('leaving a download closes the connection, by its stream or by its signal', async () => {
  await using server = await serve(() => ({ status: 200, body: endless() }));
  const failures: unknown[] = [];
  await using client = hoodClient(server, { observer: { failed: (error) => failures.push(error) } });
  const caller = new AbortController();
  const [left, aborted] = [await client.open(CALL), await client.open({ ...CALL, options: { signal: caller.signal } })];
  left.body.destroy();
  const closed = once(aborted.body, 'error');
  caller.abort();
  expect(await closed).toEqual([caller.signal.reason]);
  await vi.waitFor(() => expect(server.calls.map((call) => call.aborted)).toEqual([true, true]), {
    interval: 2,
  });
  expect(failures).toEqual([]);
});

test('a download that breaks off fails its stream and is told of once', async () => {
  await using server = await serve(() => ({ status: 200 }));
  server.dials.fault = () => ({ kind: 'resetMidBody' });
  const failures: unknown[] = [];
  await using client = hoodClient(server, { observer: { failed: (error) => failures.push(error) } });
  const { body } = await client.open(CALL);
  await expect(text(body)).rejects.toThrow();
  expect(failures).toMatchObject([{ failure: 'unavailable', code: 'UND_ERR_SOCKET', route: CALL.route }]);
});

test('a download may take longer than its deadline once its head is there', async () => {
  await using server = await serve(() => ({
    status: 200,
    body: Readable.from(
      (async function* () {
        yield 'a';
        await release.promise;
        yield 'b';
      })(),
    ),
  }));
  const release = Promise.withResolvers<void>();
  await using client = hoodClient(server);
  const deadline = performance.now() + 100;
  const { body } = await client.open({ ...CALL, options: { deadline } });
  setTimeout(release.resolve, deadline - performance.now() + 20);
  expect(await text(body)).toBe('ab');
});

test.each([
  [
    { kind: 'status', status: 404, body: { title: 'Not found' } },
    { failure: 'rejected', status: 404 },
  ],
  [
    { kind: 'status', status: 401 },
    { failure: 'unavailable', status: 401 },
  ],
  [
    { kind: 'html', status: 503 },
    { failure: 'unavailable', status: 503 },
  ],
  [{ kind: 'reset' }, { failure: 'unavailable' }],
  [{ kind: 'silence' }, { failure: 'timeout' }],
  [
    { kind: 'status', status: 302, headers: { location: 'https://elsewhere.example/f.csv' } },
    { failure: 'badResponse' },
  ],
] as const)('a download that meets %o fails like any call', async (fault, failure) => {
  await using server = await serve(() => ({ status: 200 }));
  server.dials.fault = () => fault;
  await using client = hoodClient(server, { timeoutMs: 200 });
  expect(await failureOf(client.open(CALL))).toMatchObject(failure);
});

test('an endless error page does not hide its status', async () => {
  await using server = await serve(() => ({ status: 400, body: endless() }));
  await using client = hoodClient(server);
  expect(await failureOf(client.open(CALL))).toMatchObject({ failure: 'rejected', status: 400 });
});

test('a download is tried again while its head has not come', async () => {
  await using server = await serve(() => ({ status: 200, body: 'well' }));
  let resets = 2;
  server.dials.fault = () => (resets-- > 0 ? { kind: 'reset' } : undefined);
  await using client = hoodClient(server);
  expect(await text((await client.open(CALL)).body)).toBe('well');
});
