import type { ExecutionResult } from '@graphql-tools/utils';
import { type ExecutionArgs, GraphQLError } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { BadInput } from '../graph/caller-error.ts';
import { costCounter, mostWithin } from '../graph/cost/estimate.ts';
import { pathTo } from '../graph/cost/tally.ts';
import type { AccountRoom } from '../http/budget/account-windows.ts';
import type { CallerUse } from '../http/budget/call-statistics.ts';
import type { Caller } from '../http/client/call-options.ts';
import type { CallRecord, ReadRecord } from '../http/client/call-record.ts';
import { eachPart } from './answers.ts';
import { identityOf } from './callers.ts';
import { factsOf, isSubscription, type OperationFacts } from './telemetry/operation-facts.ts';

const WISHES = ['1', 'calls', 'dry-run'] as const;

/** `1`: what it has cost, `calls`: its calls as well, `dry-run`: what it would cost. Throws `BadInput` for others. */
function costWanted({ headers }: Request): OperationFacts['costWanted'] {
  const wanted = headers.get('x-upstream-cost')?.toLowerCase();
  if (!wanted) return undefined;
  const wish = WISHES.find((each) => each === wanted);
  if (wish) return wish;
  throw new BadInput(
    'Expected 1 (execute it, and say what it cost), calls (say also which calls it made) or dry-run in the header x-upstream-cost.',
  );
}

/** The limits of the accounts, by the names of the APIs; undefined where an account has none. */
type Budgets = ReadonlyMap<string, { budget: { room: AccountRoom; callerUse: CallerUse | undefined } | undefined }>;

/**
 * Refuses an operation that may cost more calls than `limit`, before any is made. A dry run is not executed: the answer
 * has `extensions.upstreamEstimate`.
 *
 * Tells clients that ask for it, in `extensions.upstream` of an answer or its last part, what the operation has cost at
 * each API; `budgetLeft` is what the account may still call, null without limits, and `callerUse` what the caller has
 * called. `extensions.upstreamCalls` is the calls themselves: in an event of a subscription those since the one before.
 */
export function useUpstreamCost(limit: number, budgets: Budgets) {
  /** The answer to an operation that is not to be executed. What a subscription costs is what one event of it does. */
  const check = (args: ExecutionArgs): ExecutionResult | undefined => {
    const count = costCounter(args);
    if (!count) return undefined;
    const estimate = count();
    const { cost, calls } = estimate;
    const isDry = factsOf((args.contextValue as { request: Request }).request).costWanted === 'dry-run';
    if (!isDry && cost <= limit) return undefined;
    const path = pathTo(estimate.dearest);
    if (isDry) return { data: null, extensions: { upstreamEstimate: { cost, limit, calls, path } } };
    const cut = mostWithin(limit, estimate, count);
    const advice = cut ? `at most ${cut.most} in \`${cut.list.key}\`` : 'less, or in several operations';
    const what = `\`${path.at(-1)}\` costs the most: ask for ${advice}`;
    const message = `Expected an operation of at most ${limit} upstream calls, not ${cost}: ${what}.`;
    const extensions = { code: 'OPERATION_TOO_COSTLY', cost, limit, path };
    return { errors: [new GraphQLError(message, { extensions })] };
  };
  const costOf = ({ costs }: OperationFacts, caller: Caller) =>
    Object.fromEntries(
      [...costs].map(([api, { waitedMs, ...counts }]) => {
        const { room, callerUse: uses } = budgets.get(api)?.budget ?? {};
        const budgetLeft = room ? { second: room.second.left, minute: room.minute.left } : null;
        const callerUse = uses?.of(caller.name);
        return [api, { ...counts, waitedMs: Math.round(waitedMs), budgetLeft, ...(callerUse && { callerUse }) }];
      }),
    );
  const plugin: Plugin<{ request: Request }> = {
    onParams({ request }) {
      const facts = factsOf(request);
      facts.costWanted = costWanted(request);
      if (facts.costWanted === 'calls') Object.assign(facts, { calls: new Map(), cachedReads: [] });
    },
    onExecutionResult({ request, result, setResult }) {
      const facts = factsOf(request);
      if (!facts.costWanted || facts.costWanted === 'dry-run' || !result) return;
      const { caller } = identityOf(request);
      const withCost = (each: ExecutionResult): ExecutionResult => {
        const upstreamCalls = facts.calls && { upstreamCalls: callsOf(facts) };
        if (facts.calls && isSubscription(request)) Object.assign(facts, { calls: new Map(), cachedReads: [] });
        return { ...each, extensions: { ...each.extensions, upstream: costOf(facts, caller), ...upstreamCalls } };
      };
      setResult(eachPart(result, (part) => (part.hasNext ? part : withCost(part))));
    },
  };
  return { ...plugin, check };
}

/** The calls of an operation in their order, and then what came out of the cache, by route. */
function callsOf({ calls = new Map(), cachedReads = [] }: OperationFacts): object[] {
  const made = [...(calls as Map<CallRecord, boolean>)].map(([call, isOwn]) => ({
    ...{ api: call.api, method: call.method, route: call.route, parameters: call.values ?? call.parameters },
    ...{ body: call.body, status: call.status ?? null, ms: call.ms === undefined ? null : Math.round(call.ms) },
    ...{ waitedMs: Math.round(call.waitedMs), attempt: call.attempt, keys: call.keys },
    servedFrom: isOwn ? 'NETWORK' : 'SHARED_CALL',
  }));
  const alike = Map.groupBy(cachedReads, ({ api, route, from }) => `${api} ${route} ${from}`).values();
  const read = [...alike].flatMap(([first, ...others]) => {
    const { api, route, from } = first as ReadRecord;
    const servedFrom = from === 'stale' ? 'STALE_CACHE' : 'CACHE';
    return { api, method: 'GET', route, servedFrom, count: 1 + others.length };
  });
  return [...made, ...read];
}
