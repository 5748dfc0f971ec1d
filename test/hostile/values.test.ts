import { operation, post } from './measured.ts';
import { type HostileRequest, holdToRule } from './table.ts';

const several = (count: number, field: string) => Array.from({ length: count }, (_, n) => `f${n}: ${field}`).join(' ');
const texts = (count: number, length = 1) => Array.from({ length: count }, (_, n) => `k${n}`.padEnd(length, 'x'));
const listOf = (count: number, member: unknown) => Array.from({ length: count }, () => member);

/** Refused before anything looks at its arguments. */
const refused = (name: string, query: string, variables: object, says: string | RegExp): HostileRequest => ({
  name,
  raw: () => operation(query, variables),
  status: 200,
  says,
  most: { bytes: 2_000, cpuMs: 400, memoryMb: 150, calls: 0 },
});

const tooLong = (field: string, members: number) =>
  `Expected at most 10000 members in a list: \`${field}\` has ${members}.`;
const tooMany = (field: string) =>
  new RegExp(
    `Expected at most 100000 values in arguments, .*: this operation has more, most of them in \`${field}\`\\.`,
  );

const ordinary = (name: string, query: string, variables: object, says: string | RegExp): HostileRequest => ({
  name,
  raw: () => operation(query, variables),
  status: 200,
  says,
});

/** A form of an operation with a file. */
const badForm = (name: string, key: unknown, paths: unknown, says: string | RegExp): HostileRequest => ({
  name,
  raw: () => {
    const part = (name: string, value: object) =>
      `--b\r\ncontent-disposition: form-data; name="${name}"\r\n\r\n${JSON.stringify(value)}\r\n`;
    const input = 'systemOfRecord: $k, file: $f';
    const query = `mutation ($f: Upload, $k: ID!) { importAttributeValues(input: { ${input} }) { __typename } }`;
    const body = `${part('operations', { query, variables: { f: null, k: key } })}${part('map', { 0: paths })}--b--\r\n`;
    return post(body, { 'content-type': 'multipart/form-data; boundary=b', 'x-graphql-upload': '1' });
  },
  status: 400,
  says,
  most: { bytes: 2_000, calls: 0 },
});

const changes = (count: number) =>
  Array.from({ length: count }, (_, n) => ({ customerId: `c${n}`, key: 'email', change: { string: 'a@example.org' } }));
const HEADERS = texts(9_000).map((name) => ({ name, value: '\n' }));
const PROFILE = Buffer.from('CustomerProfile:user_id:').toString('base64url');

holdToRule(
  'values of arguments',
  [
    refused(
      '30,000 representations under 99 aliases',
      `query ($r: [_Any!]!) { ${several(99, '_entities(representations: $r) { __typename }')} }`,
      { r: listOf(30_000, { __typename: 'Query' }) },
      tooLong('_entities', 30_000),
    ),
    refused(
      '9,000 representations under 99 aliases',
      `query ($r: [_Any!]!) { ${several(99, '_entities(representations: $r) { __typename }')} }`,
      { r: listOf(9_000, { __typename: 'Query' }) },
      tooMany('_entities'),
    ),
    {
      ...ordinary(
        '9,900 ids under 10 aliases',
        `query ($k: [ID!]!) { ${several(10, 'nodes(ids: $k) { id }')} }`,
        { k: texts(9_900, 8) },
        'Expected at most 1000 ids in an operation, not 99000',
      ),
      most: { cpuMs: 200, bytes: 5_000, calls: 0 },
    },
    refused(
      '60,000 ids under 30 aliases',
      `query ($k: [ID!]!) { ${several(30, 'nodes(ids: $k) { id }')} }`,
      { k: texts(60_000, 8) },
      tooLong('nodes', 60_000),
    ),
    refused(
      '9,000 customers under 100 aliases',
      `query ($k: [ID!]!) { ${several(100, 'customerProfiles(filter: { customerIds: $k }) { totalCount }')} }`,
      { k: texts(9_000) },
      tooMany('customerProfiles'),
    ),
    refused(
      '9,000 texts of a filter under 100 aliases',
      `query ($k: [String!]) { ${several(100, 'customerData(filter: { target: { in: $k } }) { totalCount }')} }`,
      { k: texts(9_000) },
      tooMany('customerData'),
    ),
    refused(
      '9,000 keys under 99 aliases',
      `query ($k: [String!]) { ${several(99, 'customerAttributes(filter: { key: { in: $k } }) { totalCount }')} }`,
      { k: texts(9_000) },
      tooMany('customerAttributes'),
    ),
    refused(
      '1,500 keys that are the default of a variable',
      `query ($k: [String!] = [${texts(1_500).map((key) => `"${key}"`)}]) {
        ${several(90, 'customerAttributes(filter: { key: { in: $k } }) { totalCount }')}
      }`,
      {},
      tooMany('customerAttributes'),
    ),
    refused(
      '9,000 keys in a fragment that is spread 40 times',
      `query ($k: [String!]) { ${several(40, 'customerProfiles(first: 10) { ...F }')} }
        fragment F on CustomerProfileConnection { nodes { attributes(keys: $k) { systemIdentifier } } }`,
      { k: texts(9_000) },
      tooMany('attributes'),
    ),
    refused(
      '100,000 keys of exports',
      `mutation ($k: [String!]) { ${several(99, 'exportCustomerProfiles(input: { attributeKeys: $k }) { __typename }')} }`,
      { k: texts(100_000) },
      tooLong('exportCustomerProfiles', 100_000),
    ),
    refused(
      '9,000 headers under 40 aliases',
      `mutation ($h: [HttpHeaderInput!]) { ${several(40, 'importAttributeValues(input: { systemOfRecord: "global", fileUrl: "https://example.com/a", requestHeaders: $h }) { __typename }')} }`,
      { h: HEADERS },
      tooMany('importAttributeValues'),
    ),
    refused(
      '900 changes under 30 aliases',
      `mutation ($c: [AttributeChangeInput!]!) { ${several(30, 'setAttributeValues(input: { systemOfRecord: "global", changes: $c }) { __typename }')} }`,
      { c: changes(900) },
      tooMany('setAttributeValues'),
    ),
    refused(
      'a cursor of 900 kB under 100 aliases',
      `query ($t: String) { ${several(100, 'customerProfiles(after: $t) { totalCount }')} }`,
      { t: 'A'.repeat(900_000) },
      tooMany('customerProfiles'),
    ),
    refused(
      'an id of 900 kB under 100 aliases',
      `query ($t: ID!) { ${several(100, 'node(id: $t) { id }')} }`,
      { t: 'A'.repeat(900_000) },
      tooMany('node'),
    ),
    refused(
      'a representation of lists within each other',
      'query ($r: [_Any!]!) { _entities(representations: $r) { __typename } }',
      { r: [listOf(9_000, listOf(20, 1))] },
      tooMany('_entities'),
    ),
    {
      name: 'half a character in a list',
      raw: () =>
        operation('mutation ($s: [ID!]) { exportCustomerProfiles(input: { systems: $s }) { __typename } }', {
          s: ['a', '\ud800'],
        }),
      status: 400,
      says: /`\$s\.1`: expected whole characters, not an unpaired surrogate\..*"code":"BAD_USER_INPUT"/,
      most: { bytes: 2_000, calls: 0 },
    },
    ordinary(
      '9,000 headers with a mistake each: the first ones are shown',
      `mutation ($h: [HttpHeaderInput!]) {
        importAttributeValues(input: { systemOfRecord: "global", fileUrl: "https://example.com/a", requestHeaders: $h }) {
          ... on InvalidInputError { message issues { path } }
        }
      }`,
      { h: HEADERS },
      /\(and 8999 more\)\.".*"100","value"\]}\]}}}$/,
    ),
    ordinary(
      '10,000 systems below 1,000 profiles',
      'query ($k: [ID!]) { customerProfiles(first: 1000) { nodes { attributes(systems: $k) { systemIdentifier } } } }',
      { k: [...texts(9_999), 'global'] },
      '"systemIdentifier":"global"',
    ),
    ordinary(
      '10,000 systems below 1,000 profiles, the last of which is something else',
      'query ($k: [ID!]) { customerProfiles(first: 1000) { nodes { attributes(systems: $k) { systemIdentifier } } } }',
      { k: [...texts(9_999), `${PROFILE}YQ`] },
      'Expected an id of the type SystemOfRecord, not CustomerProfile.',
    ),
    {
      name: '3,000 systems in the text of an operation with later parts, below 3,000 rows',
      raw: () => {
        const systems = texts(3_000).map((text) => `"${text}"`);
        const rows = `customerProfiles(first: 3000) { nodes { attributes(systems: [${systems}]) { systemIdentifier } } }`;
        return operation(`{ ${rows} ... @defer { __typename } }`, {}, { accept: 'multipart/mixed' });
      },
      status: 200,
      says: '"hasNext":false',
    },
    ordinary(
      '10,000 keys below 3,000 profiles',
      'query ($k: [String!]) { customerProfiles(first: 3000) { nodes { attributes(keys: $k) { values { key } } } } }',
      { k: [...texts(9_999), 'email'] },
      '"key":"email"',
    ),
    ordinary(
      '10,000 customers by their ids',
      'query ($k: [ID!]!) { customerProfiles(filter: { customerIds: $k }, first: 1) { totalCount } }',
      { k: texts(10_000) },
      '"customerProfiles"',
    ),
    ordinary(
      '1,000 objects by their ids',
      'query ($k: [ID!]!) { nodes(ids: $k) { id } }',
      { k: listOf(1_000, Buffer.from('SystemOfRecord:global').toString('base64url')) },
      '"data":{"nodes":[{"id"',
    ),
    ordinary(
      '1,000 representations',
      'query ($r: [_Any!]!) { _entities(representations: $r) { ... on SystemOfRecord { name } } }',
      { r: listOf(1_000, { __typename: 'SystemOfRecord', identifier: 'global' }) },
      '"data":{"_entities":[{"name"',
    ),
    ordinary(
      '1,000 changes',
      'mutation ($c: [AttributeChangeInput!]!) { setAttributeValues(input: { systemOfRecord: "global", changes: $c }) { __typename } }',
      { c: changes(1_000) },
      '"SetAttributeValuesSuccess"',
    ),
    badForm(
      'a map of files with a path that is no text',
      null,
      [{ toString: 1 }],
      /Expected lists of paths in \\"map\\"\./,
    ),
    badForm('half a character beside a file', '\ud800', ['variables.f'], 'expected whole characters'),
  ],
  { sor: { profiles: 3_000 } },
);
