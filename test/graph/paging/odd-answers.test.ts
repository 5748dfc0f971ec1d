import { describe, expect, it } from 'vitest';
import type { Page, PageAnswer } from '../../../src/graph/paging/answered-pages.ts';
import { PageSizes } from '../../../src/graph/paging/page-sizes.ts';
import { readWindow } from '../../../src/graph/paging/read-window.ts';
import type { Window } from '../../../src/graph/paging/window.ts';
import { clampedTo, each, idOf, idsOf, Mistakes, NumberedList, type NumberedRow } from './numbered-list.ts';

const range = (offset: number, size: number): Window => ({ kind: 'range', offset, size });
const tail = (size: number, floor = 0): Window => ({ kind: 'tail', size, floor });

const options = (largest = 100) => ({ sizes: new PageSizes(largest), idOf });

type Lie = (answer: PageAnswer<NumberedRow>, page: Page) => PageAnswer<NumberedRow>;

/** The list behind an API whose answers are changed on their way. */
function lying(list: NumberedList, lie: Lie): typeof list.fetchPage {
  return async (page) => lie(await list.fetchPage(page), page);
}

const claims =
  (total: number): Lie =>
  ({ items }) => ({ items, total });

/** Cuts the first page that has more rows. */
function cutOnce(length: number): Lie {
  let isDone = false;
  return (answer) => {
    if (isDone || answer.items.length <= length) return answer;
    isDone = true;
    return { ...answer, items: answer.items.slice(0, length) };
  };
}

describe('a total is a hint', () => {
  it('a first page longer than asked for is cut, and a total below the rows is raised', async () => {
    const list = new NumberedList(50, () => 50);
    const read = await readWindow(lying(list, claims(3)), range(0, 20), options());
    expect([idsOf(read.rows), read.total, read.hasNext]).toEqual([list.slice(0, 20), 50, true]);
    expect(list.calls).toEqual(['1,20']);
  });

  it('a total ahead of the rows ends the window where the rows end', async () => {
    const mistakes = new Mistakes();
    for (const length of each(1, 19)) {
      for (const promised of each(length + 1, 40)) {
        const list = new NumberedList(length);
        const read = await readWindow(lying(list, claims(promised)), range(0, 20), options());
        const isRight =
          idsOf(read.rows) === list.slice(0, 20) && read.total === promised && !read.hasNext && list.calls.length === 2;
        mistakes.check(isRight, () => ({ length, promised, calls: [...list.calls], read }));
      }
    }
    expect(mistakes.list).toEqual([]);
  });

  it('one that is one too high ends the walk with the last rows, whatever was known', async () => {
    for (const size of [1, 5, 10, 19, 20, 50]) {
      for (const served of [0, 100]) {
        const list = new NumberedList(57);
        const { sizes } = options();
        sizes.note({ number: 1, size: served, came: served });
        const seen: string[] = [];
        let hasNext = true;
        for (let offset = 0; hasNext; ) {
          const before = list.calls.length;
          const read = await readWindow(lying(list, claims(58)), range(offset, size), { sizes, idOf });
          expect(list.calls.length - before).toBeLessThanOrEqual(4);
          seen.push(...read.rows.map(idOf));
          offset += read.rows.length;
          hasNext = read.hasNext;
        }
        expect(seen).toEqual(list.rows.map(idOf));
      }
    }
  });

  it('one that counts only what is behind its page ends no walk early', async () => {
    const list = new NumberedList(57);
    const behind: Lie = ({ items }, { number, size }) => ({ items, total: 57 - (number - 1) * size });
    const { sizes } = options();
    const seen: string[] = [];
    let hasNext = true;
    while (hasNext) {
      const read = await readWindow(lying(list, behind), range(seen.length, 10), { sizes, idOf });
      seen.push(...read.rows.map(idOf));
      hasNext = read.hasNext;
    }
    expect(seen).toEqual(list.rows.map(idOf));
    expect(list.calls.length).toBeLessThanOrEqual(8);
  });

  it('full pages are believed where the total lags behind them', async () => {
    const list = new NumberedList(60);
    const { sizes } = options(10);
    const read = await readWindow(lying(list, claims(15)), range(0, 20), { sizes, idOf });
    expect([idsOf(read.rows), read.hasNext, list.calls]).toEqual([list.slice(0, 20), true, ['1,10', '2,10']]);
    const next = await readWindow(lying(list, claims(15)), range(20, 10), { sizes, idOf });
    expect([idsOf(next.rows), next.hasNext, next.total]).toEqual([list.slice(20, 10), true, 30]);
  });

  it('a tail that the total promises behind the last row is where the rows end', async () => {
    for (const [length, promised, size, calls] of [
      [23, 50, 20, 2],
      [23, 50, 40, 2],
      [120, 150, 20, 7],
      [57, 58, 5, 2],
    ] as const) {
      const list = new NumberedList(length);
      const read = await readWindow(lying(list, claims(promised)), tail(size), options());
      const offset = Math.max(0, length - size);
      expect([idsOf(read.rows), read.offset, read.hasNext]).toEqual([list.slice(offset, size), offset, false]);
      expect(list.calls.length).toBeLessThanOrEqual(calls);
    }
  });

  it('an API that gives the same few rows for every page, and a larger total, is asked twice', async () => {
    const list = new NumberedList(1);
    const same: Lie = () => ({ items: list.rows, total: 5 });
    for (const size of [3, 5, 20]) {
      list.calls.length = 0;
      const read = await readWindow(lying(list, same), range(0, size), options());
      expect([idsOf(read.rows), read.hasNext, read.total]).toEqual(['0', false, 5]);
      expect(list.calls).toEqual([`1,${size}`, '2,1']);
    }
  });
});

describe('one odd page proves nothing', () => {
  it.each([19, 7, 1, 0])('a page of 20 with %d rows costs its own window two calls at most', async (length) => {
    const list = new NumberedList(200);
    const { sizes } = options();
    const odd = await readWindow(lying(list, cutOnce(length)), range(0, 20), { sizes, idOf });
    expect(idsOf(odd.rows)).toBe(list.slice(0, 20));
    expect(odd.hasNext).toBe(true);
    expect(list.calls.length).toBeLessThanOrEqual(3);
    list.calls.length = 0;
    const next = await readWindow(list.fetchPage, range(0, 100), { sizes, idOf });
    expect([idsOf(next.rows), list.calls]).toEqual([list.slice(0, 100), ['1,100']]);
  });

  it('in the middle of a walk its rows are given, and the next window goes on behind them', async () => {
    for (const length of each(1, 19)) {
      const list = new NumberedList(57);
      const { sizes } = options();
      const seen: string[] = [];
      const cut = cutOnce(length);
      let hasNext = true;
      while (hasNext) {
        const fetchPage = seen.length >= 20 ? lying(list, cut) : list.fetchPage;
        const read = await readWindow(fetchPage, range(seen.length, 20), { sizes, idOf });
        seen.push(...read.rows.map(idOf));
        hasNext = read.hasNext;
      }
      expect(seen).toEqual(list.rows.map(idOf));
    }
  });

  it('in a last window what is missing is asked for', async () => {
    for (const length of each(1, 16)) {
      const list = new NumberedList(57);
      const { sizes } = options();
      sizes.note({ number: 1, size: 20, came: 20 });
      const read = await readWindow(lying(list, cutOnce(length)), range(40, 20), { sizes, idOf });
      expect([idsOf(read.rows), read.hasNext, list.calls.length]).toEqual([list.slice(40, 20), false, 3]);
    }
  });

  it('a server that serves less every time has no maximum, and its rows are given', async () => {
    const list = new NumberedList(100, (asked) => Math.ceil(asked / 2));
    const { sizes } = options();
    const read = await readWindow(list.fetchPage, range(0, 20), { sizes, idOf });
    expect([idsOf(read.rows), read.hasNext, sizes.most]).toEqual([list.slice(0, read.rows.length), true, 100]);
    expect(read.rows.length).toBeGreaterThanOrEqual(10);
    expect(list.calls.length).toBeLessThanOrEqual(6);
  });

  it('an empty page where the total promises rows is no reason to turn in circles', async () => {
    const list = new NumberedList(0);
    const read = await readWindow(lying(list, claims(100)), range(40, 20), options());
    expect([read.rows, read.hasNext]).toEqual([[], false]);
    expect(list.calls).toEqual(['3,20', '1,20']);
  });
});

describe('no window is unreadable', () => {
  it('a server that has a page size of its own is asked for the pages that it has', async () => {
    const mistakes = new Mistakes();
    for (const own of [30, 50, 200]) {
      for (const offset of each(0, 160, 7)) {
        for (const size of [1, 5, 20, 30]) {
          const list = new NumberedList(150, () => own);
          const read = await readWindow(list.fetchPage, range(offset, size), options());
          const isShorter = read.rows.length < Math.min(size, 150 - offset);
          const isRight =
            idsOf(read.rows) === list.slice(offset, read.rows.length) &&
            (isShorter ? read.hasNext : read.hasNext === offset + size < 150) &&
            (read.rows.length > 0 || offset >= 150) &&
            list.calls.length <= 6;
          mistakes.check(isRight, () => ({ own, offset, size, calls: [...list.calls], read }));
        }
      }
    }
    expect(mistakes.list).toEqual([]);
  });

  it('a window that would take hundreds of calls is what nine calls give, and goes on', async () => {
    const list = new NumberedList(500, clampedTo(1));
    const { sizes } = options(1000);
    const read = await readWindow(list.fetchPage, range(0, 300), { sizes, idOf });
    expect([idsOf(read.rows), read.hasNext, list.calls.length]).toEqual([list.slice(0, 8), true, 9]);
    const next = await readWindow(list.fetchPage, range(8, 300), { sizes, idOf });
    expect([idsOf(next.rows), next.hasNext, list.calls.length]).toEqual([list.slice(8, 9), true, 18]);
  });

  it('backwards it keeps the rows nearest to its end', async () => {
    const list = new NumberedList(500, clampedTo(10));
    const { sizes } = options();
    sizes.learn(10);
    const window = { kind: 'range', offset: 100, size: 100, backwards: true } as const;
    const read = await readWindow(list.fetchPage, window, { sizes, idOf });
    expect([idsOf(read.rows), read.offset]).toEqual([list.slice(110, 90), 110]);
    expect([read.hasNext, read.hasPrevious, list.calls.length]).toEqual([true, true, 9]);
  });
});
