import { expect, test, vi } from 'vitest';
import type { Fault } from '../../../src/sandbox/faults.ts';
import type { SeenCall } from '../../../src/sandbox/server.ts';
import { BEHIND_PROXY, callersOf } from '../../support/callers.ts';
import { type Gateway, startGateway } from '../../support/gateway.ts';

const EXPORTS = '{ hoodExports(first: 1) { nodes { hoodId } } }';
const DATA = '{ customerData(first: 1) { nodes { hoodId } } }';
const PROFILES = '{ customerProfiles(first: 1) { nodes { customerId } } }';
const SYSTEMS = '{ systemsOfRecord(first: 1) { nodes { identifier } } }';
/** Unlike 503 it is not tried again, which takes time. */
const FAILING: Fault = { kind: 'status', status: 501 };
/** Nothing is remembered, so that every operation makes its call. */
const FRESH = { env: { CACHE: 'off' } };

/** As many failing operations, one after the other, as it takes, each with another question. */
async function fail(gateway: Gateway, query: string): Promise<void> {
  for (let first = 2; first < 12; first++) await gateway.query(query.replace('first: 1', `first: ${first}`));
}

function onlyAt(path: string, fault: Fault): (call: SeenCall) => Fault | undefined {
  return ({ line }) => (line.split(/[ ?]/)[1] === path ? fault : undefined);
}

/** What the log says of breakers. */
function changes(gateway: Gateway): { level: number; api: string; route?: string; msg: string }[] {
  return gateway.logged.map((line) => JSON.parse(line)).filter(({ msg }) => msg.startsWith('breaker'));
}

/** Moves the time on for all who look at it; no timer is waited for. */
function moveOn(ms: number): Disposable {
  const now = performance.now.bind(performance);
  const spy = vi.spyOn(performance, 'now').mockImplementation(() => now() + ms);
  return { [Symbol.dispose]: () => spy.mockRestore() };
}

test('a route that fails is left alone: its fields fail at once, without a call; all others go on', async () => {
  await using gateway = await startGateway(FRESH);
  gateway.hood.dials.fault = onlyAt('/v1/hood/exports', FAILING);
  await fail(gateway, EXPORTS);
  gateway.hoodCalls();

  const { data, errors } = await gateway.query(
    '{ hoodExports(first: 1) { nodes { hoodId } } customerData(first: 1) { nodes { target } } }',
  );
  expect(data).toEqual({ hoodExports: null, customerData: { nodes: [{ target: expect.any(String) }] } });
  expect(errors).toEqual([
    expect.objectContaining({
      message: 'Hood keeps failing, so it is not asked for now.',
      path: ['hoodExports'],
      extensions: {
        code: 'UPSTREAM_UNAVAILABLE',
        failureId: expect.any(String),
        retryAfter: 1,
        upstream: { api: 'HOOD', route: '/v1/hood/exports' },
      },
    }),
  ]);
  expect((await gateway.query(PROFILES)).errors).toBeUndefined();
  expect(gateway.hoodCalls()).toEqual([expect.stringMatching(/^GET \/v1\/hood\/customer-data\?/)]);
  expect(changes(gateway)).toEqual([
    expect.objectContaining({
      ...{ level: 40, api: 'HOOD', route: 'GET /v1/hood/exports' },
      ...{ kind: 'status 501', failures: 10, refused: 0 },
    }),
  ]);
});

test('callers whose questions all fail close no route to somebody with one that fails', async () => {
  await using gateway = await startGateway({ env: { ...BEHIND_PROXY, CACHE: 'off' } });
  const callers = await callersOf(gateway);
  gateway.hood.dials.fault = ({ line }) => (line.includes('bad') ? FAILING : undefined);
  const ask = (address: string, hoodId: string) => callers(address)(`{ hoodExport(hoodId: "${hoodId}") { hoodId } }`);
  for (const address of ['192.0.2.1', '192.0.2.2']) {
    for (let n = 0; n < 11; n += 1) await ask(address, `bad-${n}-of-${address}`);
  }
  expect(changes(gateway)).toHaveLength(1);
  expect((await ask('192.0.2.3', 'bad')).errors).toMatchObject([{ extensions: { upstream: { status: 501 } } }]);
  expect((await ask('192.0.2.3', '1')).errors).toBeUndefined();
});

test('after a second one call tries, and if it succeeds the route is as before', async () => {
  await using gateway = await startGateway(FRESH);
  gateway.hood.dials.fault = onlyAt('/v1/hood/exports', FAILING);
  await fail(gateway, EXPORTS);
  gateway.hood.dials.fault = undefined;
  expect((await gateway.query(EXPORTS)).errors).toHaveLength(1);
  using _later = moveOn(1_000);
  expect((await gateway.query(EXPORTS)).errors).toBeUndefined();
  expect((await gateway.query(EXPORTS)).errors).toBeUndefined();
  expect(changes(gateway).map(({ msg }) => msg)).toEqual([
    'breaker opened: calls are refused until one succeeds',
    'breaker closed: calls are made again',
  ]);
});

test('a refused call takes no place in the budget', async () => {
  await using gateway = await startGateway({ env: { ...FRESH.env, HOOD_RATE: '40/s,150/m' } });
  gateway.hood.dials.fault = onlyAt('/v1/hood/exports', FAILING);
  await fail(gateway, EXPORTS);
  const many = Array.from({ length: 100 }, (_, n) => `e${n}: hoodExports(first: ${n + 1}) { nodes { hoodId } }`);
  const refused = await gateway.query(`{ ${many.join(' ')} }`);
  expect(refused.errors?.map(({ extensions }) => extensions.code)).toEqual(Array(100).fill('UPSTREAM_UNAVAILABLE'));
  const hasty = { 'x-request-deadline': '400ms' };
  expect((await gateway.query(DATA, {}, hasty)).errors).toBeUndefined();
});

test('an answer that cannot be read, or says that the API failed, counts like a failing status', async () => {
  for (const [query, fault] of [
    [EXPORTS, { kind: 'truncated' }],
    [EXPORTS, { kind: 'html' }],
    [PROFILES, { kind: 'body', body: { success: false, message: 'There has been an error.' } }],
  ] as [string, Fault][]) {
    await using gateway = await startGateway(FRESH);
    gateway.hood.dials.fault = () => fault;
    gateway.sor.api.dials.fault = () => fault;
    await fail(gateway, query);
    expect(changes(gateway)).toHaveLength(1);
  }
});

test.each<[string, Fault]>([
  ['a 404', { kind: 'status', status: 404 }],
  ['a 400', { kind: 'status', status: 400 }],
  ['a 200 that refuses the request', { kind: 'body', body: { success: false, status: '400' } }],
  ['an answer of another shape', { kind: 'body', body: { success: true, result: 7 } }],
])('%s is no failure of the API', async (_, fault) => {
  await using gateway = await startGateway(FRESH);
  gateway.sor.api.dials.fault = () => fault;
  await fail(gateway, SYSTEMS);
  await fail(gateway, SYSTEMS);
  expect(gateway.sorCalls()).toHaveLength(20);
  expect(changes(gateway)).toEqual([]);
});

test("silence counts where the API had half of the gateway's own deadline, and not where a caller was in a hurry", async () => {
  await using gateway = await startGateway({ env: { ...FRESH.env, REQUEST_DEADLINE: '200ms' } });
  gateway.hood.dials.fault = () => ({ kind: 'silence' });
  const many = Array.from({ length: 10 }, (_, n) => `e${n}: hoodExports(first: ${n + 1}) { nodes { hoodId } }`);
  await gateway.query(`{ ${many.join(' ')} }`, {}, { 'x-request-deadline': '20ms' });
  expect(changes(gateway)).toEqual([]);
  await gateway.query(`{ ${many.join(' ')} }`);
  expect(changes(gateway)).toHaveLength(1);
});

test('a host that refuses connections is left alone as a whole, and the other API goes on', async () => {
  await using gateway = await startGateway({ env: { ...FRESH.env, HOOD_URL: 'http://127.0.0.1:1' } });
  await fail(gateway, EXPORTS);
  const { errors } = await gateway.query(DATA);
  expect(errors).toMatchObject([{ message: 'Hood keeps failing, so it is not asked for now.' }]);
  expect((await gateway.query(SYSTEMS)).errors).toBeUndefined();
  const [opened, ...others] = changes(gateway);
  expect(opened).toMatchObject({ api: 'HOOD' });
  expect(opened).not.toHaveProperty('route');
  expect(others).toEqual([]);
});
