import fc from 'fast-check';
import { expect, it } from 'vitest';
import { PageSizes } from '../../../src/graph/paging/page-sizes.ts';
import { readWindow } from '../../../src/graph/paging/read-window.ts';
import type { Window } from '../../../src/graph/paging/window.ts';
import { runs } from '../../support/thorough.ts';
import { clampedTo, each, idOf, idsOf, NumberedList } from './numbered-list.ts';

/** What happens behind an answer: rows go and come at a place of the list, and the answer takes a while. */
const change = fc.record({
  turns: fc.nat(5),
  at: fc.nat(70),
  gone: fc.oneof({ weight: 3, arbitrary: fc.nat(3) }, fc.nat(60)),
  come: fc.oneof({ weight: 3, arbitrary: fc.nat(3) }, fc.nat(60)),
});

const nothing = { turns: 0, at: 0, gone: 0, come: 0 };

const window: fc.Arbitrary<Window> = fc.oneof(
  fc.record({ kind: fc.constant('range' as const), offset: fc.nat(70), size: fc.nat(30) }),
  fc.record({ kind: fc.constant('tail' as const), size: fc.nat(30), floor: fc.nat(20) }),
);

const scene = fc.record({
  length: fc.nat(70),
  clamp: fc.option(fc.integer({ min: 1, max: 30 }), { nil: Number.POSITIVE_INFINITY }),
  maximum: fc.integer({ min: 1, max: 40 }),
  isConfirmed: fc.boolean(),
  window,
  changes: fc.array(change, { maxLength: 12 }),
});

it('on a list that shrinks or grows between pages a window is read without a crash, a repeated row or endless calls', async () => {
  const numRuns = runs(1_500, 5_000);
  let severalPages = 0;
  await fc.assert(
    fc.asyncProperty(scene, async ({ length, clamp, maximum, isConfirmed, window, changes }) => {
      const list = new NumberedList(length, clampedTo(clamp));
      const pending = [...changes];
      let added = length;
      const fetchPage: typeof list.fetchPage = async (page) => {
        const answer = list.fetchPage(page);
        const { turns, at, gone, come } = pending.shift() ?? nothing;
        const news = Array.from({ length: come }, () => ({ id: String(added++) }));
        list.rows.splice(Math.min(at, list.rows.length), gone, ...news);
        for (let turn = 0; turn < turns; turn++) await Promise.resolve();
        return answer;
      };
      const limits = new PageSizes(maximum);
      if (isConfirmed) limits.note({ number: 1, size: Math.min(maximum, clamp), came: Math.min(maximum, clamp) });

      const { rows, hasNext, total } = await readWindow(fetchPage, window, { sizes: limits, idOf });

      expect(new Set(rows.map(idOf)).size).toBe(rows.length);
      expect(rows.length).toBeLessThanOrEqual(window.size);
      expect(total).toBeGreaterThanOrEqual(0);
      expect(hasNext && rows.length === 0 && window.size > 0).toBe(false);
      const pagesOf = (pageSize: number) => Math.ceil(window.size / pageSize) + 1;
      const most = Math.min(9, 5 + pagesOf(maximum) + pagesOf(Math.min(maximum, clamp)));
      expect(list.calls.length).toBeLessThanOrEqual(most);
      if (list.calls.length > 1) severalPages++;
    }),
    { numRuns },
  );
  expect(severalPages).toBeGreaterThan(numRuns / 5);
});

it('a row that a new one pushed onto the next page appears once, and the total is the latest', async () => {
  const list = new NumberedList(40);
  const fetchPage: typeof list.fetchPage = async (page) => {
    const answer = list.fetchPage(page);
    list.rows.unshift({ id: `new ${list.calls.length}` });
    return answer;
  };
  const read = await readWindow(fetchPage, { kind: 'range', offset: 0, size: 20 }, { sizes: new PageSizes(10), idOf });
  expect(list.calls).toEqual(['1,10', '2,10']);
  expect(idsOf(read.rows)).toBe(new NumberedList(40).slice(0, 19));
  expect([read.total, read.hasNext]).toEqual([41, true]);
});

it('one answer is passed on as it came, even if upstream repeats a row in it', async () => {
  const list = new NumberedList(5);
  list.rows.push({ id: '3' });
  const options = { sizes: new PageSizes(10), idOf };
  const read = await readWindow(list.fetchPage, { kind: 'range', offset: 3, size: 3 }, options);
  expect(list.calls).toEqual(['2,3']);
  expect(idsOf(read.rows)).toBe('3 4 3');
});

it('without a total, what a short page lacks is asked for where a later page shows that the list goes on', async () => {
  const list = new NumberedList(5);
  list.sendsTotal = false;
  const fetchPage: typeof list.fetchPage = async (page) => {
    const answer = list.fetchPage(page);
    while (list.rows.length < 40) list.rows.push({ id: String(list.rows.length) });
    return answer;
  };
  const options = { sizes: new PageSizes(10), idOf };
  const read = await readWindow(fetchPage, { kind: 'range', offset: 0, size: 20 }, options);
  expect(list.calls.slice(0, 3)).toEqual(['1,10', '2,10', '2,5']);
  expect(list.calls.length).toBeLessThanOrEqual(8);
  expect(idsOf(read.rows)).toBe([...each(0, 19)].join(' '));
});
