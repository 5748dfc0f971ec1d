import { CODING_CUT } from './content-coding.ts';
import { BODY_CUT } from './response.ts';
import { CUT, UNREACHABLE } from './transport-failure.ts';
import { UpstreamError } from './upstream-error.ts';

const MAX_RETRIES = 2;
const FIRST_BACKOFF_MS = 200;

/** Answers that say "not now"; those from 520 are Cloudflare's. A 500 may be the request's own fault, so it is tried again only once. */
const PASSING_STATUSES = new Set([408, 421, 425, 429, 500, 502, 503, 504, 520, 521, 522, 523, 524]);

/** Whether a failure without an answer may pass; a host that has no name is not there a moment later either. */
function isPassing(code: string): boolean {
  return CUT.has(code) || code === BODY_CUT || code === CODING_CUT || (UNREACHABLE.has(code) && code !== 'ENOTFOUND');
}

/**
 * How long to wait before a call is tried again, in milliseconds; `undefined` when it is not. Exponential back-off with
 * full jitter, on top of what the API asked for. A wait that would outlast `leftMs` is not begun.
 */
export function retryDelay(error: unknown, retries: number, leftMs: number, random: () => number): number | undefined {
  if (!(error instanceof UpstreamError) || retries >= retriesFor(error)) return undefined;
  const delay = (error.retryAfter ?? 0) * 1000 + random() * FIRST_BACKOFF_MS * 2 ** retries;
  return delay < leftMs ? delay : undefined;
}

function retriesFor({ status, code }: UpstreamError): number {
  if (status === 500) return 1;
  const passing = isPassing(code ?? '') || PASSING_STATUSES.has(status ?? 0);
  return passing ? MAX_RETRIES : 0;
}

/** The share of retries among the calls of a minute. */
const SHARE = 0.1;

/** At least this many a minute are allowed, so that a quiet gateway's single call gets its retry. */
const FLOOR = 10;

/** A minute slides in steps of this many seconds. */
const STEP_S = 5;
const STEPS = 60 / STEP_S;

/** Within the last minute, in steps of five seconds, retries are at most a tenth of the calls, or ten. */
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
