import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, test, vi } from 'vitest';
import { serve } from '../../src/sandbox/server.ts';
import { type GatewayProcess, startProcess } from '../support/process.ts';

const QUERY = '{ hoodExports(first: 100) { nodes { description } } }';

/** Stands in for Hood: 100 exports, which are described in 14 MB. */
function startHood() {
  const items = Array.from({ length: 100 }, (_, id) => ({ id: String(id), description: 'x'.repeat(140_000) }));
  return serve(() => ({ status: 200, json: { total: items.length, items } }));
}

function start(origin: string, env: Record<string, string>): Promise<GatewayProcess> {
  const api = { HOOD_URL: origin, HOOD_TOKEN: 'x', HOOD_RATE: 'none', CACHE: 'off', SECRET: 'a secret for tests only' };
  return startProcess({ ...api, REQUEST_DEADLINE: '60s', ...env });
}

/** Asks for 14 MB, and reads only the status. */
async function stalledReader({ origin }: GatewayProcess): Promise<{ status: number; socket: Socket }> {
  const body = JSON.stringify({ query: QUERY });
  const head = ['POST /graphql HTTP/1.1', 'host: localhost', 'content-type: application/json'];
  const socket = connect(Number(new URL(origin).port), '127.0.0.1').on('error', () => {});
  socket.write([...head, `content-length: ${body.length}`, '', body].join('\r\n'));
  const cut = once(socket, 'close').then(() => ['nothing, as it was cut']);
  const [beginning] = await Promise.race([once(socket, 'data'), cut]);
  socket.pause();
  return { status: Number(String(beginning).split(' ')[1]), socket };
}

async function statusOf({ origin }: GatewayProcess): Promise<number> {
  const response = await fetch(`${origin}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query: '{ __typename }' }),
  });
  await response.text();
  return response.status;
}

test('ten clients that never read keep nobody out, and are cut after CLIENT_TIMEOUT', async () => {
  await using hood = await startHood();
  await using gateway = await start(hood.origin, { MAX_OPERATIONS: '10' });
  const readers = await Promise.all(Array.from({ length: 10 }, () => stalledReader(gateway)));
  expect(readers.map(({ status }) => status)).toEqual(Array(10).fill(200));
  expect(await statusOf(gateway)).toBe(200);
  const startedAt = performance.now();
  // A client that reads again finds that it was cut: what it gets is not the whole answer.
  await pause(20_000);
  const lengths = readers.map(async ({ socket }) => {
    socket.resume();
    await once(socket, 'close');
    return socket.bytesRead;
  });
  expect(Math.max(...(await Promise.all(lengths)))).toBeLessThan(14e6);
  expect(performance.now() - startedAt).toBeLessThan(40_000);
});

test('a client that reads 20 kB a second is not cut for as long as it reads', async () => {
  await using hood = await startHood();
  await using gateway = await start(hood.origin, { CLIENT_TIMEOUT: '15s' });
  const { socket } = await stalledReader(gateway);
  const closed = once(socket, 'close').then(() => 'cut');
  // So it buffers no more than it reads in three seconds, and never waits for long.
  const ignore = () => {};
  socket.on('readable', ignore);
  for (let second = 0; second < 60; second += 1) {
    socket.read(20_000);
    expect(await Promise.race([pause(1_000), closed])).toBeUndefined();
  }
  socket.off('readable', ignore).resume();
  await vi.waitFor(() => expect(socket.bytesRead).toBeGreaterThan(14e6), { timeout: 10_000, interval: 100 });
  socket.destroy();
});

test('twelve clients that do not read leave a process with a heap of 128 MB alive, and newcomers get 503 meanwhile', async () => {
  await using hood = await startHood();
  const env = { NODE_OPTIONS: '--max-old-space-size=128', MAX_MEMORY: '250mb', CLIENT_TIMEOUT: '5s' };
  await using gateway = await start(hood.origin, env);
  const readers = await Promise.all(Array.from({ length: 12 }, () => stalledReader(gateway)));
  for (let n = readers.length; n < 24; n += 1) readers.push(await stalledReader(gateway));
  const refused = readers.filter(({ status }) => status === 503).length;
  process.stdout.write(`of ${readers.length} clients that do not read, ${refused} were refused\n`);
  expect(refused).toBeGreaterThan(0);
  expect((await fetch(`${gateway.origin}/health`)).status).toBe(200);
  await vi.waitFor(async () => expect(await statusOf(gateway)).toBe(200), { timeout: 60_000, interval: 500 });
  for (const { socket } of readers) socket.destroy();
});
