import type { Limits } from '../../src/execution/allowance.ts';

/** As much as there is, in any time. */
export const NO_LIMITS: Limits = {
  maxBytes: Number.MAX_VALUE,
  tooLarge: () => new RangeError('The answer is too large.'),
  tooLate: () => new RangeError('The answer is too late.'),
};
