import { expect, test } from 'vitest';
import { CallLog } from '../../../src/http/budget/call-log.ts';
import { SlidingWindow } from '../../../src/http/budget/sliding-window.ts';

test('places that were given before others fall free are waited for as well', () => {
  const log = new CallLog(3_000, 60_000);
  const window = new SlidingWindow(log, 3, 1_000);
  // Three that are over, and a fourth that is sent when the first of them falls free.
  log.others = [100, 200, 300, 4_100];

  expect(window.free(500)).toBe(0);
  expect([1, 2].map((nth) => window.freeAt(nth, 500, Number.POSITIVE_INFINITY))).toEqual([1_200, 1_300]);
  expect(window.freeAt(3, 500, Number.POSITIVE_INFINITY)).toBe(5_100);
});
