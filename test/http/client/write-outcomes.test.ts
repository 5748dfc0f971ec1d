import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { expect, test } from 'vitest';
import { template } from '../../../src/http/client/path.ts';
import type { Fault } from '../../../src/sandbox/faults.ts';
import { serve } from '../../../src/sandbox/server.ts';
import { type Gateway, startGateway } from '../../support/gateway.ts';
import { failureOf, hoodClient } from './hood-client.ts';

const DECIDE = `mutation { decideGdprRequest(input: { hoodId: "1", decision: APPROVE }) {
  __typename ... on DecideGdprRequestSuccess { gdprRequest { hoodId } }
} }`;
const PATCH = 'PATCH /v1/hood/gdpr-requests/1';

async function decided(gateway: Gateway, headers: Record<string, string> = {}) {
  const { data, errors } = await gateway.query(DECIDE, {}, headers);
  expect(data).toEqual({ decideGdprRequest: null });
  expect(errors).toHaveLength(1);
  return errors?.[0]?.extensions;
}

const status = (code: number, headers: Record<string, string> = {}): Fault => ({
  kind: 'status',
  status: code,
  headers,
});

test.each<[name: string, fault: Fault, outcome: string, code: string]>([
  ['401', status(401), 'REFUSED', 'UPSTREAM_UNAVAILABLE'],
  ['403', status(403), 'REFUSED', 'UPSTREAM_UNAVAILABLE'],
  // A proxy says 408 of a call that it has passed on, too.
  ['408', status(408), 'UNKNOWN', 'UPSTREAM_UNAVAILABLE'],
  ['423', status(423), 'REFUSED', 'UPSTREAM_REJECTED'],
  ['429', status(429, { 'retry-after': '60' }), 'REFUSED', 'RATE_LIMITED'],
  ['303', status(303), 'UNKNOWN', 'UPSTREAM_BAD_RESPONSE'],
  ['500', status(500), 'UNKNOWN', 'UPSTREAM_UNAVAILABLE'],
  ['503', status(503), 'UNKNOWN', 'UPSTREAM_UNAVAILABLE'],
  ['522', status(522), 'UNKNOWN', 'UPSTREAM_UNAVAILABLE'],
  ['a reset', { kind: 'reset' }, 'UNKNOWN', 'UPSTREAM_UNAVAILABLE'],
  ['silence', { kind: 'silence' }, 'UNKNOWN', 'UPSTREAM_TIMEOUT'],
])('a write that ends with %s is sent once, and says what became of it', async (_, fault, outcome, code) => {
  await using gateway = await startGateway();
  gateway.hood.dials.fault = () => fault;

  // Only silence lasts until the deadline.
  const extensions = await decided(gateway, fault.kind === 'silence' ? { 'x-request-deadline': '300ms' } : {});

  expect(extensions).toMatchObject({ code, outcome, upstream: { api: 'HOOD' } });
  expect(gateway.hoodCalls()).toEqual([PATCH]);
});

test.each<[name: string, fault: Fault]>([
  ['a reset in the middle of its answer', { kind: 'resetMidBody' }],
  [
    'a chunked answer that is cut',
    { kind: 'answer', answer: (r) => r.writeHead(200).write('{"id": "1', () => setImmediate(() => r.destroy())) },
  ],
])('a write was carried out that ends with %s, after a good status', async (_, fault) => {
  await using gateway = await startGateway();
  gateway.hood.dials.fault = () => fault;

  const { data, errors } = await gateway.query(DECIDE);

  expect(errors).toBeUndefined();
  expect(data.decideGdprRequest.__typename).toBe('DecideGdprRequestSuccess');
  expect(gateway.hoodCalls()).toEqual([PATCH]);
});

test('a write to a host that refuses connections was not sent', async () => {
  await using gateway = await startGateway({ env: { HOOD_URL: 'http://127.0.0.1:9' } });
  expect(await decided(gateway)).toMatchObject({ code: 'UPSTREAM_UNAVAILABLE', outcome: 'NOT_SENT' });
});

test('a write to a host that does not speak TLS was not sent, and no coding is blamed for it', async () => {
  await using plain = await serve(() => ({ status: 204 }));
  await using gateway = await startGateway({ env: { HOOD_URL: plain.origin.replace('http:', 'https:') } });
  const { errors } = await gateway.query(DECIDE);
  expect(errors).toMatchObject([
    { message: 'Hood cannot be reached.', extensions: { code: 'UPSTREAM_UNAVAILABLE', outcome: 'NOT_SENT' } },
  ]);
});

test('a write whose connection is cut before it is open was not sent, and is once it is', async () => {
  const cutting = createServer((socket) => socket.on('error', () => {}).once('data', () => socket.destroy()));
  await once(cutting.listen(0, '127.0.0.1'), 'listening');
  const { port } = cutting.address() as AddressInfo;
  for (const [scheme, outcome] of [
    ['https', 'NOT_SENT'],
    ['http', 'UNKNOWN'],
  ]) {
    await using gateway = await startGateway({ env: { HOOD_URL: `${scheme}://127.0.0.1:${port}` } });
    expect(await decided(gateway)).toMatchObject({ code: 'UPSTREAM_UNAVAILABLE', outcome });
  }
  cutting.close();
});

test('a write that a breaker refuses was not sent', async () => {
  await using gateway = await startGateway();
  gateway.hood.dials.fault = () => status(500);
  for (let id = 1; id <= 10; id += 1) await gateway.query(DECIDE.replace('"1"', `"${id}"`));
  expect(gateway.hoodCalls()).toHaveLength(10);
  expect(await decided(gateway)).toMatchObject({ code: 'UPSTREAM_UNAVAILABLE', outcome: 'NOT_SENT' });
  expect(gateway.hoodCalls()).toEqual([]);
});

test('a write in the pause after a 429 was not sent', async () => {
  await using gateway = await startGateway();
  gateway.hood.dials.fault = () => status(429, { 'retry-after': '60' });
  await decided(gateway);
  gateway.hoodCalls();
  expect(await decided(gateway)).toMatchObject({ code: 'RATE_LIMITED', outcome: 'NOT_SENT', retryAfter: 60 });
  expect(gateway.hoodCalls()).toEqual([]);
});

test('a write that the budget has no call for was not sent', async () => {
  await using gateway = await startGateway({ env: { HOOD_RATE: '1/s,1/m' } });
  await gateway.query('{ hoodExports(first: 1) { totalCount } }');
  gateway.hoodCalls();
  expect(await decided(gateway)).toMatchObject({ code: 'RATE_LIMITED', outcome: 'NOT_SENT' });
  expect(gateway.hoodCalls()).toEqual([]);
});

test('a write to an API that is not configured was not sent', async () => {
  await using gateway = await startGateway({ env: { HOOD_TOKEN: '' } });
  expect(await decided(gateway)).toMatchObject({ code: 'UPSTREAM_UNAVAILABLE', outcome: 'NOT_SENT' });
});

const CREATE = 'mutation { createSystemOfRecord(input: { name: "New" }) { __typename } }';

test('a write whose log-in failed was not sent', async () => {
  const login = { SOR_TOKEN: '', SOR_EMAIL: 'sandbox@example.com', SOR_PASSWORD: 'wrong' };
  await using gateway = await startGateway({ env: login });
  for (let times = 0; times < 2; times += 1) {
    const { errors } = await gateway.query(CREATE);
    expect(errors).toMatchObject([{ extensions: { code: 'UPSTREAM_UNAVAILABLE', outcome: 'NOT_SENT' } }]);
  }
  expect(gateway.sorCalls()).toEqual(['POST /api/login']);
});

test('a mutation whose read before the write failed wrote nothing', async () => {
  await using gateway = await startGateway();
  gateway.sor.api.dials.fault = () => ({ kind: 'reset' });
  const { errors } = await gateway.query(
    'mutation { deleteSystemOfRecord(input: { identifier: "global" }) { __typename } }',
  );
  expect(errors).toMatchObject([{ extensions: { code: 'UPSTREAM_UNAVAILABLE', outcome: 'NOT_SENT' } }]);
});

test('an answer of another shape leaves the outcome unknown', async () => {
  await using gateway = await startGateway();
  gateway.sor.api.dials.fault = () => ({ kind: 'body', body: { message: 'Forbidden' } });
  const { errors } = await gateway.query(CREATE);
  expect(errors).toMatchObject([{ extensions: { code: 'UPSTREAM_BAD_RESPONSE', outcome: 'UNKNOWN' } }]);
  expect(gateway.sorCalls()).toEqual(['POST /api/system_of_records']);
});

test('queries have no outcome', async () => {
  await using gateway = await startGateway();
  gateway.hood.dials.fault = () => status(501);
  const { errors } = await gateway.query('{ hoodExports(first: 1) { totalCount } }');
  expect(errors?.[0]?.extensions).not.toHaveProperty('outcome');
});

test('a write whose time ends while it waits for a connection was not sent', async () => {
  await using server = await serve(() => ({ status: 204 }));
  server.dials.fault = ({ line }) => (line === 'POST /slow' ? { kind: 'silence' } : undefined);
  await using client = hoodClient(server, { pool: { connections: 1 }, timeoutMs: 300 });
  const write = { method: 'POST', route: template('/x'), path: '/x', body: {} } as const;
  // Only another write: reads have connections of their own.
  const slow = failureOf(client.send({ ...write, route: template('/slow'), path: '/slow' }));
  await expect.poll(() => server.calls.length, { interval: 2 }).toBe(1);

  const failure = await failureOf(client.send({ ...write, options: { deadline: performance.now() + 50 } }));

  expect(failure).toMatchObject({ failure: 'timeout', outcome: 'NOT_SENT' });
  expect(await slow).toMatchObject({ failure: 'timeout', outcome: 'UNKNOWN' });
  expect(server.calls).toHaveLength(1);
});
