/** The share of retries among the calls of a minute. */
const SHARE = 0.1;

/** At least this many a minute are allowed, so that a quiet gateway's single call gets its retry. */
const FLOOR = 10;

/** A minute slides in steps of this many seconds. */
const STEP_S = 5;
const STEPS = 60 / STEP_S;

/**
 * Keeps retries from adding to the load of an API that fails: within the last minute, which slides in steps of five
 * seconds, they are at most a tenth of the calls, or ten.
 */
export class RetryBudget {
  /** What was called in each step of the last minute, by its number since the clock's beginning. */
  readonly #steps = new Map<number, { calls: number; retries: number }>();

  /** Counts a call that is no retry. */
  called(): void {
    this.#step().calls += 1;
  }

  /** Counts a repeated part of a failed call, which leaves less for retries. */
  repeated(): void {
    this.#step().retries += 1;
  }

  /** Whether a retry may be made; it is counted then. */
  take(): boolean {
    const step = this.#step();
    const sum = (kind: 'calls' | 'retries') => this.#steps.values().reduce((total, each) => total + each[kind], 0);
    if (sum('retries') + 1 > Math.max(FLOOR, sum('calls') * SHARE)) return false;
    step.retries += 1;
    return true;
  }

  #step() {
    const number = Math.floor(performance.now() / (STEP_S * 1000));
    for (const old of this.#steps.keys()) if (old <= number - STEPS) this.#steps.delete(old);
    const step = this.#steps.get(number) ?? { calls: 0, retries: 0 };
    this.#steps.set(number, step);
    return step;
  }
}
