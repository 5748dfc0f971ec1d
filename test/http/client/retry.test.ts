import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { AttemptGuard } from '../../../src/http/client/flight.ts';
import { template } from '../../../src/http/client/path.ts';
import { retryDelay } from '../../../src/http/client/retry.ts';
import { UpstreamError, type UpstreamErrorDetails } from '../../../src/http/client/upstream-error.ts';
import type { Fault } from '../../../src/sandbox/faults.ts';
import { type ApiServer, serve } from '../../../src/sandbox/server.ts';
import { overlong } from '../../support/endless-answers.ts';
import { startGateway } from '../../support/gateway.ts';
import { failureOf, hoodClient } from './hood-client.ts';

const CALL = { route: template('/v1/hood/exports'), path: '/v1/hood/exports' };

/** A stand-in that behaves like this the first `times` times, and well afterwards. */
async function failing(fault: Fault, times: number): Promise<ApiServer> {
  const server = await serve(() => ({ status: 200, json: 'well' }));
  let left = times;
  server.dials.fault = () => (left-- > 0 ? fault : undefined);
  return server;
}

function failure(details: Partial<UpstreamErrorDetails>): UpstreamError {
  return new UpstreamError('', { api: 'HOOD', failure: 'unavailable', route: template('/'), ...details });
}

const NOW: Record<string, string> = { 'retry-after': '0' };

test.each<[string, Fault]>([
  ['reset', { kind: 'reset' }],
  ['resetMidBody', { kind: 'resetMidBody' }],
  ['truncated', { kind: 'truncated' }],
  ['429', { kind: 'status', status: 429, headers: NOW }],
  ['502', { kind: 'html', status: 502 }],
  ['503', { kind: 'status', status: 503 }],
  ['504', { kind: 'status', status: 504 }],
  ...[408, 421, 425, 520, 521, 522, 523, 524].map((status): [string, Fault] => [
    String(status),
    { kind: 'status', status },
  ]),
])('a GET is tried again twice after %s', async (_, fault) => {
  await using passing = await failing(fault, 2);
  await using lasting = await failing(fault, 3);
  await using patient = hoodClient(passing);
  await using client = hoodClient(lasting);
  expect(await patient.get(CALL)).toBe('well');
  await failureOf(client.get(CALL));
  expect(lasting.calls).toHaveLength(3);
});

test('a GET is tried again once after 500', async () => {
  await using server = await failing({ kind: 'status', status: 500 }, 2);
  await using client = hoodClient(server);
  expect(await failureOf(client.get(CALL))).toMatchObject({ status: 500 });
  expect(server.calls).toHaveLength(2);
});

test.each<[string, Fault]>([
  ['400', { kind: 'status', status: 400 }],
  ['401', { kind: 'status', status: 401 }],
  ['403', { kind: 'status', status: 403 }],
  ['404', { kind: 'status', status: 404 }],
  ['501', { kind: 'status', status: 501 }],
  ['HTML', { kind: 'html' }],
])('nothing is tried again after %s', async (_, fault) => {
  await using server = await failing(fault, 1);
  await using client = hoodClient(server);
  await failureOf(client.get(CALL));
  expect(server.calls).toHaveLength(1);
});

test('JSON that is complete but wrong is not asked for again', async () => {
  await using server = await serve(() => ({ status: 200, body: '{"a":tru}' }));
  await using client = hoodClient(server);
  expect(await failureOf(client.get(CALL))).toMatchObject({ failure: 'badResponse' });
  expect(server.calls).toHaveLength(1);
});

test('an answer that is too slow or too long is not asked for again', async () => {
  for (const [fault, options] of [
    [{ kind: 'silence' }, { pool: { headersTimeout: 40 } }],
    [overlong(500_000), { maxResponseBytes: 100_000 }],
  ] as const) {
    await using server = await failing(fault, 1);
    await using client = hoodClient(server, options);
    await failureOf(client.get(CALL));
    expect(server.calls).toHaveLength(1);
  }
});

test.each<[string, Fault]>([
  ['reset', { kind: 'reset' }],
  ['503', { kind: 'status', status: 503 }],
])('a write is sent once, also when it meets %s', async (_, fault) => {
  await using server = await failing(fault, 1);
  await using client = hoodClient(server);
  await failureOf(client.send({ ...CALL, method: 'PATCH', body: {} }));
  expect(server.calls).toHaveLength(1);
});

test('a write that meets 429 was surely not carried out, and is sent again', async () => {
  await using server = await failing({ kind: 'status', status: 429, headers: NOW }, 1);
  await using client = hoodClient(server);
  expect(await client.send({ ...CALL, method: 'PATCH', body: {} })).toBe('well');
  expect(server.calls).toHaveLength(2);
});

test('Retry-After is waited for', async () => {
  await using server = await failing({ kind: 'status', status: 429, headers: { 'retry-after': '0.08' } }, 1);
  await using client = hoodClient(server);
  expect(await client.get(CALL)).toBe('well');
  const [first, second] = server.calls;
  expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThanOrEqual(79);
});

test('a wait that does not fit before the deadline is not begun', async () => {
  await using server = await failing({ kind: 'status', status: 503, headers: { 'retry-after': '3' } }, 1);
  await using client = hoodClient(server);
  const startedAt = performance.now();
  const error = await failureOf(client.get({ ...CALL, options: { deadline: startedAt + 2_000 } }));
  expect(error).toMatchObject({ failure: 'unavailable', retryAfter: 3 });
  expect(performance.now() - startedAt).toBeLessThan(1_000);
});

test('a caller who leaves while a retry is waited for ends the call', async () => {
  await using server = await failing({ kind: 'status', status: 429, headers: { 'retry-after': '4' } }, 1);
  const caller = new AbortController();
  const failures: unknown[] = [];
  const leaving: AttemptGuard = async (_, send) => {
    const reply = await send();
    setImmediate(() => caller.abort());
    return reply;
  };
  await using client = hoodClient(server, { guards: [leaving], observer: { failed: (error) => failures.push(error) } });
  const error = await failureOf(client.get({ ...CALL, options: { signal: caller.signal } }));
  expect(error).toBe(caller.signal.reason);
  expect(failures).toEqual([]);
  expect(server.calls).toHaveLength(1);
});

test('back-off is exponential with full jitter on top of what was asked for, and never outlasts the time left', () => {
  const some = fc.record({
    retries: fc.constantFrom(0, 1),
    left: fc.integer({ min: -10, max: 5_000 }),
    roll: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
    retryAfter: fc.option(fc.integer({ min: 0, max: 3 }), { nil: undefined }),
  });
  fc.assert(
    fc.property(some, ({ retries, left, roll, retryAfter }) => {
      const wanted = (retryAfter ?? 0) * 1000 + roll * (retries === 0 ? 200 : 400);
      const delay = retryDelay(failure({ status: 503, retryAfter }), retries, left, () => roll);
      expect(delay).toBe(wanted < left ? wanted : undefined);
    }),
  );
});

test('anything but a failure of the API is not tried again', () => {
  expect(retryDelay(new TypeError('a mistake of ours'), 0, 1_000, () => 0)).toBeUndefined();
  expect(retryDelay(failure({ failure: 'rateLimited', retryAfter: 1 }), 0, 5_000, () => 0)).toBeUndefined();
});

test('a call that failed behind a redirect starts again from its own path', async () => {
  const replies: Fault[] = [
    { kind: 'status', status: 307, headers: { location: '/elsewhere' } },
    { kind: 'status', status: 503 },
  ];
  await using server = await serve(() => ({ status: 200, json: 'well' }));
  server.dials.fault = () => replies.shift();
  await using client = hoodClient(server);
  expect(await client.get(CALL)).toBe('well');
  expect(server.calls.map((call) => call.rawTarget)).toEqual([CALL.path, '/elsewhere', CALL.path]);
});

test('the guard stands around every attempt, retries and redirects included, and sees what came', async () => {
  const replies: Fault[] = [
    { kind: 'status', status: 503 },
    { kind: 'status', status: 302, headers: { location: '/elsewhere' } },
  ];
  await using server = await serve(() => ({ status: 200, json: 'well' }));
  server.dials.fault = () => replies.shift();
  const seen: string[] = [];
  const guard: AttemptGuard = async (attempt, send) => {
    seen.push(`${attempt.method} ${attempt.route}`);
    const reply = await send();
    seen.push(String(reply.status));
    return reply;
  };
  await using client = hoodClient(server, { guards: [guard] });
  expect(await client.get(CALL)).toBe('well');
  const line = 'GET /v1/hood/exports';
  expect(seen).toEqual([line, '503', line, '302', line, '200']);
});

test('a guard may refuse, and may send again', async () => {
  const refusal = failure({ failure: 'rateLimited', retryAfter: 2 });
  await using server = await failing({ kind: 'status', status: 401 }, 1);
  await using strict = hoodClient(server, { guards: [() => Promise.reject(refusal)] });
  expect(await failureOf(strict.get(CALL))).toBe(refusal);
  expect(server.calls).toEqual([]);
  const again: AttemptGuard = async (_, send) => {
    const reply = await send();
    return reply.status === 401 ? send() : reply;
  };
  await using renewing = hoodClient(server, { guards: [again] });
  expect(await renewing.send({ ...CALL, method: 'POST', body: {} })).toBe('well');
  expect(server.calls).toHaveLength(2);
});

test('a failed log-in is told of once, however many calls it fails', async () => {
  await using server = await failing({ kind: 'status', status: 401 }, 1);
  const told: unknown[] = [];
  const failed = (error: UpstreamError) => told.push(error);
  await using login = hoodClient(server, { observer: { failed } });
  const loggedIn = login.send({ route: template('/api/login'), path: '/api/login', method: 'POST' });
  const guard: AttemptGuard = async (_attempt, send) => {
    await loggedIn;
    return send();
  };
  await using client = hoodClient(server, { guards: [guard], observer: { failed } });
  const errors = await Promise.all([failureOf(client.get(CALL)), failureOf(client.get(CALL))]);
  expect(told).toHaveLength(1);
  expect(errors).toEqual([told[0], told[0]]);
});

test('attempts are counted one by one, failures once', async () => {
  await using server = await failing({ kind: 'reset' }, 3);
  const told: unknown[] = [];
  await using client = hoodClient(server, {
    observer: { failed: ({ failureId, code }, attempts) => told.push({ failureId, code, attempts }) },
  });
  const error = await failureOf(client.get(CALL));
  expect(server.calls).toHaveLength(3);
  expect(told).toEqual([{ failureId: error.failureId, code: 'UND_ERR_SOCKET', attempts: 3 }]);
});

test.each([408, 421, 425, 520, 524])('an operation does not notice a single %i', async (status) => {
  await using gateway = await startGateway();
  let failures = 1;
  gateway.hood.dials.fault = () => (failures-- > 0 ? { kind: 'status', status } : undefined);
  const { data, errors } = await gateway.query('{ hoodExports(first: 1) { totalCount } }');
  expect(errors).toBeUndefined();
  expect(data.hoodExports).toEqual({ totalCount: expect.any(Number) });
  expect(gateway.hoodCalls()).toHaveLength(2);
});
