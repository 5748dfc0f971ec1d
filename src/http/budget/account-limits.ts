import type { AnswerHead } from '../client/exchange.ts';
import { retryAfter, secondsLeft } from '../client/response.ts';

/** Lengths in milliseconds, as they are unless a test sets them. */
export const SPANS = {
  /** The API's own windows. */
  secondMs: 1000,
  minuteMs: 60_000,
  /** What is added to them, as the clocks of an API's servers differ: each ms slows bursts, and jitter needs none. */
  secondMarginMs: 50,
  minuteMarginMs: 200,
  /** How long after its sending the API may count a call on its way or in a queue; an answer says it earlier. */
  countedWithinMs: 3000,
};

/** What the account may call. */
export interface AccountLimits {
  perSecond: number;
  perMinute: number;
  spans?: typeof SPANS;
}

/** What an answer says about the account's limits (vendor's page: rate limits). */
export type RateNotice =
  /** No call before that. */
  | { kind: 'pause'; ms: number }
  /** Too many calls under way at once; how many is not said. */
  | { kind: 'crowded' }
  /** So many calls are left in a window; those of somebody else hold their places in it for `heldMs`. */
  | { kind: 'left'; remaining: number; window: 'second' | 'minute'; heldMs: number };

/** The longest pause that is believed, in milliseconds: what an account may call in a minute it may call in every minute. */
const LONGEST_PAUSE_MS = SPANS.minuteMs;

/** How long a 429 that does not say when to come again pauses, in milliseconds. */
export const SHORT_PAUSE_MS = 1000;

/** `undefined` when the answer says nothing, or nothing that can be read. What is left is only of use with `limits`. */
export function rateNotice({ status, headers }: AnswerHead, limits?: AccountLimits): RateNotice | undefined {
  if (status === 429) {
    if (Number(headers['retry-after']) < 0) return { kind: 'crowded' };
    const seconds = retryAfter(headers);
    const ms = seconds === undefined ? SHORT_PAUSE_MS : seconds * 1000;
    return { kind: 'pause', ms: Math.min(ms, LONGEST_PAUSE_MS) };
  }
  const remaining = count(headers['x-ratelimit-remaining']);
  // Seconds left; others than the vendor's page write a time of day.
  const reset = count(headers['x-ratelimit-reset']);
  if (!limits || remaining === undefined || reset === undefined) return undefined;
  return {
    kind: 'left',
    remaining,
    ...reportedWindow(count(headers['x-ratelimit-limit']), secondsLeft(reset, headers) * 1000, limits),
  };
}

/** No page says which window an answer is about: it is the one whose limit is nearer to the one that it names. */
function reportedWindow(
  limit: number | undefined,
  resetMs: number,
  { perSecond, perMinute, spans = SPANS }: AccountLimits,
): { window: 'second' | 'minute'; heldMs: number } {
  const reported = limit ?? (resetMs > spans.secondMs ? perMinute : perSecond);
  return reported * reported < perSecond * perMinute
    ? { window: 'second', heldMs: resetMs + spans.secondMarginMs }
    : { window: 'minute', heldMs: resetMs + spans.minuteMarginMs };
}

function count(header: string | string[] | undefined): number | undefined {
  return typeof header === 'string' && /^\d+$/.test(header) ? Number(header) : undefined;
}
