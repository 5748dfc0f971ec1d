import type { ExecutionArgs, ExecutionResult } from 'graphql';
import type { Limits } from '../../src/execution/allowance.ts';
import { executePlanned } from '../../src/execution/execute-planned.ts';
import type { PlanCache } from '../../src/execution/plan.ts';
import { piecesOf, Written } from '../../src/execution/written.ts';

/** As much as there is, in any time. */
export const NO_LIMITS: Limits = {
  maxBytes: Number.MAX_VALUE,
  tooLarge: () => new RangeError('The answer is too large.'),
  tooMuchWork: () => new RangeError('The answer is too much work.'),
  tooLate: () => new RangeError('The answer is too late.'),
};

/** The answer of an operation without later parts, read from what of it is written. */
export async function executedAtOnce(plans: PlanCache, args: ExecutionArgs, limits: Limits): Promise<ExecutionResult> {
  const result = (await executePlanned(plans, args, limits)) as ExecutionResult;
  const data: unknown = result.data;
  return data instanceof Written ? { ...result, data: JSON.parse(piecesOf(data).join('')) } : result;
}
