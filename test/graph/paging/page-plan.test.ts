import { expect, it } from 'vitest';
import { type PagePlan, planPages } from '../../../src/graph/paging/page-sizes.ts';
import { each, Mistakes } from './numbered-list.ts';

/** Tries every page size; the first with the fewest pages wins. */
function planByTrial(offset: number, size: number, maxPageSize: number): PagePlan {
  let best: PagePlan | undefined;
  for (const pageSize of each(1, maxPageSize)) {
    const before = Math.floor(offset / pageSize);
    const pageCount = Math.floor((offset + size - 1) / pageSize) - before + 1;
    if (best === undefined || pageCount < best.pageCount) best = { firstPage: before + 1, pageCount, pageSize };
  }
  if (best === undefined) throw new Error('There is always a page of one row.');
  return best;
}

it('no plan has fewer pages, and none with as few has fewer rows (every window and maximum up to 80)', () => {
  const mistakes = new Mistakes();
  for (const offset of each(0, 80)) {
    for (const size of each(1, 80)) {
      for (const maxPageSize of each(1, 80)) {
        const plan = planPages({ offset, size }, { least: 1, most: maxPageSize });
        const best = planByTrial(offset, size, maxPageSize);
        const isBest =
          plan.firstPage === best.firstPage && plan.pageCount === best.pageCount && plan.pageSize === best.pageSize;
        mistakes.check(isBest, () => ({ offset, size, maxPageSize, plan, best }));
      }
    }
  }
  expect(mistakes.list).toEqual([]);
  expect(mistakes.cases).toBe(81 * 80 * 80);
});

it('one page holds any window when the maximum allows, and over-reads at most 2.25 times its size and one row', () => {
  const mistakes = new Mistakes();
  for (const offset of each(0, 400)) {
    for (const size of each(1, 100)) {
      const { firstPage, pageCount, pageSize } = planPages(
        { offset, size },
        { least: 1, most: Number.MAX_SAFE_INTEGER },
      );
      const start = (firstPage - 1) * pageSize;
      const holds = pageCount === 1 && start <= offset && offset + size <= start + pageSize;
      mistakes.check(holds && pageSize - size <= 2.25 * size + 1, () => ({ offset, size, pageSize }));
    }
  }
  expect(mistakes.list).toEqual([]);
});

it('a window on a page boundary is that page, and an odd one the smallest page around it', () => {
  expect(planPages({ offset: 40, size: 20 }, { least: 1, most: 100 })).toEqual({
    firstPage: 3,
    pageCount: 1,
    pageSize: 20,
  });
  expect(planPages({ offset: 10, size: 20 }, { least: 1, most: 100 })).toEqual({
    firstPage: 1,
    pageCount: 1,
    pageSize: 30,
  });
  expect(planPages({ offset: 13, size: 20 }, { least: 1, most: 20 })).toEqual({
    firstPage: 2,
    pageCount: 2,
    pageSize: 11,
  });
});

it('an empty window asks for one row, for the total', () => {
  expect(planPages({ offset: 77, size: 0 }, { least: 1, most: 100 })).toEqual({
    firstPage: 1,
    pageCount: 1,
    pageSize: 1,
  });
});

it('a window far into a huge list is planned exactly', () => {
  const offset = 2 ** 52 + 1;
  const { firstPage, pageCount, pageSize } = planPages({ offset, size: 20 }, { least: 1, most: 100 });
  const start = BigInt(firstPage - 1) * BigInt(pageSize);
  expect(pageCount).toBe(1);
  expect(start <= BigInt(offset) && BigInt(offset) + 20n <= start + BigInt(pageSize)).toBe(true);
});

it('the next best plan stands in for one that is of no use, and the best one where none is left', () => {
  const range = { offset: 15, size: 5 };
  const best = { firstPage: 4, pageCount: 1, pageSize: 5 };
  expect(planPages(range, { least: 1, most: 20 }, ({ pageSize }) => pageSize < 8)).toEqual({
    firstPage: 2,
    pageCount: 1,
    pageSize: 10,
  });
  expect(planPages(range, { least: 1, most: 5 }, ({ pageCount }) => pageCount < 2)).toEqual({
    firstPage: 6,
    pageCount: 2,
    pageSize: 3,
  });
  expect(planPages(range, { least: 1, most: 20 }, () => true)).toEqual(best);
  expect(planPages({ offset: 15, size: 1 }, { least: 1, most: 1 }, () => true)).toEqual({
    firstPage: 16,
    pageCount: 1,
    pageSize: 1,
  });
});
