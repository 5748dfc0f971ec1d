import { expect, test } from 'vitest';
import type { Fault } from '../../../src/sandbox/faults.ts';
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

test('a token that is refused with 403 is renewed, unless it is so new that the call must be at fault', async () => {
  await using gateway = await startGateway({ env: WITH_LOGIN });
  using clock = movableClock();
  await gateway.query(QUERY);
  const [, { headers: { authorization: first = '' } = {} } = {}] = gateway.sor.api.calls.splice(0);
  gateway.sor.api.dials.fault = ({ headers }) =>
    headers.authorization === first ? { kind: 'status', status: 403 } : undefined;
  expect((await gateway.query(QUERY)).errors).toMatchObject([{ extensions: { code: 'UPSTREAM_UNAVAILABLE' } }]);
  expect(gateway.sorCalls()).toHaveLength(1);

  clock.pass(11 * 60_000);

  const list = 'GET /api/system_of_records';
  expect(await gateway.query(QUERY)).toEqual({ data: { systemsOfRecord: { totalCount: 7 } } });
  expect(gateway.sorCalls()).toEqual([list, LOGIN, list]);
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

test('a Retry-After of a day is believed for ten minutes', async () => {
  await using gateway = await startGateway({ env: WITH_LOGIN });
  gateway.sor.api.dials.fault = () => ({ kind: 'status', status: 429, headers: { 'retry-after': '86400' } });
  const { errors } = await gateway.query(QUERY);
  expect(errors?.[0]?.extensions['retryAfter']).toBe(600);
});

test.each([401, 403])(
  'a log-in that is refused with %i and says when to come again is not tried before',
  async (code) => {
    await using gateway = await startGateway({ env: WITH_LOGIN });
    using clock = movableClock();
    const fault: Fault = { kind: 'status', status: code, headers: { 'retry-after': '60' } };
    gateway.sor.api.dials.fault = () => fault;
    const { errors } = await gateway.query(QUERY);
    expect(errors).toMatchObject([{ extensions: { retryAfter: 60 } }]);
    clock.pass(55_000);
    await gateway.query(QUERY);
    expect(gateway.sorCalls()).toEqual([LOGIN]);
  },
);

test('a new token that is refused as well is not renewed for every query', async () => {
  await using gateway = await startGateway({ env: WITH_LOGIN });
  gateway.sor.api.dials.fault = ({ line }) => (line === LOGIN ? undefined : { kind: 'status', status: 401 });
  for (let times = 0; times < 15; times += 1) await gateway.query(QUERY);
  const calls = gateway.sorCalls();
  // One with the first token, which is new, and one with the next; the others go with what there is.
  expect(calls.filter((line) => line === LOGIN)).toHaveLength(2);
  expect(calls).toHaveLength(2 + 16);
});
