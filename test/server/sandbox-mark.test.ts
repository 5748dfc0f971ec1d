import { expect, test } from 'vitest';
import { startGateway } from '../support/gateway.ts';

const LIST = '{ systemsOfRecord(first: 1) { nodes { identifier } } }';
const DEFERRED = 'query { systemsOfRecord(first: 1) { nodes { identifier ... @defer { label } } } }';

test.each([
  ['an answer', LIST, 'application/json'],
  ['an answer in parts', DEFERRED, 'multipart/mixed'],
  ['an event', DEFERRED, 'text/event-stream'],
  ['a mistake', '{ nothing }', 'application/json'],
  ['no GraphQL', '{', 'application/json'],
])('%s of the sandbox says that it is made up, once; one of an account does not', async (_, query, accept) => {
  const post = {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept },
    body: JSON.stringify({ query }),
  };
  await using sandbox = await startGateway({ env: { UPSTREAM: 'sandbox' } });
  const made = await sandbox.fetch('/graphql', post);
  expect(made.headers.get('x-sandbox')).toBe('true');
  expect((await made.text()).match(/"sandbox":true/g)).toHaveLength(1);

  await using live = await startGateway();
  const answer = await live.fetch('/graphql', post);
  expect(answer.headers.get('x-sandbox')).toBeNull();
  expect(await answer.text()).not.toContain('sandbox');
});
