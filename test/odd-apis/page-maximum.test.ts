import { expect, test } from 'vitest';
import { startGateway } from '../support/gateway.ts';
import { type Asked, numbered, pageOf, sorResult } from './asked.ts';
import { fakeProfile, serveProfiles } from './fake-profiles.ts';
import { idsOf, type ListName, readWindow, walk } from './walking.ts';

/** Once, an answer of Hood has no more than so many rows; its total is right. */
function shortOnce(rows: number): (call: unknown, honest: unknown) => unknown {
  let isDone = false;
  return (_call, honest) => {
    if (isDone) return honest;
    isDone = true;
    const answer = honest as { items: unknown[] };
    return { ...answer, items: answer.items.slice(0, rows) };
  };
}

/** Two hundred rows in every list of Hood. */
const startFilled = () => startGateway({ hood: { rows: 200, samples: false } });

test.each<[list: ListName, came: number, of: number, args: string]>([
  ['gdprRequests', 19, 20, ''],
  ['gdprRequests', 7, 20, ''],
  ['gdprRequests', 1, 20, ''],
  ['gdprRequests', 0, 20, ''],
  ['gdprRequests', 19, 20, ', orderBy: { field: CREATE_TIME }'],
  ['hoodExports', 49, 50, ''],
  ['profileProperties', 3, 5, ''],
])('of %s once %i of %i rows come, and later windows cost one call each%s', async (list, came, of, args) => {
  await using gateway = await startFilled();
  const whole = await readWindow(gateway, list, `first: 100 ${args}`);
  expect(whole.ids).toHaveLength(100);

  // Another gateway, which knows nothing yet of this API.
  await using fresh = await startGateway({ beside: gateway });
  gateway.hood.dials.lie = shortOnce(came);
  const odd = await readWindow(fresh, list, `first: ${of} ${args}`);
  expect(odd.ids).toEqual(whole.ids.slice(0, odd.ids.length));
  expect(odd.ids.length).toBeGreaterThanOrEqual(came);
  if (odd.ids.length > 0 && odd.ids.length < of) expect(odd.hasNextPage).toBe(true);
  expect(odd.calls.length).toBeLessThanOrEqual(4);

  expect(await readWindow(fresh, list, `first: 100 ${args}`)).toMatchObject({
    ids: whole.ids,
    calls: [expect.anything()],
  });
  expect(await readWindow(fresh, list, `first: ${of} ${args}`)).toMatchObject({
    ids: whole.ids.slice(0, of),
    calls: [expect.anything()],
  });
});

test('a page that is short once in the middle of a walk costs no row, and no window behind it a further call', async () => {
  await using gateway = await startFilled();
  const honest = await walk(gateway, 'gdprRequests', { size: 20 });
  await using fresh = await startGateway({ beside: gateway });

  let windows = 0;
  const odd = await walk(fresh, 'gdprRequests', {
    size: 20,
    between: () => {
      windows += 1;
      if (windows === 4) gateway.hood.dials.lie = shortOnce(7);
    },
  });

  expect(idsOf(odd)).toEqual(idsOf(honest));
  for (const { calls } of odd.slice(5)) expect(calls).toHaveLength(1);
});

const PROFILES = numbered(3_003, 'p').map((id) => fakeProfile(id));

/** A gateway in front of 3,003 profiles, whose first page once has no more than so many rows. */
async function withProfiles(came: number) {
  const gateway = await startGateway();
  let isFirst = true;
  const answer = (_found: unknown, asked: Asked) => {
    const page = pageOf(PROFILES, asked);
    const profiles = isFirst ? page.slice(0, came) : page;
    isFirst = false;
    const total_pages = Math.ceil(PROFILES.length / asked.size);
    return sorResult({ total_profiles: PROFILES.length, total_pages, profiles });
  };
  serveProfiles(gateway, { people: {}, answer });
  return gateway;
}

test.each([2_999, 700, 1])('once %i of 3,000 profiles come: all of them cost one call afterwards', async (came) => {
  await using gateway = await withProfiles(came);

  const odd = await readWindow(gateway, 'customerProfiles', 'first: 3000');
  expect(odd.ids.length).toBeGreaterThanOrEqual(came);
  expect(odd.calls.length).toBeLessThanOrEqual(9);

  const whole = await readWindow(gateway, 'customerProfiles', 'first: 3000');
  expect(whole.ids).toEqual(numbered(3_000, 'p'));
  expect(whole.calls).toHaveLength(1);
  expect(odd.ids).toEqual(whole.ids.slice(0, odd.ids.length));
});

test.each([19, 7, 1])('3,000 profiles come for one call although once %i of a page of 20 came', async (came) => {
  await using gateway = await withProfiles(came);

  await readWindow(gateway, 'customerProfiles', 'first: 20');

  const { ids, calls } = await readWindow(gateway, 'customerProfiles', 'first: 3000');
  expect(ids).toEqual(numbered(3_000, 'p'));
  expect(calls).toHaveLength(1);
});

test.each([
  [7, 20],
  [30, 100],
  [50, 60],
])(
  'a server that really gives %i rows at most is found out once, and then costs what it must',
  async (largest, first) => {
    await using gateway = await startGateway({ hood: { rows: 200, samples: false, maxPageSize: largest } });
    const pages = Math.ceil(first / largest);

    const asked = await readWindow(gateway, 'gdprRequests', `first: ${first}`);
    expect(new Set(asked.ids).size).toBe(first);
    // The short page, page 1 at full size, the page after it, and those that are still missing.
    expect(asked.calls.length).toBeLessThanOrEqual(pages + 3);

    const { ids, calls } = await readWindow(gateway, 'gdprRequests', `first: ${first}`);
    expect(ids).toEqual(asked.ids);
    expect(calls).toHaveLength(pages);
  },
);

test('a window costs nine calls at most: one that would cost more is short and says that more follow', async () => {
  await using gateway = await startGateway({ hood: { rows: 60, samples: false, maxPageSize: 3 } });

  const { ids, hasNextPage, calls } = await readWindow(gateway, 'gdprRequests', 'first: 60');
  expect(ids.length).toBeGreaterThan(0);
  expect(ids.length).toBeLessThan(60);
  expect(hasNextPage).toBe(true);
  expect(calls.length).toBeLessThanOrEqual(9);

  const windows = await walk(gateway, 'gdprRequests', { size: 60 });
  expect(new Set(idsOf(windows)).size).toBe(60);
  expect(idsOf(windows)).toHaveLength(60);
  for (const window of windows) expect(window.calls.length).toBeLessThanOrEqual(9);
});

test.each(['on', 'off'])(
  'a small window reads a small page after a large one was read and a write made; cache %s',
  async (CACHE) => {
    await using gateway = await startGateway({ env: { CACHE }, hood: { rows: 200, samples: false } });
    await readWindow(gateway, 'profileProperties', 'first: 100');
    const { data } = await gateway.query('mutation { createProfileProperty(input: { label: "new" }) { __typename } }');
    expect(data.createProfileProperty.__typename).toBe('CreateProfilePropertySuccess');

    const { ids, calls } = await readWindow(gateway, 'profileProperties', 'first: 1');

    expect(ids).toHaveLength(1);
    expect(calls).toEqual([expect.stringMatching(/[?&]page=1,1$/)]);
  },
);

test('two different odd answers beside a maximum that nobody knows misplace no row', async () => {
  await using gateway = await startGateway({ hood: { rows: 200, samples: false } });
  const whole = await readWindow(gateway, 'gdprRequests', 'first: 100');
  gateway.hood.settings.maxPageSize = 15;
  for (const cuts of [
    [7, 12],
    [12, 7],
    [7, 7],
  ]) {
    await using fresh = await startGateway({ beside: gateway });
    const left = [...cuts];
    gateway.hood.dials.lie = (_call, honest) => {
      const answer = honest as { items: unknown[] };
      return { ...answer, items: answer.items.slice(0, left.shift()) };
    };
    const { ids, hasNextPage } = await readWindow(fresh, 'gdprRequests', 'first: 20, offset: 40');
    gateway.hood.dials.lie = undefined;
    expect(ids).toEqual(whole.ids.slice(40, 40 + ids.length));
    expect(ids.length).toBeGreaterThan(0);
    expect(hasNextPage).toBe(true);
  }
});
