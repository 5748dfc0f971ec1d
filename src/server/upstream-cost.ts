import type { ExecutionResult } from 'graphql';
import { mapAsyncIterator, type Plugin } from 'graphql-yoga';
import type { AccountRoom } from '../http/budget/reservation-log.ts';
import { Tally } from '../http/tally.ts';
import type { UpstreamApi } from '../http/upstream-error.ts';

/** A client that wants to know what its operation costs sends `x-upstream-cost: 1`. */
const HEADER = 'x-upstream-cost';

/** Of an answer in parts. */
interface Part extends ExecutionResult {
  hasNext?: boolean;
}

const tallies = new WeakMap<Request, Tally>();

/** Where the calls of a request's operation are counted; undefined when nobody wants to know. */
export function tallyOf(request: Request): Tally | undefined {
  if (request.headers.get(HEADER) !== '1') return undefined;
  const tally = tallies.get(request) ?? new Tally();
  tallies.set(request, tally);
  return tally;
}

/**
 * Tells clients that ask for it, in `extensions.upstream` of an answer or of its last part, what the operation has
 * cost at each API until then; `budgetLeft` is what the account may still call, for all who share it, and null where
 * it has no limits.
 */
export function useUpstreamCost(roomOf: (api: UpstreamApi) => AccountRoom | undefined): Plugin {
  const costOf = (tally: Tally) =>
    Object.fromEntries(
      [...tally].map(([api, { waitedMs, ...counts }]) => {
        const room = roomOf(api);
        const budgetLeft = room ? { second: room.secondLeft, minute: room.minuteLeft } : null;
        return [api, { ...counts, waitedMs: Math.round(waitedMs), budgetLeft }];
      }),
    );
  const told = <Result extends ExecutionResult>(result: Result, tally: Tally): Result => ({
    ...result,
    extensions: { ...result.extensions, upstream: costOf(tally) },
  });
  return {
    onExecutionResult({ request, result, setResult }) {
      const tally = tallies.get(request);
      if (!tally || !result || Array.isArray(result)) return;
      if (Symbol.asyncIterator in result) {
        setResult(mapAsyncIterator(result, (part: Part) => (part.hasNext ? part : told(part, tally))));
      } else setResult(told(result, tally));
    },
  };
}
