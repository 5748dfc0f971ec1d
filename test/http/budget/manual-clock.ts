import { syncBuiltinESMExports } from 'node:module';
import timers from 'node:timers/promises';
import { onTestFinished, vi } from 'vitest';

/** The time of the process, which stands still until the end of the test unless it is set. */
export class ManualClock {
  time = 0;
  /** How late alarms are. */
  lateMs = 0;
  readonly #alarms = new Map<object, { at: number; wake: () => void }>();

  constructor() {
    // A test with several clocks has the time of the last one.
    const now = vi.spyOn(performance, 'now').mockImplementation(() => this.time);
    const set = vi
      .spyOn(globalThis, 'setTimeout')
      .mockImplementation(((wake: () => void, ms: number) => this.after(ms, wake)) as typeof setTimeout);
    const clear = vi.spyOn(globalThis, 'clearTimeout').mockImplementation((timer) => {
      if (typeof timer === 'object') this.#alarms.delete(timer);
    });
    const sleep = vi
      .spyOn(timers, 'setTimeout')
      .mockImplementation(
        ((ms: number) => new Promise<void>((wake) => this.after(ms, wake))) as typeof timers.setTimeout,
      );
    syncBuiltinESMExports();
    onTestFinished(() => {
      for (const spy of [now, set, clear, sleep]) spy.mockRestore();
      syncBuiltinESMExports();
    });
  }

  after(ms: number, wake: () => void): object {
    const timer = {};
    this.#alarms.set(timer, { at: this.time + ms + this.lateMs, wake });
    return timer;
  }

  get alarms(): number {
    return this.#alarms.size;
  }

  /** Moves on to `time`, waking whoever is due on the way, each at its own time and after all that others set off. */
  async moveTo(time: number): Promise<void> {
    await settled();
    for (let next = this.#due(time); next; next = this.#due(time)) {
      const [key, { at, wake }] = next;
      this.#alarms.delete(key);
      this.time = at;
      wake();
      await settled();
    }
    this.time = time;
  }

  #due(until: number): [object, { at: number; wake: () => void }] | undefined {
    const due = [...this.#alarms].filter(([, { at }]) => at <= until);
    return due.sort(([, one], [, other]) => one.at - other.at)[0];
  }
}

/** Until all promises that can settle have done so. */
export function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
