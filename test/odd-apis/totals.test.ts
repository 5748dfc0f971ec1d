import { describe, expect, test } from 'vitest';
import { idOf, ofPeople, withRequests } from '../graph/resources/joins/people-with-requests.ts';
import { startGateway } from '../support/gateway.ts';
import { type Asked, answering, hoodList, numbered, pageOf, sorResult } from './asked.ts';
import { fakeProfile, named, serveProfiles } from './fake-profiles.ts';
import { idsOf, type ListName, readWindow, walk } from './walking.ts';

const HOOD_LISTS: ListName[] = ['customerData', 'gdprRequests', 'hoodExports', 'profileProperties'];

const IDS = numbered(57);

/** A gateway whose lists, of both APIs, all have these rows, and this total. */
async function withTotals(ids: readonly string[], total: (asked: Asked) => unknown, largest = 10_000) {
  const gateway = await startGateway();
  answering(gateway.hood, (asked) =>
    hoodList(
      pageOf(
        ids.map((id) => ({ id })),
        asked,
        largest,
      ),
      total(asked),
    ),
  );
  serveProfiles(gateway, {
    people: {},
    answer: (_, asked) => {
      const total_profiles = total(asked);
      const profiles = pageOf(
        ids.map((id) => fakeProfile(id)),
        asked,
        largest,
      );
      return sorResult({ ...(total_profiles !== undefined && { total_profiles }), profiles });
    },
  });
  return gateway;
}

describe.each<ListName>(['gdprRequests', 'customerProfiles', 'hoodExports'])('%s', (list) => {
  test.each([5, 10, 20, 50])('a total that is one too high does not fail the last window of %i', async (size) => {
    await using gateway = await withTotals(IDS, () => 58);

    const windows = await walk(gateway, list, { size });

    expect(idsOf(windows)).toEqual(IDS);
    expect(windows).toHaveLength(Math.ceil(57 / size));
    expect(windows.at(-1)).toMatchObject({ ids: IDS.slice(57 - (57 % size)), hasNextPage: false });
    for (const { calls } of windows.slice(0, -1)) expect(calls).toHaveLength(1);
    expect(windows.at(-1)?.calls.length).toBeLessThanOrEqual(4);
  });

  test.each([
    ['19 rows to a window, so that the last one is full', 58, 19],
    ['far too high', 1_000, 20],
    ['as text', '57', 20],
    ['one too high as text', '58', 20],
  ])('a walk meets every row once; the total is %s', async (_, total, size) => {
    await using gateway = await withTotals(IDS, () => total);
    const windows = await walk(gateway, list, { size });
    expect(idsOf(windows)).toEqual(IDS);
    expect(windows.at(-1)?.hasNextPage).toBe(false);
  });

  test('a total that is text counts', async () => {
    await using gateway = await withTotals(IDS, () => '57');
    const { totalCount, hasNextPage, calls } = await readWindow(gateway, list, 'first: 19');
    expect({ totalCount, hasNextPage }).toEqual({ totalCount: 57, hasNextPage: true });
    expect(calls).toHaveLength(1);
    expect(await readWindow(gateway, list, 'last: 3')).toMatchObject({ ids: IDS.slice(54) });
  });

  test.each([7, 10, 19, 20])('a total of what remains behind the start of a page ends no walk by %i', async (size) => {
    await using gateway = await withTotals(IDS, (asked) => Math.max(0, 57 - (asked.page - 1) * asked.size));
    const windows = await walk(gateway, list, { size });
    expect(idsOf(windows)).toEqual(IDS);
    expect(windows.at(-1)?.hasNextPage).toBe(false);
  });

  test.each([0, 1, 5])('a total of %i, which its own page contradicts, hides no row', async (total) => {
    await using gateway = await withTotals(IDS, () => total);
    const windows = await walk(gateway, list, { size: 20 });
    expect(idsOf(windows)).toEqual(IDS);
  });

  test.each([
    [7, 20],
    [20, 50],
    [1, 3],
  ])('without a total, and with pages of %i rows at most, a walk by %i meets every row once', async (largest, size) => {
    await using gateway = await withTotals(IDS, () => undefined, largest);
    const windows = await walk(gateway, list, { size });
    expect(idsOf(windows)).toEqual(IDS);
    for (const { calls } of windows) expect(calls.length).toBeLessThanOrEqual(9);
  });

  test.each([3_000_000_000, '3000000000', 2 ** 31])('a total of %j is null without an error', async (total) => {
    await using gateway = await withTotals(IDS, () => total);
    const { totalCount, ids, hasNextPage } = await readWindow(gateway, list, 'first: 20');
    expect({ totalCount, ids, hasNextPage }).toEqual({
      totalCount: null,
      ids: IDS.slice(0, 20),
      hasNextPage: true,
    });
  });
});

test.each(HOOD_LISTS)(
  'five counted and one listed, as the vendor shows %s, are one row for two calls at most',
  async (list) => {
    await using gateway = await startGateway();
    answering(gateway.hood, () => hoodList([{ id: '1000105' }], 5));

    const { ids, calls } = await readWindow(gateway, list, 'first: 20');

    expect(ids).toEqual(['1000105']);
    expect(calls.length).toBeLessThanOrEqual(2);
  },
);

test('twenty counted and two listed, as the vendor shows profiles, are two rows for two calls at most', async () => {
  await using gateway = await startGateway();
  const profiles = [fakeProfile('a'), fakeProfile('b')];
  serveProfiles(gateway, {
    people: named(['a', 'b']),
    answer: () => sorResult({ total_pages: 10, total_profiles: 20, profiles }),
  });

  const { ids, calls } = await readWindow(gateway, 'customerProfiles', 'first: 20');

  expect(ids).toEqual(['a', 'b']);
  expect(calls.length).toBeLessThanOrEqual(2);
});

test.each([
  [40, 900],
  [40, '900'],
  [7, 8],
  [3, 0],
])('requests of %i customers, all in one answer, come although their total is %j', async (people, total) => {
  await using gateway = await withRequests(people, (n) => 1 + (n % 2));
  gateway.hood.dials.lie = (_call, honest) => ({ ...(honest as object), total });

  const { data, errors } = await gateway.query(ofPeople(people, 'gdprRequests { nodes { clientId } }'));

  expect(errors).toBeUndefined();
  const found: { customerId: string; gdprRequests: { nodes: { clientId: string }[] } }[] = data.customerProfiles.nodes;
  expect(Object.fromEntries(found.map(({ customerId, gdprRequests }) => [customerId, gdprRequests.nodes]))).toEqual(
    Object.fromEntries(
      Array.from({ length: people }, (_, n) => [idOf(n), Array(1 + (n % 2)).fill({ clientId: idOf(n) })]),
    ),
  );
  expect(gateway.hoodCalls().length).toBeLessThanOrEqual(2);
});
