import { expect, test } from 'vitest';
import type { Fault } from '../../../src/sandbox/faults.ts';
import { BEHIND_PROXY, callersOf } from '../../support/callers.ts';
import { type Gateway, startGateway } from '../../support/gateway.ts';
import { movableClock } from '../../support/movable-clock.ts';

const row = (id: string, fields = 'target') => `{ customerDatum(hoodId: "${id}") { ${fields} } }`;
const LIST = '{ customerData(first: 1) { nodes { target } } }';
const profile = (id: string) => `customerProfile(customerId: "${id}") { customerId }`;

/** From here on calls that contain this text fail. */
function failAt(gateway: Gateway, text: string, fault: Fault = { kind: 'status', status: 501 }): void {
  for (const { dials } of [gateway.hood, gateway.sor.api]) {
    dials.fault = ({ line }) => (line.includes(text) ? fault : undefined);
  }
}

/** How many calls an operation makes that fails. */
async function callsOf(gateway: Gateway, query: string): Promise<number> {
  gateway.hoodCalls();
  expect((await gateway.query(query)).errors).toHaveLength(1);
  return gateway.hoodCalls().length;
}

test('a question that failed has the same failure for a while, without a call and without another line in the log', async () => {
  await using gateway = await startGateway();
  failAt(gateway, 'broken');
  const { errors: [first] = [] } = await gateway.query(row('broken'));
  gateway.hoodCalls();
  const { data, errors: [again] = [] } = await gateway.query(row('broken'));
  expect(data).toEqual({ customerDatum: null });
  expect(again).toEqual({ ...first, extensions: { ...first?.extensions, retryAfter: 1 } });
  expect(gateway.hoodCalls()).toEqual([]);
  expect(gateway.logged.filter((line) => line.includes('upstream call failed'))).toHaveLength(1);
});

test('what the API said is for the caller whose call it was', async () => {
  await using gateway = await startGateway();
  failAt(gateway, 'broken', { kind: 'status', status: 501, body: { title: 'No such thing as bob.' } });
  const messages = [];
  for (let n = 0; n < 2; n += 1) messages.push((await gateway.query(row('broken'))).errors?.[0]?.message);
  expect(messages).toEqual(['Hood failed with status 501: No such thing as bob.', 'Hood failed with status 501.']);
});

test('while its route answers others the time doubles from one second to thirty', async () => {
  await using gateway = await startGateway({ hood: { rows: 5 } });
  using clock = movableClock();
  failAt(gateway, 'broken');
  await callsOf(gateway, row('broken'));
  for (const seconds of [1, 2, 4, 8, 16, 30, 30]) {
    expect((await gateway.query(row('101'))).errors).toBeUndefined();
    clock.pass(seconds * 1000 - 500);
    expect(await callsOf(gateway, row('broken'))).toBe(0);
    clock.pass(500);
    expect(await callsOf(gateway, row('broken'))).toBe(1);
  }
});

test('while nothing of its route succeeds it is asked again every two seconds, so that it is back soon', async () => {
  await using gateway = await startGateway({ hood: { rows: 5 } });
  using clock = movableClock();
  gateway.hood.dials.fault = () => ({ kind: 'status', status: 503 });
  for (let second = 0; second < 45; second += 1) {
    await gateway.query(LIST);
    clock.pass(1_000);
  }
  gateway.hood.dials.fault = undefined;
  clock.pass(1_000);
  expect((await gateway.query(LIST)).errors).toBeUndefined();
});

test('who asks for less of a key than what failed has a call, and then everybody has one', async () => {
  await using gateway = await startGateway({ hood: { rows: 5 } });
  failAt(gateway, 'label');
  expect(await callsOf(gateway, row('101', 'target label'))).toBe(1);
  expect((await gateway.query(row('101'))).errors).toBeUndefined();
  expect(await callsOf(gateway, row('101', 'target label'))).toBe(0);
  expect(await callsOf(gateway, row('101', 'label'))).toBe(1);
  expect(await callsOf(gateway, row('101', 'target label hoodId'))).toBe(0);
});

test.each<[string, Fault]>([
  ['a refusal', { kind: 'status', status: 400 }],
  ['a refused credential', { kind: 'status', status: 401 }],
  ['an answer of another shape', { kind: 'body', body: 7 }],
])('%s is not remembered', async (_, fault) => {
  await using gateway = await startGateway();
  failAt(gateway, 'customer-data', fault);
  expect(await callsOf(gateway, LIST)).toBe(1);
  expect(await callsOf(gateway, LIST)).toBe(1);
});

test('silence is remembered where the API had its time, and not where a caller was in a hurry', async () => {
  await using gateway = await startGateway({ env: { REQUEST_DEADLINE: '300ms' } });
  failAt(gateway, 'customer-data', { kind: 'silence' });
  await gateway.query(LIST, {}, { 'x-request-deadline': '50ms' });
  expect(await callsOf(gateway, LIST)).toBe(1);
  expect(await callsOf(gateway, LIST)).toBe(0);
});

test('after a write it is asked again, as that may have mended it', async () => {
  await using gateway = await startGateway({ hood: { rows: 5 } });
  failAt(gateway, 'customer-data');
  await gateway.query(LIST);
  gateway.hood.dials.fault = undefined;
  await gateway.query('mutation { decideGdprRequest(input: { hoodId: "1000022", decision: APPROVE }) { __typename } }');
  expect((await gateway.query(LIST)).errors).toBeUndefined();
});

test('one caller who polls broken records closes the route for nobody', async () => {
  await using gateway = await startGateway({ hood: { rows: 5 } });
  using clock = movableClock();
  failAt(gateway, 'broken');
  for (let poll = 0; poll < 40; poll += 1) {
    await gateway.query(row(`broken${poll % 8}`));
    expect((await gateway.query(row('101'))).errors).toBeUndefined();
    clock.pass(100);
  }
  expect(gateway.hoodCalls().filter((line) => line.includes('broken')).length).toBeLessThanOrEqual(24);
  expect(gateway.logged.join()).not.toContain('breaker');
});

test('who polls a broken record has its failure for half a minute, and nobody else does', async () => {
  await using gateway = await startGateway({ env: BEHIND_PROXY, hood: { rows: 5 } });
  const callers = await callersOf(gateway);
  const [polling, other] = [callers('192.0.2.1'), callers('192.0.2.2')];
  using clock = movableClock();
  failAt(gateway, '101');
  for (let poll = 0; poll < 40; poll += 1) {
    await polling(row('101'));
    expect((await other(row('102'))).errors).toBeUndefined();
    clock.pass(1_000);
  }
  expect((await other(row('101'))).errors).toHaveLength(1);
  clock.pass(1_000);
  gateway.hood.dials.fault = undefined;
  gateway.hoodCalls();
  expect((await polling(row('101'))).errors).toHaveLength(1);
  expect(gateway.hoodCalls()).toEqual([]);
  expect((await other(row('101'))).errors).toBeUndefined();
  // What one has found out holds for all.
  expect((await polling(row('101'))).errors).toBeUndefined();
});

test('a caller who asks for ever other broken records closes the route for nobody else', async () => {
  await using gateway = await startGateway({ env: BEHIND_PROXY, hood: { rows: 5 } });
  const callers = await callersOf(gateway);
  const [polling, other] = [callers('192.0.2.1'), callers('192.0.2.2')];
  failAt(gateway, 'broken');
  for (let round = 0; round < 4; round += 1) {
    for (let n = 0; n < 12; n += 1) await polling(row(`broken-${round}-${n}`));
    const { errors: [refused] = [] } = await polling(row('102'));
    expect(refused?.message).toBe('Hood keeps failing, so it is not asked for now.');
    expect((await other(row('101'))).errors).toBeUndefined();
  }
});

test('one broken profile among the lookups of thirty callers costs them and lists nothing, and few calls', async () => {
  await using gateway = await startGateway({ sor: { profiles: 50 }, env: { SOR_RATE: '10/s,150/m' } });
  failAt(gateway, 'poison', { kind: 'status', status: 500 });
  const answers = await Promise.all(
    Array.from({ length: 30 }, async (_, caller) => {
      for (let round = 0; round < 3; round += 1) {
        const id = caller === 0 ? 'poison' : `user-${caller}-${round}`;
        const { errors = [] } = await gateway.query(`{ ${profile(id)} systemsOfRecord(first: 1) { totalCount } }`);
        if (caller > 0 || errors.length !== 1) return errors;
      }
      return [];
    }),
  );
  expect(answers.flat()).toEqual([]);
  expect(gateway.sorCalls().length).toBeLessThanOrEqual(2 * Math.log2(30) + 2 + 10);
});

test('keys that all failed while the API was away are asked for together again, though it had just answered', async () => {
  await using gateway = await startGateway({ sor: { profiles: 5 } });
  using clock = movableClock();
  const query = `{ ${['a', 'b', 'c', 'd', 'e'].map((id) => `${id}: ${profile(id)}`).join(' ')} }`;
  await gateway.query(query);
  failAt(gateway, 'customer_ids', { kind: 'status', status: 500 });
  expect((await gateway.query(query)).errors).toHaveLength(5);

  gateway.sor.api.dials.fault = undefined;
  clock.pass(3_000);
  gateway.sorCalls();

  expect((await gateway.query(query)).errors).toBeUndefined();
  expect(gateway.sorCalls()).toHaveLength(1);
});
