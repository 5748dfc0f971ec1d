import fc from 'fast-check';
import { expect, test } from 'vitest';
import { busiest, type Fate, longestSilence, simulate } from './simulation.ts';

const DOCUMENTED = { perSecond: 10, perMinute: 150 };

/** Bursts with pauses between them, over about two minutes. */
const arrivals = fc
  .array(fc.tuple(fc.nat(8_000), fc.integer({ min: 1, max: 40 })), { minLength: 1, maxLength: 30 })
  .map((bursts) => {
    let time = 0;
    return bursts.flatMap(([pause, calls]) => {
      time += pause;
      return Array<number>(calls).fill(time);
    });
  });

/** Answers within `longestMs`, from servers whose clocks are up to 22 ms wrong. */
const answered = (longestMs: number) =>
  fc
    .record({
      takesMs: fc.nat(longestMs),
      part: fc.double({ min: 0, max: 1, noNaN: true }),
      skewMs: fc.integer({ min: -22, max: 22 }),
    })
    .map(({ takesMs, part, skewMs }): Fate => ({ takesMs, countedAfterMs: takesMs * part + skewMs }));

/** Given up, and yet counted afterwards. */
const unanswered = fc
  .record({ takesMs: fc.nat(2_800), lateMs: fc.nat(200) })
  .map(({ takesMs, lateMs }): Fate => ({ takesMs, countedAfterMs: takesMs + lateMs, isAnswered: false }));

const fates = (fate: fc.Arbitrary<Fate>) =>
  fc.array(fate, { minLength: 1, maxLength: 60 }).map((list) => {
    const first = list[0] as Fate;
    return (index: number) => list[index % list.length] ?? first;
  });

test('whatever is asked for and however long answers take, no window of the API ever counts too many', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 12 }),
      fc.integer({ min: 5, max: 150 }),
      arrivals,
      fates(fc.oneof({ weight: 5, arbitrary: answered(3_000) }, { weight: 1, arbitrary: unanswered })),
      fc.constantFrom('interactive' as const, 'background' as const),
      (perSecond, perMinute, arrivals, fate, priority) => {
        const calls = simulate({ perSecond, perMinute }, { arrivals, priority, untilMs: 300_000, fate });
        const counted = calls.map(({ countedAt }) => countedAt);
        // A sliding window sees the most; one with any fixed phase is among its positions.
        expect(busiest(counted, 1000)).toBeLessThanOrEqual(perSecond);
        expect(busiest(counted, 60_000)).toBeLessThanOrEqual(perMinute);
      },
    ),
    { numRuns: 200 },
  );
});

test('while calls wait, 95 % of the minute are used in every minute after the first, and none waits for 2 s', () => {
  fc.assert(
    fc.property(
      arrivals,
      fates(answered(200)),
      fc.constantFrom('interactive' as const, 'background' as const),
      (arrivals, fate, priority) => {
        const start = (arrivals.at(-1) ?? 0) + 1;
        const untilMs = start + 200_000;
        const demand = { arrivals, saturatedFrom: start, priority, untilMs, fate, lateMs: 2 };
        const calls = simulate(DOCUMENTED, demand);
        for (let from = start + 60_000; from + 60_000 <= untilMs; from += 1_000) {
          const sent = calls.filter(({ sentAt }) => sentAt >= from && sentAt < from + 60_000);
          expect(sent.length).toBeGreaterThanOrEqual(0.95 * DOCUMENTED.perMinute);
        }
        expect(longestSilence(calls, start, untilMs)).toBeLessThan(2_000);
      },
    ),
    { numRuns: 100 },
  );
});

test('an API that takes five seconds to answer is called as often as its limits allow', () => {
  const fate = () => ({ takesMs: 5_000, countedAfterMs: 100 });
  const calls = simulate(DOCUMENTED, { saturatedFrom: 0, untilMs: 300_000, fate, lateMs: 2 });
  for (let from = 60_000; from + 60_000 <= 300_000; from += 1_000) {
    const sent = calls.filter(({ sentAt }) => sentAt >= from && sentAt < from + 60_000);
    expect(sent.length).toBeGreaterThanOrEqual(140);
  }
  expect(longestSilence(calls, 0, 300_000)).toBeLessThan(4_100);
});
