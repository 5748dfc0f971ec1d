import { expect, test } from 'vitest';
import { startGateway } from '../support/gateway.ts';

const LONGEST = 'x'.repeat(1_000);

test('an id of more than 1,000 characters is nobody’s: null, without a call', async () => {
  await using gateway = await startGateway();
  const query = `query ($id: ID!) {
    gdprRequest(hoodId: $id) { hoodId } customerDatum(hoodId: $id) { hoodId } profileProperty(hoodId: $id) { hoodId }
    customerProfile(customerId: $id) { customerId } systemOfRecord(identifier: $id) { name }
    customerAttribute(identifier: $id) { key }
  }`;
  const { data, errors } = await gateway.query(query, { id: `${LONGEST}x` });
  expect(errors).toBeUndefined();
  expect(Object.values(data)).toEqual(Array(6).fill(null));
  expect([gateway.hoodCalls(), gateway.sorCalls()]).toEqual([[], []]);
  await gateway.query(query, { id: LONGEST });
  expect(gateway.hoodCalls()).toHaveLength(3);
});

test('a write to such an id is a mistake', async () => {
  await using gateway = await startGateway();
  const query = `mutation ($id: ID!) { decideGdprRequest(input: { hoodId: $id, decision: APPROVE }) {
    ... on InvalidInputError { message } } }`;
  const { data } = await gateway.query(query, { id: `${LONGEST}x` });
  expect(data.decideGdprRequest.message).toBe('Expected an id that Hood gave out.');
  expect(gateway.hoodCalls()).toEqual([]);
});
