import { expect, test } from 'vitest';
import { rateNotice } from '../../../src/http/budget/account-limits.ts';
import { AccountWindows, type Reservation } from '../../../src/http/budget/account-windows.ts';
import type { AnswerHead } from '../../../src/http/client/exchange.ts';
import { ManualClock } from './manual-clock.ts';

const WELL: AnswerHead = { status: 200, headers: {} };
const CROWDED: AnswerHead = { status: 429, headers: { 'retry-after': '-1' } };

/** A log with limits so wide that only what it learns counts, unless others are given. */
function wideLog(limits = { perSecond: 1_000, perMinute: 10_000 }) {
  const clock = new ManualClock();
  const log = new AccountWindows(limits);
  return {
    clock,
    log,
    take(): Reservation {
      const taken = log.take('interactive');
      if (typeof taken === 'number') throw new Error(`Expected a place, but have to wait ${taken} ms`);
      return taken[0];
    },
    /** Takes all there are. */
    takeAll(): Reservation[] {
      const all: Reservation[] = [];
      for (;;) {
        const taken = log.take('interactive');
        if (typeof taken === 'number') return all;
        all.push(...taken);
      }
    },
  };
}

/** `X-RateLimit-*` as Hood sends it. */
function left(limit: number, remaining: number, reset: number): AnswerHead {
  return {
    status: 200,
    headers: {
      'x-ratelimit-limit': String(limit),
      'x-ratelimit-remaining': String(remaining),
      'x-ratelimit-reset': String(reset),
    },
  };
}

test.each<[string, AnswerHead, unknown]>([
  ['a 429 with seconds', { status: 429, headers: { 'retry-after': '7' } }, { kind: 'pause', ms: 7_000 }],
  ['a 429 without', { status: 429, headers: {} }, { kind: 'pause', ms: 1_000 }],
  ['a 429 that cannot be read', { status: 429, headers: { 'retry-after': 'soon' } }, { kind: 'pause', ms: 1_000 }],
  ['a 429 with a day', { status: 429, headers: { 'retry-after': '86400' } }, { kind: 'pause', ms: 60_000 }],
  ['a 429 with -1', CROWDED, { kind: 'crowded' }],
  ['what is left', left(150, 12, 30), { kind: 'left', remaining: 12, window: 'minute', heldMs: 30_200 }],
  ['nothing', WELL, undefined],
  ['a 503', { status: 503, headers: { 'retry-after': '7' } }, undefined],
  ['half of it', { status: 200, headers: { 'x-ratelimit-remaining': '3' } }, undefined],
])('%s is read from an answer', (_, answer, notice) => {
  expect(rateNotice(answer, { perSecond: 10, perMinute: 150 })).toEqual(notice);
});

test('after a 429 no call is sent until the API allows it', () => {
  const { clock, log, take } = wideLog();
  const [first, second] = [take(), take()];
  clock.time = 40;
  first.settle({ status: 429, headers: { 'retry-after': '2' } });
  second.settle({ status: 429, headers: { 'retry-after': '1' } });
  expect(log.take('interactive')).toBe(2_000);
  expect(log.windows.sentIn(1, 'interactive', 0)).toBe(2_000);
  clock.time = 2_039;
  expect(log.take('interactive')).toBe(1);
  clock.time = 2_040;
  take();
});

test('any number of calls runs at once, half of them after a crowd, and then one more after each full round', () => {
  const { takeAll, clock, take } = wideLog();
  const crowd = Array.from({ length: 100 }, take);
  clock.time = 40;
  // One crowd, however often it is refused.
  for (const refused of crowd) refused.settle(CROWDED);

  const sizes: number[] = [];
  for (let round = 0; round < 8; round++) {
    clock.time += 2_000;
    const calls = takeAll();
    sizes.push(calls.length);
    for (const call of calls) call.settle(WELL);
  }
  expect(sizes).toEqual([50, 51, 52, 53, 54, 55, 56, 57]);
});

test('a crowd smaller than what was allowed is what is halved, and one call may always run', () => {
  const { take, takeAll, clock } = wideLog();
  const [first, ...others] = [take(), take(), take(), take()];
  clock.time = 40;
  first?.settle(CROWDED);
  for (const other of others) other.settle(WELL);
  const pair = takeAll();
  expect(pair).toHaveLength(2);
  clock.time = 80;
  pair[0]?.settle(CROWDED);
  pair[1]?.settle(WELL);
  const [last, ...more] = takeAll();
  expect(more).toEqual([]);
  clock.time = 120;
  last?.settle(CROWDED);
  expect(takeAll()).toHaveLength(1);
});

test('calls of somebody else take their places until the window is new', () => {
  const { clock, log, take, takeAll } = wideLog({ perSecond: 10, perMinute: 150 });
  take().settle(left(10, 2, 1));
  // Ten, of which the API has counted eight.
  expect(takeAll()).toHaveLength(2);
  expect(log.take('interactive')).toBe(1_050);
  clock.time = 1_050;
  expect(takeAll()).toHaveLength(8);
});

test('what is left of the minute is told from what is left of the second by its limit', () => {
  const { clock, log, take } = wideLog({ perSecond: 10, perMinute: 150 });
  take().settle(left(150, 0, 20));
  expect(log.take('interactive')).toBe(20_200);
  clock.time = 20_200;
  take();
});

test('the tightest answer holds, and none for longer than the window', () => {
  const { clock, log, takeAll, take } = wideLog({ perSecond: 10, perMinute: 150 });
  const [first, second] = [take(), take()];
  first.settle(left(150, 0, 86_400));
  second.settle(left(150, 90, 20));
  clock.time = 60_199;
  expect(log.take('interactive')).toBe(1);
  clock.time = 60_200;
  expect(takeAll()).toHaveLength(10);
});

test('the few calls that somebody else leaves go at the usual pace, and are not kept for the end of the minute', () => {
  const { clock, log, take } = wideLog({ perSecond: 10, perMinute: 150 });
  take().settle(left(150, 3, 60));
  for (const at of [1_000, 2_000, 3_000]) {
    expect(log.take('interactive')).toBe(1_000);
    clock.time = at;
    take().settle(WELL);
  }
  expect(log.take('interactive')).toBeGreaterThan(50_000);
});

test('an account that allows less than was said is believed', () => {
  const { takeAll, take } = wideLog({ perSecond: 10, perMinute: 150 });
  take().settle(left(3, 2, 1));
  expect(takeAll()).toHaveLength(2);
});

test('our own calls are not taken for those of somebody else, however the answers overtake each other', () => {
  const { takeAll, clock, take } = wideLog({ perSecond: 10, perMinute: 150 });
  const [first, ...others] = takeAll();
  clock.time = 900;
  for (const [index, call] of others.entries()) call.settle(left(10, 8 - index, 1));
  clock.time = 2_500;
  // It was counted with the others, whose places have fallen free here meanwhile.
  first?.settle(left(10, 0, 1));
  expect(takeAll()).toHaveLength(9);
  clock.time = 3_600;
  take();
});

test('a call that was never sent gives its place back', () => {
  const { take, takeAll } = wideLog({ perSecond: 2, perMinute: 150 });
  const [sent, unsent] = [take(), take()];
  unsent.cancel();
  expect(takeAll()).toHaveLength(1);
  sent.settle(WELL);
  expect(takeAll()).toHaveLength(0);
});

test('a background call is never part of a burst, and does not take from one', () => {
  const { clock, log, take } = wideLog({ perSecond: 10, perMinute: 150 });
  take();
  expect(log.take('background')).toBeCloseTo(60_200 / 150);
  take();
  clock.time = 402;
  expect(log.take('background')).not.toBeTypeOf('number');
});
