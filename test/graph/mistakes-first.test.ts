import { describe, expect, test } from 'vitest';
import { type Gateway, startGateway } from '../support/gateway.ts';
import { CUSTOM, idOf } from './id-places.ts';

const EXPORT = idOf('HoodExport', '10');
const IMPORT = 'attributeImport(importId: "import_id_1")';
const NEGATIVE = 'Expected "first" to be a whole number from 0 to 1000, not -1.';
const wrong = (type: string) => `Expected an id of the type ${type}, not HoodExport.`;
const profile = (selection: string) => `customerProfile(customerId: "hugo.garcia.0@example.com") { ${selection} }`;

/** What came of an operation: its data, its mistakes with their places, and how many calls it made. */
async function ask(gateway: Gateway, operation: string, variables: object = {}, accept = 'application/json') {
  const response = await gateway.fetch('/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept },
    body: JSON.stringify({ query: operation, variables }),
  });
  const text = await response.text();
  const { data, errors = [] } = JSON.parse(/\{.*"data".*\}/.exec(text)?.[0] ?? '{}');
  expect(errors.map(({ extensions: { code } }: { extensions: { code: string } }) => code)).toEqual(
    errors.map(() => 'BAD_USER_INPUT'),
  );
  return {
    data,
    mistakes: errors.map(({ message, path }: { message: string; path?: string[] }) => [path?.join('.'), message]),
    calls: [...gateway.hoodCalls(), ...gateway.sorCalls()].length,
  };
}

const startFilled = () => startGateway({ hood: { rows: 5 }, sor: { profiles: 5 } });

describe('a field with nothing below it but a mistake is not asked for', () => {
  test.each<[operation: string, data: object, mistakes: string[][], variables?: object]>([
    [
      `{ attributeImport(importId: "none") { errors(customerId: "${EXPORT}") { totalCount } } }`,
      { attributeImport: null },
      [['attributeImport.errors', wrong('CustomerProfile')]],
    ],
    [
      `{ it: attributeImport(importId: "none") { __typename them: errors(customerId: "${EXPORT}") { totalCount } } }`,
      { it: null },
      [['it.them', wrong('CustomerProfile')]],
    ],
    [
      `{ gdprRequests { nodes { customerProfile { attribute(system: "${EXPORT}", key: "a") { value } } } } }`,
      { gdprRequests: null },
      [['gdprRequests.nodes', wrong('SystemOfRecord')]],
    ],
    [
      `{ ${IMPORT} { ...Some } } fragment Some on Node { ... on AttributeImport { errors(customerId: "${EXPORT}") { totalCount } } }`,
      { attributeImport: null },
      [['attributeImport.errors', wrong('CustomerProfile')]],
    ],
    [
      `query ($id: ID = "${EXPORT}") { ${IMPORT} { errors(customerId: $id) { totalCount } } }`,
      { attributeImport: null },
      [['attributeImport.errors', wrong('CustomerProfile')]],
    ],
    [
      `query ($ids: [ID!]) { ${profile('attributes(systems: $ids) { systemIdentifier }')} }`,
      { customerProfile: null },
      [['customerProfile.attributes', wrong('SystemOfRecord')]],
      { ids: [CUSTOM, EXPORT] },
    ],
    [
      `{ ${IMPORT} { a: errors(customerId: "${EXPORT}") { totalCount } b: errors(first: -1) { totalCount } } }`,
      { attributeImport: null },
      [
        ['attributeImport.a', wrong('CustomerProfile')],
        ['attributeImport.b', NEGATIVE],
      ],
    ],
    [
      `{ node(id: "${idOf('CustomerProfile', 'user_id:a')}") { ... on CustomerProfile { attribute(system: "${EXPORT}", key: "a") { value } } } }`,
      { node: null },
      [['node.attribute', wrong('SystemOfRecord')]],
    ],
    [
      `{ customerProfileChanges(since: "2020-01-01T00:00:00Z") { nodes { profile { firstName } changes(systems: ["${EXPORT}"]) { key } } } }`,
      { customerProfileChanges: null },
      [['customerProfileChanges.nodes', wrong('SystemOfRecord')]],
    ],
    [
      `{ customerAttributes(filter: { systemOfRecord: "${EXPORT}" }) { totalCount } }`,
      { customerAttributes: null },
      [['customerAttributes', wrong('SystemOfRecord')]],
    ],
    [
      `{ systemsOfRecord { nodes { attributes(filter: { systemOfRecord: "${EXPORT}" }) { totalCount } } } }`,
      { systemsOfRecord: null },
      [['systemsOfRecord.nodes', wrong('SystemOfRecord')]],
    ],
    [
      `{ systemsOfRecord { nodes { attributes(filter: { key: { eq: "" } }) { totalCount } } } }`,
      { systemsOfRecord: null },
      [['systemsOfRecord.nodes', expect.stringMatching('Expected a text that is not empty in `filter.key.eq`')]],
    ],
    [
      `{ ${profile('gdprRequests(filter: { createTime: { eq: "2020-01-01T00:00:00Z", neq: "2020-01-01T00:00:00Z" } }) { totalCount }')} }`,
      { customerProfile: null },
      [['customerProfile.gdprRequests', expect.stringMatching(/^Expected one operator in `filter.createTime`/)]],
    ],
    [
      `{ ${profile('gdprRequests(after: "no cursor") { totalCount }')} }`,
      { customerProfile: null },
      [['customerProfile.gdprRequests', expect.stringMatching(/^Expected "after" to be a cursor/)]],
    ],
    [
      `{ ${profile('gdprRequests(offset: 1, last: 2) { totalCount }')} }`,
      { customerProfile: null },
      [['customerProfile.gdprRequests', expect.stringMatching(/^Expected "offset" with "first" alone/)]],
    ],
    [
      `query ($key: String = "a") { ${profile('attributes { value(key: $key) { value } }')} }`,
      { customerProfile: null },
      [['customerProfile.attributes', 'Argument "key" of non-null type "String!" must not be null.']],
      { key: null },
    ],
  ])('%s', async (operation, data, mistakes, variables) => {
    await using gateway = await startFilled();

    expect(await ask(gateway, operation, variables)).toEqual({ data, mistakes, calls: 0 });
  });
});

test('whatever else is selected comes: beside it, above it, and in other root fields', async () => {
  await using gateway = await startFilled();

  const { data, mistakes, calls } = await ask(
    gateway,
    `{
      customerProfiles(first: 2) { nodes { customerId attribute(system: "${EXPORT}", key: "a") { value } } }
      ${IMPORT} { importId errors(customerId: "${EXPORT}") { totalCount } }
      none: attributeImport(importId: "none") { importId errors(first: -1) { totalCount } }
      gdprRequests(first: 1) { totalCount nodes { hoodId customerProfile { attributes(systems: ["${EXPORT}"]) { systemIdentifier } } } }
      counted: gdprRequests(first: 1, filter: { status: { eq: PENDING } }) {
        totalCount nodes { customerProfile { attributes(systems: ["${EXPORT}"]) { systemIdentifier } } }
      }
      nodes(ids: ["${idOf('AttributeImport', 'import_id_1')}"]) {
        ... on AttributeImport { errors(first: -1) { totalCount } }
      }
      hoodExport(hoodId: "x") { id }
    }`,
  );

  expect(data).toEqual({
    customerProfiles: { nodes: [1, 2].map(() => ({ customerId: expect.any(String), attribute: null })) },
    attributeImport: { importId: 'import_id_1', errors: null },
    none: null,
    gdprRequests: { totalCount: expect.any(Number), nodes: [{ hoodId: expect.any(String), customerProfile: null }] },
    counted: { totalCount: expect.any(Number), nodes: [{ customerProfile: null }] },
    nodes: [{ errors: null }],
    hoodExport: null,
  });
  // Each null has its mistake, and a field that no object has come to is not passed over.
  expect(mistakes.sort()).toEqual([
    ['attributeImport.errors', wrong('CustomerProfile')],
    ['counted.nodes.0.customerProfile.attributes', wrong('SystemOfRecord')],
    ['customerProfiles.nodes.0.attribute', wrong('SystemOfRecord')],
    ['customerProfiles.nodes.1.attribute', wrong('SystemOfRecord')],
    ['gdprRequests.nodes.0.customerProfile.attributes', wrong('SystemOfRecord')],
    ['nodes.0.errors', NEGATIVE],
    ['none.errors', NEGATIVE],
  ]);
  // Profiles, imports, requests twice, an export; no profile by its request.
  expect(calls).toBe(5);
});

test.each([
  ['@skip(if: true)', {}],
  ['@include(if: $it)', { it: false }],
])('what %s leaves out has no mistakes', async (directive, variables) => {
  await using gateway = await startFilled();

  const answer = await ask(
    gateway,
    `query ($it: Boolean = true) { a: __typename @include(if: $it) ${IMPORT} { importId errors(customerId: "${EXPORT}") ${directive} { totalCount } } }`,
    variables,
  );

  expect(answer).toMatchObject({ data: { attributeImport: { importId: 'import_id_1' } }, mistakes: [], calls: 1 });
});

test.each(['application/json', 'multipart/mixed', 'text/event-stream'])(
  'what would come later has its mistakes at once, as %s',
  async (accept) => {
    await using gateway = await startFilled();

    const operation = (importId: string) =>
      `{ gdprRequests { totalCount } ${IMPORT} { ${importId} ... @defer { errors(customerId: "${EXPORT}") { totalCount } } } }`;

    expect(await ask(gateway, operation(''), {}, accept)).toEqual({
      data: { gdprRequests: { totalCount: expect.any(Number) }, attributeImport: null },
      mistakes: [['attributeImport.errors', wrong('CustomerProfile')]],
      calls: 1,
    });
    expect(await ask(gateway, operation('importId'), {}, accept)).toEqual({
      data: {
        gdprRequests: { totalCount: expect.any(Number) },
        attributeImport: { importId: 'import_id_1', errors: null },
      },
      mistakes: [['attributeImport.errors', wrong('CustomerProfile')]],
      calls: 2,
    });
  },
);

test('a mutation with a mistake below it is not carried out; those beside it are', async () => {
  await using gateway = await startFilled();
  const rename = (selection: string) =>
    `renameSystemOfRecord(input: { identifier: "${CUSTOM}", name: "Another" }) {
      __typename ... on RenameSystemOfRecordSuccess { systemOfRecord { name ${selection} } }
    }`;

  const { data, mistakes, calls } = await ask(
    gateway,
    `mutation { a: ${rename('attributes(first: -1) { totalCount }')} b: disableSystemOfRecord(input: { identifier: "${CUSTOM}" }) { __typename } }`,
  );

  expect(data).toEqual({ a: null, b: { __typename: 'DisableSystemOfRecordSuccess' } });
  expect(mistakes).toEqual([['a.systemOfRecord.attributes', NEGATIVE]]);
  expect(calls).toBe(1);
});

test('a router that asks for nothing but a mistake costs no call', async () => {
  await using gateway = await startFilled();

  const answer = await ask(
    gateway,
    `query ($them: [_Any!]!) { _entities(representations: $them) { __typename ... on AttributeImport { errors(customerId: "${EXPORT}") { totalCount } } } }`,
    { them: [{ __typename: 'AttributeImport', importId: 'import_id_1' }] },
  );

  expect(answer).toEqual({
    data: null,
    mistakes: [['_entities', wrong('CustomerProfile')]],
    calls: 0,
  });
});
