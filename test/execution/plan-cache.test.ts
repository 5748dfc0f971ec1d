import { buildSchema, getOperationAST, parse } from 'graphql';
import { expect, test } from 'vitest';
import { PlanCache } from '../../src/execution/plan.ts';

const SCHEMA = buildSchema('type Query { a: Int }');

function planOf(plans: PlanCache, document: ReturnType<typeof parse>) {
  const operation = getOperationAST(document);
  if (!operation) throw new Error('no operation');
  return plans.planOf(SCHEMA, document, operation, {});
}

test('a document is planned once, as long as it is among those of so many tokens that were asked for last', () => {
  const plans = new PlanCache();
  const document = parse('{ a }');
  const plan = planOf(plans, document);
  expect(plan).toBeDefined();
  expect(planOf(plans, document)).toBe(plan);

  const long = () => parse(`{ ${'a '.repeat(12_000)} }`);
  const first = long();
  const firstPlan = planOf(plans, first);
  for (let others = 0; others < 19; others += 1) planOf(plans, long());
  expect(planOf(plans, document)).toBe(plan);
  expect(planOf(plans, first)).toBe(firstPlan);

  for (let others = 0; others < 20; others += 1) planOf(plans, long());
  expect(planOf(plans, document)).not.toBe(plan);
  expect(planOf(plans, first)).not.toBe(firstPlan);
});
