/** Lengths in milliseconds, as they are unless a test sets them. */
export const SPANS = {
  /** The API's own windows. */
  secondMs: 1000,
  minuteMs: 60_000,
  /**
   * What is added to them, as the clocks of an API's servers differ. Jitter needs nothing more, as places are kept from
   * answers on; and each millisecond on the second makes every burst a tenth of a percent slower.
   */
  secondMarginMs: 50,
  minuteMarginMs: 200,
  /**
   * How long after its sending the API may count a call: one on its way, or in a queue before the API's gate. An answer
   * that comes earlier says more.
   */
  countedWithinMs: 3000,
};

/** What the account may call. */
export interface AccountLimits {
  perSecond: number;
  perMinute: number;
  spans?: typeof SPANS;
}

/** How much later than its end for us an unanswered call may still reach the API, in milliseconds. */
export const STRAGGLING_MS = 200;
