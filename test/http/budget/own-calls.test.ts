import { expect, test } from 'vitest';
import { OwnCalls } from '../../../src/http/budget/own-calls.ts';
import { ManualClock } from './manual-clock.ts';

test('a call is reported when it begins and when it is over, once each, and always with all of them', () => {
  const clock = new ManualClock();
  const calls = new OwnCalls(1_000);
  const id = calls.newId();
  calls.begin({ id, countedBy: 3_000 });
  expect(calls.report(false)).toEqual({ calls: [[id, -3_000]], unsent: [] });
  expect(calls.underWay).toBe(1);
  calls.end(id, 40);
  clock.time = 100;
  expect(calls.report(false)).toEqual({ calls: [[id, 60]], unsent: [] });
  expect(calls.report(false)).toEqual({ calls: [], unsent: [] });
  expect(calls.report(true)).toEqual({ calls: [[id, 60]], unsent: [] });
  expect(calls.underWay).toBe(0);
});

test('a call that takes long was counted before its end', () => {
  const calls = new OwnCalls(10_000);
  const id = calls.newId();
  calls.begin({ id, countedBy: 3_000 });
  calls.end(id, 5_000);
  expect([...calls.counted]).toEqual([3_000]);
});

test('a call that was not sent is taken back, and one that is long over is forgotten', () => {
  const calls = new OwnCalls(1_000);
  const [unsent, old, recent] = [calls.newId(), calls.newId(), calls.newId()];
  for (const id of [unsent, old, recent]) calls.begin({ id, countedBy: 3_000 });
  calls.drop(unsent);
  calls.end(old, 0);
  calls.end(recent, 1_000);
  expect([...calls.counted]).toEqual([1_000]);
  expect(calls.report(true).unsent).toEqual([unsent]);
});

test('names are unique among replicas, and each replica knows its own', () => {
  const [one, other] = [new OwnCalls(1_000), new OwnCalls(1_000)];
  const names = [one.newId(), one.newId(), other.newId()];
  expect(new Set(names).size).toBe(3);
  expect(names.map((name) => one.isOwn(name))).toEqual([true, true, false]);
});
