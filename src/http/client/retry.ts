import { BODY_CUT } from './response.ts';
import { CUT, UNREACHABLE } from './transport-failure.ts';
import { UpstreamError } from './upstream-error.ts';

const MAX_RETRIES = 2;
const FIRST_BACKOFF_MS = 200;

/** Answers that say "not now"; those from 520 are Cloudflare's. A 500 may be the request's own fault, so it is tried again only once. */
const PASSING_STATUSES = new Set([408, 421, 425, 429, 500, 502, 503, 504, 520, 521, 522, 523, 524]);

/** Whether a failure without an answer may pass; a host that has no name is not there a moment later either. */
function isPassing(code: string): boolean {
  return CUT.has(code) || code === BODY_CUT || (UNREACHABLE.has(code) && code !== 'ENOTFOUND');
}

/**
 * How long to wait before a call is tried again, in milliseconds; `undefined` when it is not.
 *
 * Exponential back-off with full jitter, on top of what the API asked for. A wait that would outlast `leftMs` is not
 * begun: the caller learns now what it would learn then. `random` is within [0, 1).
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
