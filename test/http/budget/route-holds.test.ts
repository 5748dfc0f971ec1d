import { expect, test } from 'vitest';
import { RouteHolds } from '../../../src/http/budget/route-holds.ts';
import type { Fault } from '../../../src/sandbox/faults.ts';
import { HOOD } from '../../../src/sources/hood/api.ts';
import { startGateway } from '../../support/gateway.ts';
import { movableClock } from '../../support/movable-clock.ts';

const SYSTEMS = '{ systemsOfRecord { totalCount } }';
const REQUESTS = '{ gdprRequests(first: 1) { totalCount } }';

const EXPORTS = '{ hoodExports(first: 1) { totalCount } }';
const DATA = '{ customerData(first: 1) { totalCount } }';
const HASTY = { 'x-request-deadline': '500ms' };
const REQUESTS_OF_BOB = '{ gdprRequests(first: 1, filter: { clientId: { eq: "1" } }) { totalCount } }';

const tooMany = (seconds?: string): Fault => ({
  kind: 'status',
  status: 429,
  headers: seconds === undefined ? {} : { 'retry-after': seconds },
});

test.each([
  ['Hood', REQUESTS],
  ['the System of Record', SYSTEMS],
])('without limits too, a 429 of %s with Retry-After: 60 is one call for 30 queries', async (name, query) => {
  await using gateway = await startGateway();
  const { dials } = name === 'Hood' ? gateway.hood : gateway.sor.api;
  dials.fault = () => tooMany('60');

  for (let times = 0; times < 30; times += 1) {
    const { errors } = await gateway.query(query);
    expect(errors).toMatchObject([{ extensions: { code: 'RATE_LIMITED', retryAfter: 60 } }]);
  }

  expect([...gateway.hoodCalls(), ...gateway.sorCalls()]).toHaveLength(1);
});

test('a hold ends when the API said it would', async () => {
  await using gateway = await startGateway();
  using clock = movableClock();
  gateway.hood.dials.fault = () => tooMany('20');
  await gateway.query(REQUESTS);
  gateway.hood.dials.fault = undefined;

  clock.pass(19_000);
  expect((await gateway.query(REQUESTS, {}, { 'x-request-deadline': '500ms' })).errors).toMatchObject([
    { extensions: { code: 'RATE_LIMITED', retryAfter: 1 } },
  ]);
  expect(gateway.hoodCalls()).toHaveLength(1);
  clock.pass(1_000);

  expect((await gateway.query(REQUESTS)).errors).toBeUndefined();
  expect(gateway.hoodCalls()).toHaveLength(1);
});

test.each([
  ['no limits', 'none'],
  ['limits', '10/s,150/m'],
])(
  'with %s a hold for a day is the one route, and after 30 s one call finds out whether it stands',
  async (_, HOOD_RATE) => {
    await using gateway = await startGateway({ env: { HOOD_RATE } });
    using clock = movableClock();
    const refused = { errors: [{ extensions: { code: 'RATE_LIMITED' } }] };
    gateway.hood.dials.fault = ({ line }) => (line.includes('gdpr-requests') ? tooMany('86400') : undefined);
    expect(await gateway.query(REQUESTS)).toMatchObject(refused);
    expect((await gateway.query(EXPORTS)).errors).toBeUndefined();
    gateway.hoodCalls();

    clock.pass(29_000);
    expect(await gateway.query(REQUESTS, {}, HASTY)).toMatchObject(refused);
    expect(gateway.hoodCalls()).toEqual([]);
    clock.pass(1_000);
    expect(await gateway.query(REQUESTS, {}, HASTY)).toMatchObject(refused);
    expect(await gateway.query(REQUESTS, {}, HASTY)).toMatchObject(refused);
    expect(gateway.hoodCalls()).toHaveLength(1);
    gateway.hood.dials.fault = undefined;
    clock.pass(30_000);
    expect((await gateway.query(REQUESTS, {}, HASTY)).errors).toBeUndefined();
    expect((await gateway.query(REQUESTS, {}, HASTY)).errors).toBeUndefined();
  },
);

test.each<[string, Record<string, string>, string[]]>([
  ['of a second route', {}, [REQUESTS, EXPORTS]],
  ['that says that nothing is left', { 'x-ratelimit-remaining': '0' }, [REQUESTS]],
])('where the account has limits a 429 %s holds all calls, for a minute at most', async (_, headers, refused) => {
  await using gateway = await startGateway({ env: { HOOD_RATE: '10/s,150/m' } });
  using clock = movableClock();
  gateway.hood.dials.fault = () => ({ kind: 'status', status: 429, headers: { 'retry-after': '86400', ...headers } });
  for (const query of refused) await gateway.query(query);
  gateway.hood.dials.fault = undefined;
  gateway.hoodCalls();
  clock.pass(58_000);
  expect((await gateway.query(DATA, {}, HASTY)).errors).toMatchObject([{ extensions: { code: 'RATE_LIMITED' } }]);
  expect(gateway.hoodCalls()).toEqual([]);
  clock.pass(2_500);
  expect((await gateway.query(DATA, {}, HASTY)).errors).toBeUndefined();
});

test.each([['1'], ['-1'], [undefined]])('a short pause (%s) is waited out by every call', async (seconds) => {
  await using gateway = await startGateway();
  let left = 1;
  gateway.hood.dials.fault = () => (left-- > 0 ? tooMany(seconds) : undefined);
  const hasty = await gateway.query(REQUESTS, {}, { 'x-request-deadline': '500ms' });
  expect(hasty.errors).toMatchObject([{ extensions: { code: 'RATE_LIMITED', retryAfter: 1 } }]);

  const answers = await Promise.all([gateway.query(REQUESTS), gateway.query(REQUESTS_OF_BOB)]);

  expect(answers.map(({ errors }) => errors)).toEqual([undefined, undefined]);
  const [refused, ...others] = gateway.hood.calls;
  expect(others).toHaveLength(2);
  for (const { at } of others) expect(at - Number(refused?.at)).toBeGreaterThanOrEqual(1_000);
});

test('a pause of one route leaves the others and the other API alone', async () => {
  await using gateway = await startGateway();
  gateway.hood.dials.fault = ({ line }) => (line.includes('gdpr-requests') ? tooMany('60') : undefined);
  await gateway.query(REQUESTS);

  const answers = await Promise.all([
    gateway.query('{ hoodExports(first: 1) { totalCount } }'),
    gateway.query(SYSTEMS),
  ]);
  expect(answers.map(({ errors }) => errors)).toEqual([undefined, undefined]);
});

test('who leaves during a pause ends its wait, and a shorter pause never ends a longer one', async () => {
  using clock = movableClock();
  const { guard } = new RouteHolds(HOOD);
  const leaving = new AbortController();
  const attempt = {
    method: 'GET',
    route: '/x',
    signal: leaving.signal,
    deadline: Number.POSITIVE_INFINITY,
    caller: undefined,
    priority: 'interactive',
  } as const;
  const answer = (seconds: string) => async () => ({ status: 429, headers: { 'retry-after': seconds } });
  await Promise.all([guard(attempt, answer('20')), guard(attempt, answer('2'))]);
  let sent = 0;
  const send = async () => {
    sent += 1;
    return { status: 200, headers: {} };
  };

  const left = guard(attempt, send);
  leaving.abort(new Error('left'));
  await expect(left).rejects.toThrow('left');
  clock.pass(19_000);
  const hasty = { ...attempt, signal: undefined, deadline: performance.now() + 100 };
  await expect(guard(hasty, send)).rejects.toMatchObject({ failure: 'rateLimited', retryAfter: 1 });
  expect(sent).toBe(0);
  clock.pass(1_000);
  await guard(hasty, send);
  expect(sent).toBe(1);
});
