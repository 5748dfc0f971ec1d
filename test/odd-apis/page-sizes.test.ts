import { describe, expect, test } from 'vitest';
import { startGateway } from '../support/gateway.ts';
import { oneIn } from '../support/thorough.ts';
import { type Asked, answering, hoodList, numbered, sorResult } from './asked.ts';
import { fakeProfile } from './fake-profiles.ts';
import { idsOf, type ListName, readWindow, walk } from './walking.ts';

/** A gateway in front of lists that are served in pages of another size than asked for. */
async function withPages(rows: number, sizeFor: (asked: number) => number, totals = true) {
  const gateway = await startGateway();
  const ids = numbered(rows);
  const total = totals ? rows : undefined;
  const page = ({ page, size }: { page: number; size: number }) =>
    ids.slice((page - 1) * sizeFor(size), page * sizeFor(size));
  answering(gateway.hood, (asked) =>
    hoodList(
      page(asked).map((id) => ({ id })),
      total,
    ),
  );
  answering(gateway.sor.api, (asked) =>
    sorResult({ ...(total && { total_profiles: total }), profiles: page(asked).map((id) => fakeProfile(id)) }),
  );
  return gateway;
}

const atLeast = (least: number) => (asked: number) => Math.max(asked, least);
const always = (size: number) => () => size;

describe.each<ListName>(['gdprRequests', 'customerProfiles'])('%s', (list) => {
  describe.each<[string, (asked: number) => number, number[]]>([
    ['at least 10 rows', atLeast(10), [1, 3, 5, 7, 9, 10, 12]],
    ['always 10 rows', always(10), [1, 3, 5, 7, 9]],
    ['always 30 rows', always(30), [4, 5, 7, 20, 29]],
  ])('of a server whose pages have %s', (_, sizeFor, sizes) => {
    // In a build each size with one of the lengths, and then either without a total or backward.
    const walks = sizes.flatMap((size, index) =>
      [53, 57, 60].filter(oneIn(3, index)).map((rows) => [size, rows] as const),
    );
    test.each(walks)('is walked by %i of %i rows without a loss or a repeat', async (size, rows) => {
      await using gateway = await withPages(rows, sizeFor);
      const windows = await walk(gateway, list, { size });
      expect(idsOf(windows)).toEqual(numbered(rows));
      // A window may lie on two pages.
      for (const { calls } of windows) expect(calls.length).toBeLessThanOrEqual(2);
    });

    test('is walked so too where no total is said', async () => {
      await using gateway = await withPages(57, sizeFor, false);
      for (const size of sizes.filter(oneIn(2))) {
        expect(idsOf(await walk(gateway, list, { size }))).toEqual(numbered(57));
      }
    });

    test('is walked so backward', async () => {
      await using gateway = await withPages(57, sizeFor);
      // From the end, nine calls may be too few for windows that lie on two pages of a size not known yet.
      for (const size of sizes.filter(oneIn(2, 1)).filter((size) => size !== 9)) {
        const windows = await walk(gateway, list, { size, backward: true });
        expect(windows.toReversed().flatMap(({ ids }) => ids)).toEqual(numbered(57));
      }
    });
  });

  test.each([
    [21, 10, 7],
    [25, 10, 10],
    [199, 19, 3],
  ])('the last of %i rows in pages of %i come also after a walk', async (rows, size, last) => {
    await using gateway = await withPages(rows, always(size));
    await walk(gateway, list, { size: 20 });
    const tail = await readWindow(gateway, list, `last: ${last}`);
    expect(tail).toMatchObject({ ids: numbered(rows).slice(-last), hasNextPage: false });
    expect(tail.calls.length).toBeLessThanOrEqual(9);
  });

  test.each<[number, string, (asked: number) => number, number]>([
    [7, 'always 5', always(5), 19],
    [7, 'always 5', always(5), 20],
    [11, 'always 3', always(3), 8],
    [61, 'always 5', always(5), 19],
    [11, 'at least 5', atLeast(5), 8],
  ])('%i rows without a total, in pages of %s, are walked', async (rows, _, sizeFor, first) => {
    await using gateway = await withPages(rows, sizeFor, false);
    const windows = await walk(gateway, list, { size: first });
    expect(idsOf(windows)).toEqual(numbered(rows));
    for (const { calls } of windows) expect(calls.length).toBeLessThanOrEqual(9);
  });

  test.each<[string, (asked: number) => number]>([
    ['one row fewer', (asked) => Math.max(1, asked - 1)],
    ['two rows fewer', (asked) => Math.max(1, asked - 2)],
  ])('pages that have %s than asked for are walked without a loss or a repeat', async (_, sizeFor) => {
    await using gateway = await withPages(57, sizeFor);
    for (const size of [7, 10, 20]) {
      const windows = await walk(gateway, list, { size });
      expect(idsOf(windows)).toEqual(numbered(57));
      for (const { calls } of windows) expect(calls.length).toBeLessThanOrEqual(9);
    }
  });

  test('a cursor leads on where a larger page has been read meanwhile', async () => {
    await using gateway = await withPages(57, atLeast(10));
    const { ids, endCursor } = await readWindow(gateway, list, 'first: 5');
    await readWindow(gateway, list, 'first: 57');
    const next = await readWindow(gateway, list, `first: 5, after: "${endCursor}"`);
    expect([...ids, ...next.ids]).toEqual(numbered(10));
  });
});

describe.each<ListName>(['gdprRequests', 'customerProfiles'])(
  '%s of a server that serves fewer rows than before',
  (list) => {
    test.each([50, 30])('at most %i, are where they should be', async (fewer) => {
      let largest = 100;
      await using gateway = await withPages(200, (asked) => Math.min(asked, largest));
      await readWindow(gateway, list, 'first: 100');
      largest = fewer;

      const { ids, hasNextPage, calls } = await readWindow(gateway, list, 'first: 100, offset: 100');

      expect(ids).toEqual(numbered(200).slice(100));
      expect(hasNextPage).toBe(false);
      expect(calls.length).toBeLessThanOrEqual(9);
      expect(idsOf(await walk(gateway, list, { size: 100 }))).toEqual(numbered(200));
    });
  },
);

describe.each<ListName>(['gdprRequests', 'customerProfiles'])(
  '%s whose pages are all longer than asked for',
  (list) => {
    test.each<[string, (page: number, size: number) => [from: number, to: number]]>([
      ['one row', (page, size) => [(page - 1) * (size + 1), page * (size + 1)]],
      ['two rows', (page, size) => [(page - 1) * (size + 2), page * (size + 2)]],
      ['the first row of the next page', (page, size) => [(page - 1) * size, page * size + 1]],
      ['two rows of the next page', (page, size) => [(page - 1) * size, page * size + 2]],
    ])('by %s are walked without a loss or a repeat', async (_, rangeOf) => {
      const ids = numbered(57);
      for (const size of [1, 2, 5, 10, 20]) {
        await using gateway = await startGateway();
        const page = (asked: Asked) => ids.slice(...rangeOf(asked.page, asked.size));
        answering(gateway.hood, (asked) =>
          hoodList(
            page(asked).map((id) => ({ id })),
            57,
          ),
        );
        answering(gateway.sor.api, (asked) =>
          sorResult({ total_profiles: 57, profiles: page(asked).map((id) => fakeProfile(id)) }),
        );
        const windows = await walk(gateway, list, { size });
        expect(idsOf(windows), `by ${size}`).toEqual(ids);
        for (const { calls } of windows) expect(calls.length).toBeLessThanOrEqual(4);
        expect((await readWindow(gateway, list, 'last: 3')).ids).toEqual(['55', '56', '57']);
      }
    });
  },
);
