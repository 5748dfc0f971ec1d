import { type ExecutionArgs, type ExecutionResult, GraphQLError } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { costCounter, mostWithin } from '../graph/cost/estimate.ts';
import { pathTo } from '../graph/cost/tally.ts';
import { costWanted } from './upstream-cost.ts';

type Check = (execution: { args: ExecutionArgs; setResultAndStopExecution: (result: ExecutionResult) => void }) => void;

/**
 * Refuses an operation that may cost more calls than `limit`, before any is made. One with the header
 * `x-upstream-cost: dry-run` is not executed: the answer has the estimate in `extensions.upstreamEstimate`.
 */
export function useOperationCost(limit: number): Plugin<{ request: Request }> {
  const check: Check = ({ args, setResultAndStopExecution }) => {
    const count = costCounter(args);
    if (!count) return;
    const estimate = count();
    const { cost, calls } = estimate;
    const path = pathTo(estimate.dearest);
    if (costWanted((args.contextValue as { request: Request }).request) === 'dry-run') {
      setResultAndStopExecution({ data: null, extensions: { upstreamEstimate: { cost, limit, calls, path } } });
    } else if (cost > limit) {
      const cut = mostWithin(limit, estimate, count);
      const advice = cut
        ? `\`${path.at(-1)}\` costs the most: ask for at most ${cut.most} in \`${cut.list.key}\``
        : 'ask for less, or in several operations';
      const message = `Expected an operation of at most ${limit} upstream calls, not ${cost}: ${advice}.`;
      const extensions = { code: 'OPERATION_TOO_COSTLY', cost, limit, path };
      setResultAndStopExecution({ errors: [new GraphQLError(message, { extensions })] });
    }
  };
  // What a subscription costs is what one event of it does.
  return { onExecute: check, onSubscribe: check };
}
