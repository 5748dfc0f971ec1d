import { expect, test } from 'vitest';
import type { CallAllocator } from '../../../src/http/budget/account-windows.ts';
import { markUnsent, UpstreamError } from '../../../src/http/client/upstream-error.ts';
import { budgetOf, NARROW } from './budgeted-calls.ts';
import { settled } from './manual-clock.ts';

test('calls that do not fit wait until places fall free', async () => {
  const { clock, call, calls } = budgetOf(NARROW);
  for (const name of ['a', 'b', 'c', 'd', 'e']) call(name);
  await clock.moveTo(5_000);
  expect(calls.map(({ sentAt }) => sentAt)).toEqual([0, 0, 1_070, 1_070, 2_140]);
});

test('places are shared between callers, whoever asks for more', async () => {
  const { clock, call, sent } = budgetOf(NARROW);
  const [greedy, modest] = [{}, {}];
  for (const name of ['g1', 'g2', 'g3', 'g4', 'g5']) call(name, { operation: greedy });
  for (const name of ['m1', 'm2']) call(name, { operation: modest });
  await clock.moveTo(6_000);
  expect(sent()).toEqual(['g1', 'g2', 'm1', 'g3', 'm2', 'g4', 'g5']);
});

const by = (name: string) => ({ caller: { name, isRouter: false } });

test('who has had their share comes after others, and has all places while nobody else waits', async () => {
  const { budget, clock, call, sent } = budgetOf(NARROW, undefined, { perSecond: 10, perMinute: 4 });
  for (const name of ['a1', 'a2', 'a3', 'a4', 'a5', 'a6', 'a7', 'a8']) call(name, by('A'));
  await clock.moveTo(2_500);
  expect(sent()).toEqual(['a1', 'a2', 'a3', 'a4', 'a5', 'a6']);
  for (const name of ['b1', 'b2', 'b3']) call(name, by('B'));
  await clock.moveTo(6_000);
  expect(sent().slice(6)).toEqual(['b1', 'b2', 'b3', 'a7', 'a8']);
  expect(budget.callerUse?.of('A')).toEqual({ second: 1, minute: 8 });
  // A minute later everything is forgotten.
  await clock.moveTo(66_000);
  expect(budget.callerUse?.of('A')).toEqual({ second: 0, minute: 0 });
});

test('callers who all have had their share take turns', async () => {
  const { clock, call, sent } = budgetOf(NARROW, undefined, { perSecond: 1, perMinute: 1 });
  for (const name of ['a1', 'a2', 'a3', 'a4']) call(name, by('A'));
  for (const name of ['b1', 'b2', 'b3']) call(name, by('B'));
  await clock.moveTo(6_000);
  expect(sent()).toEqual(['a1', 'b1', 'a2', 'b2', 'a3', 'b3', 'a4']);
});

test('interactive calls go before background calls that came first', async () => {
  const { clock, call, sent } = budgetOf(NARROW);
  for (const name of ['a', 'b']) call(name);
  for (const name of ['back1', 'back2']) call(name, { priority: 'background' });
  await clock.moveTo(500);
  for (const name of ['c', 'd', 'e']) call(name);
  await clock.moveTo(9_000);
  expect(sent()).toEqual(['a', 'b', 'c', 'd', 'e', 'back1', 'back2']);
});

test('a caller who leaves gives up the place in the queue, for the reason of the signal', async () => {
  const { clock, call, calls, sent } = budgetOf(NARROW);
  for (const name of ['a', 'b']) call(name);
  const caller = new AbortController();
  const left = call('left', { signal: caller.signal });
  call('next');
  await clock.moveTo(100);
  const reason = new Error('left');
  caller.abort(reason);
  await settled();
  expect(left.failure).toBe(reason);
  await clock.moveTo(5_000);
  expect(sent()).toEqual(['a', 'b', 'next']);
  expect(calls.at(-1)?.sentAt).toBe(1_070);
});

test('no timer is left while nobody waits', async () => {
  const { clock, call } = budgetOf(NARROW);
  const caller = new AbortController();
  for (const name of ['a', 'b']) call(name, { takesMs: 10 });
  call('left', { signal: caller.signal });
  await clock.moveTo(100);
  expect(clock.alarms).toBe(1);
  caller.abort();
  await settled();
  expect(clock.alarms).toBe(0);
  call('c', { takesMs: 10 });
  await clock.moveTo(5_000);
  expect(clock.alarms).toBe(0);
});

test('a call that could not be sent gives its place to the next', async () => {
  const { clock, call, sent } = budgetOf({ perSecond: 1, perMinute: 150 });
  const failing = (wasSent: boolean) => () => {
    const failure = new UpstreamError('', { api: 'HOOD', failure: 'unavailable', route: '/' });
    if (!wasSent) markUnsent(failure);
    throw failure;
  };
  call('refused', { answer: failing(false) });
  call('cut', { answer: failing(true) });
  call('next');
  await clock.moveTo(1_000);
  expect(sent()).toEqual(['refused', 'cut']);
  await clock.moveTo(2_000);
  expect(sent()).toEqual(['refused', 'cut', 'next']);
});

/** As a log that all replicas share: each place is a round trip. */
const distant = (log: CallAllocator): CallAllocator => ({
  take: async (...asked) => {
    await settled();
    return log.take(...asked);
  },
  windows: log.windows,
});

test('with a log that is a round trip away the same calls go', async () => {
  const { clock, call, calls } = budgetOf(NARROW, distant);
  for (const name of ['a', 'b', 'c', 'd']) call(name);
  for (let step = 0; step < 10; step++) await settled();
  for (let time = 10; time <= 1_500; time += 10) await clock.moveTo(time);
  expect(calls.map(({ name, sentAt }) => [name, sentAt])).toEqual([
    ['a', 0],
    ['b', 0],
    ['c', 1_070],
    ['d', 1_070],
  ]);
});

test('a place that comes when all who asked for it have left goes to the next who comes', async () => {
  const { call, sent } = budgetOf({ perSecond: 1, perMinute: 150 }, distant);
  const caller = new AbortController();
  call('left', { signal: caller.signal });
  caller.abort();
  for (let step = 0; step < 10; step++) await settled();
  call('next');
  for (let step = 0; step < 10; step++) await settled();
  expect(sent()).toEqual(['next']);
});

test('an answer that comes while the log is asked is not missed', async () => {
  const slow = Promise.withResolvers<void>();
  const { clock, call, sent } = budgetOf({ perSecond: 1, perMinute: 150 }, (log) => ({
    take: async (...asked) => {
      const taken = log.take(...asked);
      if (typeof taken === 'number') await slow.promise;
      return taken;
    },
    windows: log.windows,
  }));
  call('a');
  await settled();
  call('b');
  await clock.moveTo(20);
  slow.resolve();
  await clock.moveTo(2_000);
  expect(sent()).toEqual(['a', 'b']);
});
