import { describe, expect, test } from 'vitest';
import type { Fault } from '../../src/sandbox/faults.ts';
import { type Asked, numbered } from './asked.ts';
import { withEnd } from './ending.ts';
import { idsOf, type ListName, readWindow, walk } from './walking.ts';

describe.each<ListName>(['gdprRequests', 'customerProfiles'])('%s', (list) => {
  describe.each([500, 503, 520])('that fail with %i behind their end', (status) => {
    const behind = (): Fault => ({ kind: 'status', status });

    test.each<[string, number, number, number, boolean | number]>([
      ['an honest total, on two pages', 20, 20, 40, true],
      ['a total that is one too high', 57, 100, 20, 58],
      ['a total that is far too high', 57, 20, 20, 900],
      ['no total', 57, 100, 20, false],
      ['no total, and a full last window', 40, 100, 20, false],
      ['no total, and short pages', 21, 7, 20, false],
      ['no total, and one page', 15, 100, 20, false],
      ['no total, and windows of one', 4, 100, 1, false],
    ])('are walked with %s', async (_, rows, largest, size, total) => {
      await using gateway = await withEnd({ rows, largest, total, behind });
      const windows = await walk(gateway, list, { size });
      expect(idsOf(windows)).toEqual(numbered(rows));
      expect(windows.at(-1)?.hasNextPage).toBe(false);
    });

    test.each([true, 58, false])('end with the last rows; the total is %s', async (total) => {
      await using gateway = await withEnd({ rows: 57, largest: 20, total, behind });
      expect(await readWindow(gateway, list, 'last: 5')).toMatchObject({
        ids: numbered(57).slice(52),
        hasNextPage: false,
      });
    });
  });

  test.each([true, false])('that fail in their middle do not end there; with a total: %s', async (hasTotal) => {
    const instead = ({ page, size }: Asked): Fault | undefined =>
      page * size > 40 && (page - 1) * size < 80 ? { kind: 'status', status: 500 } : undefined;
    await using gateway = await withEnd({ rows: 90, total: hasTotal, instead });
    const { endCursor } = await readWindow(gateway, list, 'first: 20, offset: 20');
    for (const place of [`after: "${endCursor}"`, 'offset: 40']) {
      const { errors } = await gateway.query(`{ ${list}(first: 20, ${place}) { nodes { __typename } } }`);
      expect(errors).toMatchObject([{ extensions: { code: 'UPSTREAM_UNAVAILABLE' } }]);
    }
  });
});
