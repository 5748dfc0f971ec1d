import { expect, test } from 'vitest';
import type { Fault } from '../../src/sandbox/faults.ts';
import { type Gateway, startGateway } from '../support/gateway.ts';
import { movableClock } from '../support/movable-clock.ts';
import { buy, cost } from './paying.ts';

const LIST = '{ gdprRequests(first: 5) { nodes { hoodId } } }';
const ROW = '{ customerDatum(hoodId: "100") { target } }';
const BOTH = [
  ['a list', LIST],
  ['a row', ROW],
];

function startCaching(): Promise<Gateway> {
  return startGateway({
    env: { CACHE: 'on', CACHE_TTL: 'gdpr-requests=10s,customer-data=10s', REQUEST_DEADLINE: '1s' },
    hood: { rows: 20 },
  });
}

/** Too old to be used while the API answers, not too old to stand in for it. */
const EXPIRED_MS = 20_000;

const FAILURES: [what: string, fault: Fault][] = [
  ['a 500', { kind: 'status', status: 500 }],
  ['a 503', { kind: 'status', status: 503 }],
  ['a 429', { kind: 'status', status: 429 }],
  ['a closed connection', { kind: 'reset' }],
  ['silence', { kind: 'silence' }],
  ["a proxy's page", { kind: 'html' }],
  ['half an answer', { kind: 'truncated' }],
  ['something else', { kind: 'body', body: { items: 'none' } }],
];

test.each(FAILURES.flatMap(([what, fault]) => BOTH.map(([kind, query]) => [kind, what, query, fault] as const)))(
  '%s that was read before stands in for %s',
  async (_kind, _what, query = '', fault) => {
    await using gateway = await startCaching();
    using clock = movableClock();
    const before = await buy(gateway, query);
    clock.pass(EXPIRED_MS);
    gateway.hood.dials.fault = () => fault;

    const { data, errors, cost: paid } = await buy(gateway, query);

    expect(errors).toBeUndefined();
    expect(data).toEqual(before.data);
    expect(paid?.HOOD).toMatchObject({ cached: 1, stale: 1 });
    expect(paid?.HOOD?.calls).toBeGreaterThanOrEqual(1);
  },
);

test.each([
  ['the same question', () => LIST],
  ['ten others', (n: number) => LIST.replace('first: 5', `first: ${n + 6}`)],
])('it stands in as well while calls are not even made, because %s failed before', async (_, failing) => {
  await using gateway = await startCaching();
  using clock = movableClock();
  const before = await buy(gateway, LIST);
  clock.pass(EXPIRED_MS);
  gateway.hood.dials.fault = () => ({ kind: 'status', status: 500 });
  for (let n = 0; n < 10; n += 1) await buy(gateway, failing(n));

  const { data, calls, cost: paid } = await buy(gateway, LIST);

  expect(data).toEqual(before.data);
  expect(calls).toEqual([]);
  expect(paid).toEqual({ HOOD: cost({ cached: 1, stale: 1 }) });
});

test.each([400, 401, 403, 422])('it does not stand in for an answer with status %i', async (status) => {
  await using gateway = await startCaching();
  using clock = movableClock();
  await buy(gateway, LIST);
  clock.pass(EXPIRED_MS);
  gateway.hood.dials.fault = () => ({ kind: 'status', status });

  const { data, errors } = await buy(gateway, LIST);

  expect(data).toEqual({ gdprRequests: null });
  expect(errors).toHaveLength(1);
});

test('nor for a row that is gone', async () => {
  await using gateway = await startCaching();
  using clock = movableClock();
  const query = '{ gdprRequest(hoodId: "1000022") { status } }';
  expect((await buy(gateway, query)).data.gdprRequest).not.toBeNull();
  clock.pass(EXPIRED_MS);
  gateway.hood.replace('gdprRequests', []);

  expect((await buy(gateway, query)).data).toEqual({ gdprRequest: null });
});

test('a client that wants nothing that was read before is told of the failure', async () => {
  await using gateway = await startCaching();
  await buy(gateway, LIST);
  gateway.hood.dials.fault = () => ({ kind: 'status', status: 503 });

  const { errors } = await buy(gateway, LIST, {}, { 'cache-control': 'no-cache' });

  expect(errors).toMatchObject([{ extensions: { code: 'UPSTREAM_UNAVAILABLE' } }]);
});

test('nothing that failed is kept', async () => {
  await using gateway = await startCaching();
  gateway.hood.dials.fault = () => ({ kind: 'status', status: 400 });
  expect((await buy(gateway, LIST)).errors).toHaveLength(1);
  gateway.hood.dials.fault = undefined;

  expect((await buy(gateway, LIST)).data.gdprRequests.nodes).toHaveLength(5);
});
