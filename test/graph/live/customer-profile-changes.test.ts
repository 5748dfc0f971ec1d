import { expect, test, vi } from 'vitest';
import type { Fault } from '../../../src/sandbox/faults.ts';
import { auditFile, found, HEADERS, LOCKED } from '../../support/audit.ts';
import { type GatewayOptions, startGateway } from '../../support/gateway.ts';
import { Moments, subscribe } from '../../support/live.ts';
import { movableClock } from '../../support/movable-clock.ts';

const FOLLOW = `subscription Sync($since: DateTime!, $filter: CustomerProfileFilter) {
  customerProfileChanges(since: $since, filter: $filter) { profile { customerId } changes { key value } }
}`;
const SYSTEM = 'SOR_767yUpsMJoTWi0mz';
const LONG_AGO = { since: '2020-01-01T00:00:00Z' };

async function start(options: GatewayOptions = {}) {
  const moments = new Moments();
  const gateway = await startGateway({ nextMoment: moments.nextMoment, ...options });
  const put = (customerId: string, loyalty_points: number) =>
    gateway.sor.insertProfiles([{ customerId, updated: Date.now(), values: { [SYSTEM]: { loyalty_points } } }]);
  return { gateway, moments, put };
}

test('what has changed since the moment comes first, and then what changes, with one call a poll', async () => {
  const { gateway, moments, put } = await start();
  await using _gateway = gateway;
  put('anna', 1);
  await using followed = await subscribe(gateway, FOLLOW, LONG_AGO);
  const ids = new Set<string>();
  const next = async () => {
    const event = await followed.next();
    ids.add(event?.data.customerProfileChanges.profile.customerId);
    return event;
  };
  while (!ids.has('anna')) await next();
  expect(gateway.sorCalls()).toHaveLength(2);
  await moments.settled(1);
  put('bert', 2);
  await moments.pass();
  while (!ids.has('bert')) await next();
  await moments.settled(1);
  expect(gateway.sorCalls()).toEqual([expect.stringMatching(/^GET \/api\/customer_profiles\?.*updated_since=/)]);
});

test('fifty who follow the same from moments of their own are one poller', async () => {
  const { gateway, moments, put } = await start();
  await using _gateway = gateway;
  await using stack = new AsyncDisposableStack();
  const all = await Promise.all(
    Array.from({ length: 50 }, (_, n) =>
      subscribe(gateway, FOLLOW, { since: new Date(Date.now() + n * 1_000).toISOString() }),
    ),
  );
  for (const each of all) stack.use(each);
  // The past of each, and one poll for all.
  await vi.waitFor(() => expect(gateway.sor.api.calls).toHaveLength(51), 5_000);
  await moments.settled(1);
  gateway.sorCalls();
  put('anna', 1);
  await moments.pass();
  for (const each of all) {
    expect((await each.next())?.data.customerProfileChanges.profile).toEqual({ customerId: 'anna' });
  }
  expect(gateway.sorCalls()).toHaveLength(1);
});

test.each<[what: string, fault: Fault]>([
  ['failed', { kind: 'status', status: 501 }],
  ['was no JSON', { kind: 'html', status: 200 }],
])(
  'a past of more pages than one poll has time for comes whole, and goes on after a page that %s',
  async (_, fault) => {
    using clock = movableClock();
    const { gateway, moments, put } = await start({ env: { SOR_MAX_PAGE_SIZE: '5' } });
    await using _gateway = gateway;
    const ids = Array.from({ length: 23 }, (_, n) => `c${n}`);
    for (const id of ids) put(id, 1);
    // Each page takes most of the time that a poll has.
    gateway.sor.api.dials.fault = ({ line }) => {
      clock.pass(40_000);
      return line.includes('page=3&') ? fault : undefined;
    };
    const filter = { customerIds: ids };
    await using followed = await subscribe(gateway, FOLLOW, { ...LONG_AGO, filter });
    const got = new Set<string>();
    let failures = 0;
    while (got.size < ids.length) {
      const event = await followed.next();
      if (!event?.errors) got.add(event?.data.customerProfileChanges.profile.customerId);
      else if (failures++ === 0) {
        gateway.sor.api.dials.fault = () => void clock.pass(40_000);
        clock.pass(60_000);
        await moments.pass(2);
      }
    }
    expect(got).toEqual(new Set(ids));
    expect(failures).toBe(1);
  },
);

test('two who may see different values share a poller, and each gets their own', async () => {
  const env = { ...LOCKED, AUTH: 'secret,none', ANONYMOUS_SCOPES: 'gdpr:read' };
  const { gateway, moments, put } = await start({ env });
  await using _gateway = gateway;
  const since = new Date().toISOString();
  await using all = await subscribe(gateway, FOLLOW, { since }, HEADERS);
  await using little = await subscribe(gateway, FOLLOW, { since });
  await vi.waitFor(() => expect(gateway.sor.api.calls.length).toBeGreaterThanOrEqual(2));
  await moments.settled(1);
  put('anna', 5);
  await moments.pass();
  const eventOf = (value: number | null) => ({
    data: { customerProfileChanges: { profile: { customerId: 'anna' }, changes: [{ key: 'loyalty_points', value }] } },
  });
  expect([await all.next(), await little.next()]).toEqual([eventOf(5), eventOf(null)]);
});

test('only customers that meet the conditions come, and conditions that nobody meets are complete at once', async () => {
  const { gateway, moments, put } = await start();
  await using _gateway = gateway;
  await using followed = await subscribe(gateway, FOLLOW, {
    since: new Date().toISOString(),
    filter: { customerIds: ['bert'] },
  });
  await vi.waitFor(() => expect(gateway.sor.api.calls).toHaveLength(2));
  await moments.settled(1);
  put('anna', 1);
  put('bert', 1);
  await moments.pass();
  expect((await followed.next())?.data.customerProfileChanges.profile).toEqual({ customerId: 'bert' });
  await using nobody = await subscribe(gateway, FOLLOW, { ...LONG_AGO, filter: { customerIds: [] } });
  expect(await nobody.next()).toBeUndefined();
});

test('whose data it is, is recorded before the event', async () => {
  await using file = await auditFile();
  const { gateway, moments, put } = await start({ env: { ...LOCKED, AUDIT: file.path } });
  await using _gateway = gateway;
  await using followed = await subscribe(gateway, FOLLOW, { since: new Date().toISOString() }, HEADERS);
  await vi.waitFor(() => expect(gateway.sor.api.calls).toHaveLength(2));
  await moments.settled(1);
  put('anna', 1);
  await moments.pass();
  await followed.next();
  expect(await found('anna', file.path)).toEqual(['certain\tsecret\tread\tSync of desk']);
});
