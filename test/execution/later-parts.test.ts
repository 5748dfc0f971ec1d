import { type ExecutionResult, isAsyncIterable } from '@graphql-tools/utils';
import fc from 'fast-check';
import { buildSchema, execute, parse } from 'graphql';
import { expect, test } from 'vitest';
import type { Limits } from '../../src/execution/allowance.ts';
import { executePlanned } from '../../src/execution/execute-planned.ts';
import { PlanCache } from '../../src/execution/plan.ts';
import { Written } from '../../src/execution/written.ts';
import { joined, type Part } from '../support/parts.ts';
import { NO_LIMITS } from './no-limits.ts';

const schema = buildSchema(`
  directive @defer(if: Boolean = true, label: String) on FRAGMENT_SPREAD | INLINE_FRAGMENT
  directive @stream(if: Boolean = true, label: String, initialCount: Int = 0) on FIELD
  type Query { n: Int now: Query later: Query list: [Query] lateList: [Query] lateRows: [Query] texts: [String]
    bad: Query strict: [Query!] }
`);

const rootValue = {
  n: 1,
  now: () => rootValue,
  later: async () => rootValue,
  list: () => Array(5).fill(rootValue),
  lateList: async () => Array(3).fill(rootValue),
  lateRows: () => Array.from({ length: 4 }, async () => rootValue),
  texts: ['a', 'b', 'c'],
  bad: () => {
    throw new Error('bad');
  },
  strict: () => [rootValue, rootValue, null, rootValue],
};

const name = fc.constantFrom('now', 'later');
const listName = fc.constantFrom('list', 'lateList', 'lateRows');
const { selection } = fc.letrec<{ selection: string }>((tie) => {
  const below = fc.array(tie('selection'), { minLength: 1, maxLength: 3 }).map((fields) => `{ ${fields.join(' ')} }`);
  return {
    selection: fc.oneof(
      { maxDepth: 4 },
      fc.constantFrom('n', '__typename', 'texts @stream(initialCount: 1)', 'lateRows @stream { n }'),
      fc.tuple(name, below).map((parts) => parts.join(' ')),
      fc
        .tuple(listName, fc.nat(6), below)
        .map(([list, count, fields]) => `${list} @stream(initialCount: ${count}) ${fields}`),
      below.map((fields) => `... @defer ${fields}`),
    ),
  };
});

/** A query whose fields have names of their own, so that none is in two parts. */
function query(selections: readonly string[]): string {
  let count = 0;
  return `{ ${selections.join(' ')} }`.replace(
    /(?<![@:\w])(?:n|now|later|list|lateList|lateRows|texts|__typename)\b/g,
    (field) => {
      count += 1;
      return `f${count}: ${field}`;
    },
  );
}

async function partsOf(source: string, limits: Partial<Limits> = {}): Promise<Part[]> {
  const args = { schema, document: parse(source), rootValue };
  const result = await executePlanned(new PlanCache(), args, { ...NO_LIMITS, ...limits });
  const parts = isAsyncIterable(result) ? await Array.fromAsync(result) : [result as ExecutionResult];
  return JSON.parse(
    JSON.stringify(parts, (_, value) => (value instanceof Written ? JSON.parse(value.pieces.join('')) : value)),
  );
}

test('the parts of any query together are what it answers at once', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(selection, { minLength: 1, maxLength: 4 }),
      fc.constantFrom({}, { sliceWork: 30 }),
      async (chosen, limits) => {
        const source = query(chosen);
        const parts = await partsOf(source, limits);
        const atOnce = source.replaceAll(/@(?:defer|stream)(?:\(.*?\))?/g, '');
        const { data } = await execute({ schema, document: parse(atOnce), rootValue });
        expect(joined(parts)).toEqual(JSON.parse(JSON.stringify(data)));
        if (parts.length > 1)
          expect(parts.map(({ hasNext }) => hasNext)).toEqual(parts.map((_, at) => at < parts.length - 1));
        expect(parts.flatMap(({ errors = [] }) => errors)).toEqual([]);
      },
    ),
    { numRuns: 150 },
  );
});

test('rows that are complete at one moment are one part', async () => {
  expect(await partsOf('{ list @stream(initialCount: 2, label: "rows") { n } }')).toEqual([
    { data: { list: [{ n: 1 }, { n: 1 }] }, hasNext: true },
    { incremental: [{ items: Array(3).fill({ n: 1 }), path: ['list', 2], label: 'rows' }], hasNext: false },
  ]);
});

test('a row that cannot be null ends its list, after those before it', async () => {
  const [, ...later] = await partsOf('{ strict @stream { n } }');
  expect(later.flatMap(({ incremental = [] }) => incremental)).toMatchObject([
    { items: [{ n: 1 }, { n: 1 }], path: ['strict', 0] },
    { items: null, path: ['strict', 2], errors: [{ path: ['strict', 2] }] },
  ]);
  expect(later.at(-1)?.hasNext).toBe(false);
});

test('what is deferred below a place that an error made null never comes', async () => {
  const broken = buildSchema(`
    directive @defer(if: Boolean = true, label: String) on FRAGMENT_SPREAD | INLINE_FRAGMENT
    type Query { outer: Outer } type Outer { n: Int bad: Int! }`);
  const values = { outer: { n: 1, bad: async () => null } };
  const args = { schema: broken, document: parse('{ __typename outer { ... @defer { n } bad } }'), rootValue: values };
  const result = await executePlanned(new PlanCache(), args, NO_LIMITS);
  expect(await Array.fromAsync(result as AsyncIterable<ExecutionResult>)).toMatchObject([
    { data: { __typename: 'Query', outer: null }, errors: [{ path: ['outer', 'bad'] }], hasNext: true },
    { hasNext: false },
  ]);
});

test('an error in a part is in that part, and what is deferred in it comes after it', async () => {
  const [first, ...later] = await partsOf('{ n ... @defer { bad { n } later { ... @defer { n } } } }');
  expect(first).toEqual({ data: { n: 1 }, hasNext: true });
  expect(later).toMatchObject([
    { incremental: [{ data: { bad: null, later: {} }, path: [], errors: [{ path: ['bad'] }] }], hasNext: true },
    { incremental: [{ data: { n: 1 }, path: ['later'] }], hasNext: false },
  ]);
});

test.each([
  ['too large', { maxBytes: 20_000 }],
  ['too much work', { maxWork: 20_000 }],
])('parts that are %s end with the error', async (_what, limits) => {
  const rows = 'list @stream { list { list { list { list { n } } } } }';
  const parts = await partsOf(`{ n ${rows} }`, { ...limits, sliceWork: 1_000 });
  expect(parts[0]).toEqual({ data: { n: 1, list: [] }, hasNext: true });
  expect(parts.at(-1)).toMatchObject({ errors: [{ message: `The answer is ${_what}.` }], hasNext: false });
});
