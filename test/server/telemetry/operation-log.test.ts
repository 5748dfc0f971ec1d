import { once } from 'node:events';
import { connect } from 'node:net';
import { expect, test, vi } from 'vitest';
import { person } from '../../../src/sandbox/people.ts';
import { type Gateway, startGateway } from '../../support/gateway.ts';
import { partsOf } from '../../support/parts.ts';

const LIST = '{ gdprRequests(first: 5) { nodes { hoodId } } }';
const isEmpty = (value: object) => Object.keys(value).length === 0;

/** A busy machine may take a millisecond to send a call. */
const CALLED_ONCE = expect.toSatisfy(({ calls, waitedMs: _, ...others }) => calls === 1 && isEmpty(others));

const profile = (n: number) => `{ customerProfile(customerId: "${person(n).email}") { customerId } }`;

/** The lines about operations, or about calls. */
const linesOf = (gateway: Gateway, message: 'operation' | 'upstream call'): Record<string, unknown>[] =>
  gateway.operationLines
    .map((line) => JSON.parse(line))
    .filter(({ msg }) => msg === message)
    .map(({ level: _level, time: _time, pid: _pid, hostname: _hostname, msg: _msg, ...line }) => line);

async function post(origin: string, body: object, headers: Record<string, string> = {}): Promise<Response> {
  const response = await fetch(`${origin}/graphql`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/json',
      'accept-encoding': 'identity',
      ...headers,
    },
    body: JSON.stringify(body),
  });
  return new Response(await response.bytes(), response);
}

test('an operation is one line, with all that it was and cost, and no value', async () => {
  await using gateway = await startGateway({ hood: { rows: 9 }, sor: { profiles: 9 } });
  const query = `query Screen($first: Int!) { gdprRequests(first: $first) { nodes { customerProfile { customerId } } } }`;
  const response = await post(
    await gateway.listen(),
    { query, variables: { first: 4 } },
    {
      // An empty name is none.
      'apollographql-client-name': '',
      'x-client-name': 'office',
      traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
      'x-request-id': 'abc-123',
    },
  );

  expect(response.headers.get('x-request-id')).toBe('abc-123');
  expect(linesOf(gateway, 'operation')).toEqual([
    {
      operation: 'Screen',
      kind: 'query',
      hash: expect.stringMatching(/^[\da-f]{16}$/),
      status: 200,
      ms: expect.any(Number),
      bytes: (await response.bytes()).length,
      upstream: { HOOD: CALLED_ONCE, SOR: CALLED_ONCE },
      caller: 'address:127.0.0.1',
      client: 'office',
      request: 'abc-123',
      traceId: '0af7651916cd43dd8448eb211c80319c',
    },
  ]);
});

test.each([
  ['Büro', 'Büro'],
  [Buffer.from('Büro 東京').toString('latin1'), 'Büro 東京'],
])('a client is named as it is called, in Latin-1 or in UTF-8', async (header, client) => {
  await using gateway = await startGateway();
  await post(await gateway.listen(), { query: '{ __typename }' }, { 'x-client-name': header });
  expect(linesOf(gateway, 'operation')).toMatchObject([{ client }]);
});

test('one that failed says its codes, and one that was refused why it was', async () => {
  const env = { AUTH: 'secret', GATEWAY_SECRET: 'a-secret-for-this-test-only' };
  await using gateway = await startGateway({ env });
  gateway.hood.dials.fault = () => ({ kind: 'status', status: 501 });
  const headers = { 'x-gateway-secret': env.GATEWAY_SECRET };
  await gateway.query('{ gdprRequests { nodes { hoodId } } hoodExports { nodes { hoodId } } }', {}, headers);
  await gateway.query('query Wrong { nothing }', {}, headers);
  await gateway.query(LIST);

  expect(linesOf(gateway, 'operation')).toMatchObject([
    { kind: 'query', status: 200, codes: ['UPSTREAM_UNAVAILABLE'] },
    { operation: 'Wrong', kind: 'query', hash: expect.any(String), status: 200, codes: ['BAD_USER_INPUT'] },
    { status: 401, codes: ['UNAUTHENTICATED'] },
  ]);
});

test.each(['', 'a b', 'x'.repeat(129), 'someone@example.com', '{"a":1}'])(
  'a request id "%s" is not taken: the answer and the line have a new one',
  async (given) => {
    await using gateway = await startGateway();
    const response = await post(await gateway.listen(), { query: '{ __typename }' }, { 'x-request-id': given });
    const id = response.headers.get('x-request-id');
    expect(id).toMatch(/^[\da-f-]{36}$/);
    expect(linesOf(gateway, 'operation')).toMatchObject([{ request: id }]);
  },
);

test('an answer in parts has its line after the last one, with the errors of all', async () => {
  await using gateway = await startGateway({ hood: { rows: 9 } });
  gateway.sor.api.dials.fault = () => ({ kind: 'status', status: 501 });
  const query = '{ gdprRequests(first: 3) { nodes { hoodId ... @defer { customerProfile { customerId } } } } }';
  const response = await fetch(`${await gateway.listen()}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'multipart/mixed' },
    body: JSON.stringify({ query }),
  });
  expect(linesOf(gateway, 'operation')).toEqual([]);
  for await (const _ of partsOf(response));
  await vi.waitFor(() =>
    expect(linesOf(gateway, 'operation')).toMatchObject([
      { status: 200, codes: ['UPSTREAM_UNAVAILABLE'], bytes: expect.any(Number), upstream: { HOOD: CALLED_ONCE } },
    ]),
  );
});

test('an answer that a plugin spoils has the status that was sent', async () => {
  const spoil = () => {
    throw new Error('canary');
  };
  await using gateway = await startGateway({ plugins: [{ onResponse: spoil }] });
  expect((await post(await gateway.listen(), { query: '{ __typename }' })).status).toBe(500);
  expect(linesOf(gateway, 'operation')).toMatchObject([{ kind: 'query', status: 500 }]);
});

test('a call is one line: what was asked for, and all whom it served', async () => {
  await using gateway = await startGateway({ hood: { rows: 9 }, sor: { profiles: 9 } });
  await gateway.query(LIST, {}, { 'x-request-id': 'first' });
  await Promise.all([1, 2].map((n) => gateway.query(profile(n), {}, { 'x-request-id': `profile-${n}` })));

  const call = { method: 'GET', status: 200, ms: expect.any(Number), attempt: 1, waitedMs: expect.any(Number) };
  expect(linesOf(gateway, 'upstream call')).toEqual([
    {
      ...{ ...call, api: 'HOOD', route: '/v1/hood/gdpr-requests', parameters: ['fields', 'page'], fields: ['id'] },
      requests: ['first'],
    },
    {
      ...{ ...call, api: 'SOR', route: '/api/customer_profiles', keys: 2, requests: ['profile-1', 'profile-2'] },
      parameters: ['customer_id_type', 'customer_ids', 'num_per_page'],
    },
  ]);
});

test('it says each attempt, and what it waited for', async () => {
  await using gateway = await startGateway({ env: { HOOD_RATE: '1/s,60/m' }, hood: { rows: 9 } });
  gateway.hood.dials.fault = () => (gateway.hood.calls.length < 2 ? { kind: 'status', status: 503 } : undefined);
  await gateway.query(LIST);
  const [first, second] = linesOf(gateway, 'upstream call');
  expect(first).toMatchObject({ status: 503, attempt: 1 });
  expect(first).not.toHaveProperty('waitedFor');
  expect(second).toMatchObject({ status: 200, attempt: 2, waitedFor: ['limit'] });
  expect(second?.['waitedMs']).toBeGreaterThan(100);
});

test('a shortage of calls is a line when it begins, and one a minute', async () => {
  await using gateway = await startGateway({ env: { HOOD_RATE: '1/s,60/m' }, hood: { rows: 9 } });
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  using _ = { [Symbol.dispose]: () => void vi.useRealTimers() };
  const row = (n: number) =>
    gateway.query(`{ gdprRequest(hoodId: "${n}") { hoodId } }`, {}, { 'x-request-deadline': '100ms' });
  await row(0);
  for (let n = 1; n < 5; n++) await row(n);
  const shortages = () => gateway.logged.map((line) => JSON.parse(line)).filter(({ msg }) => /in time/.test(msg));
  expect(shortages()).toMatchObject([{ api: 'HOOD', calls: 1 }]);
  vi.advanceTimersByTime(60_000);
  expect(shortages()).toMatchObject([{ calls: 1 }, { api: 'HOOD', calls: 3 }]);
  vi.advanceTimersByTime(600_000);
  expect(shortages()).toHaveLength(2);
  expect(gateway.logged.filter((line) => line.includes('upstream call failed'))).toEqual([]);
});

test('calls that an open breaker refuses are a line when it begins, and one a minute', async () => {
  await using gateway = await startGateway();
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  using _ = { [Symbol.dispose]: () => void vi.useRealTimers() };
  gateway.hood.dials.fault = () => ({ kind: 'status', status: 501 });
  for (let n = 0; n < 30; n++) await gateway.query(`{ gdprRequest(hoodId: "${n}") { hoodId } }`);
  vi.advanceTimersByTime(60_000);
  const calls = gateway.hood.calls.length;
  const lines = gateway.logged.map((line) => JSON.parse(line));
  expect(lines.filter(({ msg }) => msg === 'upstream call failed')).toHaveLength(calls);
  expect(lines.filter(({ msg }) => msg === 'calls are refused by an open breaker')).toMatchObject([
    { api: 'HOOD', calls: 1 },
    { api: 'HOOD', calls: 30 - calls - 1 },
  ]);
});

test('one whose caller leaves says so, and so does its call', async () => {
  await using gateway = await startGateway();
  gateway.hood.dials.fault = () => ({ kind: 'silence' });
  const origin = await gateway.listen();
  const leaving = new AbortController();
  const body = JSON.stringify({ query: LIST });
  const headers = { 'content-type': 'application/json' };
  const answer = fetch(`${origin}/graphql`, { method: 'POST', body, headers, signal: leaving.signal });
  await vi.waitFor(() => expect(gateway.hood.calls).toHaveLength(1));
  leaving.abort();
  await expect(answer).rejects.toThrow();
  await vi.waitFor(() =>
    expect(linesOf(gateway, 'operation')).toMatchObject([{ status: 499, codes: ['CALLER_LEFT'] }]),
  );
  expect(linesOf(gateway, 'operation')[0]?.['bytes']).toBeFalsy();
  expect(linesOf(gateway, 'upstream call')).toMatchObject([{ status: 'cancelled' }]);
});

const DEFERRED = JSON.stringify({ query: '{ __typename ... @defer { systemsOfRecord { totalCount } } }' });

test.each([
  ['while it sends its operation', 'Expect: 100-continue', DEFERRED.slice(0, -1)],
  ['before the last part', 'Accept: multipart/mixed', DEFERRED],
])('a caller who leaves %s is not said to be mistaken, nor to have an answer', async (_, header, sent) => {
  await using gateway = await startGateway();
  gateway.sor.api.dials.fault = () => ({ kind: 'silence' });
  const socket = connect(Number(new URL(await gateway.listen()).port), '127.0.0.1');
  const head = ['POST /graphql HTTP/1.1', 'Host: localhost', 'Content-Type: application/json', header];
  socket.write([...head, `Content-Length: ${DEFERRED.length}`, '', sent].join('\r\n'));
  await once(socket, 'data');
  socket.destroy();
  await vi.waitFor(() => expect(linesOf(gateway, 'operation')).toMatchObject([{ codes: ['CALLER_LEFT'] }]));
});

test('a file is no operation, but has an id, which its calls name', async () => {
  await using gateway = await startGateway({ hood: { rows: 9 } });
  const { data } = await gateway.query('{ hoodExports(first: 9) { nodes { downloadUrl } } }');
  const links: (string | null)[] = data.hoodExports.nodes.map(
    ({ downloadUrl }: { downloadUrl: string }) => downloadUrl,
  );
  gateway.operationLines.length = 0;
  const file = await gateway.fetch(links.find((link) => link !== null) ?? '', { headers: { 'x-request-id': 'file' } });
  expect([file.status, file.headers.get('x-request-id')]).toEqual([200, 'file']);
  await file.bytes();
  expect(linesOf(gateway, 'upstream call')).toMatchObject([
    { route: '/v1/hood/exports/{id}/download', status: 200, requests: ['file'] },
  ]);
  expect(linesOf(gateway, 'operation')).toEqual([]);
  await vi.waitFor(() =>
    expect(gateway.operationLines.map((line) => JSON.parse(line))).toContainEqual(
      expect.objectContaining({ msg: 'file', status: 200, ms: expect.any(Number), request: 'file' }),
    ),
  );
});
