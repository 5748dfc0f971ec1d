import { retryAfter } from '../client/response.ts';
import { type AccountLimits, SPANS } from './account-limits.ts';
import type { AnswerHead } from './call-allocator.ts';

/** What an answer says about the account's limits (vendor's page: rate limits). */
export type RateNotice =
  /** No call before that. */
  | { kind: 'pause'; ms: number }
  /** Too many calls under way at once; how many is not said. */
  | { kind: 'crowded' }
  /** So many calls are left for the next `resetMs`. Which window it speaks of, only `limit` can tell. */
  | { kind: 'left'; remaining: number; resetMs: number; limit: number | undefined };

/** The longest pause that is believed, in milliseconds: a stray header must not end all calls for a day. */
const LONGEST_PAUSE_MS = 10 * 60_000;

/** How long a 429 that does not say when to come again pauses, in milliseconds. */
export const SHORT_PAUSE_MS = 1000;

/** `undefined` when the answer says nothing, or nothing that can be read. */
export function rateNotice({ status, headers }: AnswerHead): RateNotice | undefined {
  if (status === 429) {
    if (Number(headers['retry-after']) < 0) return { kind: 'crowded' };
    const seconds = retryAfter(headers);
    const ms = seconds === undefined ? SHORT_PAUSE_MS : seconds * 1000;
    return { kind: 'pause', ms: Math.min(ms, LONGEST_PAUSE_MS) };
  }
  const remaining = count(headers['x-ratelimit-remaining']);
  // Seconds left, not a time of day.
  const reset = count(headers['x-ratelimit-reset']);
  if (remaining === undefined || reset === undefined) return undefined;
  return { kind: 'left', remaining, resetMs: reset * 1000, limit: count(headers['x-ratelimit-limit']) };
}

/**
 * The window that a notice is about, and how long calls of somebody else hold their places in it. No page says which
 * it is: it is the one whose limit is nearer.
 */
export function toldWindow(
  { remaining, resetMs, limit }: RateNotice & { kind: 'left' },
  { perSecond, perMinute, spans = SPANS }: AccountLimits,
): { window: 'second' | 'minute'; remaining: number; heldMs: number } {
  const reported = limit ?? (resetMs > spans.secondMs ? perMinute : perSecond);
  return reported * reported < perSecond * perMinute
    ? { window: 'second', remaining, heldMs: resetMs + spans.secondMarginMs }
    : { window: 'minute', remaining, heldMs: resetMs + spans.minuteMarginMs };
}

function count(header: string | string[] | undefined): number | undefined {
  return typeof header === 'string' && /^\d+$/.test(header) ? Number(header) : undefined;
}
