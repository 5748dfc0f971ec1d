import { vi } from 'vitest';

/** Time in a test's hands: both clocks and all timers stand still until it passes. */
export function stopTime(): Disposable & { pass(ms: number): void } {
  vi.useFakeTimers({ toFake: ['Date', 'setTimeout', 'clearTimeout'] });
  let now = 1_000;
  // Not replaced but made to lie: who keeps the time by it may have it in hand already.
  const clock = vi.spyOn(performance, 'now').mockImplementation(() => now);
  return {
    pass(ms) {
      now += ms;
      vi.advanceTimersByTime(ms);
    },
    [Symbol.dispose]() {
      clock.mockRestore();
      vi.useRealTimers();
    },
  };
}
