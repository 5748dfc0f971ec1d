import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { createSchema, createYoga } from 'graphql-yoga';
import { pino } from 'pino';
import { expect, test, vi } from 'vitest';
import { readConfig } from '../../src/config/config.ts';
import { useCallers } from '../../src/server/callers.ts';
import { useLoadShedding } from '../../src/server/load-shedding.ts';
import { useReceivedOperation } from '../../src/server/received-operation.ts';
import { startGateway } from '../support/gateway.ts';

const BODY = JSON.stringify({ query: '{ __typename }' });
const REFUSAL = (seconds: number) => ({
  errors: [
    {
      message: `Expected a body that is complete within ${seconds} s.`,
      extensions: { code: 'BAD_USER_INPUT' },
    },
  ],
});

/** A server with room for so many operations, whose bodies may take 200 ms. */
async function startHurried(maxOperations: number) {
  const app = createYoga({
    schema: createSchema({ typeDefs: 'type Query { ok: Boolean }' }),
    logging: false,
    maxRequestBodySize: false,
    plugins: [
      useReceivedOperation(1_000, 100),
      // As in the gateway: whose operation it is must be known before it has a place.
      useCallers(readConfig({}), pino({ level: 'silent' })),
      useLoadShedding(maxOperations, () => false),
    ],
  });
  const server = createServer({ keepAliveTimeout: 60_000 }, app as RequestListener);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  const closed = Promise.withResolvers<void>();
  return {
    port,
    /** Ends when every connection is gone. */
    close: () => {
      server.close(() => closed.resolve());
      return closed.promise;
    },
    async [Symbol.asyncDispose]() {
      server.close(() => closed.resolve());
      server.closeAllConnections();
      await closed.promise;
    },
  };
}

/** Sends the head of a request for a body of 1,000 bytes, or in pieces, and only its beginning. */
function sendHalf(port: number, headers: string[] = [], path = '/graphql'): Socket {
  const length = headers.some((line) => line.startsWith('transfer-encoding')) ? [] : ['content-length: 1000'];
  const type = headers.some((line) => line.startsWith('content-type')) ? [] : ['content-type: application/json'];
  const head = [`POST ${path} HTTP/1.1`, 'host: localhost', 'accept: application/json', ...type, ...length, ...headers];
  const socket = connect(port, '127.0.0.1');
  socket.write(`${head.join('\r\n')}\r\n\r\n`);
  return socket;
}

async function post(port: number): Promise<number> {
  const headers = { 'content-type': 'application/json', accept: 'application/json' };
  const url = `http://127.0.0.1:${port}/graphql`;
  const response = await fetch(url, { method: 'POST', headers, body: BODY });
  await response.text();
  return response.status;
}

const statusIn = (answer: string) => Number(answer.split(' ')[1]);
const bodyIn = (answer: string) => JSON.parse(/\{.*\}/s.exec(answer)?.[0] ?? 'null');

test.each([
  ['that says how long it is', []],
  ['that comes in pieces', ['transfer-encoding: chunked']],
])('a body %s and stays away is refused with 408, and its connection is closed', async (_how, headers) => {
  await using server = await startHurried(10);
  const answer = await text(sendHalf(server.port, headers));
  expect(statusIn(answer)).toBe(408);
  expect(bodyIn(answer)).toEqual(REFUSAL(0.2));
});

test('its place among the operations is free again', async () => {
  await using server = await startHurried(1);
  const late = sendHalf(server.port);
  await vi.waitFor(async () => expect(await post(server.port)).toBe(503));
  await text(late);
  await vi.waitFor(async () => expect(await post(server.port)).toBe(200));
});

test('a server that is to stop waits no longer for it', async () => {
  await using server = await startHurried(1);
  const late = sendHalf(server.port);
  await vi.waitFor(async () => expect(await post(server.port)).toBe(503));
  await Promise.all([server.close(), text(late)]);
});

test('a connection whose operation was refused unread is closed as well', async () => {
  await using server = await startHurried(0);
  const answer = await text(sendHalf(server.port));
  expect(statusIn(answer)).toBe(503);
});

test('a file may take its time', async () => {
  await using server = await startHurried(10);
  const upload = sendHalf(server.port, ['content-type: multipart/form-data; boundary=x']);
  await once(upload, 'connect');
  await text(sendHalf(server.port));
  expect(upload.readyState).toBe('open');
  upload.destroy();
});

test('a body that was there in time is not thought of any more, while its connection goes on', async () => {
  await using server = await startHurried(10);
  const quick = connect(server.port, '127.0.0.1');
  quick.write(
    `POST /graphql HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: ${BODY.length}\r\n\r\n${BODY}`,
  );
  await once(quick, 'data');
  await text(sendHalf(server.port));
  expect(quick.readyState).toBe('open');
  quick.destroy();
});

test('the gateway waits for twice the deadline', async () => {
  await using gateway = await startGateway({ env: { MAX_OPERATIONS: '1', REQUEST_DEADLINE: '300ms' } });
  const { port } = new URL(await gateway.listen());
  const start = performance.now();
  const answer = await text(sendHalf(Number(port)));
  expect(performance.now() - start).toBeGreaterThan(590);
  expect(statusIn(answer)).toBe(408);
  expect(bodyIn(answer)).toEqual(REFUSAL(0.6));
});
