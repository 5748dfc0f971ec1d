import fc from 'fast-check';
import { expect, test } from 'vitest';
import { AccountView } from '../../../src/http/budget/account-view.ts';
import { AnswerTimes } from '../../../src/http/budget/answer-times.ts';
import { ManualClock } from './manual-clock.ts';
import { busiest } from './simulation.ts';

const LIMITS = { perSecond: 10, perMinute: 150 };

const STATE = { openInMs: 0, pausedMs: 0, callersElsewhere: 0, replicas: ['a'], ages: [] };

/** What a replica of that name sees. */
function viewOf(replica: string): AccountView {
  const answerTimes = new AnswerTimes();
  return new AccountView(replica, LIMITS, answerTimes);
}

/** Ages of calls that an account within its limits may have made before. */
const pasts = fc
  .array(fc.integer({ min: 106, max: 3_000 }), { maxLength: 149 })
  .map((gaps) => gaps.map((_, index) => gaps.slice(0, index + 1).reduce((sum, gap) => sum + gap, 0)));

test('whatever all did before, replicas that go on alone never send too many together', () => {
  const moments = fc.integer({ min: 0, max: 3_000 });
  fc.assert(
    fc.property(pasts, fc.array(moments, { minLength: 1, maxLength: 6 }), (ages, begin) => {
      const clock = new ManualClock();
      clock.time = 100_000;
      const replicas = begin.map((_, index) => `replica ${index}`);
      const views = replicas.map((replica) => viewOf(replica));
      for (const view of views) view.see({ ...STATE, replicas, ages: ages.toReversed() });
      const logs = views.map((view) => view.aloneLog());
      const sent = ages.map((age) => 100_000 - age);
      for (; clock.time < 230_000; clock.time += 50) {
        for (const [index, log] of logs.entries()) {
          if (clock.time < 100_000 + (begin[index] ?? 0)) continue;
          const taken = log.take('interactive');
          if (typeof taken === 'number') continue;
          sent.push(clock.time);
          taken.settle({ status: 200, headers: {} });
        }
      }
      expect(busiest(sent, 1_000)).toBeLessThanOrEqual(LIMITS.perSecond);
      expect(busiest(sent, 60_000)).toBeLessThanOrEqual(LIMITS.perMinute);
    }),
    { numRuns: 30 },
  );
});

test('replicas that go on alone do so one after another', () => {
  new ManualClock();
  const replicas = ['a', 'b', 'c', 'd'];
  const waits = replicas.map((replica) => {
    const view = viewOf(replica);
    view.see({ ...STATE, replicas });
    return view.aloneLog().forecast(1, 'interactive').sentIn;
  });
  expect(waits).toEqual([0, 250, 500, 750]);
});

test.each([
  ['a whole burst', 40, { minuteLeft: 50, secondLeft: 0 }, { minuteLeft: 50, secondLeft: 5 }],
  ['the next of few places', 100, { minuteLeft: 24, secondLeft: 4 }, { minuteLeft: 24, secondLeft: 5 }],
])('others may have used %s since they were last heard of, until they noticed the silence', (_, calls, room, later) => {
  const clock = new ManualClock();
  const view = viewOf('a');
  view.see({ ...STATE, replicas: ['a', 'b'], ages: Array<number>(calls).fill(10_000) });
  clock.time = 400;
  expect(view.aloneLog(400).room()).toMatchObject(room);
  clock.time = 1_600;
  expect(view.aloneLog(400).room()).toMatchObject(later);
});

test('a replica that knows of no other goes on as before', () => {
  const clock = new ManualClock();
  const view = viewOf('a');
  view.see({ ...STATE, ages: Array<number>(100).fill(10_000) });
  clock.time = 400;
  expect(view.aloneLog().room()).toMatchObject({ minuteLeft: 50, secondLeft: 10 });
});

test('a pause is remembered, whatever is heard of the account afterwards', () => {
  new ManualClock();
  const view = viewOf('a');
  view.pauseUntil(2_000);
  view.see(STATE);
  expect(view.forecast(1, 'interactive').sentIn).toBe(2_000);
  expect(view.aloneLog().forecast(1, 'interactive').sentIn).toBe(2_000);
});

test('a replica that Redis may still count as present first stays silent', () => {
  const clock = new ManualClock();
  const view = viewOf('a');
  view.see(STATE);
  clock.time = 200;
  view.heard();
  clock.time = 700;
  expect(view.aloneLog(1_000).forecast(1, 'interactive').sentIn).toBe(500);
});
