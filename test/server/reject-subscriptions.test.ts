import { expect, test } from 'vitest';
import { startGateway } from '../support/gateway.ts';

const REFUSAL = {
  message: 'Expected a query or a mutation: there is no subscription here.',
  extensions: { code: 'BAD_USER_INPUT' },
};

test.each([
  ['application/graphql-response+json', 400],
  ['application/json', 200],
  ['text/event-stream, application/graphql-response+json', 400],
])('a subscription is refused as %s with status %i', async (accept, status) => {
  await using gateway = await startGateway();
  const response = await gateway.fetch('/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept },
    body: JSON.stringify({ query: 'subscription { anything }' }),
  });
  expect(response.status).toBe(status);
  expect(await response.json()).toMatchObject({ errors: [REFUSAL] });
});

test('a subscription beside the query that is asked for is refused as well', async () => {
  await using gateway = await startGateway();
  const response = await gateway.fetch('/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json' },
    body: JSON.stringify({
      query: 'query Asked { __typename } subscription Other { anything }',
      operationName: 'Asked',
    }),
  });
  expect(await response.json()).toEqual({ errors: [expect.objectContaining(REFUSAL)] });
});
