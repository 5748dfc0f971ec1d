import { expect, test, vi } from 'vitest';
import { beforeDeadline } from '../../../src/http/client/call-deadline.ts';
import type { AttemptGuard } from '../../../src/http/client/flight.ts';
import { template } from '../../../src/http/client/path.ts';
import type { Fault } from '../../../src/sandbox/faults.ts';
import { type ApiServer, serve } from '../../../src/sandbox/server.ts';
import { drip } from '../../support/endless-answers.ts';
import { failureOf, hoodClient } from './hood-client.ts';

const CALL = { route: template('/v1/hood/exports'), path: '/v1/hood/exports' };
const SILENCE: Fault = { kind: 'silence' };
const DRIP: Fault = drip(2);

/** A stand-in that behaves like this, and tells when a call has arrived. */
async function stuck(fault: Fault): Promise<{ server: ApiServer; arrived: Promise<void> }> {
  const arrived = Promise.withResolvers<void>();
  const server = await serve(() => ({ status: 200, json: {} }));
  server.dials.fault = () => {
    arrived.resolve();
    return fault;
  };
  return { server, arrived: arrived.promise };
}

async function sawTheCallerLeave(server: ApiServer): Promise<void> {
  await vi.waitFor(() => expect(server.calls.map((call) => call.aborted)).toEqual([true]), { interval: 2 });
}

test.each([
  ['before the head', SILENCE],
  ['inside the body', DRIP],
])('a caller who leaves %s closes the connection, and no failure is told', async (_, fault) => {
  const { server, arrived } = await stuck(fault);
  await using _server = server;
  const failures: unknown[] = [];
  await using client = hoodClient(server, { observer: { failed: (error) => failures.push(error) } });
  const caller = new AbortController();
  const call = failureOf(client.get({ ...CALL, options: { signal: caller.signal } }));
  await arrived;
  caller.abort(new Error('gone'));
  expect(await call).toBe(caller.signal.reason);
  await sawTheCallerLeave(server);
  expect(failures).toEqual([]);
});

test('a caller who left before the call makes none', async () => {
  await using server = await serve(() => ({ status: 200, json: {} }));
  await using client = hoodClient(server);
  const error = await failureOf(client.get({ ...CALL, options: { signal: AbortSignal.abort('gone') } }));
  expect(error).toBe('gone');
  expect(server.calls).toEqual([]);
});

test("the operation's own deadline, as the signal's reason, is the API's timeout", async () => {
  const { server, arrived } = await stuck(SILENCE);
  await using _server = server;
  const failures: unknown[] = [];
  await using client = hoodClient(server, { observer: { failed: (error) => failures.push(error) } });
  const operation = new AbortController();
  const call = failureOf(client.get({ ...CALL, options: { signal: operation.signal } }));
  await arrived;
  operation.abort(new DOMException('The operation timed out.', 'TimeoutError'));
  const error = await call;
  expect(error).toMatchObject({ name: 'UpstreamError', failure: 'timeout' });
  expect(failures).toEqual([error]);
});

test("a call's deadline closes the connection", async () => {
  const { server } = await stuck(SILENCE);
  await using _server = server;
  await using client = hoodClient(server);
  const error = await failureOf(client.get({ ...CALL, options: { deadline: performance.now() + 40 } }));
  expect(error).toMatchObject({ failure: 'timeout' });
  await sawTheCallerLeave(server);
});

test('a caller may leave while the call still waits for a connection', async () => {
  const { server, arrived } = await stuck(SILENCE);
  await using _server = server;
  await using client = hoodClient(server, { pool: { connections: 1 } });
  const [first, second] = [new AbortController(), new AbortController()];
  const outcomes: string[] = [];
  const calls = [first, second].map(({ signal }, index) =>
    client.get({ ...CALL, options: { signal } }).catch(() => outcomes.push(index === 0 ? 'first' : 'second')),
  );
  await arrived;
  second.abort();
  await calls[1];
  first.abort();
  await calls[0];
  expect(outcomes).toEqual(['second', 'first']);
  expect(server.calls).toHaveLength(1);
});

test('a caller may leave while the credential is waited for', async () => {
  await using server = await serve(() => ({ status: 200, json: {} }));
  const guard: AttemptGuard = (attempt) => beforeDeadline(attempt, new Promise(() => {}));
  await using client = hoodClient(server, { guards: [guard] });
  const caller = new AbortController();
  const call = failureOf(client.get({ ...CALL, options: { signal: caller.signal } }));
  caller.abort();
  expect(await call).toBe(caller.signal.reason);
  expect(await failureOf(client.get({ ...CALL, options: { deadline: performance.now() + 20 } }))).toMatchObject({
    failure: 'timeout',
  });
  expect(server.calls).toEqual([]);
});

test('an answered call leaves nothing behind on its signal', async () => {
  await using server = await serve(() => ({ status: 200, json: {} }));
  await using client = hoodClient(server);
  const { signal } = new AbortController();
  const added = vi.spyOn(signal, 'addEventListener');
  const removed = vi.spyOn(signal, 'removeEventListener');
  for (let call = 0; call < 3; call++) await client.get({ ...CALL, options: { signal } });
  expect(added).toHaveBeenCalledTimes(3);
  expect(removed.mock.calls.map(([, listener]) => listener)).toEqual(added.mock.calls.map(([, listener]) => listener));
});
