import { type AccountLimits, SPANS } from './account-limits.ts';
import { MOST_AT_ONCE } from './parallel-calls.ts';

/** One of several equal parts of an account. */
export interface Share {
  /** How many parts there are. */
  parts: number;
  /** Which of them, from 0 on. */
  part: number;
}

/**
 * What one part may call. A window with fewer places than parts gets longer instead, so that each part has one: then
 * more than the limit can fall together, and only the average is kept.
 */
export function limitsOf({ perSecond, perMinute, spans = SPANS }: AccountLimits, parts: number): AccountLimits {
  return {
    perSecond: Math.max(1, Math.floor(perSecond / parts)),
    perMinute: Math.max(1, Math.floor(perMinute / parts)),
    spans: {
      ...spans,
      secondMs: spans.secondMs * Math.max(1, parts / perSecond),
      minuteMs: spans.minuteMs * Math.max(1, parts / perMinute),
    },
  };
}

/** How many calls one part may have under way. */
export function parallelOf(parts: number): number {
  return Math.max(1, Math.floor(MOST_AT_ONCE / parts));
}

/** A part's portion of calls that were over at these times: each call is in one part, and no part has two more than another. */
export function portionOf(overAt: readonly number[], { parts, part }: Share): number[] {
  const latestFirst = overAt.toSorted((one, other) => other - one);
  return latestFirst.filter((_, index) => index % parts === part).reverse();
}
