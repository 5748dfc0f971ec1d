import { expect, test } from 'vitest';
import { JsonClient } from '../../../src/http/client/json-client.ts';
import { template } from '../../../src/http/client/path.ts';
import { UpstreamError } from '../../../src/http/client/upstream-error.ts';
import { Coalescer } from '../../../src/http/reads/coalescer.ts';
import { Operation } from '../../../src/http/reads/operation.ts';
import { type SorSandboxOptions, startSor } from '../../../src/sandbox/sor/server.ts';
import { SOR } from '../../../src/sources/sor/api.ts';
import type { ProfileProjection } from '../../../src/sources/sor/profile-rows.ts';
import { SorProfiles } from '../../../src/sources/sor/profiles.ts';
import { CUSTOMERS } from '../../../src/sources/sor/resources.ts';
import { openSorReads, Sor } from '../../../src/sources/sor/sor.ts';

const ALL: ProfileProjection = { keys: undefined, systems: undefined };
const HILL = 'robert.hill@mymail.org';

/** Profiles of one operation, in front of a stand-in. */
async function openProfiles(projection = ALL, options: SorSandboxOptions = {}) {
  await using stack = new AsyncDisposableStack();
  const sandbox = stack.use(await startSor({ profiles: 0, ...options }));
  const authorization = `Token ${sandbox.token}`;
  const api = stack.use(new JsonClient({ api: SOR, origin: sandbox.api.origin, headers: () => ({ authorization }) }));
  // Nothing is fed here.
  const reads = openSorReads(new Coalescer(api), undefined as never, { maxPageSize: 10_000, settleMs: 0 });
  const sor = new Sor(reads, new Operation());
  const held = stack.move();
  return {
    sandbox,
    sor,
    profiles: new SorProfiles(sor, projection),
    calls: () => sandbox.api.calls.splice(0).map(({ line }) => line),
    [Symbol.asyncDispose]: () => held.disposeAsync(),
  };
}

test('lookups of one tick are one call, and each profile is looked up once', async () => {
  await using opened = await openProfiles();
  const { profiles, calls } = opened;

  const rows = await Promise.all([HILL, 'nobody', HILL].map((id) => profiles.load(id, 'user_id')));
  const again = await profiles.load(HILL, 'user_id');

  expect(rows.map((row) => row?.customer_id)).toEqual([HILL, undefined, HILL]);
  expect(again).toBe(rows[0]);
  expect(calls()).toEqual([
    `GET /api/customer_profiles?customer_id_type=user_id&customer_ids=${HILL},nobody&num_per_page=2`,
  ]);
});

test('after a write that changes customers profiles are looked up again', async () => {
  await using opened = await openProfiles();
  const { profiles, sor, calls } = opened;
  await profiles.load(HILL, 'user_id');

  await sor.write('POST', template('/api/system_of_records'), {}, { atOnce: [CUSTOMERS] }, { name: 'New' });
  await profiles.load(HILL, 'user_id');

  expect(calls().filter((line) => line.includes('customer_ids='))).toHaveLength(2);
});

test('a failed lookup fails each of its profiles with the same error', async () => {
  await using opened = await openProfiles();
  const { profiles, sandbox } = opened;
  sandbox.api.dials.fault = () => ({ kind: 'status', status: 501 });

  const results = await Promise.allSettled(['a', 'b'].map((id) => profiles.load(id, 'user_id')));

  const reasons = results.map((result) => (result.status === 'rejected' ? result.reason : undefined));
  expect(reasons[0]).toBeInstanceOf(UpstreamError);
  expect(reasons[1]).toBe(reasons[0]);
});

test('a page of the list says how many there are, and whether changes go on', async () => {
  await using opened = await openProfiles(ALL, { profiles: 9, samples: false });
  const { profiles } = opened;

  const page = await profiles.list({}, { number: 1, size: 4 });
  const changes = await profiles.list({ updatedSince: '2020-01-01T00:00:00Z' }, { number: 2, size: 4 });
  const end = await profiles.list({ updatedSince: '2020-01-01T00:00:00Z' }, { number: 3, size: 4 });

  expect(page).toMatchObject({ total: 9, hasMore: false });
  expect(page.items).toHaveLength(4);
  expect(changes).toMatchObject({ total: undefined, hasMore: true });
  expect(end).toMatchObject({ total: undefined, hasMore: false });
  expect(end.items).toHaveLength(1);
});
