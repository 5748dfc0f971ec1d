import fc from 'fast-check';
import { expect, it } from 'vitest';
import { PageSizes, planPages } from '../../../src/graph/paging/page-sizes.ts';
import { readWindow } from '../../../src/graph/paging/read-window.ts';
import { runs } from '../../support/thorough.ts';
import { clampedTo, idOf, NumberedList } from './numbered-list.ts';

/** Fixed, so that a build fails only for what changed. `LIAR_SEED=<number>` hunts for more. */
const SEED = Number(process.env['LIAR_SEED'] ?? 20_251_126);
const RUNS = runs(500, 1_500);

/** What is wrong with one answer. */
const lie = fc.oneof(
  { weight: 4, arbitrary: fc.constant({ kind: 'none' as const }) },
  fc.record({ kind: fc.constant('total' as const), by: fc.integer({ min: -3, max: 30 }) }),
  fc.record({ kind: fc.constant('noTotal' as const) }),
  fc.record({ kind: fc.constant('cut' as const), to: fc.integer({ min: 1, max: 30 }) }),
  fc.record({ kind: fc.constant('repeat' as const), at: fc.nat(20) }),
);

const scene = fc.record({
  length: fc.nat(120),
  size: fc.integer({ min: 1, max: 30 }),
  clamp: fc.constantFrom(8, 13, 30, 100),
  lies: fc.array(lie, { maxLength: 12 }),
});

it('whatever single answers claim, a walk ends, costs little more, and repeats no row within a window', async () => {
  let lied = 0;
  await fc.assert(
    fc.asyncProperty(scene, async ({ length, size, clamp, lies }) => {
      const list = new NumberedList(length, clampedTo(clamp));
      const pending = [...lies];
      const sizes = new PageSizes(40);
      const fetchPage: typeof list.fetchPage = async (page) => {
        const { items, total } = await list.fetchPage(page);
        const next = pending.shift() ?? { kind: 'none' };
        if (next.kind !== 'none') lied++;
        if (next.kind === 'total') return { items, total: Math.max(0, (total ?? 0) + next.by) };
        if (next.kind === 'noTotal') return { items, total: undefined };
        if (next.kind === 'cut') return { items: items.slice(0, next.to), total };
        const repeated = next.kind === 'repeat' ? items[next.at] : undefined;
        return { items: repeated ? [...items.slice(0, -1), repeated] : items, total };
      };
      let offset = 0;
      for (let windows = 0; ; windows++) {
        expect(windows).toBeLessThanOrEqual(length + 12);
        const before = list.calls.length;
        const read = await readWindow(fetchPage, { kind: 'range', offset, size }, { sizes, idOf });
        const honest = planPages({ offset, size }, { least: 1, most: Math.min(clamp, 40) }).pageCount;
        expect(list.calls.length - before).toBeLessThanOrEqual(2 * honest + 4);
        if (!read.hasNext) break;
        expect(read.rows.length).toBeGreaterThan(0);
        offset += read.rows.length;
      }
    }),
    { seed: SEED, numRuns: RUNS },
  );
  expect(lied).toBeGreaterThan(RUNS / 2);
});

it('answers that were cut short, or whose total is too high or left out by all, lose and repeat no row', async () => {
  const harmless = fc.record({
    length: fc.nat(120),
    size: fc.integer({ min: 1, max: 30 }),
    hasTotals: fc.boolean(),
    lies: fc.array(fc.tuple(fc.boolean(), fc.integer({ min: 1, max: 30 }), fc.nat(40)), { maxLength: 12 }),
  });
  await fc.assert(
    fc.asyncProperty(harmless, async ({ length, size, hasTotals, lies }) => {
      const list = new NumberedList(length);
      const pending = [...lies];
      const sizes = new PageSizes(40);
      // One odd answer at a time: the calls that ask about it are answered honestly.
      let isHonest = false;
      const fetchPage: typeof list.fetchPage = async (page) => {
        const { items, total = 0 } = await list.fetchPage(page);
        const [isCut, to, by] = (isHonest ? undefined : pending.shift()) ?? [false, 0, 0];
        isHonest = true;
        const told = isCut ? { items: items.slice(0, to), total } : { items, total: total + by };
        return hasTotals ? told : { ...told, total: undefined };
      };
      const met: string[] = [];
      for (let hasNext = true; hasNext; ) {
        isHonest = false;
        const read = await readWindow(fetchPage, { kind: 'range', offset: met.length, size }, { sizes, idOf });
        met.push(...read.rows.map(idOf));
        hasNext = read.hasNext;
      }
      expect(met).toEqual(list.rows.map(idOf));
    }),
    { seed: SEED, numRuns: RUNS },
  );
});

it('two different odd answers for one window leave no hole and repeat no row, and cost nine calls at most', async () => {
  let twice = 0;
  let wholeWalks = 0;
  const odd = fc.record({ keep: fc.integer({ min: 1, max: 30 }), by: fc.nat(40) });
  const scenes = fc.record({
    length: fc.nat(120),
    size: fc.integer({ min: 1, max: 30 }),
    lies: fc.array(fc.tuple(odd, odd), { maxLength: 12 }),
  });
  await fc.assert(
    fc.asyncProperty(scenes, async ({ length, size, lies }) => {
      const list = new NumberedList(length);
      const pending = [...lies];
      const sizes = new PageSizes(40);
      let window: { keep: number; by: number }[] = [];
      const ends = new Set<number>();
      const fetchPage: typeof list.fetchPage = async (page) => {
        const { items, total = 0 } = await list.fetchPage(page);
        const lie = window.shift();
        const kept = items.slice(0, lie?.keep);
        const end = kept.length > 0 ? Number(kept.at(-1)?.id) : -1;
        // Two answers that end with the same row agree on where the list ends.
        if (!lie || ends.has(end)) return { items, total };
        if (kept.length < items.length) ends.add(end);
        if (ends.size === 2) twice++;
        return { items: kept, total: total + lie.by };
      };
      const met: string[] = [];
      for (let hasNext = true; hasNext; ) {
        window = [...(pending.shift() ?? [])];
        ends.clear();
        const before = list.calls.length;
        const read = await readWindow(fetchPage, { kind: 'range', offset: met.length, size }, { sizes, idOf });
        expect(list.calls.length - before).toBeLessThanOrEqual(9);
        met.push(...read.rows.map(idOf));
        hasNext = read.hasNext;
      }
      // Only where both leave nothing of a window the walk ends there.
      expect(met).toEqual(list.rows.map(idOf).slice(0, met.length));
      if (met.length === length) wholeWalks++;
    }),
    { seed: SEED, numRuns: RUNS },
  );
  expect(twice).toBeGreaterThan(RUNS / 3);
  expect(wholeWalks).toBeGreaterThan(0.93 * RUNS);
});
