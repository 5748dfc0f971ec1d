import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createSchema, createYoga } from 'graphql-yoga';
import { pino } from 'pino';
import { expect, test, vi } from 'vitest';
import { readConfig } from '../../src/config/config.ts';
import { useCallers } from '../../src/server/callers.ts';
import { useLoadShedding } from '../../src/server/load-shedding.ts';
import { BEHIND_PROXY, callersOf, keepBusy } from '../support/callers.ts';
import { type Gateway, startGateway } from '../support/gateway.ts';

const QUERY = '{ customerData(first: 1) { totalCount } }';
const JSON_HEADERS = { 'content-type': 'application/json', accept: 'application/json' };

function post(gateway: Gateway, query: string, signal?: AbortSignal): Promise<Response> {
  return gateway.fetch('/graphql', {
    method: 'POST',
    // Its own, as Yoga's requests add to the object that they are given.
    headers: { ...JSON_HEADERS },
    body: JSON.stringify({ query }),
    ...(signal && { signal }),
  });
}

/** As many operations under way as may be, which Hood leaves without an answer. */
async function full(gateway: Gateway, operations: number): Promise<{ leave: () => Promise<unknown> }> {
  const callers = Array.from({ length: operations }, () => new AbortController());
  gateway.hoodCalls();
  gateway.hood.dials.fault = () => ({ kind: 'silence' });
  const open = callers.map(({ signal }, index) =>
    post(gateway, `{ gdprRequest(hoodId: "${index}") { hoodId } }`, signal).catch(() => undefined),
  );
  await vi.waitFor(() => expect(gateway.hood.calls).toHaveLength(operations));
  gateway.hood.dials.fault = undefined;
  return {
    leave: () => {
      for (const caller of callers) caller.abort();
      return Promise.all(open);
    },
  };
}

test('one operation too many is refused with 503, when to come again, and an error as of GraphQL', async () => {
  await using gateway = await startGateway({ env: { MAX_OPERATIONS: '3' } });
  const { leave } = await full(gateway, 3);
  const response = await post(gateway, QUERY);
  expect(response.status).toBe(503);
  expect(response.headers.get('retry-after')).toBe('1');
  expect(response.headers.get('content-type')).toMatch(/^application\/json/);
  expect(await response.json()).toEqual({
    errors: [
      {
        message: 'The gateway has too much to do just now.',
        extensions: { code: 'RATE_LIMITED', retryAfter: 1 },
      },
    ],
  });
  expect(gateway.hood.calls).toHaveLength(3);
  await leave();
});

test('health checks and the page of GraphiQL are served all the while', async () => {
  // A busy machine may need longer than ten seconds for the page.
  await using gateway = await startGateway({ env: { MAX_OPERATIONS: '1', REQUEST_DEADLINE: '60s' } });
  const { leave } = await full(gateway, 1);
  const page = await gateway.fetch('/graphql', { headers: { accept: 'text/html' } });
  const checks = [await gateway.fetch('/health'), await gateway.fetch('/ready')];
  expect([page, ...checks].map(({ status }) => status)).toEqual([200, 200, 200]);
  expect((await post(gateway, QUERY)).status).toBe(503);
  await leave();
});

test('as operations end, others are taken again, however they end', async () => {
  await using gateway = await startGateway({ env: { MAX_OPERATIONS: '2' } });
  const broken = ['{', '{ nothing }', QUERY, '{ customerData(first: -1) { totalCount } }'];
  for (let round = 0; round < 3; round++) {
    for (const query of broken) expect((await post(gateway, query)).status).not.toBe(503);
    const { leave } = await full(gateway, 2);
    expect((await post(gateway, QUERY)).status).toBe(503);
    await leave();
    await vi.waitFor(async () => expect((await post(gateway, QUERY)).status).toBe(200));
  }
});

test('who lacks the secret takes no place', async () => {
  const env = { MAX_OPERATIONS: '1', AUTH: 'secret', GATEWAY_SECRET: 'sixteen-letters-and-more' };
  await using gateway = await startGateway({ env });
  const statuses = await Promise.all(Array.from({ length: 20 }, async () => (await post(gateway, QUERY)).status));
  expect(new Set(statuses)).toEqual(new Set([401]));
});

test('a caller with many operations at a time leaves places to one with a single one', async () => {
  await using gateway = await startGateway({ env: { ...BEHIND_PROXY, MAX_OPERATIONS: '8', HOOD_RATE: '2/s,150/m' } });
  const callers = await callersOf(gateway);
  const polite = callers('192.0.2.2');
  await using busy = keepBusy(callers('192.0.2.1'), 20, (n) => `{ gdprRequest(hoodId: "${n}") { hoodId } }`);
  // Two operations a second end, and others of the same caller take their places.
  await vi.waitFor(async () => expect((await polite('{ __typename }')).status).toBe(503), { timeout: 5_000 });
  await vi.waitFor(async () => expect((await polite('{ __typename }')).status).toBe(200), { timeout: 5_000 });
  for (let n = 0; n < 20; n++) expect((await polite('{ __typename }')).status).toBe(200);
  await vi.waitFor(() =>
    expect(busy.answers.some(({ status, retryAfter }) => status === 429 && retryAfter === '1')).toBe(true),
  );
});

test('over a connection a place is free again once the answer is out, or its caller is gone', async () => {
  await using gateway = await startGateway({ env: { MAX_OPERATIONS: '1' } });
  const origin = await gateway.listen();
  const send = (signal?: AbortSignal) =>
    fetch(`${origin}/graphql`, {
      method: 'POST',
      headers: JSON_HEADERS,
      body: JSON.stringify({ query: QUERY }),
      ...(signal && { signal }),
    });
  const statusOf = async () => {
    const response = await send();
    await response.text();
    return response.status;
  };
  for (let round = 0; round < 3; round++) {
    gateway.hood.dials.fault = () => ({ kind: 'silence' });
    const caller = new AbortController();
    const gone = send(caller.signal).catch(() => 'gone');
    await vi.waitFor(() => expect(gateway.hood.calls.length).toBeGreaterThan(0));
    gateway.hood.dials.fault = undefined;
    expect(await statusOf()).toBe(503);
    caller.abort();
    expect(await gone).toBe('gone');
    await vi.waitFor(async () => expect(await statusOf()).toBe(200));
    gateway.hoodCalls();
  }
});

test('while memory is short, operations are refused before their bodies are read, unless they would be the only one', async () => {
  let isShort = true;
  const released = Promise.withResolvers<boolean>();
  const yoga = createYoga({
    schema: createSchema({
      typeDefs: 'type Query { ok: Boolean, slow: Boolean }',
      resolvers: { Query: { slow: () => released.promise } },
    }),
    logging: false,
    plugins: [useCallers(readConfig({}), pino({ level: 'silent' })), useLoadShedding(10, () => isShort)],
  });
  await using server = createServer(yoga);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`;

  const ask = (query: string) => fetch(url, { method: 'POST', headers: JSON_HEADERS, body: JSON.stringify({ query }) });
  const only = ask('{ slow }');
  await vi.waitFor(async () => expect((await ask('{ ok }')).status).toBe(503));
  const status = await new Promise((resolve, reject) => {
    const headers = { ...JSON_HEADERS, 'content-length': '1000000' };
    const sending = request(url, { method: 'POST', headers }, ({ statusCode }) => {
      sending.destroy();
      resolve(statusCode);
    });
    sending.once('error', reject).write('{');
  });
  expect(status).toBe(503);

  released.resolve(true);
  expect(await (await only).json()).toEqual({ data: { slow: true } });
  isShort = false;
  expect(await (await ask('{ ok }')).json()).toEqual({ data: { ok: null } });
});
