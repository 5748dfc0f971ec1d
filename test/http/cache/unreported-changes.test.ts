import { expect, test } from 'vitest';
import { UnreportedChanges } from '../../../src/http/cache/unreported-changes.ts';
import { stopTime } from './stopped-time.ts';

const LIFE_MS = 1_000;

/** What is still to be told, and for how long each settles. */
const listed = (untold: UnreportedChanges) =>
  untold.first(9).map(([mark, until]) => [mark, Math.max(0, until - performance.now())]);

test('a change concerns its marks until it is told', () => {
  const untold = new UnreportedChanges(LIFE_MS);
  untold.add(['a', 'b'], 0);
  expect(['a', 'b', 'c'].map((mark) => untold.concern(mark))).toEqual([true, true, false]);
  untold.markReported(untold.first(1));
  expect(['a', 'b', 'c'].map((mark) => untold.concern(mark))).toEqual([false, true, false]);
});

test('what changes again while it is told is to be told again', () => {
  const untold = new UnreportedChanges(LIFE_MS);
  untold.add(['a'], 0);
  const telling = untold.first(9);
  untold.add(['a'], 0);
  untold.markReported(telling);
  expect(untold.concern('a')).toBe(true);
});

test('the longest settling counts, by what is left of it', () => {
  using time = stopTime();
  const untold = new UnreportedChanges(LIFE_MS);
  untold.add(['a'], 500);
  time.pass(100);
  untold.add(['a'], 0);
  untold.add(['b'], 50);
  expect(listed(untold)).toEqual([
    ['a', 400],
    ['b', 50],
  ]);
  time.pass(450);
  expect(listed(untold)).toEqual([
    ['a', 0],
    ['b', 0],
  ]);
});

test('a change ends with the last answer that it may concern', () => {
  using time = stopTime();
  const untold = new UnreportedChanges(LIFE_MS);
  untold.add(['a'], 200);
  time.pass(1_199);
  expect(listed(untold)).toEqual([['a', 0]]);
  time.pass(1);
  expect(listed(untold)).toEqual([]);
  expect(untold.concern('a')).toBe(false);
});

test('beyond what it can remember nothing is trusted until the last answer is gone', () => {
  using time = stopTime();
  const untold = new UnreportedChanges(LIFE_MS, 2);
  untold.add(['a'], 300);
  untold.add(['b', 'c'], 0);
  expect(untold.first(9)).toEqual([]);
  expect(untold.concern('never heard of')).toBe(true);
  time.pass(1_299);
  expect(untold.concern('never heard of')).toBe(true);
  time.pass(1);
  expect(untold.concern('never heard of')).toBe(false);
});
