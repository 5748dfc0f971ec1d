import { expect, test } from 'vitest';
import { GrowingPause } from '../../../src/sources/sor/growing-pause.ts';
import { ManualClock } from '../../http/budget/manual-clock.ts';

/** How long the pauses after so many failures in a row are, each begun when the one before is over. */
function pauses(pause: GrowingPause, clock: ManualClock, times: number, leastMs?: number): number[] {
  return Array.from({ length: times }, () => {
    pause.begin(leastMs);
    const { leftMs } = pause;
    clock.time += leftMs;
    expect(pause.leftMs).toBe(0);
    return leftMs;
  });
}

test('it grows from a second to a minute', () => {
  const clock = new ManualClock();
  const lengths = pauses(new GrowingPause(), clock, 9);
  expect(lengths).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000, 60_000]);
});

test('it is longer where that is asked for', () => {
  const clock = new ManualClock();
  expect(pauses(new GrowingPause(), clock, 3, 3_000)).toEqual([3_000, 3_000, 4_000]);
});

test('after a success it is over, and the next one is short again', () => {
  const clock = new ManualClock();
  const pause = new GrowingPause();
  pauses(pause, clock, 5);
  pause.begin();
  pause.end();
  expect(pause.leftMs).toBe(0);
  expect(pauses(pause, clock, 1)).toEqual([1_000]);
});
