/** A clock with timers. */
export interface Clock {
  /** Milliseconds that never go back. */
  now(): number;
  /** Calls `wake` once after `ms` milliseconds, unless the returned function is called before. */
  after(ms: number, wake: () => void): () => void;
}

/** The process's own, in `performance.now()` milliseconds. */
export const processClock: Clock = {
  now: () => performance.now(),
  after(ms, wake) {
    const timer = setTimeout(wake, ms);
    return () => clearTimeout(timer);
  },
};
