import { setImmediate } from 'node:timers/promises';
import { buildSchema, type ExecutionResult, type GraphQLObjectType, parse } from 'graphql';
import { expect, test } from 'vitest';
import type { Limits } from '../../src/execution/allowance.ts';
import { executePlanned } from '../../src/execution/execute-planned.ts';
import { PlanCache } from '../../src/execution/plan.ts';
import { piecesOf } from '../../src/execution/written.ts';
import { executedAtOnce, NO_LIMITS } from './no-limits.ts';

const schema = buildSchema(`
  scalar JSON
  type Query { rows(count: Int!): [Row!] texts: [String] json: JSON broken: [Row] nothing: [Row!] }
  type Mutation { write: Result long: [Result] }
  type Result { id: ID rows(count: Int!): [Row!] again: Result }
  type Row { n: Int later: Row fails: Int self: Row }
`);

class Row {
  static asked = 0;
  static written = 0;
  n = 1;
  self() {
    Row.asked += 1;
    return this;
  }
  later() {
    Row.asked += 1;
    return Promise.resolve(this);
  }
  fails() {
    throw new Error('odd');
  }
}

const row = new Row();

/** What a mutation answers: `rows` alone looks at more than this. */
const result = {
  id: 'written',
  again: () => result,
};
Object.assign((schema.getType('Result') as GraphQLObjectType).getFields()['rows'] ?? {}, {
  resolve: (_result: unknown, { count }: { count: number }) => Array<Row>(count).fill(row),
});
const rootValue = {
  rows: ({ count }: { count: number }) => Array<Row>(count).fill(row),
  texts: () => Array<string>(30).fill('x'.repeat(1_000)),
  json: () => ({ list: Array.from({ length: 1_000 }, () => ({ key: 'value' })) }),
  write: () => {
    Row.written += 1;
    return Promise.resolve(result);
  },
  long: () => Array(100_000).fill(result),
  broken: () => Array.from({ length: 1_000 }, () => new Error('odd')),
};

async function run(source: string, limits: Partial<Limits> = {}): Promise<ExecutionResult | undefined> {
  Row.asked = 0;
  Row.written = 0;
  const args = { schema, document: parse(source), rootValue };
  return await executedAtOnce(new PlanCache(), args, { ...NO_LIMITS, ...limits });
}

const TOO_LARGE = { data: null, errors: [{ message: 'The answer is too large.' }] };
const TOO_MUCH_WORK = { data: null, errors: [{ message: 'The answer is too much work.' }] };

test('a long list lets others go first again and again', async () => {
  let isOver = false;
  let turns = 0;
  const others = (async () => {
    while (!isOver) {
      await setImmediate();
      turns += 1;
    }
  })();
  const result = await run('{ rows(count: 50000) { n self { n } } }');
  isOver = true;
  await others;
  expect(result?.data?.['rows']).toHaveLength(50_000);
  expect(turns).toBeGreaterThan(20);
});

test('a long answer is bytes outside the heap, so that one that nobody reads does not fill it', async () => {
  const args = { schema, document: parse('{ rows(count: 50000) { n self { n } } }'), rootValue };
  const { data } = (await executePlanned(new PlanCache(), args, NO_LIMITS)) as ExecutionResult;
  const texts = piecesOf(data).filter((piece) => typeof piece === 'string');
  expect(texts.join('').length).toBeLessThan(65_000);
});

test.each([
  ['rows', '{ rows(count: 100000) { n } }'],
  ['rows below rows that come later', '{ rows(count: 100000) { later { n later { n } } } }'],
  ['a list beside it', '{ few: rows(count: 3) { later { n } } many: rows(count: 100000) { n } }'],
  ['texts', '{ texts }'],
  ['a value of JSON', '{ json }'],
])('an answer with too many %s is one error', async (_what, source) => {
  const result = await run(source, { maxBytes: 8_000 });
  expect(JSON.parse(JSON.stringify(result))).toEqual(TOO_LARGE);
  const asked = Row.asked;
  await setImmediate();
  expect([asked < 1_000, Row.asked]).toEqual([true, asked]);
});

test.each([
  ['rows', '{ rows(count: 100000) { n } }'],
  ['rows without a value', '{ rows(count: 100000) { self { later { fails } } } }'],
  ['values that come later', '{ rows(count: 100000) { later { n later { n } } } }'],
  ['errors', '{ broken { n } }'],
])('an answer of too much work for its %s is one error', async (_what, source) => {
  const result = await run(source, { maxWork: 20_000 });
  expect(JSON.parse(JSON.stringify(result))).toEqual(TOO_MUCH_WORK);
  const asked = Row.asked;
  await setImmediate();
  expect([asked < 1_000, Row.asked]).toEqual([true, asked]);
});

const WRITES = 'mutation { a: write { id } b: write { id rows(count: 10000) { n } again { id } } c: write { id } }';

test.each<[what: string, limits: Partial<Limits>, message: string]>([
  ['too large', { maxBytes: 20_000 }, 'The answer is too large.'],
  ['too much work', { maxWork: 20_000 }, 'The answer is too much work.'],
  ['too late', { deadline: 0 }, 'The answer is too late.'],
])('a mutation whose answer is %s tells what it wrote, and writes nothing more', async (_what, limits, message) => {
  const result = await run(WRITES, { ...limits, sliceWork: 1_000 });
  expect(Row.written).toBe(2);
  expect(JSON.parse(JSON.stringify(result))).toMatchObject({
    data: { a: { id: 'written' }, b: { id: 'written', rows: null, again: { id: 'written' } }, c: null },
    errors: [
      { message, path: ['b', 'rows'] },
      { message, path: ['c'], extensions: { outcome: 'NOT_SENT' } },
    ],
  });
});

test('so does one whose first answer is too much', async () => {
  const result = await run('mutation { a: write { id rows(count: 10000) { n } } }', { maxWork: 20_000 });
  expect(result).toMatchObject({ data: { a: { id: 'written', rows: null } }, errors: [{ path: ['a', 'rows'] }] });
});

test('a mutation whose own answer is too long says that its outcome is not told', async () => {
  expect(await run('mutation { long { id } b: write { id } }', { maxBytes: 20_000 })).toMatchObject({
    data: { long: null, b: null },
    errors: [
      { path: ['long'], extensions: { outcome: 'UNKNOWN' } },
      { path: ['b'], extensions: { outcome: 'NOT_SENT' } },
    ],
  });
});

test('a list that goes on after the deadline ends with one error', async () => {
  const source = '{ rows(count: 100000) { n } broken { n } }';
  const result = await run(source, { deadline: performance.now() - 1 });
  expect(JSON.parse(JSON.stringify(result))).toEqual({ data: null, errors: [{ message: 'The answer is too late.' }] });
});

test('a short answer after the deadline is an answer: what came in time is not lost', async () => {
  const result = await run('{ rows(count: 3) { n later { n } } }', { deadline: performance.now() - 1 });
  expect(result?.errors).toBeUndefined();
});

test('a list ends when its caller has left', async () => {
  const caller = new AbortController();
  const running = run('{ rows(count: 1000000) { n later { n } } }', { signal: caller.signal });
  await setImmediate();
  caller.abort();
  expect((await running)?.errors?.[0]?.originalError).toBe(caller.signal.reason);
});

test('there are a hundred errors at most, and one that says how many more', async () => {
  const { data, errors = [] } = (await run('{ broken { n } rows(count: 1) { fails } }')) ?? {};
  expect(data?.['broken']).toHaveLength(1_000);
  expect(errors).toHaveLength(101);
  expect(errors.at(99)?.path).toEqual(['broken', 99]);
  expect(errors.at(-1)).toMatchObject({ message: '901 more errors are left out.', extensions: { leftOut: 901 } });
});
