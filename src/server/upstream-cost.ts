import type { ExecutionResult } from '@graphql-tools/utils';
import { mapAsyncIterator, type Plugin } from 'graphql-yoga';
import { BadInput } from '../graph/caller-error.ts';
import type { AccountRoom } from '../http/budget/account-windows.ts';
import type { CallsOfCaller } from '../http/budget/caller-use.ts';
import { CallStatistics } from '../http/client/call-statistics.ts';
import type { Caller } from '../http/client/caller.ts';
import { identityOf } from './callers.ts';

/**
 * What a client wants to know by the header `x-upstream-cost`: `1` what its operation has cost, `dry-run` what it would,
 * without its being executed. Throws `BadInput` for anything else: whoever misspells a dry run wants nothing executed.
 */
export function costWanted({ headers }: Request): '1' | 'dry-run' | undefined {
  const wanted = headers.get('x-upstream-cost')?.toLowerCase();
  if (!wanted) return undefined;
  if (wanted === '1' || wanted === 'dry-run') return wanted;
  throw new BadInput('Expected 1 (execute it, and say what it cost) or dry-run in the header x-upstream-cost.');
}

const tallies = new WeakMap<Request, CallStatistics>();

/** Where the calls of a request's operation are counted; undefined when nobody wants to know. */
export function statisticsOf(request: Request): CallStatistics | undefined {
  if (costWanted(request) !== '1') return undefined;
  const statistics = tallies.get(request) ?? new CallStatistics();
  tallies.set(request, statistics);
  return statistics;
}

/** What is known of the accounts at the APIs, by the APIs' names. */
interface AccountUse {
  /** What is left of it; undefined where it has no limits. */
  roomOf(api: string): AccountRoom | undefined;
  /** What of it a caller has called; undefined where callers have no shares. */
  usedBy(api: string, caller: Caller): CallsOfCaller | undefined;
}

/**
 * Tells clients that ask for it, in `extensions.upstream` of an answer or of its last part, what the operation has
 * cost at each API until then; `budgetLeft` is what the account may still call, for all who share it, and null where
 * it has no limits; `callerUse` is what the caller has called of it, where callers have shares.
 */
export function useUpstreamCost({ roomOf, usedBy }: AccountUse): Plugin {
  const costOf = (statistics: CallStatistics, caller: Caller) =>
    Object.fromEntries(
      [...statistics].map(([api, { waitedMs, ...counts }]) => {
        const room = roomOf(api);
        const budgetLeft = room ? { second: room.secondLeft, minute: room.minuteLeft } : null;
        const callerUse = usedBy(api, caller);
        return [api, { ...counts, waitedMs: Math.round(waitedMs), budgetLeft, ...(callerUse && { callerUse }) }];
      }),
    );
  return {
    onExecutionResult({ request, result, setResult }) {
      const statistics = tallies.get(request);
      if (!statistics || !result || Array.isArray(result)) return;
      const { caller } = identityOf(request);
      const withCost = <Result extends ExecutionResult>(each: Result): Result => ({
        ...each,
        extensions: { ...each.extensions, upstream: costOf(statistics, caller) },
      });
      if (Symbol.asyncIterator in result) {
        setResult(mapAsyncIterator(result, (part: ExecutionResult) => (part.hasNext ? part : withCost(part))));
      } else setResult(withCost(result));
    },
  };
}
