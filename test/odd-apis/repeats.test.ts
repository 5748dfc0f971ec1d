import { describe, expect, test } from 'vitest';
import { startGateway } from '../support/gateway.ts';
import { type Asked, aliased, answering, hoodList, listed, numbered, pageOf, sorResult } from './asked.ts';
import { fakeProfile, named, serveProfiles } from './fake-profiles.ts';
import { RequestList, request } from './request-list.ts';
import { idsOf, type ListName, readWindow, walk } from './walking.ts';

/** The page that is asked for, whose last row comes twice where the page is full: it is longer than was asked for. */
function withRepeat<Row>(rows: readonly Row[], asked: Asked, largest = asked.size): Row[] {
  const page = pageOf(rows, asked, largest);
  return page.length === Math.min(asked.size, largest) ? [...page, ...page.slice(-1)] : page;
}

test('a row that comes twice stands for one key: a lookup goes on to the next page', async () => {
  await using gateway = await startGateway({ env: { HOOD_MAX_PAGE_SIZE: '20', SOR_MAX_PAGE_SIZE: '20' } });
  const ids = numbered(21);
  answering(gateway.hood, (asked) => {
    const rows = listed(asked, 'id').map((id) => ({ id, target: id }));
    return hoodList(withRepeat(rows, asked), rows.length);
  });
  serveProfiles(gateway, {
    people: named(ids),
    answer: (found, asked) =>
      sorResult({ total_profiles: found.length, total_pages: 2, profiles: withRepeat(found, asked) }),
  });

  for (const lookup of [
    (id: string) => `customerDatum(hoodId: "${id}") { found: hoodId }`,
    (id: string) => `customerProfile(customerId: "${id}") { found: customerId }`,
  ]) {
    const { data, errors } = await gateway.query(aliased(ids, lookup));
    expect(errors).toBeUndefined();
    expect(Object.values(data)).toEqual(ids.map((found) => ({ found })));
    expect(gateway.hoodCalls().length + gateway.sorCalls().length).toBeLessThanOrEqual(2);
  }
});

describe.each<ListName>(['gdprRequests', 'customerProfiles'])('%s whose full pages repeat their last row', (list) => {
  const ids = numbered(61);

  async function start(largest: number) {
    const gateway = await startGateway();
    answering(gateway.hood, (asked) =>
      hoodList(
        withRepeat(
          ids.map((id) => ({ id })),
          asked,
          largest,
        ),
        ids.length,
      ),
    );
    serveProfiles(gateway, {
      people: {},
      answer: (_, asked) =>
        sorResult({
          total_profiles: ids.length,
          profiles: withRepeat(
            ids.map((id) => fakeProfile(id)),
            asked,
            largest,
          ),
        }),
    });
    return gateway;
  }

  test.each([
    [5, 100],
    [20, 100],
    [3, 3],
    [10, 7],
    [20, 20],
  ])('are walked by %i, with pages of %i at most, without a loss or a repeat', async (size, largest) => {
    await using gateway = await start(largest);
    expect(idsOf(await walk(gateway, list, { size }))).toEqual(ids);
  });

  test.each([20, 100])('have the same end, with pages of %i at most', async (largest) => {
    await using gateway = await start(largest);
    expect((await readWindow(gateway, list, 'last: 5')).ids).toEqual(ids.slice(-5));
    const backward = await walk(gateway, list, { size: 9, backward: true });
    expect(backward.toReversed().flatMap((window) => window.ids)).toEqual(ids);
  });
});

test.each([
  [0, undefined],
  [3, undefined],
  [3, 11],
  [9, undefined],
  [9, 11],
])('a row that is listed twice takes none of the others along: row %d, total %s', async (which, total) => {
  await using gateway = await startGateway();
  const ids = numbered(10);
  const rows = ids.toSpliced(which, 0, ids[which] ?? '').map((id) => ({ id }));
  answering(gateway.hood, (asked) => hoodList(pageOf(rows, asked), total));
  for (const size of [20, 4, 3, 2, 1]) {
    const windows = await walk(gateway, 'gdprRequests', { size });
    expect([...new Set(idsOf(windows))], `by ${size}`).toEqual(ids);
    for (const { calls } of windows) expect(calls.length).toBeLessThanOrEqual(size > 2 && which < 9 ? 3 : 6);
  }
});

test.each([1, 2, 20])('nor does a walk in order of time meet it for ever, by %d', async (size) => {
  await using gateway = await startGateway();
  const rows = numbered(10).map((id) => request(id, Number(id)));
  const list = new RequestList(rows.toSpliced(3, 0, rows[3] as (typeof rows)[number]));
  list.serve(gateway);
  const windows = await walk(gateway, 'gdprRequests', { size, args: 'orderBy: { field: CREATE_TIME }' });
  expect([...new Set(idsOf(windows))]).toEqual(numbered(10));
});
