import { buildSchema, getOperationAST, parse } from 'graphql';
import { expect, test } from 'vitest';
import { PlanCache } from '../../src/execution/plan-cache.ts';

const SCHEMA = buildSchema('type Query { a: Int }');

function planOf(plans: PlanCache, document: ReturnType<typeof parse>) {
  const operation = getOperationAST(document);
  if (!operation) throw new Error('no operation');
  return plans.planOf(SCHEMA, document, operation, {});
}

test('a document is planned once, until plans of too many tokens are kept', () => {
  const plans = new PlanCache();
  const document = parse('{ a }');
  const plan = planOf(plans, document);
  expect(plan).toBeDefined();
  expect(planOf(plans, document)).toBe(plan);

  const long = Array.from({ length: 20 }, () => parse(`{ ${'a '.repeat(12_000)} }`));
  for (const other of long) planOf(plans, other);
  expect(planOf(plans, document)).toBe(plan);

  planOf(plans, parse(`{ ${'a '.repeat(12_000)} }`));
  expect(planOf(plans, document)).not.toBe(plan);
});
