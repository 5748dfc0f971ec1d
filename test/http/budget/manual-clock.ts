import type { Clock } from '../../../src/http/client/clock.ts';

/** Time that stands still unless it is set. */
export class ManualClock implements Clock {
  time = 0;
  /** How late alarms are. */
  lateMs = 0;
  readonly #alarms = new Map<object, { at: number; wake: () => void }>();

  now(): number {
    return this.time;
  }

  after(ms: number, wake: () => void): () => void {
    const key = {};
    this.#alarms.set(key, { at: this.time + ms + this.lateMs, wake });
    return () => this.#alarms.delete(key);
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
