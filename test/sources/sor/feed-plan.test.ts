import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type FedChange, type FedValue, FeedPlan, MAX_VALUES } from '../../../src/sources/sor/feed-plan.ts';

type Action = NonNullable<FedValue['action_type']>;

const fed = (customer_id: string, attribute_value: FedValue['attribute_value'], action_type?: Action): FedValue => ({
  ...{ customer_id, attribute_key: 'x', attribute_value },
  ...(action_type && { action_type }),
});

const MEMBERS = ['a', 'b', 'c'];
const member = fc.constantFrom(...MEMBERS);

/** A change of a set of one of two customers. */
const change = fc.constantFrom('1', '2').chain(
  (id): fc.Arbitrary<FedChange> =>
    fc.oneof(
      fc.tuple(member, fc.constantFrom<Action>('ADD', 'REMOVE')).map(([one, action]) => [fed(id, one, action)]),
      fc.subarray(MEMBERS, { minLength: 1 }).map((all) => [fed(id, all.join(';'), 'UPSERT')]),
      fc.subarray(MEMBERS).map((all) => [fed(id, null, 'DEL'), ...all.map((one) => fed(id, one, 'ADD'))]),
    ),
);

/** The sets of all customers after these values, each applied in turn. */
function applied(values: readonly FedValue[]): Record<string, string[]> {
  const sets: Record<string, Set<string>> = {};
  for (const { customer_id: id, attribute_value, action_type } of values) {
    const text = String(attribute_value);
    sets[id] ??= new Set();
    if (action_type === 'ADD') sets[id].add(text);
    else if (action_type === 'REMOVE') sets[id].delete(text);
    else sets[id] = new Set(action_type === 'UPSERT' ? text.split(';') : []);
  }
  return Object.fromEntries(Object.entries(sets).map(([id, set]) => [id, [...set].sort()]));
}

/** What one caller sends, or several, whose changes are placed one after the other. */
function planned(...callers: (readonly FedChange[])[]) {
  const plan = new FeedPlan();
  const used = callers.map((changes) => plan.add(changes));
  return { calls: plan.calls, used };
}

test('however the API orders the values of a call, the sets become what the changes say in their order', () => {
  fc.assert(
    fc.property(fc.array(fc.array(change, { maxLength: 8 }), { maxLength: 3 }), fc.gen(), (callers, gen) => {
      const { calls } = planned(...callers);
      const inSomeOrder = calls.flatMap((call) =>
        gen(() => fc.shuffledSubarray(call, { minLength: call.length, maxLength: call.length })),
      );
      expect(applied(inSomeOrder)).toEqual(applied(callers.flat(2)));
    }),
    { numRuns: 500 },
  );
});

test('a change needs the calls that its values are in, or those of the change that overwrites it', () => {
  fc.assert(
    fc.property(fc.array(change, { maxLength: 12 }), (changes) => {
      const { calls, used } = planned(changes);
      const sent = new Set(calls.flat());
      for (const [index, values] of changes.entries()) {
        const isSent = values.every((value) => sent.has(value));
        expect(values.some((value) => sent.has(value))).toBe(isSent);
        const own = calls.flatMap((call, at) => (values.some((value) => call.includes(value)) ? [at] : []));
        expect(used[0]?.[index]).toEqual(isSent ? own : expect.arrayContaining([expect.any(Number)]));
      }
    }),
  );
});

test.each<[name: string, changes: FedChange[], calls: unknown[][]]>([
  ['only the last of several texts', [[fed('1', 'a')], [fed('1', 'b')], [fed('1', null)]], [[null]]],
  ['additions and removals of different members', [[fed('1', 'a', 'ADD')], [fed('1', 'b', 'REMOVE')]], [['a', 'b']]],
  ['only the last of one member', [[fed('1', 'a', 'ADD')], [fed('1', 'a', 'REMOVE')]], [['a']]],
  [
    'the three actions of the vendor’s example, of which the last decides',
    [[fed('1', 'Sport', 'ADD')], [fed('1', 'Reading', 'REMOVE')], [fed('1', 'Reading;Hiking', 'UPSERT')]],
    [['Reading;Hiking']],
  ],
  [
    'what follows a replacement, in a further call',
    [[fed('1', 'a;b', 'UPSERT')], [fed('1', 'c', 'ADD')], [fed('1', 'd', 'ADD')]],
    [['a;b'], ['c', 'd']],
  ],
])('sent is %s', (_name, changes, values) => {
  const { calls } = planned(changes);
  expect(calls.map((call) => call.map(({ attribute_value }) => attribute_value))).toEqual(values);
});

test('what several callers say of one member stays in order, and nothing of a caller is overwritten by another', () => {
  const { calls } = planned([[fed('1', 'a', 'ADD')]], [[fed('1', 'a', 'REMOVE')]], [[fed('1', 'b', 'UPSERT')]]);
  expect(calls.map((call) => call.map(({ action_type }) => action_type))).toEqual([['ADD'], ['REMOVE'], ['UPSERT']]);
});

test('no call is longer than the limit, and none is empty', () => {
  fc.assert(
    fc.property(fc.array(fc.nat({ max: 700 }), { maxLength: 1_500, minLength: 1_000 }), (customers) => {
      const { calls } = planned(...customers.map((id) => [[fed(String(id), null)]]));
      for (const { length } of calls) {
        expect(length).toBeGreaterThan(0);
        expect(length).toBeLessThanOrEqual(MAX_VALUES);
      }
    }),
    { numRuns: 20 },
  );
});

test('what does not fit into one call goes on in the next', () => {
  const members = Array.from({ length: 600 }, (_, index) => fed('a', `${index}`, 'ADD'));
  const { calls, used } = planned([[fed('a', null, 'DEL'), ...members]], [[fed('a', null)]]);
  expect(calls.map(({ length }) => length)).toEqual([1, 500, 100, 1]);
  expect(used).toEqual([[[0, 1, 2]], [[3]]]);
});

test('a device and a user of the same id do not wait for each other', () => {
  const { calls } = planned([[fed('a', 1)], [{ ...fed('a', 1), customer_id_type: 'device_id' }]]);
  expect(calls).toHaveLength(1);
  expect(calls[0]).toHaveLength(2);
});
