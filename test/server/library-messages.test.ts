import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Gateway, startGateway } from '../support/gateway.ts';

const JSON_HEADERS = { 'content-type': 'application/json', accept: 'application/json' };
const QUERY = JSON.stringify({ query: '{ __typename }' });
const post = (body: string | Uint8Array<ArrayBuffer>, headers: Record<string, string> = {}): [string, RequestInit] => [
  '/graphql',
  { method: 'POST', headers: { ...JSON_HEADERS, ...headers }, body },
];
const sent = (params: unknown) => post(JSON.stringify(params));
const get = (parameters: Record<string, string>): [string, RequestInit] => [
  `/graphql?${new URLSearchParams(parameters)}`,
  { headers: { accept: 'application/json' } },
];
const typeQuery = (below: string) => sent({ query: `{ __type(name: "GdprRequest") { ${below} } }` });

const OBJECT = 'Expected an object with `query` as body.';
const OPERATION = 'Expected `query` to have an operation, and `operationName` to name one where there are several.';
const UTF8 = 'Expected a body in UTF-8, and without a Content-Encoding.';

let gateway: Gateway;
beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway[Symbol.asyncDispose]());

test.each<[what: string, request: [string, RequestInit], status: number, message: string]>([
  ['nothing at all', get({}), 400, 'Expected an operation in `query`.'],
  ['an object without a query', sent({}), 400, 'Expected an operation in `query`.'],
  ['a list of operations', sent([{ query: '{ __typename }' }]), 400, 'Expected one operation, not a list of them.'],
  ['no JSON', post('{ query'), 400, 'Expected JSON as body.'],
  ['null', sent(null), 400, OBJECT],
  ['a number', sent(5), 400, OBJECT],
  [
    'another parameter',
    sent({ query: '{ __typename }', $1: 1 }),
    400,
    'Expected `query`, `variables`, `operationName` and `extensions` alone, without `$1`.',
  ],
  ['a query that is no text', sent({ query: {} }), 400, 'Expected a text in `query`.'],
  [
    'variables that are a list',
    sent({ query: '{ __typename }', variables: [1] }),
    400,
    'Expected an object in `variables`.',
  ],
  [
    'extensions that are a text',
    sent({ query: '{ __typename }', extensions: 'x' }),
    400,
    'Expected an object in `extensions`.',
  ],
  ['fragments alone', sent({ query: 'fragment F on Query { __typename }' }), 400, OPERATION],
  [
    'several operations without a name',
    sent({ query: 'query A { __typename } query B { __typename }' }),
    400,
    OPERATION,
  ],
  ['a name of no operation', sent({ query: 'query A { __typename }', operationName: 'B' }), 400, OPERATION],
  [
    'a mutation by GET',
    get({ query: 'mutation { deleteSystemOfRecord(input: { identifier: "x" }) { __typename } }' }),
    405,
    'Expected a mutation by POST: by GET only queries are taken.',
  ],
  [
    'another method',
    ['/graphql', { method: 'PUT', headers: JSON_HEADERS, body: QUERY }],
    405,
    'Expected an operation by GET or POST.',
  ],
  ['gzip', post(gzipSync(QUERY), { 'content-encoding': 'gzip' }), 415, UTF8],
  [
    'another character set',
    post(Buffer.from(QUERY, 'utf16le'), { 'content-type': 'application/json; charset=utf-16' }),
    415,
    UTF8,
  ],
  [
    'types within types within types',
    typeQuery('fields { type { fields { type { fields { name } } } } }'),
    200,
    'Expected at most 2 of `fields`, `inputFields`, `interfaces` and `possibleTypes` within each other in a question about the schema.',
  ],
])('%s: what was expected is said in one sentence', async (_what, [path, init], status, message) => {
  const response = await gateway.fetch(path, init);
  const { errors } = (await response.json()) as { errors: { extensions: object }[] };
  expect(errors).toMatchObject([{ message, extensions: { code: 'BAD_USER_INPUT' } }]);
  expect(response.status).toBe(status);
});

test.each([
  ['content-type', 'application/json; charset=UTF-8'],
  ['content-type', 'application/json;charset="utf-8"'],
  ['content-encoding', 'identity'],
])('%s: %s is taken', async (name, value) => {
  const response = await gateway.fetch(...post(QUERY, { [name]: value }));
  expect(await response.json()).toEqual({ data: { __typename: 'Query' } });
});
