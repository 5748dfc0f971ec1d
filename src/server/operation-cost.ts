import { GraphQLError } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { estimateOf } from '../graph/cost/estimate.ts';
import type { Estimate } from '../graph/cost/tally.ts';

/** A client that wants to know what its operation would cost, and not have it executed. */
const DRY_RUN = 'dry-run';

/**
 * Refuses an operation that may cost more calls than `limit`, before any is made. One with the header
 * `x-upstream-cost: dry-run` is not executed: the answer has the estimate in `extensions.upstreamEstimate`.
 */
export function useOperationCost(limit: number): Plugin<{ request: Request }> {
  return {
    onExecute({ args, setResultAndStopExecution }) {
      const isDryRun = args.contextValue.request.headers.get('x-upstream-cost') === DRY_RUN;
      const estimate = estimateOf(args);
      if (!estimate) return;
      if (isDryRun) {
        const { cost, calls, dearest } = estimate;
        const upstreamEstimate = { cost, limit, calls, path: dearest?.path ?? [] };
        setResultAndStopExecution({ data: null, extensions: { upstreamEstimate } });
      } else if (estimate.cost > limit) {
        setResultAndStopExecution({ errors: [refusal(estimate, limit)] });
      }
    },
  };
}

function refusal({ cost, dearest }: Estimate, limit: number): GraphQLError {
  const { path = [], calls = 0, each } = dearest ?? {};
  const fitting = limit - (cost - calls);
  const advice =
    each !== undefined && fitting > 0
      ? `\`${path.at(-1)}\` costs one call per ${each}: ask for at most ${fitting}`
      : 'ask for less, or in several operations';
  const message = `Expected an operation of at most ${limit} upstream calls, not ${cost}: ${advice}.`;
  return new GraphQLError(message, { extensions: { code: 'OPERATION_TOO_COSTLY', cost, limit, path } });
}
