import { expect, test } from 'vitest';
import { startGateway } from '../support/gateway.ts';
import { buy, cost, seen, stoppedClock } from './paying.ts';

const LIST = '{ gdprRequests(first: 5) { nodes { hoodId } } }';
const row = (hoodId: string) => `{ gdprRequest(hoodId: "${hoodId}") { hoodId } }`;

test('what is read anew behind an answer lets everybody go first who waits for a call', async () => {
  await using gateway = await startGateway({
    env: { CACHE: 'on', CACHE_TTL: 'gdpr-requests=10s', HOOD_RATE: '2/s,150/m' },
    hood: { rows: 20 },
  });
  using clock = stoppedClock();
  await buy(gateway, LIST);
  clock.pass(10_000);
  await buy(gateway, row('1'));

  const stale = await gateway.query(LIST, {}, { 'x-upstream-cost': '1' });
  const waiting = await Promise.all([gateway.query(row('2')), gateway.query(row('3'))]);
  await seen(gateway.hood, 3);

  const budgetLeft = { second: 0, minute: 148 };
  expect(stale).toMatchObject({
    extensions: { upstream: { HOOD: cost({ cached: 1, stale: 1, budgetLeft }) } },
  });
  expect(waiting.map(({ errors }) => errors)).toEqual([undefined, undefined]);
  expect(gateway.hoodCalls()).toEqual([
    'GET /v1/hood/gdpr-requests/2?fields=id',
    'GET /v1/hood/gdpr-requests/3?fields=id',
    'GET /v1/hood/gdpr-requests?fields=id&page=1,5',
  ]);
});

test('without a call left at all, what was read before is still answered at once', async () => {
  await using gateway = await startGateway({
    env: { CACHE: 'on', CACHE_TTL: 'gdpr-requests=10s', HOOD_RATE: '1/s,1/m' },
    hood: { rows: 20 },
  });
  using clock = stoppedClock();
  const before = await buy(gateway, LIST);
  clock.pass(20_000);

  const { data, calls, cost: paid } = await buy(gateway, LIST);

  expect(data).toEqual(before.data);
  expect(calls).toEqual([]);
  expect(paid?.HOOD).toMatchObject({ calls: 0, cached: 1, stale: 1, budgetLeft: { second: 0, minute: 0 } });
});
