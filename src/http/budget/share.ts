import { type AccountLimits, SPANS } from './account-limits.ts';

/**
 * What one of so many equal parts of an account may call. A window with fewer places than parts gets longer instead, so
 * that each part has one: then more than the limit can fall together, and only the average is kept.
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

/** Which of the calls that were counted at these times a part takes for its own: rounded up, the latest first. */
export function portionOf(counted: readonly number[], parts: number): number[] {
  return counted.toSorted((one, other) => other - one).filter((_, index) => index % parts === 0);
}
