import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, test, vi } from 'vitest';
import { type Gateway, startGateway } from '../support/gateway.ts';
import { listen } from '../support/listen.ts';
import { beginUpload, form, map, operations } from './operation-forms.ts';

/** More than the system takes for a client that does not read. */
const LONG = 6_000_000;
const QUERY = '{ hoodExports(first: 1) { nodes { description } } }';
const PARTS = '{ __typename ... @defer { hoodExports(first: 1) { nodes { description } } } }';

/** A gateway in front of an export that is described in 6 million letters. */
async function start(env: Record<string, string> = {}): Promise<Gateway> {
  const gateway = await startGateway({ env });
  gateway.hood.dials.lie = ({ line }, honest) =>
    line.includes('description') ? { total: 1, items: [{ id: '1', description: 'x'.repeat(LONG) }] } : honest;
  return gateway;
}

/** Sends an operation over a connection of its own, and reads nothing beyond the beginning of its answer. */
async function stalledReader(origin: string, accept = 'application/json', query = QUERY): Promise<Socket> {
  const body = JSON.stringify({ query });
  const head = ['POST /graphql HTTP/1.1', 'host: gateway.test', 'content-type: application/json', `accept: ${accept}`];
  const socket = connect(Number(new URL(origin).port), '127.0.0.1');
  socket.on('error', () => {}).write([...head, `content-length: ${body.length}`, '', body].join('\r\n'));
  const [beginning] = await once(socket, 'data');
  socket.pause();
  expect(String(beginning)).toMatch(/^HTTP\/1\.1 200 /);
  return socket;
}

async function statusOf(origin: string, query = '{ __typename }'): Promise<number> {
  const response = await fetch(`${origin}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', connection: 'close' },
    body: JSON.stringify({ query }),
  });
  await response.text();
  return response.status;
}

test('clients that do not read their answers keep no place among the operations', async () => {
  await using gateway = await start({ MAX_OPERATIONS: '1' });
  const origin = await gateway.listen();
  const readers: Socket[] = [];
  for (let n = 0; n < 2; n += 1) readers.push(await stalledReader(origin));
  gateway.hoodCalls();
  expect(await statusOf(origin, '{ gdprRequests(first: 1) { totalCount } }')).toBe(200);
  expect(gateway.hoodCalls()).toHaveLength(1);
  for (const reader of readers) reader.destroy();
});

test.each([
  ['its answer', 'application/json', QUERY],
  ['one that comes in parts', 'multipart/mixed', PARTS],
])('a client that does not take %s is cut after CLIENT_TIMEOUT', async (_, accept, query) => {
  await using gateway = await start({ MAX_OPERATIONS: '1' });
  await using server = await listen(gateway.app, 200);
  const reader = await stalledReader(server.origin, accept, query);
  expect(await server.connections()).toBe(1);
  await vi.waitFor(async () => expect(await server.connections()).toBe(0), { timeout: 10_000 });
  expect(await statusOf(server.origin)).toBe(200);
  reader.destroy();
});

test.skipIf(process.platform !== 'linux')(
  'a client that reads slowly has its whole answer, though it takes long to read what the system holds for it',
  async () => {
    await using gateway = await start();
    await using server = await listen(gateway.app, 800);
    const reader = await stalledReader(server.origin);
    const ignore = () => {};
    reader.on('readable', ignore);
    for (let piece = 0; piece < 17; piece += 1) {
      reader.read(30_000);
      await pause(100);
    }
    expect(reader.bytesRead).toBeLessThan(LONG / 6);
    reader.off('readable', ignore).resume();
    await vi.waitFor(() => expect(reader.bytesRead).toBeGreaterThan(LONG), { timeout: 5_000 });
    reader.destroy();
  },
);

test('who waits for an answer that takes longer is not cut', async () => {
  await using gateway = await startGateway();
  await using server = await listen(gateway.app, 100);
  gateway.hood.dials.latencyMs = 500;
  expect(await statusOf(server.origin, '{ gdprRequests(first: 1) { totalCount } }')).toBe(200);
});

test('a file that nobody waits for any more keeps no place', async () => {
  await using gateway = await startGateway({ env: { MAX_OPERATIONS: '1' } });
  const origin = await gateway.listen();
  const [, query] = operations;
  const body = form(['operations', query.replace('mutation', 'mutatoin')], map, ['0', 'x', 'a.csv']);
  const sender = beginUpload(origin, body.slice(0, -10));
  await once(sender, 'data');
  expect(await statusOf(origin)).toBe(200);
  expect(sender.readyState).toBe('open');
  sender.destroy();
});
