/** Lengths in milliseconds. */
export interface Spans {
  /** The API's own windows. */
  secondMs: number;
  minuteMs: number;
  /**
   * What is added to them, as the clocks of an API's servers differ. Jitter needs nothing more, as places are kept from
   * answers on; and each millisecond on the second makes every burst a tenth of a percent slower.
   */
  secondMarginMs: number;
  minuteMarginMs: number;
  /**
   * How long after its sending the API may count a call: one on its way, or in a queue before the API's gate. An answer
   * that comes earlier says more.
   */
  countedWithinMs: number;
}

/** What the account may call. */
export interface AccountLimits {
  perSecond: number;
  perMinute: number;
  /** A second and a minute unless set. */
  spans?: Spans;
}

export const SPANS: Spans = {
  secondMs: 1000,
  minuteMs: 60_000,
  secondMarginMs: 50,
  minuteMarginMs: 200,
  countedWithinMs: 3000,
};

/** How much later than its end for us an unanswered call may still reach the API, in milliseconds. */
export const STRAGGLING_MS = 200;
