import type { Clock } from '../../http/client/clock.ts';
import { UpstreamError } from '../../http/client/upstream-error.ts';

/** How long no log-in is tried after one that failed, in milliseconds; doubled with every further failure. */
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 60_000;

/** The longest `Retry-After` that is believed, in milliseconds. */
const LONGEST_RETRY_AFTER_MS = 10 * 60_000;

/** Remembers the last log-in that failed, so that the next ones need no call for as long as they would fail as well. */
export class FailedLogin {
  readonly #clock: Clock;
  #failure: UpstreamError | undefined;
  #pausedUntil = Number.NEGATIVE_INFINITY;
  #nextPauseMs = FIRST_PAUSE_MS;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Throws the failure again until its pause is over. Its `retryAfter` says how many seconds that will be. */
  throwWhilePaused(): void {
    const leftMs = this.#pausedUntil - this.#clock.now();
    if (!this.#failure || leftMs <= 0) return;
    this.#failure.retryAfter = Math.ceil(leftMs / 1000);
    throw this.#failure;
  }

  /** The log-in failed with this error. One that was refused before it was sent says nothing about the next one. */
  remember(error: unknown): void {
    if (!(error instanceof UpstreamError) || error.outcome === 'NOT_SENT') return;
    const askedMs = Math.min((error.retryAfter ?? 0) * 1000, LONGEST_RETRY_AFTER_MS);
    const pauseMs = Math.max(this.#nextPauseMs, askedMs);
    this.#failure = error;
    this.#pausedUntil = this.#clock.now() + pauseMs;
    this.#nextPauseMs = Math.min(this.#nextPauseMs * 2, LONGEST_PAUSE_MS);
    error.retryAfter = Math.ceil(pauseMs / 1000);
  }

  forget(): void {
    this.#failure = undefined;
    this.#nextPauseMs = FIRST_PAUSE_MS;
  }
}
