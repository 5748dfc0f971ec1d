import { type ExecutionResult, execute, NoUnusedVariablesRule, parse, specifiedRules, validate } from 'graphql';
import { expect } from 'vitest';
import type { Limits } from '../../src/execution/allowance.ts';
import { PlanCache } from '../../src/execution/plan.ts';
import { schema as graph } from '../../src/graph/schema.ts';
import { executedAtOnce, NO_LIMITS } from './no-limits.ts';
import { AT_ONCE, oddSchema } from './odd-schema.ts';
import { randomOperation } from './random-document.ts';

const odd = oddSchema(graph);
/** No limits but that others go first after every other value. */
const IN_SLICES: Limits = { ...NO_LIMITS, sliceWork: 30 };
const rules = specifiedRules.filter((rule) => rule !== NoUnusedVariablesRule);

/**
 * Executes a random operation over the graph by its plan and by graphql-js, and expects the same of both. Returns how
 * many answers were compared: none where the operation is not valid.
 */
export async function sameAsGraphqlJs(seed: number, rootValue: string): Promise<number> {
  const { source, variableValues } = randomOperation(odd, seed);
  const document = parse(source);
  if (validate(odd, document, rules).length > 0) return 0;
  const plans = new PlanCache();
  // The same document twice: what the second run finds in the cache must not stem from the first one's variables.
  const runs = [variableValues, { ...variableValues, yes: !variableValues['yes'] }];
  for (const values of runs) {
    const args = { schema: odd, document, variableValues: values, rootValue };
    const [expected, atOnce] = [await execute(args), rootValue === AT_ONCE];
    const told = atOnce ? plain : inAnyTime;
    expect(told(await executedAtOnce(plans, args, NO_LIMITS))).toEqual(told(expected));
    // The same in small slices, where every list may have to go on later, and so may come to its errors later.
    expect(inAnyTime(await executedAtOnce(plans, args, IN_SLICES))).toEqual(inAnyTime(expected));
  }
  return runs.length;
}

/** Data as text, since the order of keys counts; errors in any order. */
function plain(result: ExecutionResult | undefined) {
  const errors = result?.errors?.map((error) => JSON.stringify(error)).sort() ?? [];
  return { data: JSON.stringify(result?.data), errors };
}

/** Which of several late failures below one null comes first is nobody's promise: of those only the null counts. */
function inAnyTime(result: ExecutionResult | undefined) {
  const errors = result?.errors?.map((error) => {
    const path = error.path ?? [];
    const depth = depthOfNull(result.data, path);
    return depth < path.length ? `below ${path.slice(0, depth).join('.')}` : JSON.stringify(error);
  });
  return { data: JSON.stringify(result?.data), errors: [...new Set(errors)].sort() };
}

/** How far down a path the data goes until it is null. */
function depthOfNull(data: unknown, path: readonly (string | number)[]): number {
  let value = data;
  let depth = 0;
  while (value !== null && value !== undefined && depth < path.length) {
    value = (value as Record<string | number, unknown>)[path[depth] ?? ''];
    depth += 1;
  }
  return depth;
}
