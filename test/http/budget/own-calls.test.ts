import { expect, test } from 'vitest';
import { OwnCalls } from '../../../src/http/budget/own-calls.ts';
import { ManualClock } from './manual-clock.ts';

test('a call is reported under way until it is over, with its age, and once', () => {
  const clock = new ManualClock();
  const calls = new OwnCalls(1_000);
  const id = calls.newId();
  calls.begin(id);
  expect(calls.report(false)).toEqual({ over: [], underWay: [id], unsent: [] });
  calls.end(id, 40);
  clock.time = 100;
  expect(calls.report(false)).toEqual({ over: [[id, 60]], underWay: [], unsent: [] });
  expect(calls.report(false)).toEqual({ over: [], underWay: [], unsent: [] });
  expect(calls.report(true)).toEqual({ over: [[id, 60]], underWay: [], unsent: [] });
});

test('a call that may still be counted is over later than now', () => {
  const clock = new ManualClock();
  const calls = new OwnCalls(1_000);
  const id = calls.newId();
  calls.begin(id);
  clock.time = 100;
  calls.end(id, 300);
  expect(calls.report(false).over).toEqual([[id, -200]]);
});

test('a call that was not sent is taken back, and one that is long over is forgotten', () => {
  const calls = new OwnCalls(1_000);
  const [unsent, old, recent] = [calls.newId(), calls.newId(), calls.newId()];
  for (const id of [unsent, old, recent]) calls.begin(id);
  calls.drop(unsent);
  calls.end(old, 0);
  calls.end(recent, 1_000);
  expect(calls.underWay).toBe(0);
  expect(calls.ends).toEqual([1_000]);
  expect(calls.report(true).unsent).toEqual([unsent]);
});

test('names are unique among replicas, and each replica knows its own', () => {
  const [one, other] = [new OwnCalls(1_000), new OwnCalls(1_000)];
  const names = [one.newId(), one.newId(), other.newId()];
  expect(new Set(names).size).toBe(3);
  expect(names.map((name) => one.isOwn(name))).toEqual([true, true, false]);
});
