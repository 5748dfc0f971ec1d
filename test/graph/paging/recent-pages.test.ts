import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import type { Page, PageAnswer } from '../../../src/graph/paging/answered-page.ts';
import { planPages } from '../../../src/graph/paging/page-plan.ts';
import { readWindow } from '../../../src/graph/paging/page-reader.ts';
import { PageSizeLimits } from '../../../src/graph/paging/page-size-limits.ts';
import { RecentPages } from '../../../src/graph/paging/recent-pages.ts';
import { idOf, idsOf, NumberedList, type NumberedRow } from './numbered-list.ts';

/** A list whose answers are kept: a page that was read once costs no call again. */
function keptList(length: number, maximum: number, remembers = true) {
  const list = new NumberedList(length);
  const kept = new Map<string, Promise<PageAnswer<NumberedRow>>>();
  const fetchPage = ({ number, size }: Page) => {
    const name = `${number},${size}`;
    const known = kept.get(name) ?? list.fetchPage({ number, size });
    kept.set(name, known);
    return known;
  };
  const limits = new PageSizeLimits(maximum);
  limits.confirm(maximum);
  const recent = remembers ? new RecentPages(60_000) : undefined;
  return {
    list,
    read: (offset: number, size: number) =>
      readWindow(fetchPage, { kind: 'range', offset, size }, { limits, idOf, recent }),
    calls: () => list.calls.splice(0),
  };
}

test('a window inside a page that was just read costs nothing', async () => {
  const { read, calls, list } = keptList(100, 50);
  await read(0, 40);
  expect(calls()).toEqual(['1,40']);
  expect(idsOf((await read(3, 17)).rows)).toBe(list.slice(3, 17));
  expect(calls()).toEqual([]);
});

test('windows that no single page can hold share the pages between them', async () => {
  const { read, calls } = keptList(1_000, 20);
  for (let offset = 10; offset < 110; offset += 20) await read(offset, 20);
  // Five windows of two pages each, in six calls.
  expect(calls()).toEqual(['1,20', '2,20', '3,20', '4,20', '5,20', '6,20']);
});

test('a page counts only for as long as its answer is kept', async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  try {
    const recent = new RecentPages(1_000);
    const items = Array.from({ length: 40 }, () => ({}));
    recent.note({ number: 1, size: 40, items, total: 100 });
    expect(recent.planFor({ offset: 0, size: 5 }, 50)).toMatchObject({ pageSize: 40 });
    vi.advanceTimersByTime(1_000);
    expect(recent.planFor({ offset: 0, size: 5 }, 50)).toMatchObject({ pageSize: 5 });
  } finally {
    vi.useRealTimers();
  }
});

test('a page with fewer rows than were asked for counts only at the end of the list', () => {
  const recent = new RecentPages(60_000);
  const items = Array.from({ length: 30 }, () => ({}));
  recent.note({ number: 1, size: 40, items, total: 100 });
  recent.note({ number: 1, size: 41, items, total: undefined });
  expect(recent.planFor({ offset: 0, size: 5 }, 50)).toMatchObject({ pageSize: 5 });
  recent.note({ number: 1, size: 42, items, total: 30 });
  expect(recent.planFor({ offset: 0, size: 5 }, 50)).toMatchObject({ pageSize: 42 });
});

test('whatever was read before, every window is the plain slice, and all of them never cost more', async () => {
  const window = fc.record({ offset: fc.nat(70), size: fc.integer({ min: 1, max: 20 }) });
  await fc.assert(
    fc.asyncProperty(fc.nat(60), fc.array(window, { maxLength: 12 }), async (length, windows) => {
      const kept = keptList(length, 20);
      const plain = keptList(length, 20, false);
      for (const { offset, size } of windows) {
        const read = await kept.read(offset, size);
        expect(idsOf(read.rows)).toBe(kept.list.slice(offset, size));
        expect(read).toEqual(await plain.read(offset, size));
        expect(kept.calls().length).toBeLessThanOrEqual(planPages({ offset, size }, 20).pageCount);
      }
    }),
    { numRuns: 500 },
  );
});
