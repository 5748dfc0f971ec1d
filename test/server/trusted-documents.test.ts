import { hash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { mistakesIn } from '../support/config.ts';
import { type Gateway, startGateway } from '../support/gateway.ts';

const TEXT = 'query Datum($hoodId: ID!) { customerDatum(hoodId: $hoodId) { hoodId } }';
const HASH = hash('sha256', TEXT);
const DATA = { customerDatum: { hoodId: '343776' } };

const folder = mkdtempSync(join(tmpdir(), 'documents-'));
afterAll(() => rmSync(folder, { recursive: true }));

let files = 0;
function fileOf(content: unknown): string {
  files += 1;
  const path = join(folder, `${files}.json`);
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

const RELAY = { [HASH]: TEXT, 'relay-id': TEXT, wide: `{ ${'__typename '.repeat(500)} }` };
const APOLLO = {
  format: 'apollo-persisted-query-manifest',
  version: 1,
  operations: Object.entries(RELAY).map(([id, body]) => ({ id, name: 'Datum', type: 'query', body })),
};
const FORMS = [
  ['Relay', RELAY],
  ['Apollo', APOLLO],
] as const;

const start = (content: unknown, only: boolean) =>
  startGateway({
    env: { TRUSTED_DOCUMENTS: fileOf(content), TRUSTED_DOCUMENTS_ONLY: String(only) },
  });

const headers = { 'content-type': 'application/json', accept: 'application/json' };

async function post(gateway: Gateway, body: object) {
  const response = await gateway.fetch('/graphql', { method: 'POST', headers, body: JSON.stringify(body) });
  return response.json();
}

async function get(gateway: Gateway, parameters: Record<string, unknown>) {
  const texts = Object.entries(parameters).map(([name, value]) => [
    name,
    typeof value === 'string' ? value : JSON.stringify(value),
  ]);
  const response = await gateway.fetch(`/graphql?${new URLSearchParams(texts)}`, { headers });
  return response.json();
}

const variables = { hoodId: '343776' };
const persisted = (sha256Hash: string) => ({ extensions: { persistedQuery: { version: 1, sha256Hash } } });

const NAMED: [string, object][] = [
  ['extensions', persisted(HASH)],
  ['an id of another kind in extensions', persisted('relay-id')],
  ['documentId', { documentId: 'relay-id' }],
  ['doc_id', { doc_id: 'relay-id' }],
  ['id', { id: 'relay-id' }],
];

for (const [form, content] of FORMS) {
  test(`a document of ${form}'s manifest is named in any of the usual ways, by POST and by GET`, async () => {
    await using gateway = await start(content, true);
    await using other = await start(content, false);
    for (const [, naming] of NAMED) {
      for (const each of [gateway, other]) {
        expect(await post(each, { ...naming, variables })).toEqual({ data: DATA });
        expect(await get(each, { ...naming, variables })).toEqual({ data: DATA });
      }
    }
  });
}

const refusal = (message: string) => ({ errors: [{ message, extensions: { code: 'BAD_USER_INPUT' } }] });
const NO_OTHERS = refusal('Expected the id of a document that this gateway trusts: it takes no other operations.');

test.each<[string, object]>([
  ['a text', { query: TEXT, variables }],
  ['a text that registers itself', { query: '{ __typename }', ...persisted(hash('sha256', '{ __typename }')) }],
  ['an unknown hash', persisted('0'.repeat(64))],
  ['an unknown id', { documentId: 'unknown' }],
  ['an id that is no text', { documentId: 5 }],
  ['a name of every object', { documentId: 'constructor' }],
  ['nothing', {}],
])('with trusted documents only, %s is refused without a call', async (_what, body) => {
  await using gateway = await start(RELAY, true);
  expect(await post(gateway, body)).toEqual(NO_OTHERS);
  expect(gateway.hoodCalls()).toEqual([]);
});

test('another text beside the id of a trusted document is refused, and its own is not', async () => {
  await using gateway = await start(RELAY, true);
  expect(await post(gateway, { documentId: 'relay-id', query: '{ __typename }' })).toEqual(
    refusal('Expected no other text than that of the trusted document.'),
  );
  expect(await post(gateway, { ...persisted(HASH), query: TEXT, variables })).toEqual({ data: DATA });
});

test('without "only", texts and automatic persisted queries are taken as well', async () => {
  await using gateway = await start(RELAY, false);
  const query = '{ __typename }';
  const data = { __typename: 'Query' };
  expect(await post(gateway, { query })).toEqual({ data });
  expect(await post(gateway, { query, documentId: null })).toEqual({ data });
  expect(await post(gateway, persisted(hash('sha256', query)))).toMatchObject({
    errors: [{ message: 'PersistedQueryNotFound' }],
  });
  expect(await post(gateway, { query, ...persisted(hash('sha256', query)) })).toEqual({ data });
  expect(await post(gateway, persisted(hash('sha256', query)))).toEqual({ data });
  expect(await post(gateway, { documentId: 'unknown' })).toEqual(
    refusal('Expected the id of a document that this gateway trusts.'),
  );
});

test('a trusted document is limited as all others', async () => {
  await using gateway = await start(RELAY, true);
  expect(await post(gateway, { documentId: 'wide' })).toEqual(
    refusal('Expected at most 499 repeats of a field: this document has 500.'),
  );
});

test('without trusted documents an id is no parameter', async () => {
  await using gateway = await startGateway();
  expect(await post(gateway, { query: '{ __typename }', documentId: 'x' })).toMatchObject({
    errors: [{ extensions: { code: 'BAD_USER_INPUT' } }],
  });
});

test.each<[string, unknown, RegExp]>([
  ['that is no JSON', '{', /must be a file of JSON\.$/],
  ['with a list', [TEXT], /must be a file with texts by their ids/],
  ['without documents', {}, /must be a file with texts by their ids/],
  ['with something else than texts', { a: { text: TEXT } }, /must be a file with texts by their ids/],
  ['with a later version', { ...APOLLO, version: 2 }, /an Apollo manifest of version 1\.$/],
  ['with operations without a text', { ...APOLLO, operations: [{ id: 'a' }] }, /an Apollo manifest of version 1\.$/],
])('a file %s is a mistake at the start', (_what, content, sentence) => {
  const mistakes = mistakesIn({ TRUSTED_DOCUMENTS: fileOf(content) });
  expect(mistakes).toEqual([expect.stringMatching(sentence)]);
});

test('trusted documents only, without any, are a mistake at the start', () => {
  expect(mistakesIn({ TRUSTED_DOCUMENTS_ONLY: 'true' })).toEqual([
    'TRUSTED_DOCUMENTS must be set when TRUSTED_DOCUMENTS_ONLY is true: nothing could be asked otherwise.',
  ]);
});
