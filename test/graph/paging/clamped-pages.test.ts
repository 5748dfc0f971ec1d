import { describe, expect, it } from 'vitest';
import { PageSizes, planPages } from '../../../src/graph/paging/page-sizes.ts';
import { readWindow } from '../../../src/graph/paging/read-window.ts';
import type { Window } from '../../../src/graph/paging/window.ts';
import { oneIn } from '../../support/thorough.ts';
import { clampedTo, each, idOf, idsOf, Mistakes, NumberedList, type Serving } from './numbered-list.ts';

const range = (offset: number, size: number): Window => ({ kind: 'range', offset, size });
const tail = (size: number, floor = 0): Window => ({ kind: 'tail', size, floor });

/** Reads windows of every list up to 60 rows with nothing known beforehand, in a build one in 11 of them. */
async function readAll(serving: Serving, maximum: number, sizes: readonly number[], smallest: number) {
  const mistakes = new Mistakes();
  const isChosen = oneIn(11, smallest);
  for (const total of each(0, 60)) {
    for (const offset of each(0, 62)) {
      for (const size of sizes.filter(isChosen)) {
        const list = new NumberedList(total, serving);
        const limits = new PageSizes(maximum);
        const read = await readWindow(list.fetchPage, range(offset, size), { sizes: limits, idOf });
        const rows = idsOf(read.rows);
        const isWhole = rows === list.slice(offset, size) && read.hasNext === offset + size < total;
        // A window that nine calls cannot read is shorter, and says that rows follow.
        const isCut =
          list.calls.length === 9 &&
          read.rows.length > 0 &&
          read.hasNext &&
          rows === list.slice(offset, read.rows.length);
        const honest = planPages({ offset, size }, { least: 1, most: smallest }).pageCount;
        const isRight = (isWhole || isCut) && list.calls.length <= Math.min(9, 2 * honest + 4);
        mistakes.check(isRight, () => ({ total, offset, size, calls: [...list.calls], read }));
      }
    }
  }
  return mistakes;
}

describe('a server that silently clamps the page size', () => {
  it.each([...each(1, 30)])(
    'to %d gives every window its plain slice, with nothing known beforehand',
    async (clamp) => {
      const sizes = [...new Set([1, 7, 20, 30, clamp, clamp + 1])].filter((size) => size <= 30);
      const mistakes = await readAll(clampedTo(clamp), 30, sizes, clamp);
      expect(mistakes.list).toEqual([]);
      expect(mistakes.cases).toBeGreaterThanOrEqual(Math.floor((61 * 63 * sizes.length) / 11));
    },
  );

  it.each([
    [10, 20],
    [15, 25],
    [7, 7],
  ])('to its default of %d when asked for more than %d, does so too', async (fallback, most) => {
    const serving: Serving = (asked) => (asked > most ? fallback : asked);
    const mistakes = await readAll(serving, 60, [1, 4, 11, 20, 30, 45], fallback);
    expect(mistakes.list).toEqual([]);
  });

  it('gives every tail its rows', async () => {
    const mistakes = new Mistakes();
    const isChosen = oneIn(3);
    for (const total of each(0, 60)) {
      for (const size of [1, 2, 9, 20, 30]) {
        for (const clamp of [...each(1, 29)].filter(isChosen)) {
          const list = new NumberedList(total, clampedTo(clamp));
          const limits = new PageSizes(30);
          const read = await readWindow(list.fetchPage, tail(size, 4), { sizes: limits, idOf });
          const offset = Math.max(4, total - size);
          const isWhole = idsOf(read.rows) === list.slice(offset, size) && read.offset === offset;
          const isCut =
            list.calls.length === 9 &&
            read.rows.length > 0 &&
            idsOf(read.rows) === list.slice(total - read.rows.length, size) &&
            read.offset === total - read.rows.length;
          const isRight = (isWhole || isCut) && !read.hasNext;
          mistakes.check(isRight, () => ({ total, size, clamp, calls: [...list.calls], read }));
        }
      }
    }
    expect(mistakes.list).toEqual([]);
  });

  it('is found out once: later windows are planned with its size at once', async () => {
    const list = new NumberedList(60, clampedTo(10));
    const limits = new PageSizes(100);
    await readWindow(list.fetchPage, range(0, 20), { sizes: limits, idOf });
    expect(list.calls).toEqual(['1,20', '2,10', '1,100']);
    const mistakes = new Mistakes();
    for (const offset of each(0, 59)) {
      for (const size of each(1, 30)) {
        list.calls.length = 0;
        const read = await readWindow(list.fetchPage, range(offset, size), { sizes: limits, idOf });
        const { pageCount } = planPages({ offset, size }, { least: 1, most: 10 });
        const isRight = idsOf(read.rows) === list.slice(offset, size) && list.calls.length <= pageCount;
        mistakes.check(isRight && (size > 1 || list.calls.length === 1), () => ({
          offset,
          size,
          calls: [...list.calls],
        }));
      }
    }
    expect(mistakes.list).toEqual([]);
  });

  it.each<[string, { total: number; clamp: number; maximum: number; window: Window; calls: string[] }]>([
    [
      'a short first page at full size is no second answer beside itself, and its own rows are kept',
      { total: 12, clamp: 10, maximum: 30, window: range(0, 30), calls: ['1,30', '2,10', '1,29'] },
    ],
    [
      'a first page at full size must be as short before its length is the maximum',
      { total: 13, clamp: 10, maximum: 30, window: range(0, 20), calls: ['1,20', '2,10', '1,30'] },
    ],
    [
      'a short later page is compared with the first one, and pages of that length are asked for',
      { total: 50, clamp: 13, maximum: 20, window: range(40, 20), calls: ['3,20', '1,20', '4,13', '1,19'] },
    ],
    [
      'so is the last one of the list',
      { total: 25, clamp: 15, maximum: 20, window: range(20, 20), calls: ['2,20', '1,20', '2,15', '1,19'] },
    ],
    [
      'several pages that are all short are asked for again in pages of that length',
      {
        ...{ total: 45, clamp: 5, maximum: 10, window: range(0, 50) },
        calls: ['1,10', '2,10', '3,10', '4,10', '2,5', '1,9', '3,5', '4,5', '5,5'],
      },
    ],
  ])('%s', async (_, { total, clamp, maximum, window, calls }) => {
    const list = new NumberedList(total, clampedTo(clamp));
    const read = await readWindow(list.fetchPage, window, { sizes: new PageSizes(maximum), idOf });
    expect(idsOf(read.rows)).toBe(list.slice(read.offset, Math.min(window.size, read.rows.length)));
    expect(read.hasNext).toBe(read.offset + read.rows.length < total);
    expect(list.calls).toEqual(calls);
  });

  it('is asked for larger pages again after ten minutes', async () => {
    let now = 1;
    const list = new NumberedList(60, clampedTo(10));
    const limits = new PageSizes(100, () => now);
    await readWindow(list.fetchPage, range(0, 20), { sizes: limits, idOf });
    expect(limits.most).toBe(10);
    now += 10 * 60_000 + 1;
    list.serving = (asked) => asked;
    list.calls.length = 0;
    const read = await readWindow(list.fetchPage, range(0, 40), { sizes: limits, idOf });
    expect([idsOf(read.rows), list.calls]).toEqual([list.slice(0, 40), ['1,40']]);
  });

  it('more tightly than before is found out for every window for ten minutes, and then remembered', async () => {
    let now = 1;
    const list = new NumberedList(60);
    const limits = new PageSizes(20, () => now);
    await readWindow(list.fetchPage, range(0, 20), { sizes: limits, idOf });
    list.serving = clampedTo(8);
    list.calls.length = 0;
    const odd = await readWindow(list.fetchPage, range(0, 20), { sizes: limits, idOf });
    expect([idsOf(odd.rows), odd.hasNext, list.calls]).toEqual([
      list.slice(0, 20),
      true,
      ['1,20', '2,8', '1,19', '3,8'],
    ]);
    expect(limits.most).toBe(20);
    now += 10 * 60_000 + 1;
    const read = await readWindow(list.fetchPage, range(20, 20), { sizes: limits, idOf });
    expect([idsOf(read.rows), limits.most]).toEqual([list.slice(20, 20), 8]);
  });

  it('is not remembered from a page that no plan confirmed', async () => {
    const list = new NumberedList(60, clampedTo(15));
    const limits = new PageSizes(20);
    const read = await readWindow(list.fetchPage, range(22, 5), { sizes: limits, idOf });
    expect(idsOf(read.rows)).toBe(list.slice(22, 5));
    const other = new NumberedList(60);
    await readWindow(other.fetchPage, range(0, 5), { sizes: limits, idOf });
    expect(limits.most).toBe(20);
  });

  it('and leaves the total out is told from the end of the list by the first page', async () => {
    const mistakes = new Mistakes();
    const isChosen = oneIn(7);
    for (const total of each(0, 60)) {
      for (const clamp of each(1, 19)) {
        for (const offset of [...each(20, 62)].filter(isChosen)) {
          const list = new NumberedList(total, clampedTo(clamp));
          list.sendsTotal = false;
          const limits = new PageSizes(20);
          const { rows } = await readWindow(list.fetchPage, range(offset, 5), { sizes: limits, idOf });
          mistakes.check(idsOf(rows) === list.slice(offset, 5), () => ({
            total,
            clamp,
            offset,
            calls: [...list.calls],
            rows,
          }));
        }
      }
    }
    expect(mistakes.list).toEqual([]);
  });
});
