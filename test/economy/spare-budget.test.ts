import { expect, test } from 'vitest';
import { CSV, IMPORT, operation } from '../graph/resources/sor/attribute-files.ts';
import { type Gateway, startGateway } from '../support/gateway.ts';
import { movableClock } from '../support/movable-clock.ts';
import { upload } from '../support/upload.ts';
import { buy, cost, seen } from './paying.ts';

const LIST = '{ gdprRequests(first: 5) { nodes { hoodId } } }';
const row = (hoodId: string) => `{ gdprRequest(hoodId: "${hoodId}") { hoodId } }`;

test('what is read anew behind an answer lets everybody go first who waits for a call', async () => {
  await using gateway = await startGateway({
    env: { CACHE: 'on', CACHE_TTL: 'gdpr-requests=10s', HOOD_RATE: '2/s,150/m' },
    hood: { rows: 20 },
  });
  using clock = movableClock();
  await buy(gateway, LIST);
  clock.pass(10_000);
  await buy(gateway, row('1'));

  const stale = await gateway.query(LIST, {}, { 'x-upstream-cost': '1' });
  const waiting = await Promise.all([gateway.query(row('2')), gateway.query(row('3'))]);
  await seen(gateway.hood, 3);

  const budgetLeft = { second: 1, minute: 148 };
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
  using clock = movableClock();
  const before = await buy(gateway, LIST);
  clock.pass(20_000);

  const { data, calls, cost: paid } = await buy(gateway, LIST);

  expect(data).toEqual(before.data);
  expect(calls).toEqual([]);
  expect(paid?.HOOD).toMatchObject({ calls: 0, cached: 1, stale: 1, budgetLeft: { second: 1, minute: 0 } });
});

const EXPORT = `mutation {
  exportCustomerProfiles(input: { attributeKeys: ["favorite_team"] }) {
    ... on ExportCustomerProfilesSuccess { downloadUrl }
  }
}`;

/** What waits for its turn once `begin` is over, behind the one call of that second. */
const BULK: [name: string, begin: (gateway: Gateway) => Promise<{ done: Promise<unknown> }>, call: string][] = [
  [
    'an export of profiles',
    async (gateway) => {
      const { data } = await gateway.query(EXPORT);
      await gateway.query('{ systemsOfRecord { totalCount } }');
      return { done: gateway.fetch(data.exportCustomerProfiles.downloadUrl) };
    },
    'GET /api/customer_profiles/export?attribute_keys=favorite_team',
  ],
  [
    'an import',
    async (gateway) => {
      const done = upload(await gateway.listen(), operation(), [CSV]);
      // The list of systems, which it is checked against.
      await seen(gateway.sor.api, 1);
      return { done };
    },
    IMPORT,
  ],
];

test.each(BULK)('%s lets everybody go first who waits for a screen', async (_name, begin, call) => {
  await using gateway = await startGateway({ env: { SOR_RATE: '1/s,60/m' } });
  const { done } = await begin(gateway);

  const { errors } = await gateway.query('{ customerProfile(customerId: "anybody") { customerId } }');
  await done;

  expect(errors).toBeUndefined();
  const [, second, third] = gateway.sorCalls();
  expect(second).toContain('customer_ids=anybody');
  expect(third).toBe(call);
});
