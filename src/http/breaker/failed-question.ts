import type { UpstreamError } from '../client/upstream-error.ts';

const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 30_000;

/** The longest pause while nothing else shows that the API works, in milliseconds: it may be back at any time. */
const LONGEST_OUTAGE_PAUSE_MS = 2_000;

/**
 * A question that failed is not asked again at once: for 1 s it has the same failure, and for twice as long after every
 * further one. It is 30 s in the end where the question is at fault, and 2 s where the API may be.
 */
export class FailedQuestion {
  #failure: UpstreamError | undefined;
  #until = Number.NEGATIVE_INFINITY;
  #nextMs = FIRST_PAUSE_MS;
  /** When it failed last, in `performance.now()` milliseconds. */
  failedAt = Number.NEGATIVE_INFINITY;

  /** How long its pause still lasts, in milliseconds; 0 when it may be asked. */
  get leftMs(): number {
    return Math.max(0, this.#until - performance.now());
  }

  /** The failure to give instead of a call; undefined when it may be asked. */
  get failure(): UpstreamError | undefined {
    const { leftMs } = this;
    if (leftMs === 0 || !this.#failure) return undefined;
    this.#failure.becomeShared();
    this.#failure.retryAfter = Math.ceil(leftMs / 1000);
    return this.#failure;
  }

  /** `isAtFault` is whether others succeed; the pause lasts `leastMs` at least. */
  failed(failure: UpstreamError | undefined, isAtFault: boolean, leastMs = 0): void {
    const mostMs = isAtFault ? LONGEST_PAUSE_MS : LONGEST_OUTAGE_PAUSE_MS;
    this.failedAt = performance.now();
    this.#failure = failure;
    this.#until = this.failedAt + Math.max(leastMs, Math.min(this.#nextMs, mostMs));
    this.#nextMs = Math.max(this.#nextMs, Math.min(this.#nextMs * 2, mostMs));
  }

  succeeded(): void {
    this.#until = Number.NEGATIVE_INFINITY;
    this.#nextMs = FIRST_PAUSE_MS;
  }
}
