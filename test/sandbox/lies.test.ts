import { expect, test } from 'vitest';
import { startHood } from '../../src/sandbox/hood/server.ts';
import {
  filterIgnored,
  lastPageRepeated,
  liesInTurn,
  onlyWhere,
  pageClampedTo,
  pageIgnored,
  rowsLeftOut,
  totalOffBy,
  withTotal,
} from '../../src/sandbox/lies.ts';
import type { Lie } from '../../src/sandbox/server.ts';
import { startSor } from '../../src/sandbox/sor/server.ts';
import { call, send } from './hood-client.ts';
import { callerOf, listed } from './sor-caller.ts';

const ROWS = Array.from({ length: 10 }, (_, n) => ({
  id: String(n + 1),
  status: n % 2 === 0 ? 'pending' : 'denied',
}));

/** What Hood answers for rows 1 to 10 under a lie: the total, and the ids (rows without a time come by falling id). */
async function hoodUnder(lie: Lie, query: string): Promise<[total: unknown, ids: unknown]> {
  await using hood = await startHood({ rows: 0, samples: false, limits: 'none' });
  hood.insert('gdprRequests', ROWS);
  hood.dials.lie = lie;
  const { body } = await call(hood, `gdpr-requests?${query}`);
  expect(hood.calls).toHaveLength(1);
  return [body.total, body.items.map(({ id }) => Number(id))];
}

test.each<[string, Lie, string, unknown, number[]]>([
  ['a total too high', totalOffBy(1), 'page=4,3', 11, [1]],
  ['a total too low', totalOffBy(-20), 'page=4,3', 0, [1]],
  ['a total of another type', withTotal(() => null), 'page=4,3', null, [1]],
  ['no total', withTotal(() => undefined), 'page=4,3', undefined, [1]],
  ['text', withTotal(String), 'page=4,3', '10', [1]],
  ['a smaller page', pageClampedTo(2), 'page=2,4', 10, [8, 7]],
  ['a smaller page behind the last of the size asked for', pageClampedTo(2), 'page=4,4', 10, [4, 3]],
  ['a smaller page than the default', pageClampedTo(2), 'page=2', 10, [8, 7]],
  ['a page that is small enough already', pageClampedTo(4), 'page=2,3', 10, [7, 6, 5]],
  ['the first page again', pageIgnored(), 'page=2,4', 10, [10, 9, 8, 7]],
  ['the last page again', lastPageRepeated(), 'page=7,4', 10, [2, 1]],
  ['an honest page before the last', lastPageRepeated(), 'page=2,4', 10, [6, 5, 4, 3]],
  ['a row too few', rowsLeftOut(({ id }) => id === '5'), 'page=2,4', 10, [6, 4, 3]],
  ['a first row too few', rowsLeftOut((_row, index) => index === 0), 'page=2,4', 10, [5, 4, 3]],
  ['rows of any status', filterIgnored('status'), 'status=denied&page=1,3', 10, [10, 9, 8]],
  [
    'another lie elsewhere',
    onlyWhere(
      (line) => line.includes('/exports'),
      withTotal(() => undefined),
    ),
    '',
    10,
    [10, 9, 8, 7, 6, 5, 4, 3, 2, 1],
  ],
  ['two lies', liesInTurn(pageClampedTo(2), totalOffBy(5)), 'page=2,4', 15, [8, 7]],
])('Hood lies: %s', async (_, lie, query, total, ids) => {
  expect(await hoodUnder(lie, query)).toEqual([total, ids]);
});

test('an empty list has no last page to repeat', async () => {
  expect(await hoodUnder(lastPageRepeated(), 'status=approved&page=3,4')).toEqual([0, []]);
});

test('only reads are lied about', async () => {
  await using hood = await startHood({ rows: 0, limits: 'none' });
  hood.dials.lie = liesInTurn(
    withTotal(() => undefined),
    filterIgnored('id'),
    pageIgnored(),
  );
  const { status, body } = await send(hood, 'POST', 'profile-properties', { label: 'size' });
  expect([status, body['label']]).toEqual([201, 'size']);
});

test('a write is never asked again: a lie that tries is a mistake of the stand-in', async () => {
  await using hood = await startHood({ rows: 0, limits: 'none' });
  hood.dials.lie = (_call, _honest, ask) => ask(() => {});
  const { status, text } = await send(hood, 'POST', 'profile-properties', { label: 'size' });
  expect([status, text]).toEqual([599, expect.stringContaining('Only a GET may be asked again.')]);
});

/** What the SOR answers for customers c0 to c9 under a lie. */
async function sorUnder(
  lie: Lie,
  params: Record<string, string | number>,
): Promise<object & { ids: string; next?: unknown }> {
  await using sor = await startSor({ profiles: 0, samples: false });
  sor.insertProfiles(
    ROWS.map((_, n) => ({ customerId: `c${n}`, type: n % 2 === 0 ? 'user_id' : 'device_id', values: {} })),
  );
  sor.api.dials.lie = lie;
  const list = listed(await callerOf(sor).get('/api/customer_profiles', params));
  return {
    total_profiles: undefined,
    ...list,
    ids: list.profiles.map(({ customer_id }) => customer_id).join(' '),
  };
}

test.each<[string, Lie, Record<string, string | number>, object]>([
  [
    'a total too high',
    totalOffBy(3),
    { page: 3, num_per_page: 4 },
    { total_profiles: 13, total_pages: 4, ids: 'c8 c9' },
  ],
  [
    'no total',
    withTotal(() => undefined),
    { page: 3, num_per_page: 4 },
    { total_profiles: undefined, total_pages: 3, ids: 'c8 c9' },
  ],
  ['text', withTotal(String), {}, { total_profiles: '10', total_pages: 1 }],
  ['a smaller page', pageClampedTo(3), { page: 2 }, { total_profiles: 10, total_pages: 4, ids: 'c3 c4 c5' }],
  ['the first page again', pageIgnored(), { page: 2, num_per_page: 4 }, { ids: 'c0 c1 c2 c3' }],
  ['the last page again', lastPageRepeated(), { page: 9, num_per_page: 4 }, { ids: 'c8 c9' }],
  [
    'a row too few',
    rowsLeftOut(({ customer_id: id }) => id === 'c9'),
    { page: 3, num_per_page: 4 },
    { total_profiles: 10, ids: 'c8' },
  ],
  [
    'another type too',
    filterIgnored('customer_id_type'),
    { customer_id_type: 'user_id', num_per_page: 2 },
    { ids: 'c0 c1' },
  ],
])('the SOR lies: %s', async (_, lie, params, answer) => {
  expect(await sorUnder(lie, params)).toMatchObject(answer);
});

test('a list of changes under a lie always has a next page', async () => {
  const changes = { updated_since: '2000-01-01', num_per_page: 4 };
  const last = await sorUnder(lastPageRepeated(), { ...changes, page: 3 });
  expect([last.ids, last.next]).toEqual(['c8 c9', expect.stringMatching(/\?page=4$/)]);
  const beyond = await sorUnder(lastPageRepeated(), { ...changes, page: 4 });
  expect([beyond.ids, beyond.next]).toEqual(['c8 c9', expect.stringMatching(/\?page=5$/)]);
});
