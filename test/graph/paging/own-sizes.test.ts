import fc from 'fast-check';
import { expect, it } from 'vitest';
import { CursorCodec } from '../../../src/graph/paging/cursor.ts';
import { PageSizes } from '../../../src/graph/paging/page-sizes.ts';
import { readWindow } from '../../../src/graph/paging/read-window.ts';
import { positionNumbers, type WindowArguments, windowFor } from '../../../src/graph/paging/window.ts';
import { signerFor } from '../../../src/keys.ts';
import { runs } from '../../support/thorough.ts';
import { idOf, NumberedList, type Serving } from './numbered-list.ts';

/** `OWN_SIZES_SEED=<number>` and `OWN_SIZES_RUNS=<number>` hunt for more. */
const RUNS = {
  seed: Number(process.env['OWN_SIZES_SEED'] ?? 20_251_127),
  numRuns: Number(process.env['OWN_SIZES_RUNS'] ?? runs(1_000, 3_000)),
};

const servings: Record<string, (own: number) => Serving> = {
  most: (own) => (asked) => Math.min(asked, own),
  least: (own) => (asked) => Math.max(asked, own),
  always: (own) => () => own,
};

const scene = fc.record({
  length: fc.nat(80),
  serves: fc.constantFrom('most', 'least', 'always'),
  own: fc.integer({ min: 1, max: 40 }),
  size: fc.integer({ min: 1, max: 30 }),
  totals: fc.constantFrom('honest', 'tooHigh', 'none'),
});

const cursors = new CursorCodec(signerFor(() => ['a secret'], 'cursors')).of('numbers');

it('whatever page sizes a server has of its own, and whatever its totals are, a walk meets every row once', async () => {
  await fc.assert(
    fc.asyncProperty(scene, async ({ length, serves, own, size, totals }) => {
      const list = new NumberedList(length, servings[serves]?.(own));
      const fetchPage: typeof list.fetchPage = async (page) => {
        const { items } = await list.fetchPage(page);
        const total = {
          honest: length,
          none: undefined,
          tooHigh: length + 2,
        }[totals];
        return { items, total };
      };
      const sizes = new PageSizes(50);
      const met: string[] = [];
      let args: WindowArguments = { first: size };
      for (let windows = 1, hasNext = true; hasNext; windows++) {
        expect(windows).toBeLessThanOrEqual(length + 2);
        const before = list.calls.length;
        const read = await readWindow(fetchPage, windowFor(args, { maximum: 50, cursors }), { sizes, idOf });
        expect(list.calls.length - before).toBeLessThanOrEqual(9);
        met.push(...read.rows.map(idOf));
        hasNext = read.hasNext;
        const last = read.rows.at(-1);
        if (last) {
          const numbers = positionNumbers(read.offset + read.rows.length - 1, read.total, last.id);
          args = { first: size, after: cursors.encode(numbers) };
        }
      }
      expect(met).toEqual(list.rows.map(idOf));
    }),
    RUNS,
  );
});
