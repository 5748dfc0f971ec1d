import { hash } from 'node:crypto';
import { expect, test } from 'vitest';
import { type Gateway, startGateway } from '../support/gateway.ts';

const QUERY = '{ customerData(first: 1) { totalCount } }';
const DATA = { customerData: { totalCount: 5 } };

const NOT_FOUND = {
  errors: [{ message: 'PersistedQueryNotFound', extensions: { code: 'PERSISTED_QUERY_NOT_FOUND' } }],
};

const persistedAs = (sha256Hash: string) => ({ persistedQuery: { version: 1, sha256Hash } });
const PERSISTED = persistedAs(hash('sha256', QUERY));

async function post(gateway: Gateway, body: object) {
  const response = await gateway.fetch('/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json' },
    body: JSON.stringify(body),
  });
  return response.json();
}

test('an operation goes by its hash once its text was sent along, by POST and by GET', async () => {
  await using gateway = await startGateway();
  expect(await post(gateway, { extensions: PERSISTED })).toEqual(NOT_FOUND);
  expect(gateway.hoodCalls()).toEqual([]);
  expect(await post(gateway, { query: QUERY, extensions: PERSISTED })).toEqual({ data: DATA });
  expect(await post(gateway, { extensions: PERSISTED })).toEqual({ data: DATA });
  const address = new URLSearchParams({ extensions: JSON.stringify(PERSISTED) });
  const response = await gateway.fetch(`/graphql?${address}`, { headers: { accept: 'application/json' } });
  expect(await response.json()).toEqual({ data: DATA });
});

test.each([
  ['application/json', 200],
  ['application/graphql-response+json', 400],
])('a text that is asked for again comes as %s with status %i', async (accept, status) => {
  await using gateway = await startGateway();
  const response = await gateway.fetch('/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept },
    body: JSON.stringify({ extensions: PERSISTED }),
  });
  expect([response.status, await response.json()]).toEqual([status, NOT_FOUND]);
});

test('variables come with the hash as with the text', async () => {
  await using gateway = await startGateway();
  const query = 'query ($hoodId: ID!) { customerDatum(hoodId: $hoodId) { hoodId } }';
  const extensions = persistedAs(hash('sha256', query));
  await post(gateway, { query, variables: { hoodId: '343776' }, extensions });
  const answer = await post(gateway, { variables: { hoodId: '343777' }, extensions });
  expect(answer.data).toEqual({ customerDatum: null });
});

test('a text is not kept under a hash that is not its own', async () => {
  await using gateway = await startGateway();
  expect(await post(gateway, { query: '{ __typename }', extensions: PERSISTED })).toEqual({
    errors: [
      {
        message: 'Expected the SHA-256 of the query that comes with it in sha256Hash.',
        extensions: { code: 'BAD_USER_INPUT' },
      },
    ],
  });
  expect(await post(gateway, { extensions: PERSISTED })).toEqual(NOT_FOUND);
});

test('a query that is no text is the caller’s mistake', async () => {
  await using gateway = await startGateway();
  const answer = await post(gateway, { query: 5, extensions: PERSISTED });
  expect(answer.errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
  expect(gateway.logged).toEqual([]);
});

test('a mutation that goes by its hash is not taken by GET', async () => {
  await using gateway = await startGateway();
  const query = 'mutation { deleteSystemOfRecord(input: { identifier: "x" }) { __typename } }';
  const extensions = persistedAs(hash('sha256', query));
  await post(gateway, { query, extensions });
  gateway.sorCalls();
  const address = new URLSearchParams({ extensions: JSON.stringify(extensions) });
  const response = await gateway.fetch(`/graphql?${address}`, { headers: { accept: 'application/json' } });
  expect(response.status).toBe(405);
  expect(gateway.sorCalls()).toEqual([]);
});

test('long texts are served, and not kept', async () => {
  await using gateway = await startGateway();
  const query = `${QUERY}${' '.repeat(100_000)}`;
  const extensions = persistedAs(hash('sha256', query));
  expect(await post(gateway, { query, extensions })).toEqual({ data: DATA });
  expect(await post(gateway, { extensions })).toEqual(NOT_FOUND);
});

test('the texts that were not used for longest make room for new ones', async () => {
  await using gateway = await startGateway();
  const texts = Array.from({ length: 102 }, (_, i) => `{ __typename } # ${i} ${'x'.repeat(99_000)}`);
  for (const query of texts) await post(gateway, { query, extensions: persistedAs(hash('sha256', query)) });
  const [first = '', last = ''] = [texts.at(0), texts.at(-1)];
  expect(await post(gateway, { extensions: persistedAs(hash('sha256', first)) })).toEqual(NOT_FOUND);
  expect(await post(gateway, { extensions: persistedAs(hash('sha256', last)) })).toEqual({
    data: { __typename: 'Query' },
  });
});

test.each([['a text'], [{}], [{ version: 2, sha256Hash: 'x' }], [{ version: 1, sha256Hash: 1 }]])(
  'a persisted query of %j is refused',
  async (persistedQuery) => {
    await using gateway = await startGateway();
    expect(await post(gateway, { query: QUERY, extensions: { persistedQuery } })).toEqual({
      errors: [
        {
          message: 'Expected version 1 and a sha256Hash in persistedQuery.',
          extensions: { code: 'BAD_USER_INPUT' },
        },
      ],
    });
    expect(gateway.hoodCalls()).toEqual([]);
  },
);
