import { expect, test, vi } from 'vitest';
import type { Fault } from '../../../src/sandbox/faults.ts';
import { type Gateway, startGateway } from '../../support/gateway.ts';

/** One call each, and never the same. */
const lookup = (hoodId: number) => `{ gdprRequest(hoodId: "${hoodId}") { hoodId } }`;

/** `count` operations at once. */
function crowd(gateway: Gateway, count: number) {
  return Promise.all(Array.from({ length: count }, (_, index) => gateway.query(lookup(index))));
}

function statuses(gateway: Gateway): (number | undefined)[] {
  return gateway.hood.calls.map(({ status }) => status);
}

test('25 operations at once are all answered within the limits, without a single 429', async () => {
  await using gateway = await startGateway({
    env: { HOOD_RATE: '10/s,150/m' },
    hood: { limits: { perSecond: 10, perMinute: 150 } },
  });
  const startedAt = performance.now();
  const answers = await crowd(gateway, 25);
  const took = performance.now() - startedAt;
  expect(answers.flatMap(({ errors = [] }) => errors)).toEqual([]);
  expect(gateway.hood.calls).toHaveLength(25);
  expect(statuses(gateway)).not.toContain(429);
  // Ten, ten a second later, five another second later.
  expect(took).toBeGreaterThan(2_000);
  expect(took).toBeLessThan(3_500);
});

test('an operation that cannot be answered in time is refused at once, without a call', async () => {
  await using gateway = await startGateway({ env: { HOOD_RATE: '5/s,150/m' } });
  await crowd(gateway, 5);
  const waiting = gateway.query(lookup(5));
  const startedAt = performance.now();
  const hasty = { 'x-request-deadline': '500ms' };
  const { data, errors } = await gateway.query('{ hoodExports { nodes { hoodId } } }', {}, hasty);
  expect(performance.now() - startedAt).toBeLessThan(400);
  expect(data).toEqual({ hoodExports: null });
  expect(errors).toMatchObject([
    {
      message: 'Hood allows no further call soon enough for this operation.',
      path: ['hoodExports'],
      extensions: { code: 'RATE_LIMITED', upstream: { api: 'HOOD' } },
    },
  ]);
  expect([1, 2]).toContain(errors?.[0]?.extensions['retryAfter']);
  expect((await waiting).errors).toBeUndefined();
  expect(gateway.hoodCalls()).not.toContainEqual(expect.stringContaining('exports'));
});

test('an operation with many calls does not hold up one that comes later with a single one', async () => {
  await using gateway = await startGateway({ env: { HOOD_RATE: '2/s,150/m' } });
  const lookups = [10, 11, 12, 13, 14].map((id) => `r${id}: gdprRequest(hoodId: "${id}") { hoodId }`);
  const greedy = gateway.query(`{ ${lookups.join(' ')} }`);
  await vi.waitFor(() => expect(gateway.hood.calls).toHaveLength(2));
  const modest = gateway.query(lookup(1));
  await Promise.all([greedy, modest]);
  const paths = gateway.hood.calls.map(({ line }) => line.replace(/\?.*/, ''));
  expect(paths.indexOf('GET /v1/hood/gdpr-requests/1')).toBe(3);
});

test('a 429 that comes anyway is waited out by everybody, and all are answered', async () => {
  await using gateway = await startGateway({ env: { HOOD_RATE: '1/s,150/m' } });
  const tooMany: Fault = { kind: 'status', status: 429, headers: { 'retry-after': '2' } };
  let left = 1;
  gateway.hood.dials.fault = () => (left-- > 0 ? tooMany : undefined);
  const answers = await crowd(gateway, 2);
  expect(answers.flatMap(({ errors = [] }) => errors)).toEqual([]);
  const [refused, next, ...others] = gateway.hood.calls;
  expect(others).toHaveLength(1);
  // Without the pause it would have gone a second earlier.
  expect(Number(next?.at) - Number(refused?.at)).toBeGreaterThanOrEqual(2_000);
});

test('the log-in of the System of Record takes from its budget like any other call', async () => {
  await using gateway = await startGateway({
    env: { SOR_RATE: '2/s,150/m', SOR_TOKEN: '', SOR_EMAIL: 'sandbox@example.com', SOR_PASSWORD: 'sandbox' },
    sor: { limits: { perSecond: 2, perMinute: 150 } },
  });
  const { errors } = await gateway.query(`{
    systemsOfRecord { nodes { identifier } }
    customerProfiles(first: 1) { nodes { id } }
  }`);
  expect(errors).toBeUndefined();
  const [login, ...reads] = gateway.sor.api.calls;
  expect(login).toMatchObject({ line: 'POST /api/login', status: 200 });
  expect(reads.map(({ status }) => status)).toEqual([200, 200]);
  expect(Number(reads[1]?.at) - Number(login?.at)).toBeGreaterThanOrEqual(1_000);
});

test('without limits nothing waits', async () => {
  await using gateway = await startGateway();
  const startedAt = performance.now();
  await crowd(gateway, 30);
  expect(performance.now() - startedAt).toBeLessThan(1_000);
  expect(gateway.hood.calls).toHaveLength(30);
});
