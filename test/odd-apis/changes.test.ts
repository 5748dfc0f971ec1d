import { describe, expect, test } from 'vitest';
import type { Fault } from '../../src/sandbox/faults.ts';
import { type Gateway, startGateway } from '../support/gateway.ts';
import { movableClock } from '../support/movable-clock.ts';
import { type Asked, answering, numbered, pageOf, sorResult } from './asked.ts';
import { fakeProfile } from './fake-profiles.ts';

const SINCE = '2025-01-01T00:00:00Z';
const IDS = numbered(57, 'c');
const ROWS = IDS.map((id) => fakeProfile(id, { city: { value: 'Oslo', removed: false } as unknown as string }));

interface Changes {
  ids: string[];
  asOf: string;
  hasNextPage: boolean;
  endCursor: string | null;
}

async function changesOf(
  gateway: Gateway,
  since: string,
  first: number,
  after: string | null = null,
  filter: Record<string, unknown> | null = null,
) {
  const { data, errors } = await gateway.query(
    `query ($since: DateTime!, $first: Int, $after: String, $filter: CustomerProfileFilter) {
      customerProfileChanges(since: $since, first: $first, after: $after, filter: $filter) {
        asOf nodes { profile { customerId } } pageInfo { hasNextPage endCursor }
      }
    }`,
    { since, first, after, filter },
  );
  if (errors) throw new Error(errors[0]?.extensions?.code as string);
  const { asOf, nodes, pageInfo } = data.customerProfileChanges;
  const ids = nodes.map(({ profile }: { profile: { customerId: string } }) => profile.customerId);
  return { ids, asOf, ...pageInfo } as Changes;
}

/** Follows the changes to their end; tells the calls of the dearest window. */
async function walk(gateway: Gateway, first: number, filter: Record<string, unknown> | null = null) {
  const met: string[] = [];
  let [after, dearest]: [string | null, number] = [null, 0];
  for (let hasNext = true, windows = 0; hasNext; windows += 1) {
    if (windows > 120) throw new Error('The walk does not end.');
    gateway.sorCalls();
    const { ids, hasNextPage, endCursor } = await changesOf(gateway, SINCE, first, after, filter);
    dearest = Math.max(dearest, gateway.sorCalls().length);
    met.push(...ids);
    after = endCursor ?? after;
    hasNext = hasNextPage;
  }
  return { met, dearest };
}

const page = (profiles: readonly unknown[], hasNext: boolean): Fault =>
  sorResult({ profiles, next: hasNext ? 'https://api.follow-apps.com/api/customer_profiles?page=2' : null });

const isBefore = (asked: Asked, rows: number) => asked.page * asked.size < rows;

/** Of every page this many rows come, the rest on later ones: the feed's own pages, whatever is asked for. */
function uneven(lengths: readonly number[], isLast: (pages: number, page: number) => boolean) {
  const pages: unknown[][] = [];
  for (let start = 0, turn = 0; start < ROWS.length; turn += 1) {
    const length = lengths[turn % lengths.length] ?? 1;
    pages.push(ROWS.slice(start, start + length));
    start += length;
  }
  return ({ page: number }: Asked) => page(pages[number - 1] ?? [], !isLast(pages.length, number));
}

describe.each([10, 7, 50, 100])('changes that are walked by %i', (first) => {
  test.each<[string, (asked: Asked) => Fault]>([
    [
      'the last page still has a next one, which is empty',
      (asked) => page(pageOf(ROWS, asked), (asked.page - 1) * asked.size < ROWS.length),
    ],
    [
      'every page has a next one for ever, and those behind the last are empty',
      (asked) => page(pageOf(ROWS, asked), true),
    ],
    [
      'every page has a next one for ever, and the last one repeats',
      (asked) => {
        const last = Math.ceil(ROWS.length / asked.size);
        return page(pageOf(ROWS, { ...asked, page: Math.min(last, asked.page) }), true);
      },
    ],
    [
      'pages have 6 rows although there are more',
      (asked) => page(pageOf(ROWS, asked, 6), Math.min(6, asked.size) * asked.page < ROWS.length),
    ],
    [
      'the page size is ignored, and all come on the first page',
      ({ page: number }) => page(number === 1 ? ROWS : [], false),
    ],
    [
      'the page size is ignored, and 20 come on each',
      ({ page: number }) => page(pageOf(ROWS, { page: number, size: 20 } as Asked), number * 20 < ROWS.length),
    ],
    [
      'the next page is its number',
      (asked) =>
        sorResult({ profiles: pageOf(ROWS, asked), next: isBefore(asked, ROWS.length) ? asked.page + 1 : false }),
    ],
    [
      'the next page is an object, or an empty list',
      (asked) =>
        sorResult({
          profiles: pageOf(ROWS, asked),
          next: isBefore(asked, ROWS.length) ? { page: asked.page + 1 } : [],
        }),
    ],
    ['all are honest', (asked) => page(pageOf(ROWS, asked), isBefore(asked, ROWS.length))],
  ])('each is met once where %s', async (_, answer) => {
    await using gateway = await startGateway();
    answering(gateway.sor.api, (asked) => (asked.path === '/api/customer_profiles' ? answer(asked) : undefined));
    const { met, dearest } = await walk(gateway, first);
    expect(met).toEqual(IDS);
    expect(dearest).toBeLessThanOrEqual(9);
  });

  test.each([
    ['short pages', [3, 10, 1]],
    ['empty pages', [5, 0, 9]],
    ['several empty pages', [0, 0, 20]],
    ['19 empty pages', [...new Array(19).fill(0), 29]],
  ])('each is met once where %s with a next one stand between the others', async (_, lengths) => {
    await using gateway = await startGateway();
    const answer = uneven(lengths, (pages, number) => number >= pages);
    answering(gateway.sor.api, (asked) => (asked.path === '/api/customer_profiles' ? answer(asked) : undefined));
    const { met, dearest } = await walk(gateway, first);
    expect(met).toEqual(IDS);
    expect(dearest).toBeLessThanOrEqual(9);
  });
});

test.each<[what: string, fault: Fault, code: string]>([
  ['is HTML', { kind: 'html', status: 200 }, 'UPSTREAM_BAD_RESPONSE'],
  ['is refused', { kind: 'status', status: 400 }, 'UPSTREAM_REJECTED'],
  ['is refused in its body', { kind: 'body', body: { success: false, status: '400' } }, 'UPSTREAM_REJECTED'],
  ['fails', { kind: 'status', status: 501 }, 'UPSTREAM_UNAVAILABLE'],
])(
  'changes behind a page that %s are told to follow, or the error is, and they come when it is well',
  async (_, fault, code) => {
    using clock = movableClock();
    await using gateway = await startGateway();
    let isWell = false;
    answering(gateway.sor.api, (asked) =>
      !isWell && asked.page === 3 ? fault : page(pageOf(ROWS, asked, 10), asked.page * 10 < ROWS.length),
    );
    const first = await changesOf(gateway, SINCE, 15);
    const cut = await changesOf(gateway, SINCE, 15, first.endCursor);
    const behind = changesOf(gateway, SINCE, 15, cut.endCursor);
    expect([...first.ids, ...cut.ids]).toEqual(IDS.slice(0, 20));
    expect(cut.hasNextPage).toBe(true);
    await expect(behind).rejects.toThrow(code);
    isWell = true;
    clock.pass(60_000);
    expect((await changesOf(gateway, SINCE, 15, cut.endCursor)).ids).toEqual(IDS.slice(20, 35));
  },
);

test.each([1, 10, 50])(
  'changes by %i come from behind those of others, where an API ignores the filter',
  async (first) => {
    await using gateway = await startGateway();
    const devices = ROWS.slice(2, 50).map((row) => ({ ...row, customer_id_type: 'device_id' }));
    const everybody = [...devices, ...ROWS.slice(50), ...ROWS.slice(0, 2)];
    answering(gateway.sor.api, (asked) => page(pageOf(everybody, asked), isBefore(asked, everybody.length)));

    const both = await walk(gateway, first, { customerIds: ['c1', 'c2'], customerIdType: 'USER_ID' });
    const users = await walk(gateway, first, { customerIdType: 'USER_ID' });

    expect(both.met).toEqual(['c1', 'c2']);
    expect(users.met).toEqual([...IDS.slice(50), 'c1', 'c2']);
    expect(Math.max(both.dearest, users.dearest)).toBeLessThanOrEqual(6);
  },
);

/** Somebody changes something, at a moment that no later answer shares. */
function changeSomebody({ sor }: Gateway, customerId: string): void {
  const updated = Date.now();
  sor.insertProfiles([{ customerId, updated }]);
  while (Date.now() === updated);
}

test('a change behind a kept answer comes with the moment that this answer gives', async () => {
  await using gateway = await startGateway({ env: { CACHE: 'on' }, sor: { profiles: 0, samples: false } });
  changeSomebody(gateway, 'early');

  expect(await changesOf(gateway, SINCE, 10)).toMatchObject({ ids: ['early'] });
  changeSomebody(gateway, 'late');
  gateway.sorCalls();
  const kept = await changesOf(gateway, SINCE, 10);
  const calls = gateway.sorCalls();
  const next = await changesOf(gateway, kept.asOf, 10);

  expect(calls).toEqual([]);
  expect([...kept.ids, ...next.ids]).toContain('late');
});

test('a change behind a stale answer comes too, although the API fails meanwhile', async () => {
  const env = { CACHE: 'on', CACHE_TTL: 'profiles=1ms' };
  await using gateway = await startGateway({ env, sor: { profiles: 0, samples: false } });
  changeSomebody(gateway, 'early');

  const fresh = await changesOf(gateway, SINCE, 10);
  changeSomebody(gateway, 'late');
  changeSomebody(gateway, 'later');
  gateway.sor.api.dials.fault = () => ({ kind: 'status', status: 500 });
  const stale = await changesOf(gateway, SINCE, 10);
  gateway.sor.api.dials.fault = undefined;
  const next = await changesOf(gateway, stale.asOf, 10);

  expect(stale.ids).toEqual(fresh.ids);
  expect(next.ids).toEqual(expect.arrayContaining(['late', 'later']));
});

test('an answer is as of the moment before its first call began, or of what the API says the time is when that is earlier', async () => {
  await using gateway = await startGateway({ sor: { profiles: 0, samples: false } });
  const before = Date.now();
  gateway.sor.api.dials.latencyMs = 30;
  const { asOf } = await changesOf(gateway, SINCE, 10);
  // The API's own `Date` has whole seconds.
  expect(Date.parse(asOf)).toBeGreaterThanOrEqual(before - 2_000);
  expect(Date.parse(asOf)).toBeLessThanOrEqual(before + 25);

  gateway.sor.api.dials.fault = () => ({
    kind: 'status',
    status: 200,
    headers: { date: 'Wed, 01 Jan 2025 10:00:00 GMT' },
    body: { success: true, result: { profiles: [], next: null } },
  });
  expect((await changesOf(gateway, SINCE, 10)).asOf).toBe('2025-01-01T10:00:00.000Z');
});

test('changes that fill several pages are as of the earliest of them', async () => {
  await using gateway = await startGateway();
  const hours = ['12', '11', '13'];
  answering(gateway.sor.api, (asked) => ({
    kind: 'status',
    status: 200,
    headers: { date: `Wed, 01 Jan 2025 ${hours[asked.page - 1] ?? '14'}:00:00 GMT` },
    body: { success: true, result: { profiles: pageOf(ROWS, asked, 5), next: asked.page < 3 ? 'x' : null } },
  }));
  const { ids, asOf } = await changesOf(gateway, SINCE, 15);
  expect(ids).toEqual(IDS.slice(0, 15));
  expect(asOf).toBe('2025-01-01T11:00:00.000Z');
});
