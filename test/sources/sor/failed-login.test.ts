import { expect, test } from 'vitest';
import { UpstreamError, type WriteOutcome } from '../../../src/http/client/upstream-error.ts';
import type { Fault } from '../../../src/sandbox/faults.ts';
import { FailedLogin } from '../../../src/sources/sor/failed-login.ts';
import { ManualClock } from '../../http/budget/manual-clock.ts';
import { startGateway } from '../../support/gateway.ts';
import { movableClock } from '../../support/movable-clock.ts';

const LOGIN = 'POST /api/login';
const QUERY = '{ systemsOfRecord { totalCount } }';
const WITH_LOGIN = { SOR_TOKEN: '', SOR_EMAIL: 'sandbox@example.com', SOR_PASSWORD: 'sandbox' };

const FAULTS: [name: string, fault: Fault, code: string][] = [
  ['401', { kind: 'status', status: 401 }, 'UPSTREAM_UNAVAILABLE'],
  ['403', { kind: 'status', status: 403 }, 'UPSTREAM_UNAVAILABLE'],
  ['500', { kind: 'status', status: 501 }, 'UPSTREAM_UNAVAILABLE'],
  ['429', { kind: 'status', status: 429, headers: { 'retry-after': '60' } }, 'RATE_LIMITED'],
  ["a proxy's page", { kind: 'html' }, 'UPSTREAM_BAD_RESPONSE'],
];

test.each(FAULTS)('a log-in answered with %s is one call for 30 queries', async (_, fault, code) => {
  await using gateway = await startGateway({ env: WITH_LOGIN });
  gateway.sor.api.dials.fault = ({ line }) => (line === LOGIN ? fault : undefined);

  const failureIds = new Set<unknown>();
  for (let query = 0; query < 30; query += 1) {
    const { data, errors } = await gateway.query(QUERY);
    expect(data).toEqual({ systemsOfRecord: null });
    expect(errors).toMatchObject([{ extensions: { code, upstream: { route: '/api/login' } } }]);
    failureIds.add(errors?.[0]?.extensions['failureId']);
  }

  expect(gateway.sorCalls()).toEqual([LOGIN]);
  expect(failureIds.size).toBe(1);
  expect(gateway.logged.filter((line) => line.includes('upstream call failed'))).toHaveLength(1);
});

test('once its pause is over, a failed log-in is tried again', async () => {
  await using gateway = await startGateway({ env: WITH_LOGIN });
  using clock = movableClock();
  gateway.sor.api.dials.fault = () => ({ kind: 'status', status: 401 });
  const { errors } = await gateway.query(QUERY);
  expect(errors).toMatchObject([{ extensions: { retryAfter: 1 } }]);
  gateway.sor.api.dials.fault = undefined;
  expect((await gateway.query(QUERY)).errors).toHaveLength(1);

  clock.pass(1_000);

  expect(await gateway.query(QUERY)).toEqual({ data: { systemsOfRecord: { totalCount: 7 } } });
  expect(gateway.sorCalls()).toEqual([LOGIN, LOGIN, 'GET /api/system_of_records']);
});

test('a read that can wait for the next log-in waits for it', async () => {
  await using gateway = await startGateway({ env: WITH_LOGIN });
  let failures = 1;
  gateway.sor.api.dials.fault = () => (failures-- > 0 ? { kind: 'status', status: 503 } : undefined);

  expect(await gateway.query(QUERY)).toEqual({ data: { systemsOfRecord: { totalCount: 7 } } });

  const [failed, next] = gateway.sor.api.calls;
  expect(Number(next?.at) - Number(failed?.at)).toBeGreaterThanOrEqual(1_000);
  expect(gateway.sorCalls()).toEqual([LOGIN, LOGIN, 'GET /api/system_of_records']);
});

function failure(retryAfter?: number, outcome: WriteOutcome = 'UNKNOWN'): UpstreamError {
  const error = new UpstreamError('', {
    api: 'SOR',
    failure: 'unavailable',
    route: '/api/login',
    retryAfter,
  });
  error.outcome = outcome;
  return error;
}

/** For how many milliseconds the failure is given again, of a log-in that fails `times` times in a row. */
function pauses(times: number, retryAfter?: number): number[] {
  const clock = new ManualClock();
  const failed = new FailedLogin(clock);
  return Array.from({ length: times }, () => {
    failed.remember(failure(retryAfter));
    const from = clock.time;
    expect(() => failed.throwWhilePaused()).toThrow(UpstreamError);
    while (isPaused(failed)) clock.time += 500;
    return clock.time - from;
  });
}

function isPaused(failed: FailedLogin): boolean {
  try {
    failed.throwWhilePaused();
    return false;
  } catch {
    return true;
  }
}

test('the pause grows from a second to a minute', () => {
  expect(pauses(9)).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000, 60_000]);
});

test('a Retry-After is obeyed where it is longer, up to ten minutes', () => {
  expect(pauses(3, 3)).toEqual([3_000, 3_000, 4_000]);
  expect(pauses(1, 86_400)).toEqual([600_000]);
});

test('after a log-in that succeeded the pause is short again', () => {
  const clock = new ManualClock();
  const failed = new FailedLogin(clock);
  for (let times = 0; times < 5; times += 1) failed.remember(failure());
  failed.forget();
  expect(isPaused(failed)).toBe(false);
  failed.remember(failure());
  clock.time = 1_000;
  expect(isPaused(failed)).toBe(false);
});

test('a log-in that was never sent, or was given up, pauses nothing', () => {
  const failed = new FailedLogin(new ManualClock());
  failed.remember(failure(60, 'NOT_SENT'));
  failed.remember(new DOMException('', 'AbortError'));
  expect(isPaused(failed)).toBe(false);
});
