import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type FedChange, type FedValue, FeedPlan, MAX_VALUES } from '../../../src/sources/sor/feed-plan.ts';

const value = fc.record({
  customer_id: fc.constantFrom('a', 'b', 'c'),
  attribute_key: fc.constantFrom('x', 'y'),
  attribute_value: fc.nat(),
});

/** A change is about one key of one customer, in one group or in two. */
const change = fc.tuple(value, fc.array(fc.nat(), { maxLength: 3 })).map(([first, more]): FedChange => {
  const others = more.map((attribute_value) => ({ ...first, attribute_value }));
  return others.length > 0 ? [[first], others] : [[first]];
});

const nameOf = ({ customer_id, attribute_key }: FedValue) => `${customer_id} ${attribute_key}`;

function planned(changes: readonly FedChange[]) {
  const plan = new FeedPlan();
  const used = changes.map((each) => plan.add(each));
  return { calls: plan.calls, used };
}

test('every value goes out once, and no call holds two groups of one customer and key', () => {
  fc.assert(
    fc.property(fc.array(change, { maxLength: 40 }), (changes) => {
      const { calls, used } = planned(changes);
      expect(new Set(calls.flat())).toEqual(new Set(changes.flat(2)));
      expect(calls.flat()).toHaveLength(changes.flat(2).length);
      const groups = changes.flat();
      for (const call of calls) {
        const inCall = groups.filter((group) => group.some((each) => call.includes(each)));
        const names = inCall.map(([first]) => first && nameOf(first));
        expect(new Set(names).size).toBe(names.length);
      }
      changes.forEach((each, index) => {
        const where = calls.flatMap((call, at) => (each.flat().some((one) => call.includes(one)) ? [at] : []));
        expect(used[index]).toEqual(where);
      });
    }),
  );
});

test('what is done to one customer and key keeps its order', () => {
  fc.assert(
    fc.property(fc.array(change, { maxLength: 40 }), (changes) => {
      const { calls } = planned(changes);
      const order = (values: readonly FedValue[], name: string) => values.filter((each) => nameOf(each) === name);
      for (const name of new Set(changes.flat(2).map(nameOf))) {
        expect(order(calls.flat(), name)).toEqual(order(changes.flat(2), name));
      }
    }),
  );
});

test('no call is longer than the limit, and none is empty', () => {
  fc.assert(
    fc.property(fc.array(fc.nat({ max: 700 }), { maxLength: 1_500, minLength: 1_000 }), (customers) => {
      const { calls } = planned(
        customers.map((id): FedChange => [[{ customer_id: String(id), attribute_key: 'x', attribute_value: null }]]),
      );
      for (const { length } of calls) {
        expect(length).toBeGreaterThan(0);
        expect(length).toBeLessThanOrEqual(MAX_VALUES);
      }
    }),
    { numRuns: 20 },
  );
});

test('what does not fit into one call goes on in the next', () => {
  const member = (attribute_value: number): FedValue => ({
    customer_id: 'a',
    attribute_key: 'x',
    attribute_value,
  });
  const members = Array.from({ length: 600 }, (_, index) => member(index));
  const { calls, used } = planned([[[member(-1)], members], [[member(-2)]]]);
  expect(calls.map(({ length }) => length)).toEqual([1, 500, 100, 1]);
  expect(used).toEqual([[0, 1, 2], [3]]);
});

test('a device and a user of the same id do not wait for each other', () => {
  const user: FedValue = { customer_id: 'a', attribute_key: 'x', attribute_value: 1 };
  const { calls } = planned([[[user]], [[{ ...user, customer_id_type: 'device_id' }]]]);
  expect(calls).toHaveLength(1);
});
