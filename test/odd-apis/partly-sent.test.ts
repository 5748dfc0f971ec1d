import { expect, test } from 'vitest';
import type { Fault } from '../../src/sandbox/faults.ts';
import { type Gateway, startGateway } from '../support/gateway.ts';

const SET = `mutation ($input: SetAttributeValuesInput!) {
  setAttributeValues(input: $input) {
    __typename
    ... on AttributeValuesPartlySentError { requestIds sentCount unknownCount }
  }
}`;

/** Sets one value of each of so many customers, 500 of them a call; call number `failing` (from 1) comes to `fault`. */
async function setValues(gateway: Gateway, customers: number, failing: number, fault: Fault) {
  let calls = 0;
  gateway.sor.feed.dials.fault = () => {
    calls += 1;
    return calls === failing ? fault : undefined;
  };
  const changes = Array.from({ length: customers }, (_, n) => ({
    customerId: `c${n}`,
    key: 'client_type',
    change: { string: 'Gold' },
  }));
  const input = { systemOfRecord: 'SOR_767yUpsMJoTWi0mz', changes };
  return gateway.query(SET, { input });
}

test.each<[string, number, number, Fault, object]>([
  ['the second call is cut', 1_000, 2, { kind: 'reset' }, { sentCount: 500, unknownCount: 500 }],
  ['the second call, a short one, is cut', 700, 2, { kind: 'reset' }, { sentCount: 500, unknownCount: 200 }],
  ['the second call fails', 700, 2, { kind: 'status', status: 500 }, { sentCount: 500, unknownCount: 200 }],
  ['the second call is refused', 700, 2, { kind: 'status', status: 400 }, { sentCount: 500, unknownCount: 0 }],
])(
  'where %s it is told how many changes are certain and how many unknown',
  async (_, customers, failing, fault, counts) => {
    await using gateway = await startGateway();
    const { data, errors } = await setValues(gateway, customers, failing, fault);
    expect(errors).toBeUndefined();
    expect(data.setAttributeValues).toEqual({
      __typename: 'AttributeValuesPartlySentError',
      requestIds: Array(failing - 1).fill(expect.any(String)),
      ...counts,
    });
    expect(gateway.sor.feed.calls).toHaveLength(failing);
  },
);

test('where the first call is cut nothing is certain, and that is what it says', async () => {
  await using gateway = await startGateway();
  const { data, errors } = await setValues(gateway, 700, 1, { kind: 'reset' });
  if (errors) expect(errors[0]?.extensions).toMatchObject({ outcome: 'UNKNOWN' });
  else expect(data.setAttributeValues).toMatchObject({ sentCount: 0, unknownCount: 500, requestIds: [] });
});

test('values that are taken with 204 are sent', async () => {
  await using gateway = await startGateway();
  const { data, errors } = await setValues(gateway, 3, 1, { kind: 'status', status: 204 });
  expect(errors).toBeUndefined();
  expect(data.setAttributeValues.__typename).toBe('SetAttributeValuesSuccess');
});
