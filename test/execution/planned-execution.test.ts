import fc from 'fast-check';
import { buildSchema, type ExecutionArgs, type ExecutionResult, execute, parse } from 'graphql';
import { expect, test } from 'vitest';
import { executePlanned } from '../../src/execution/execute-planned.ts';
import { PlanCache } from '../../src/execution/plan.ts';
import { runs } from '../support/thorough.ts';
import { sameAsGraphqlJs } from './compared-execution.ts';
import { executedAtOnce, NO_LIMITS } from './no-limits.ts';
import { AT_ONCE } from './odd-schema.ts';

test('any operation over the graph has the data, the order of keys and the errors that graphql-js gives it', async () => {
  const numRuns = runs(600, 1_500);
  let compared = 0;
  const each = fc.asyncProperty(fc.nat(), fc.constantFrom(AT_ONCE, 'later'), async (seed, rootValue) => {
    compared += await sameAsGraphqlJs(seed, rootValue);
  });
  await fc.assert(each, { numRuns });
  expect(compared).toBeGreaterThan(numRuns / 3);
});

const schema = buildSchema(`
  directive @other on FIELD | QUERY
  type Query { echo(text: String = "nothing", of: [Int!]): String, self: Query }
  type Mutation { echo(text: String): String }
`);

/** An operation over a schema whose fields echo their arguments. */
function echoing(source: string, more: Partial<ExecutionArgs> = {}): ExecutionArgs {
  const rootValue = { self: () => rootValue, echo: (args: object) => JSON.stringify(args) };
  return { schema, document: parse(source), rootValue, ...more };
}

test('a list that fails at one item fails once, and what its other items come to later harms nobody', async () => {
  const list = buildSchema('type Query { list: [Item!] } type Item { id: ID! }');
  const late = (): Promise<never> => Promise.reject(new Error('too late'));
  const rootValue = { list: [{ id: late }, late(), null, late()] };
  const args = { schema: list, document: parse('{ list { id } }'), rootValue };
  const result = await executedAtOnce(new PlanCache(), args, NO_LIMITS);
  expect(result).toMatchObject({ data: { list: null }, errors: [{ path: ['list', 2] }] });
});

test('every combination of conditions has its own plan, more of them than are kept', async () => {
  const names = ['a', 'b', 'c', 'd', 'e'];
  const variables = names.map((name) => `$${name}: Boolean!`).join(' ');
  const fields = names.map((name) => `${name}: echo @include(if: $${name})`).join(' ');
  const args = echoing(`query (${variables}) { ${fields} }`);
  const plans = new PlanCache();
  for (const combination of [...Array(32).keys(), ...Array(32).keys()]) {
    const variableValues = Object.fromEntries(names.map((name, bit) => [name, (combination & (1 << bit)) > 0]));
    const { data } = (await executedAtOnce(plans, { ...args, variableValues }, NO_LIMITS)) as ExecutionResult;
    expect(Object.keys(data ?? {})).toEqual(names.filter((name) => variableValues[name]));
  }
});

test('the operation of the given name is executed', async () => {
  const plans = new PlanCache();
  const document = parse('query One { one: echo } query Two { two: echo }');
  for (const [operationName, key] of [
    ['One', 'one'],
    ['Two', 'two'],
    ['One', 'one'],
  ]) {
    const result = await executedAtOnce(plans, { ...echoing('{ echo }'), document, operationName }, NO_LIMITS);
    expect(Object.keys(result?.data ?? {})).toEqual([key]);
  }
});

test('a resolver that changes its arguments changes them for no other row', async () => {
  const rows = buildSchema('type Query { rows: [Row] } type Row { echo(text: String = "nothing"): String }');
  const row = {
    echo(args: Record<string, unknown>) {
      const { text } = args;
      args['text'] = 'changed';
      return text;
    },
  };
  const args = { schema: rows, document: parse('{ rows { echo } }'), rootValue: { rows: [row, row] } };
  const result = await executedAtOnce(new PlanCache(), args, NO_LIMITS);
  expect(result?.data).toEqual({ rows: [{ echo: 'nothing' }, { echo: 'nothing' }] });
});

test('a fragment on an interface is for the types that implement it', async () => {
  const zoo = buildSchema(`
    interface Animal { name: String }
    interface Swimmer { name: String }
    type Cat implements Animal { name: String }
    type Seal implements Animal & Swimmer { name: String }
    type Query { animals: [Animal] }
  `);
  const rootValue = {
    animals: [
      { __typename: 'Cat', name: 'Tom' },
      { __typename: 'Seal', name: 'Neil' },
    ],
  };
  const document = parse('{ animals { __typename ... on Swimmer { name } } }');
  const result = await executedAtOnce(new PlanCache(), { schema: zoo, document, rootValue }, NO_LIMITS);
  expect(result).toEqual({
    data: { animals: [{ __typename: 'Cat' }, { __typename: 'Seal', name: 'Neil' }] },
  });
});

test.each<[what: string, source: string, more?: Partial<ExecutionArgs>]>([
  ['a document of several operations without a name', 'query One { echo } query Two { echo }'],
  ['an unknown operation', 'query One { echo }', { operationName: 'Two' }],
])('%s is left to the executor that says so', (_what, source, more) => {
  expect(executePlanned(new PlanCache(), echoing(source, more), NO_LIMITS)).toBeUndefined();
});

test.each(['{ echo @other }', 'query @other { echo }'])('other directives change nothing: %s', async (source) => {
  expect(await executedAtOnce(new PlanCache(), echoing(source), NO_LIMITS)).toEqual(await execute(echoing(source)));
});

test.each<[what: string, type: string, variableValues: Record<string, unknown>, message: string]>([
  ['is missing', 'String!', {}, 'Variable "$text" of required type "String!" was not provided.'],
  ['is null', 'String!', { text: null }, 'Variable "$text" of non-null type "String!" must not be null.'],
  [
    'is of a wrong type',
    'String',
    { text: 1 },
    'Variable "$text" got an invalid value at "text"; String cannot represent a non string value: 1',
  ],
])('a variable that %s is an error before anything runs', (_what, type, variableValues, message) => {
  const args = echoing(`query ($text: ${type}) { echo(text: $text) }`, { variableValues });
  expect(executePlanned(new PlanCache(), args, NO_LIMITS)).toMatchObject({ errors: [{ message, locations: [{}] }] });
});
