import { describe, expect, test } from 'vitest';
import type { Fault } from '../../src/sandbox/faults.ts';
import { startGateway } from '../support/gateway.ts';
import { type Asked, answering, hoodList, numbered, pageOf, sorResult } from './asked.ts';
import { withEnd } from './ending.ts';
import { fakeProfile } from './fake-profiles.ts';
import { ID_FIELDS, idsOf, type ListName, readWindow, walk } from './walking.ts';

describe.each<ListName>(['gdprRequests', 'customerProfiles'])('%s', (list) => {
  describe.each([404, 400])('that are refused with %i behind their end', (status) => {
    const behind = (): Fault => ({ kind: 'status', status });

    test.each([
      [130, 50, 100],
      [5, 2, 4],
      [3, 1, 2],
      [7, 2, 4],
    ])('are walked: %i rows, at most %i a page, by %i', async (rows, largest, size) => {
      await using gateway = await withEnd({ rows, largest, behind });
      const windows = await walk(gateway, list, { size });
      expect(idsOf(windows)).toEqual(numbered(rows));
      expect(windows.at(-1)?.hasNextPage).toBe(false);
    });

    test.each([
      ['too', false],
      ['of a known number', true],
    ])('end with an empty window, %s', async (_, total) => {
      await using gateway = await withEnd({ rows: 40, total, behind });
      const windows = await walk(gateway, list, { size: 20 });
      expect(idsOf(windows)).toEqual(numbered(40));
      const far = await readWindow(gateway, list, 'first: 20, offset: 2147483647');
      expect(far).toMatchObject({ ids: [], hasNextPage: false, totalCount: total ? 40 : null });
      for (const { calls } of [...windows, far]) expect(calls.length).toBeLessThanOrEqual(2);
    });

    test('fail where their own total has rows behind a page that is refused, and go on where it is refused once', async () => {
      for (const isOnce of [false, true]) {
        await using gateway = await withEnd({ rows: 90, behind });
        let refusals = 0;
        const refused = ({ page, size }: Asked): Fault | undefined =>
          page * size > 40 && (page - 1) * size < 80 && (!isOnce || refusals === 0)
            ? { kind: 'status', status }
            : undefined;
        const answer = (asked: Asked, listOf: (page: string[]) => Fault) => {
          const fault = refused(asked);
          if (fault) refusals += 1;
          return fault ?? listOf(pageOf(numbered(90), asked));
        };
        answering(gateway.hood, (asked) =>
          answer(asked, (page) =>
            hoodList(
              page.map((id) => ({ id })),
              90,
            ),
          ),
        );
        answering(gateway.sor.api, (asked) =>
          answer(asked, (page) => sorResult({ total_profiles: 90, profiles: page.map((id) => fakeProfile(id)) })),
        );
        const { data, errors } = await gateway.query(
          `{ list: ${list}(first: 20, offset: 40) { nodes { id: ${ID_FIELDS[list]} } } }`,
        );
        if (isOnce) expect(data.list.nodes.map(({ id }: { id: string }) => id)).toEqual(numbered(90).slice(40, 60));
        else expect(errors).toMatchObject([{ extensions: { code: 'UPSTREAM_REJECTED' } }]);
      }
    });

    test('fail where their first page is refused as well', async () => {
      await using gateway = await withEnd({ rows: 40, behind });
      const refused: Fault = { kind: 'status', status };
      answering(gateway.hood, () => refused);
      answering(gateway.sor.api, () => refused);
      const { errors } = await gateway.query(`{ ${list}(first: 20, offset: 20) { nodes { __typename } } }`);
      expect(errors).toMatchObject([{ extensions: { code: 'UPSTREAM_REJECTED' } }]);
    });
  });

  describe('that give their last page again behind their end', () => {
    const behind = (ids: readonly string[], { size }: Asked) => ids.slice(-size);

    test.each([
      [20, 20, 100],
      [40, 20, 100],
      [100, 100, 50],
      [150, 100, 50],
      [3, 1, 100],
      [21, 7, 7],
      [54, 10, 100],
      [51, 10, 100],
    ])('end without a total: %i rows by %i, at most %i a page', async (rows, size, largest) => {
      await using gateway = await withEnd({
        rows,
        largest,
        total: false,
        behind: (ids, { size }) => ids.slice(-Math.min(size, largest)),
      });
      const windows = await walk(gateway, list, { size });
      expect(idsOf(windows)).toEqual(numbered(rows));
      for (const { calls } of windows.slice(1, -1)) expect(calls.length).toBeLessThanOrEqual(Math.ceil(size / largest));
    });

    test('end with a total that is far too high', async () => {
      await using gateway = await withEnd({ rows: 40, total: 3_000_000_000, behind });
      expect(idsOf(await walk(gateway, list, { size: 20 }))).toEqual(numbered(40));
    });
  });

  test('with a total that is far too high, and pages of four at most, do not pass for read to their end', async () => {
    await using gateway = await withEnd({ rows: 22, largest: 4, total: 900, behind: () => [] });
    const tail = await readWindow(gateway, list, 'last: 10');
    expect(tail.hasNextPage || tail.ids.at(-1) === '22').toBe(true);
    expect(tail.calls.length).toBeLessThanOrEqual(9);
  });

  test('without a total go on where a new row before a window of one repeats it', async () => {
    await using gateway = await withEnd({ rows: 5, total: false, behind: () => [] });
    const { endCursor } = await readWindow(gateway, list, 'first: 1, offset: 1');
    const shifted = ['0', ...numbered(5)];
    answering(gateway.hood, (asked) => hoodList(pageOf(shifted, asked).map((id) => ({ id }))));
    answering(gateway.sor.api, (asked) => sorResult({ profiles: pageOf(shifted, asked).map((id) => fakeProfile(id)) }));

    const next = await readWindow(gateway, list, `first: 1, after: "${endCursor}"`);

    expect(next).toMatchObject({ ids: ['2'], hasNextPage: true });
    expect(next.calls).toHaveLength(2);
  });
});

describe.each<ListName>(['gdprRequests', 'customerProfiles'])('%s with a page that cannot be read', (list) => {
  const UNREADABLE: Record<string, Fault> = {
    'is HTML': { kind: 'body', body: '<html></html>' },
    'is empty': { kind: 'body', body: '' },
    'is of another shape': { kind: 'body', body: { answer: 42 } },
    'leads elsewhere': { kind: 'status', status: 302 },
  };

  async function withUnreadable(total: number | undefined, fault: Fault) {
    const gateway = await startGateway();
    const unless = (asked: Asked, good: Fault) => (asked.page === 1 ? good : fault);
    answering(gateway.hood, (asked) => {
      const rows = numbered(300).map((id) => ({ id }));
      return unless(asked, hoodList(pageOf(rows, asked, 100), total));
    });
    answering(gateway.sor.api, (asked) => {
      const profiles = numbered(300).map((id) => fakeProfile(id));
      return unless(asked, sorResult({ total_profiles: total, profiles: pageOf(profiles, asked, 100) }));
    });
    return gateway;
  }

  test.each(
    Object.keys(UNREADABLE).flatMap((page) => [
      [page, 300],
      [page, undefined],
    ]),
  )('that %s (total %s) do not end before it', async (page, total) => {
    await using gateway = await withUnreadable(total as number | undefined, UNREADABLE[String(page)] as Fault);
    const { endCursor } = await readWindow(gateway, list, 'first: 50');
    const { data, errors } = await gateway.query(
      `{ list: ${list}(first: 100, after: "${endCursor}") { nodes { ${ID_FIELDS[list]} } pageInfo { hasNextPage } } }`,
    );
    if (data?.list) expect(data.list.pageInfo.hasNextPage).toBe(true);
    else expect(errors?.map(({ extensions }) => extensions.code)).toEqual(['UPSTREAM_BAD_RESPONSE']);
  });

  test('that is refused though the total promises it and more do not end before it', async () => {
    await using gateway = await withUnreadable(300, { kind: 'status', status: 400 });
    const { endCursor } = await readWindow(gateway, list, 'first: 50');
    const { ids, hasNextPage } = await readWindow(gateway, list, `first: 100, after: "${endCursor}"`);
    expect(ids.length).toBeGreaterThan(0);
    expect(ids).toEqual(numbered(300).slice(50, 50 + ids.length));
    expect(hasNextPage).toBe(true);
  });
});
