import { expect, it } from 'vitest';
import { CursorCodec } from '../../../src/graph/paging/cursor.ts';
import { PageSizes } from '../../../src/graph/paging/page-sizes.ts';
import { readWindow } from '../../../src/graph/paging/read-window.ts';
import { type WindowArguments, windowFor } from '../../../src/graph/paging/window.ts';
import { signerFor } from '../../../src/keys.ts';
import { oneIn } from '../../support/thorough.ts';
import { clampedTo, each, idOf, idsOf, Mistakes, NumberedList } from './numbered-list.ts';

const cursors = new CursorCodec(signerFor(() => ['a secret'], 'cursors')).of('numbers');

interface Walk {
  ids: string;
  callsPerWindow: number[];
}

/** Follows the cursors of one window after another, as a client would, until there are no more. */
async function walk(
  list: NumberedList,
  direction: 'forwards' | 'backwards',
  size: number,
  maximum: number,
): Promise<Walk> {
  const limits = new PageSizes(maximum);
  const windows: string[] = [];
  const callsPerWindow: number[] = [];
  let args: WindowArguments = direction === 'forwards' ? { first: size } : { last: size };
  for (;;) {
    const before = list.calls.length;
    const window = windowFor(args, { maximum, cursors });
    const { rows, offset, hasNext, hasPrevious } = await readWindow(list.fetchPage, window, {
      sizes: limits,
      idOf,
    });
    callsPerWindow.push(list.calls.length - before);
    if (rows.length > 0) windows.push(idsOf(rows));
    if (direction === 'forwards') {
      if (!hasNext) return { ids: windows.join(' '), callsPerWindow };
      args = { first: size, after: cursors.encode([offset + rows.length - 1]) };
    } else {
      if (!hasPrevious) return { ids: windows.reverse().join(' '), callsPerWindow };
      args = { last: size, before: cursors.encode([offset]) };
    }
  }
}

it('a walk forwards meets every row once, at one call a window', async () => {
  const mistakes = new Mistakes();
  const isChosen = oneIn(7);
  for (const total of each(0, 60)) {
    for (const size of each(1, 30)) {
      if (!isChosen()) continue;
      const list = new NumberedList(total);
      const { ids, callsPerWindow } = await walk(list, 'forwards', size, 30);
      const isRight =
        ids === list.slice(0, total) &&
        callsPerWindow.length === Math.max(1, Math.ceil(total / size)) &&
        callsPerWindow.every((calls) => calls === 1);
      mistakes.check(isRight, () => ({ total, size, ids, callsPerWindow }));
    }
  }
  expect(mistakes.list).toEqual([]);
});

it('a walk backwards meets every row once, at one call a window after the first', async () => {
  const mistakes = new Mistakes();
  const isChosen = oneIn(7);
  for (const total of each(0, 60)) {
    for (const size of each(1, 30)) {
      if (!isChosen()) continue;
      const list = new NumberedList(total);
      const { ids, callsPerWindow } = await walk(list, 'backwards', size, 100);
      const isRight =
        ids === list.slice(0, total) &&
        callsPerWindow.length === Math.max(1, Math.ceil(total / size)) &&
        callsPerWindow.every((calls) => calls === 1);
      mistakes.check(isRight, () => ({ total, size, ids, callsPerWindow }));
    }
  }
  expect(mistakes.list).toEqual([]);
});

it('a server that clamps the page size changes nothing about the rows of either walk', async () => {
  const mistakes = new Mistakes();
  const isChosen = oneIn(7);
  for (const total of each(0, 60, 3)) {
    for (const size of [1, 2, 5, 12, 20, 30]) {
      for (const clamp of each(1, 29)) {
        if (!isChosen()) continue;
        for (const direction of ['forwards', 'backwards'] as const) {
          const list = new NumberedList(total, clampedTo(clamp));
          const { ids } = await walk(list, direction, size, 30);
          mistakes.check(ids === list.slice(0, total), () => ({ total, size, clamp, direction, ids }));
        }
      }
    }
  }
  expect(mistakes.list).toEqual([]);
});
