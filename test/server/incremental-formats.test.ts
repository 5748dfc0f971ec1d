import { expect, test } from 'vitest';
import { startGateway } from '../support/gateway.ts';

const QUERY = '{ gdprRequest(hoodId: "1000023") { hoodId ... @defer { statusText } } }';
const WHOLE = { data: { gdprRequest: { hoodId: '1000023', statusText: 'pending' } } };

test('a client that reads a later format of parts gets all at once, as it would lose what parts of ours bring', async () => {
  await using gateway = await startGateway();
  const accept = 'multipart/mixed;incrementalSpec=v0.2,application/graphql-response+json,application/json;q=0.9';
  expect(await gateway.query(QUERY, {}, { accept })).toEqual(WHOLE);
});

test('a client that reads the format of ours beside a later one gets parts', async () => {
  await using gateway = await startGateway();
  const response = await gateway.fetch('/graphql', {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'multipart/mixed;incrementalSpec=v0.2, multipart/mixed;deferSpec=20220824',
    },
    body: JSON.stringify({ query: QUERY }),
  });
  expect(response.headers.get('content-type')).toMatch(/^multipart\/mixed/);
  expect(await response.text()).toContain('"incremental":[{"data":{"statusText":"pending"}');
});
