import { expect, test } from 'vitest';
import type { Fault } from '../../../src/sandbox/faults.ts';
import { startGateway } from '../../support/gateway.ts';
import { movableClock } from '../../support/movable-clock.ts';

const SYSTEMS = '{ systemsOfRecord { totalCount } }';
const REQUESTS = '{ gdprRequests(first: 1) { totalCount } }';

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

test('the pause ends when the API said it would', async () => {
  await using gateway = await startGateway();
  using clock = movableClock();
  gateway.hood.dials.fault = () => tooMany('60');
  await gateway.query(REQUESTS);
  gateway.hood.dials.fault = undefined;

  clock.pass(59_000);
  expect((await gateway.query(REQUESTS, {}, { 'x-request-deadline': '500ms' })).errors).toMatchObject([
    { extensions: { code: 'RATE_LIMITED', retryAfter: 1 } },
  ]);
  expect(gateway.hoodCalls()).toHaveLength(1);
  clock.pass(1_000);

  expect((await gateway.query(REQUESTS)).errors).toBeUndefined();
  expect(gateway.hoodCalls()).toHaveLength(1);
});

test.each([['1'], ['-1'], [undefined]])('a short pause (%s) is waited out by every call', async (seconds) => {
  await using gateway = await startGateway();
  let left = 1;
  gateway.hood.dials.fault = () => (left-- > 0 ? tooMany(seconds) : undefined);
  const hasty = await gateway.query(REQUESTS, {}, { 'x-request-deadline': '500ms' });
  expect(hasty.errors).toMatchObject([{ extensions: { code: 'RATE_LIMITED', retryAfter: 1 } }]);

  const answers = await Promise.all([
    gateway.query(REQUESTS),
    gateway.query('{ hoodExports(first: 1) { totalCount } }'),
  ]);

  expect(answers.map(({ errors }) => errors)).toEqual([undefined, undefined]);
  const [refused, ...others] = gateway.hood.calls;
  expect(others).toHaveLength(2);
  for (const { at } of others) expect(at - Number(refused?.at)).toBeGreaterThanOrEqual(1_000);
});

test('a pause of one API leaves the other alone', async () => {
  await using gateway = await startGateway();
  gateway.hood.dials.fault = () => tooMany('60');
  await gateway.query(REQUESTS);

  expect((await gateway.query(SYSTEMS)).errors).toBeUndefined();
});
