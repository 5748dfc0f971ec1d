import { vi } from 'vitest';

/** The process's own clock, which can be moved on; timers that run already keep their time. */
export function movableClock(): Disposable & { pass(ms: number): void } {
  const now = performance.now.bind(performance);
  let passedMs = 0;
  const spy = vi.spyOn(performance, 'now').mockImplementation(() => now() + passedMs);
  return {
    pass: (ms) => {
      passedMs += ms;
    },
    [Symbol.dispose]: () => spy.mockRestore(),
  };
}
