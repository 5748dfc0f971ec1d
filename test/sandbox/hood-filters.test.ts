import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type HoodSandbox, startHood } from '../../src/sandbox/hood/server.ts';
import { call, column } from './hood-client.ts';

const EMPTY = { rows: 0, samples: false, limits: 'none', maxPageSize: 1000 } as const;

/** What each operator lets through, said once more in plain terms. */
const COMPARISONS: Record<string, (value: number | string, a: number | string, b: number | string) => boolean> = {
  eq: (value, a) => value === a,
  neq: (value, a) => value !== a,
  gt: (value, a) => value > a,
  gte: (value, a) => value >= a,
  lt: (value, a) => value < a,
  lte: (value, a) => value <= a,
  r: (value, a, b) => value > a && value < b,
  rf: (value, a, b) => value >= a && value <= b,
  rl: (value, a, b) => value >= a && value < b,
  rr: (value, a, b) => value > a && value <= b,
  in: (value, a, b) => value === a || value === b,
  nin: (value, a, b) => value !== a && value !== b,
};
const TAKES_TWO = ['r', 'rf', 'rl', 'rr', 'in', 'nin'];

test('every operator selects the numbers and times that it names, and rows without a value never', async () => {
  await using hood = await startHood(EMPTY);
  const small = fc.integer({ min: 0, max: 9 });
  const property = fc.asyncProperty(
    fc.array(fc.option(small), { maxLength: 12 }),
    fc.constantFrom(...Object.keys(COMPARISONS)),
    small,
    small,
    async (sizes, operator, a, b) => {
      hood.replace(
        'exports',
        sizes.map((size, index) => ({
          id: String(index),
          size,
          expire_time: size === null ? undefined : dayOf(size),
        })),
      );
      const matching = sizes.flatMap((size, index) =>
        size !== null && COMPARISONS[operator]?.(size, a, b) ? [String(index)] : [],
      );
      const operands = TAKES_TWO.includes(operator) ? [a, b] : [a];
      for (const query of [
        `size=${operator}:${operands.join(',')}`,
        `expire_time=${operator}:${operands.map(dayOf).join(',')}`,
      ]) {
        expect((await column(hood, `exports?${query}&page=1,100`)).sort()).toEqual(matching.sort());
      }
    },
  );
  await fc.assert(property, { numRuns: 200 });
});

test('is finds the rows that have a value and isn those that have none', async () => {
  await using hood = await startWithStatuses();
  expect(await column(hood, 'exports?failure_reason=is:')).toEqual(['3']);
  expect(await column(hood, 'exports?failure_reason=isn:')).toEqual(['2', '1']);
});

test('text is compared whole and exactly, and a bare value means eq', async () => {
  await using hood = await startWithStatuses();
  expect(await column(hood, 'exports?status=ready')).toEqual(['1']);
  expect(await column(hood, 'exports?status=eq:ready')).toEqual(['1']);
  expect(await column(hood, 'exports?status=eq:Ready')).toEqual([]);
  expect(await column(hood, 'exports?status=neq:ready')).toEqual(['3', '2']);
  expect(await column(hood, 'exports?status=in:ready,on%20hold')).toEqual(['2', '1']);
  expect(await column(hood, 'exports?status=nin:ready,on%20hold')).toEqual(['3']);
  expect(await column(hood, 'exports?id=in:3,1,77')).toEqual(['3', '1']);
  expect(await column(hood, "exports?status=eq:'%20OR%201=1%20--")).toEqual([]);
});

test('filters on several fields, a search and an order all apply, and the total counts what they leave', async () => {
  await using hood = await startHood({ ...EMPTY, rows: 900 });
  const query = 'status=in:ready,failed&size=gt:20000&extension=csv&q=list&sort=-size';
  const { body } = await call(hood, `exports?${query}&page=1,10`);
  const second = await call(hood, `exports?${query}&page=2,10`);
  expect(body.total).toBeGreaterThan(20);
  expect(second.body.total).toBe(body.total);
  const sizes = [...body.items, ...second.body.items].map(({ size }) => Number(size));
  expect(sizes).toEqual(sizes.toSorted((one, other) => other - one));
  for (const item of body.items) {
    expect(['ready', 'failed']).toContain(item.status);
    expect(item).toMatchObject({ extension: 'csv', name: expect.stringMatching(/list/i) });
    expect(Number(item.size)).toBeGreaterThan(20_000);
  }
});

test('a bare date is its midnight', async () => {
  await using hood = await startWithStatuses();
  expect(await column(hood, 'exports?create_time=gte:2025-01-02')).toEqual(['3', '2']);
  expect(await column(hood, 'exports?create_time=rf:2025-01-02%2000:00:00,2025-01-02')).toEqual(['2']);
  expect(await column(hood, 'exports?create_time=2025-01-02')).toEqual(['2']);
});

test('flags that rows print as text or booleans are found as 0 and 1', async () => {
  await using hood = await startHood(EMPTY);
  hood.insert(
    'profileProperties',
    [0, '1', true, false, null, undefined, 1].map((pi_data, index) => ({ id: String(index), pi_data })),
  );
  expect(await column(hood, 'profile-properties?pi_data=eq:1')).toEqual(['6', '2', '1']);
  expect(await column(hood, 'profile-properties?pi_data=0')).toEqual(['3', '0']);
  expect(await column(hood, 'profile-properties?pi_data=isn:')).toEqual(['5', '4']);
});

test('a property that prints its label as "property" is found by label', async () => {
  await using hood = await startHood(EMPTY);
  hood.insert('profileProperties', [{ id: '1', target: 'city', property: 'city' }]);
  const { body } = await call(hood, 'profile-properties?label=eq:city&fields=id,label');
  expect(body).toEqual({ total: 1, items: [{ id: '1', property: 'city' }] });
});

test.each([
  ['status=like:ready', 'no operator'],
  ['status=toString:ready', 'no operator'],
  ['create_time=2025-01-29%2012:47:00', 'no operator'],
  ['status=gt:ready', 'numbers and times'],
  ['status=rf:a,b', 'numbers and times'],
  ['status=in:', 'is not a text'],
  ['status=in:ready,,failed', 'is not a text'],
  ['status=', 'is not a text'],
  ['status=is:ready', 'takes no value'],
  ['size=eq:many', 'is not a number'],
  ['size=eq:1.5', 'is not a number'],
  ['size=gt:1,2', 'is not a number'],
  ['size=rf:1', 'two ends'],
  ['size=rf:1,2,3', 'two ends'],
  ['size=rf:1,', 'is not a number'],
  ['create_time=gt:yesterday', 'is not a time'],
  ['create_time=gt:2025-02-30', 'is not a time'],
  ['create_time=gt:2025-02-03T10:00:00', 'is not a time'],
  ['create_time=gt:2025-02-03%2025:00:00', 'is not a time'],
])('the filter %s is refused: %s', async (query, why) => {
  await using hood = await startHood(EMPTY);
  const { status, reason } = await call(hood, `exports?${query}`);
  expect(status).toBe(400);
  expect(reason).toContain(why);
});

test('flags take 0 and 1 only', async () => {
  await using hood = await startHood(EMPTY);
  for (const value of ['true', '2', 'in:0,yes']) {
    const { status, reason } = await call(hood, `customer-data?pi_data=${value}`);
    expect(status).toBe(400);
    expect(reason).toContain('is not a flag');
  }
});

async function startWithStatuses(): Promise<HoodSandbox> {
  const hood = await startHood(EMPTY);
  hood.insert('exports', [
    { id: '1', status: 'ready', create_time: dayOf(0), failure_reason: null },
    { id: '2', status: 'on hold', create_time: dayOf(1) },
    { id: '3', status: 'running', create_time: dayOf(2), failure_reason: 'Late.' },
  ]);
  return hood;
}

function dayOf(number: number): string {
  return `2025-01-${String(number + 1).padStart(2, '0')} 00:00:00`;
}
