import { expect, test } from 'vitest';
import { startGateway } from '../support/gateway.ts';

const ROUNDED_AWAY = '17368658975598751634';
const QUERY = 'query ($id: ID!) { customerProfile(customerId: $id) { customerId } }';

test.each<[how: string, init: (body: string) => [path: string, init: RequestInit]]>([
  [
    'in a body of JSON',
    (body) => ['/graphql', { method: 'POST', headers: { 'content-type': 'application/json' }, body }],
  ],
  [
    'in the address',
    (body) => {
      const variables = body.slice(body.indexOf('"variables":') + '"variables":'.length, -1);
      return [`/graphql?${new URLSearchParams({ query: QUERY, variables })}`, {}];
    },
  ],
])('an id of 20 digits that is sent as a number %s is asked for digit by digit', async (_how, request) => {
  await using gateway = await startGateway();

  const [path, init] = request(`{"query":${JSON.stringify(QUERY)},"variables":{"id":${ROUNDED_AWAY}}}`);
  const response = await gateway.fetch(path, init);

  expect(await response.json()).toEqual({ data: { customerProfile: null } });
  expect(gateway.sorCalls()).toEqual([
    `GET /api/customer_profiles?customer_id_type=user_id&customer_ids=${ROUNDED_AWAY}&num_per_page=1`,
  ]);
});

test.each(['variables', 'extensions'])('%s in an address that are no JSON are BAD_USER_INPUT', async (name) => {
  await using gateway = await startGateway();
  for (const text of ['{x', 'x@example.com', '{"id":17368658975598751634']) {
    const response = await gateway.fetch(`/graphql?${new URLSearchParams({ query: '{ __typename }', [name]: text })}`);
    expect(response.status).toBe(400);
    expect(await response.json()).toEqual({
      errors: [{ message: `Expected JSON in the parameter "${name}".`, extensions: { code: 'BAD_USER_INPUT' } }],
    });
  }
  expect(gateway.logged).toEqual([]);
});

test('an integer that no double holds is no number', async () => {
  await using gateway = await startGateway();

  const response = await gateway.fetch('/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: `{"query":"mutation ($number: Float) { setAttributeValues(input: { systemOfRecord: \\"global\\", changes: [{ customerId: \\"a\\", key: \\"k\\", change: { number: $number } }] }) { __typename } }","variables":{"number":${ROUNDED_AWAY}}}`,
  });

  expect(await response.json()).toMatchObject({
    errors: [
      {
        message: expect.stringContaining('expected an integer within ±(2^53 − 1)'),
        extensions: { code: 'BAD_USER_INPUT' },
      },
    ],
  });
  expect(gateway.sorCalls()).toEqual([]);
});
