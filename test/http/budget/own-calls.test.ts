import { expect, test } from 'vitest';
import { OwnCalls } from '../../../src/http/budget/own-calls.ts';

test('a call is remembered with its age until it holds no place any more', () => {
  const calls = new OwnCalls(1_000);
  const [first, second] = [calls.ask(), calls.ask()];
  calls.begin(first);
  calls.begin(second);
  calls.end(first, 500);
  expect(calls.ages(700)).toEqual({ [first]: 200, [second]: -1 });
  expect(calls.ages(1_499)).toEqual({ [first]: 999, [second]: -1 });
  expect(calls.ages(1_500)).toEqual({ [second]: -1 });
});

test('a call that may still count later is as young as can be', () => {
  const calls = new OwnCalls(1_000);
  const straggler = calls.ask();
  calls.begin(straggler);
  calls.end(straggler, 700);
  expect(calls.ages(500)).toEqual({ [straggler]: 0 });
});

test('a call that was asked for holds its place until it is sent and over, or dropped', () => {
  const calls = new OwnCalls(1_000);
  const [asked, begun, dropped, over] = [calls.ask(), calls.ask(), calls.ask(), calls.ask()];
  for (const id of [begun, over]) calls.begin(id);
  calls.drop(dropped);
  calls.end(over, 0);
  expect(calls.underWay()).toEqual({ asked: [asked], begun: [begun] });
  expect(calls.ages(1)).toEqual({ [begun]: -1, [over]: 1 });
});

test('names are unique among replicas, and begin with the replica', () => {
  const [one, other] = [new OwnCalls(1_000), new OwnCalls(1_000)];
  const names = [one.ask(), one.ask(), other.ask()];
  expect(new Set(names).size).toBe(3);
  expect(names[0]?.split(':')[0]).toBe(one.replica);
  expect(one.replica).not.toBe(other.replica);
});
