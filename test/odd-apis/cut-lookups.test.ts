import { describe, expect, test } from 'vitest';
import { type Gateway, startGateway } from '../support/gateway.ts';
import { answering, askEach, hoodList, listed, numbered, pageOf, sorResult } from './asked.ts';
import { named, serveProfiles } from './fake-profiles.ts';

/** How many rows of a page come at most; undefined is as many as are asked for. */
type Cut = () => number | undefined;

/** From here on all ids are found, on pages that are cut, with honest totals; the System of Record counts pages too. */
function cutPages(gateway: Gateway, ids: readonly string[], cut: Cut): void {
  answering(gateway.hood, (asked) => {
    const found = listed(asked, 'id').map((id) => ({ id, target: id }));
    return hoodList(pageOf(found, asked, cut()), found.length);
  });
  serveProfiles(gateway, {
    people: named(ids),
    answer: (found, asked) => {
      const largest = Math.min(asked.size, cut() ?? asked.size);
      return sorResult({
        // What is counted here may be all customers.
        total_profiles: 12_000,
        total_pages: Math.ceil(found.length / largest),
        profiles: pageOf(found, asked, largest),
      });
    },
  });
}

const LOOKUPS = {
  Hood: (id: string) => `customerDatum(hoodId: "${id}") { target }`,
  SOR: (id: string) => `customerProfile(customerId: "${id}") { attributes { systemIdentifier } }`,
};

/** The calls that a lookup of ids takes, all of which must be found. */
async function callsFor(gateway: Gateway, api: keyof typeof LOOKUPS, ids: readonly string[]): Promise<number> {
  const { data, errors } = await askEach(gateway, ids, LOOKUPS[api]);
  expect(errors).toBeUndefined();
  expect(ids.filter((_, index) => !data[`k${index}`])).toEqual([]);
  return gateway.hoodCalls().length + gateway.sorCalls().length;
}

test.each<[keyof typeof LOOKUPS, number, number]>([
  ['Hood', 24, 25],
  ['Hood', 32, 33],
  ['Hood', 48, 50],
  ['Hood', 64, 66],
  ['Hood', 99, 100],
  ['SOR', 24, 25],
  ['SOR', 49, 50],
  ['SOR', 64, 66],
  ['SOR', 101, 105],
  ['SOR', 128, 134],
  ['SOR', 256, 257],
])('%s finds all on two pages of at most %i that are asked for %i', async (api, largest, count) => {
  await using gateway = await startGateway();
  const ids = numbered(count);
  cutPages(gateway, ids, () => largest);
  expect(await callsFor(gateway, api, ids)).toBe(2);
});

test.each(['Hood', 'SOR'] as const)('%s finds all when its pages become shorter than those it served', async (api) => {
  await using gateway = await startGateway();
  const ids = numbered(100);
  let largest: number | undefined;
  cutPages(gateway, ids, () => largest);
  for (const [size, calls] of [
    [undefined, 1],
    [50, 2],
    [20, 5],
    [undefined, 1],
  ] as const) {
    largest = size;
    expect(await callsFor(gateway, api, ids)).toBe(calls);
  }
});

test.each([
  ['Hood', 'the first', 50],
  ['Hood', 'a later', 50],
  ['Hood', 'the first', 98],
  ['Hood', 'a later', 99],
  ['SOR', 'the first', 50],
  ['SOR', 'a later', 98],
] as const)('%s finds all where %s page is cut once, to %i of 100', async (api, which, length) => {
  await using gateway = await startGateway();
  const ids = numbered(100);
  let cuts: number[] = [];
  cutPages(gateway, ids, () => cuts.pop());
  if (which === 'a later') await callsFor(gateway, api, ids);
  cuts = [length];
  // The page, and those that are missing.
  expect(await callsFor(gateway, api, ids)).toBe(2);
});

/** From here on only so many ids of a list are looked for, and these are all that is counted, or all that are asked for. */
function cutLists(
  gateway: Gateway,
  ids: readonly string[],
  { most, counts }: { most: number; counts: 'found' | 'asked' },
): void {
  answering(gateway.hood, (asked) => {
    const all = asked.query.has('id') ? listed(asked, 'id') : [asked.path.split('/').at(-1) ?? ''];
    const found = all.slice(0, most).filter((id) => ids.includes(id));
    return hoodList(
      found.map((id) => ({ id, target: id })),
      counts === 'found' ? found.length : all.length,
    );
  });
  serveProfiles(gateway, {
    people: named(ids),
    answer: (found, asked) => {
      const own = listed(asked, 'customer_ids').slice(0, most);
      const profiles = found.filter(({ customer_id }) => own.includes(String(customer_id)));
      return sorResult({
        total_profiles: counts === 'found' ? profiles.length : listed(asked, 'customer_ids').length,
        ...(counts === 'found' && { total_pages: 1 }),
        profiles,
      });
    },
  });
}

describe.each(['Hood', 'SOR'] as const)('%s that looks for no more than some ids of a list', (api) => {
  test.each([
    [10, 30, 'found', 3],
    [10, 30, 'asked', 3],
    [20, 23, 'found', 2],
    [50, 100, 'found', 2],
    [32, 90, 'found', 3],
  ] as const)('finds all: %i of %i, as many counted as are %s', async (most, count, counts, calls) => {
    await using gateway = await startGateway();
    const ids = numbered(count);
    cutLists(gateway, ids, { most, counts });
    expect(await callsFor(gateway, api, ids)).toBe(calls);
  });

  test('is asked for no more ids at a time from then on', async () => {
    await using gateway = await startGateway();
    const ids = numbered(60);
    cutLists(gateway, ids, { most: 20, counts: 'found' });
    expect(await callsFor(gateway, api, ids)).toBe(3);
    expect(await callsFor(gateway, api, ids.slice(0, 21))).toBe(2);
  });

  test('is told from an honest one, of which the last keys are unknown, once', async () => {
    await using gateway = await startGateway();
    const ids = numbered(30);
    cutLists(gateway, ids.slice(0, 20), { most: 100, counts: 'found' });
    const calls = async () => {
      const { data } = await askEach(gateway, ids, LOOKUPS[api]);
      expect(ids.filter((_, index) => data[`k${index}`])).toEqual(ids.slice(0, 20));
      return gateway.hoodCalls().length + gateway.sorCalls().length;
    };
    expect(await calls()).toBeLessThanOrEqual(2);
    expect(await calls()).toBe(1);
  });
});
