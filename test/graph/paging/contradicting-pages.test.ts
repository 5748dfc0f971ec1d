import { describe, expect, it } from 'vitest';
import { InconsistentPages } from '../../../src/graph/paging/inconsistent-pages.ts';
import { readWindow } from '../../../src/graph/paging/page-reader.ts';
import { PageSizeLimits } from '../../../src/graph/paging/page-size-limits.ts';
import type { Window } from '../../../src/graph/paging/window.ts';
import { clampedTo, each, idOf, idsOf, Mistakes, NumberedList } from './numbered-list.ts';

const range = (offset: number, size: number): Window => ({ kind: 'range', offset, size });
const tail = (size: number, floor = 0): Window => ({ kind: 'tail', size, floor });

describe('answers that cannot be true', () => {
  const options = () => ({ limits: new PageSizeLimits(100), idOf });

  it('a first page longer than asked for is cut, and a total below the rows is raised', async () => {
    const list = new NumberedList(50, () => 50);
    const fetchPage: typeof list.fetchPage = async (page) => ({ ...(await list.fetchPage(page)), total: 3 });
    const read = await readWindow(fetchPage, range(0, 20), options());
    expect([idsOf(read.rows), read.total, read.hasNext]).toEqual([list.slice(0, 20), 50, true]);
  });

  it('a later page longer than asked for is refused', async () => {
    const list = new NumberedList(100, () => 50);
    await expect(readWindow(list.fetchPage, range(20, 20), options())).rejects.toThrow(
      new InconsistentPages('Page 2 of 20 rows came back with 50.'),
    );
    expect(list.calls.length).toBe(1);
  });

  it('an empty page where the total promises rows is asked for twice, then refused', async () => {
    const list = new NumberedList(0);
    const fetchPage: typeof list.fetchPage = async (page) => ({
      ...(await list.fetchPage(page)),
      total: 100,
    });
    await expect(readWindow(fetchPage, range(40, 20), options())).rejects.toThrow(InconsistentPages);
    expect(list.calls).toEqual(['3,20', '3,20']);
  });

  it('a server that serves less every time is given up after three plans', async () => {
    const list = new NumberedList(100, (asked) => Math.ceil(asked / 2));
    await expect(readWindow(list.fetchPage, range(0, 20), options())).rejects.toThrow(InconsistentPages);
    expect(list.calls.length).toBeLessThan(12);
  });

  it('a total ahead of the rows ends the window where the rows end', async () => {
    const mistakes = new Mistakes();
    for (const length of each(1, 19)) {
      for (const promised of each(length + 1, 40)) {
        const list = new NumberedList(length);
        const fetchPage: typeof list.fetchPage = async (page) => ({
          ...(await list.fetchPage(page)),
          total: promised,
        });
        const read = await readWindow(fetchPage, range(0, 20), options());
        const isRight = idsOf(read.rows) === list.slice(0, 20) && read.total === promised && !read.hasNext;
        mistakes.check(isRight, () => ({ length, promised, calls: [...list.calls], read }));
      }
    }
    expect(mistakes.list).toEqual([]);
  });

  it('full pages are believed where the total lags behind them', async () => {
    const list = new NumberedList(60);
    const fetchPage: typeof list.fetchPage = async (page) => ({ ...(await list.fetchPage(page)), total: 15 });
    const limits = new PageSizeLimits(10);
    const read = await readWindow(fetchPage, range(0, 20), { limits, idOf });
    expect([idsOf(read.rows), list.calls]).toEqual([list.slice(0, 20), ['1,10', '2,10']]);
    const next = await readWindow(fetchPage, range(20, 10), { limits, idOf });
    expect(idsOf(next.rows)).toBe(list.slice(20, 10));
  });

  it('a tail that the total promises behind the last row is refused, for there is no row of it', async () => {
    const list = new NumberedList(23);
    const fetchPage: typeof list.fetchPage = async (page) => ({ ...(await list.fetchPage(page)), total: 50 });
    await expect(readWindow(fetchPage, tail(20), options())).rejects.toThrow(InconsistentPages);
    const read = await readWindow(fetchPage, tail(40), options());
    expect([idsOf(read.rows), read.offset, read.hasNext]).toEqual([list.slice(10, 13), 10, false]);
  });

  it('a clamp that would take hundreds of calls is refused', async () => {
    const list = new NumberedList(500, clampedTo(1));
    const limits = new PageSizeLimits(1000);
    await expect(readWindow(list.fetchPage, range(0, 300), { limits, idOf })).rejects.toThrow(
      new InconsistentPages('One window would take 299 pages of 1 rows.'),
    );
    expect(list.calls).toEqual(['1,300']);
  });
});
