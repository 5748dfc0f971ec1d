/** The share of retries among the calls of a minute. */
const SHARE = 0.1;

/** At least this many a minute are allowed, so that a quiet gateway's single call gets its retry. */
const FLOOR = 10;

/** A minute slides in steps of this many seconds. */
const STEP_S = 5;
const STEPS = 60 / STEP_S;

interface Step {
  /** Which one since the clock's beginning. */
  number: number;
  calls: number;
  retries: number;
}

/**
 * Keeps retries from adding to the load of an API that fails: within the last minute, which slides in steps of five
 * seconds, they are at most a tenth of the calls, or ten.
 */
export class RetryBudget {
  /** Those of the last minute in which anything was called, the latest first. */
  #steps: Step[] = [];

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
    const calls = this.#steps.reduce((sum, one) => sum + one.calls, 0);
    const retries = this.#steps.reduce((sum, one) => sum + one.retries, 0);
    if (retries + 1 > Math.max(FLOOR, calls * SHARE)) return false;
    step.retries += 1;
    return true;
  }

  #step(): Step {
    const number = Math.floor(performance.now() / (STEP_S * 1000));
    const [latest] = this.#steps;
    if (latest?.number === number) return latest;
    const step = { number, calls: 0, retries: 0 };
    this.#steps = [step, ...this.#steps.filter((other) => other.number > number - STEPS)];
    return step;
  }
}
