import { describe, expect, it } from 'vitest';
import { PageSizes, planPages } from '../../../src/graph/paging/page-sizes.ts';
import { readWindow } from '../../../src/graph/paging/read-window.ts';
import type { Window } from '../../../src/graph/paging/window.ts';
import { oneIn } from '../../support/thorough.ts';
import { each, idOf, idsOf, Mistakes, NumberedList } from './numbered-list.ts';

const range = (offset: number, size: number): Window => ({ kind: 'range', offset, size });
const tail = (size: number, floor = 0): Window => ({ kind: 'tail', size, floor });

function onePageCanHold(offset: number, size: number, maximum: number): boolean {
  return [...each(size, maximum)].some(
    (pageSize) => Math.floor(offset / pageSize) === Math.floor((offset + size - 1) / pageSize),
  );
}

describe.each([30, 31, 45, 100])('windows of every list up to 60 rows, with pages up to %d', (maximum) => {
  // In a build one in 11 of the windows, and others of each list.
  const isChosen = oneIn(11, maximum);
  const windows = [...each(0, 62)].flatMap((offset) =>
    [...each(1, 30)].map((size) => ({
      ...{ offset, size },
      isOnePage: onePageCanHold(offset, size, maximum),
      plan: planPages({ offset, size }, { least: 1, most: maximum }),
    })),
  );

  it('is the plain slice, in one call wherever one page can hold it', async () => {
    const mistakes = new Mistakes();
    const limits = new PageSizes(maximum);
    limits.note({ number: 1, size: maximum, came: maximum });
    for (const total of each(0, 60)) {
      const list = new NumberedList(total);
      for (const { offset, size, isOnePage } of windows.filter(isChosen)) {
        list.calls.length = 0;
        const read = await readWindow(list.fetchPage, range(offset, size), { sizes: limits, idOf });
        const isRight =
          idsOf(read.rows) === list.slice(offset, size) &&
          list.calls.length === (isOnePage ? 1 : 2) &&
          read.total === total &&
          read.offset === offset &&
          read.hasNext === offset + size < total &&
          read.hasPrevious === (offset > 0 && total > 0);
        mistakes.check(isRight, () => ({ total, offset, size, calls: [...list.calls], read }));
      }
    }
    expect(mistakes.list).toEqual([]);
    expect(mistakes.cases).toBeGreaterThanOrEqual(Math.floor((61 * 63 * 30) / 11));
  });

  it('costs one call more only where a short page may also be a clamped one, and no full page was seen before', async () => {
    const mistakes = new Mistakes();
    for (const total of each(0, 60)) {
      const list = new NumberedList(total);
      for (const { offset, size, isOnePage, plan } of windows.filter(isChosen)) {
        list.calls.length = 0;
        const limits = new PageSizes(maximum);
        const read = await readWindow(list.fetchPage, range(offset, size), { sizes: limits, idOf });
        const start = (plan.firstPage - 1) * plan.pageSize;
        const isShort = plan.firstPage > 1 && total < start + plan.pageSize && start < total;
        // Of two pages, an empty second one shows that the first is not a clamped page from before the end.
        const most = isOnePage && !isShort ? 1 : 2;
        const verified = !(isOnePage && isShort) || list.calls.at(-1) === `1,${plan.pageSize}`;
        const isRight = idsOf(read.rows) === list.slice(offset, size) && list.calls.length === most && verified;
        mistakes.check(isRight, () => ({ total, offset, size, calls: [...list.calls], most }));
      }
    }
    expect(mistakes.list).toEqual([]);
  });
});

describe('the tail of a list', () => {
  it('is its last rows for every length, size and floor: one call if the largest page holds the list, else two', async () => {
    const mistakes = new Mistakes();
    const isChosen = oneIn(7);
    for (const total of each(0, 60)) {
      for (const size of each(1, 30)) {
        for (const floor of [...each(0, 62, 7)].filter(isChosen)) {
          for (const maximum of [30, 40, 60]) {
            const list = new NumberedList(total);
            const limits = new PageSizes(maximum);
            const read = await readWindow(list.fetchPage, tail(size, floor), { sizes: limits, idOf });
            const offset = Math.max(floor, total - size);
            const missing = { offset: Math.max(offset, maximum), size: total - Math.max(offset, maximum) };
            const more = missing.size <= 0 ? 0 : planPages(missing, { least: 1, most: maximum }).pageCount;
            const isRight =
              idsOf(read.rows) === list.slice(offset, size) &&
              list.calls.length === 1 + more &&
              read.offset === offset &&
              !read.hasNext &&
              read.hasPrevious === (offset > 0 && total > 0);
            mistakes.check(isRight, () => ({ total, size, floor, maximum, calls: [...list.calls], read }));
          }
        }
      }
    }
    expect(mistakes.list).toEqual([]);
  });

  it('reuses the rows of the first answer: of a window across its end only the rest is fetched', async () => {
    const list = new NumberedList(110);
    const read = await readWindow(list.fetchPage, tail(20), { sizes: new PageSizes(100), idOf });
    expect(idsOf(read.rows)).toBe(list.slice(90, 20));
    expect(list.calls).toEqual(['1,100', '11,10']);
  });

  it('is found without a total too, by reading on to the end of the list', async () => {
    for (const [length, calls] of [
      [25, ['1,30', '2,25']],
      [31, ['1,30', '2,30', '32,1']],
      [60, ['1,30', '2,30', '3,30']],
    ] as const) {
      const list = new NumberedList(length);
      list.sendsTotal = false;
      const read = await readWindow(list.fetchPage, tail(5), { sizes: new PageSizes(30), idOf });
      expect([idsOf(read.rows), read.hasNext]).toEqual([list.slice(length - 5, 5), false]);
      expect(list.calls).toEqual(calls);
    }
  });

  it('is where nine calls lead to in a longer list without a total', async () => {
    const list = new NumberedList(500);
    list.sendsTotal = false;
    const read = await readWindow(list.fetchPage, tail(5), { sizes: new PageSizes(30), idOf });
    expect([idsOf(read.rows), read.hasNext, list.calls.length]).toEqual([list.slice(265, 5), true, 9]);
  });
});

describe('the total alone', () => {
  it('is asked for with one row, and says what lies around the window', async () => {
    const list = new NumberedList(50);
    const options = { sizes: new PageSizes(100), idOf, onlyTotal: true };
    const summaries = [];
    for (const window of [range(0, 20), range(30, 20), range(29, 20), range(70, 20), tail(20), tail(60)]) {
      const { rows, total, hasNext, hasPrevious } = await readWindow(list.fetchPage, window, options);
      expect([rows, total]).toEqual([[], 50]);
      summaries.push([hasPrevious, hasNext]);
    }
    expect(summaries).toEqual([
      [false, true],
      [true, false],
      [true, true],
      [true, false],
      [true, false],
      [false, false],
    ]);
    expect(list.calls).toEqual(Array(6).fill('1,1'));
  });

  it('is all that an empty window costs', async () => {
    const around = async (total: number, window: Window) => {
      const list = new NumberedList(total);
      const read = await readWindow(list.fetchPage, window, { sizes: new PageSizes(100), idOf });
      expect([read.rows, list.calls]).toEqual([[], ['1,1']]);
      return [read.hasPrevious, read.hasNext];
    };
    expect(await around(10, range(0, 0))).toEqual([false, true]);
    expect(await around(10, range(5, 0))).toEqual([true, true]);
    expect(await around(10, range(10, 0))).toEqual([true, false]);
    expect(await around(0, range(5, 0))).toEqual([false, false]);
    expect(await around(10, tail(0))).toEqual([true, false]);
  });
});

describe('an upstream that leaves the total out', () => {
  it('still gives every window its rows, and says that more follow whenever they do', async () => {
    const mistakes = new Mistakes();
    const isChosen = oneIn(7);
    for (const total of each(0, 40)) {
      const list = new NumberedList(total);
      list.sendsTotal = false;
      for (const offset of each(0, 42)) {
        for (const size of [...each(1, 15)].filter(isChosen)) {
          const limits = new PageSizes(15);
          const read = await readWindow(list.fetchPage, range(offset, size), { sizes: limits, idOf });
          // A full page that ends with the list looks like one with rows behind it.
          const maySayMore = offset + size === total;
          const isRight =
            idsOf(read.rows) === list.slice(offset, size) &&
            read.total === undefined &&
            (maySayMore || read.hasNext === offset + size < total);
          mistakes.check(isRight, () => ({ total, offset, size, read }));
        }
      }
    }
    expect(mistakes.list).toEqual([]);
  });
});

it('several pages of a window are fetched at once, never more than four', async () => {
  const list = new NumberedList(100);
  const limits = new PageSizes(10);
  let running = 0;
  let most = 0;
  const fetchPage: typeof list.fetchPage = async (page) => {
    running++;
    most = Math.max(most, running);
    await Promise.resolve();
    running--;
    return list.fetchPage(page);
  };
  const read = await readWindow(fetchPage, range(0, 60), { sizes: limits, idOf });
  expect(idsOf(read.rows)).toBe(list.slice(0, 60));
  expect([most, list.calls.length]).toEqual([4, 6]);
});

it('pages behind the end of the list are not fetched once the total is known', async () => {
  const list = new NumberedList(40);
  const read = await readWindow(list.fetchPage, range(0, 90), { sizes: new PageSizes(10), idOf });
  expect(idsOf(read.rows)).toBe(list.slice(0, 40));
  expect(list.calls).toEqual(['1,10', '2,10', '3,10', '4,10']);
});

it('rows without an id are all kept, also from several pages', async () => {
  const list = new NumberedList(40);
  const read = await readWindow(list.fetchPage, range(0, 40), {
    sizes: new PageSizes(10),
    idOf: (row) => (Number(row.id) % 2 === 0 ? undefined : 'same'),
  });
  expect(idsOf(read.rows)).toBe([0, 1, ...each(2, 38, 2)].join(' '));
});

it('a failing call fails the window with its own error', async () => {
  const failure = new Error('reset');
  const options = { sizes: new PageSizes(10), idOf };
  await expect(readWindow(() => Promise.reject(failure), range(0, 30), options)).rejects.toBe(failure);
});
