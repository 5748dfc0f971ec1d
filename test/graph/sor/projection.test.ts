import { expect, test } from 'vitest';
import { startGateway } from '../../support/gateway.ts';

/** What of each profile the first call of an operation asks for. */
async function projectionOf(query: string, variables?: Record<string, unknown>) {
  await using gateway = await startGateway();
  const { errors } = await gateway.query(query, variables);
  expect(errors).toBeUndefined();
  const [call] = gateway.sor.api.calls;
  const { searchParams } = new URL(call?.rawTarget ?? '', gateway.sor.api.origin);
  return { keys: searchParams.get('attribute_keys'), systems: searchParams.get('sor_identifiers') };
}

const ofHill = (selection: string) => `customerProfile(customerId: "robert.hill@mymail.org") { ${selection} }`;

/** Of two letters each, which with a comma are five in an address. */
const namesOf = (count: number) => Array.from({ length: count }, (_, n) => (36 + n).toString(36));
const keysOf = (count: number) => `attributes(keys: ${JSON.stringify(namesOf(count))}) { systemIdentifier }`;

test.each<[why: string, selection: string, keys: string | null, systems: string | null]>([
  ['a well-known field is its global key', 'firstName', 'first_name', null],
  [
    'well-known fields are united, in one order',
    'region dateOfBirth profilePictureUrl gender city country lastName email firstName',
    'city,country,date_of_birth,email,first_name,gender,last_name,profile_picture_url,region',
    null,
  ],
  [
    'named keys and well-known fields are united',
    'email attributes(keys: ["b", "a"]) { systemIdentifier }',
    'a,b,email',
    null,
  ],
  ['one selection without keys wants all', 'firstName attributes { systemIdentifier }', null, null],
  [
    'an alias without keys wants all',
    'a: attributes(keys: ["a"]) { systemIdentifier } b: attributes { systemIdentifier }',
    null,
    null,
  ],
  [
    'keys of aliases are united',
    'a: attributes(keys: ["a"]) { systemIdentifier } b: attributes(keys: ["b"]) { systemIdentifier }',
    'a,b',
    null,
  ],
  ['systems alone are sent alone', 'attributes(systems: ["SOR_XXXX"]) { systemIdentifier }', null, 'SOR_XXXX'],
  [
    'systems and keys are sent together',
    'attributes(systems: ["SOR_XXXX", "S-2"], keys: ["a"]) { systemIdentifier }',
    'a',
    'SOR_XXXX,S-2',
  ],
  [
    'one value names its system and its key',
    'attribute(system: "SOR_XXXX", key: "city") { value }',
    'city',
    'SOR_XXXX',
  ],
  [
    'values of several systems are united',
    'a: attribute(system: "S-2", key: "b") { value } b: attribute(system: "SOR_XXXX", key: "a") { value }',
    'a,b',
    'S-2,SOR_XXXX',
  ],
  [
    'no systems beside a well-known field',
    'firstName attribute(system: "SOR_XXXX", key: "a") { value }',
    'a,first_name',
    null,
  ],
  ['no systems beside the word global', 'attributes(systems: ["SOR_XXXX", "global"]) { systemIdentifier }', null, null],
  [
    'no systems beside a selection without systems',
    'attribute(system: "SOR_XXXX", key: "a") { value } attributes(keys: ["b"]) { systemIdentifier }',
    'a,b',
    null,
  ],
  ['an explicit null names nothing', 'attributes(systems: null, keys: null) { systemIdentifier }', null, null],
  ['empty lists cannot be said', 'attributes(systems: [], keys: []) { systemIdentifier }', null, null],
  [
    'a key with a comma cannot be said, so all are asked for',
    'firstName attributes(keys: ["a,b"]) { systemIdentifier }',
    null,
    null,
  ],
  ['a system with a comma cannot be said either', 'attribute(system: "a,b", key: "x") { value }', 'x', null],
  ['an empty key cannot be said', 'attribute(system: "SOR_XXXX", key: "") { value }', null, 'SOR_XXXX'],
  ['as many keys as an address has room for are named', keysOf(400), namesOf(400).join(), null],
  ['more are not, so that customers are still read together', keysOf(401), null, null],
  ['what needs no attributes does not narrow', 'customerId applications { appId }', null, null],
  ['applications do not widen', 'firstName applications { appId }', 'first_name', null],
  [
    'a skipped selection does not count',
    'firstName attributes @skip(if: true) { systemIdentifier }',
    'first_name',
    null,
  ],
  [
    'nor does one that is not included',
    'firstName attributes @include(if: false) { systemIdentifier }',
    'first_name',
    null,
  ],
  [
    'inline fragments count',
    '... on CustomerProfile { city } ... { ... on Node { ... on CustomerProfile { email } } }',
    'city,email',
    null,
  ],
])('%s', async (_why, selection, keys, systems) => {
  expect(await projectionOf(`{ ${ofHill(selection)} }`)).toEqual({
    keys,
    systems: systems?.split(',').sort().join(',') ?? null,
  });
});

test('all paths and aliases of the operation are united, those that other calls lead to as well', async () => {
  const query = `{
    ${ofHill('firstName')}
    other: ${ofHill('...Names')}
    node(id: "${Buffer.from('CustomerProfile:user_id:x').toString('base64url')}") { ... on CustomerProfile { city } }
    gdprRequests { nodes { customerProfile { gender } requesterInformation { customerProfile { region } } } }
    customerProfileChanges(since: "2030-01-01T00:00:00Z") { nodes { profile { country } } }
  } fragment Names on CustomerProfile { lastName lastUser { email } }`;
  await using gateway = await startGateway();

  await gateway.query(query);

  const united = 'city,country,email,first_name,gender,last_name,region';
  const lookups = gateway.sorCalls().filter((line) => line.includes('customer_ids='));
  expect(lookups[0]).toContain(`attribute_keys=${united}&`);
  expect(lookups.filter((line) => line.includes('attribute_keys=') && !line.includes('no_such_key'))).toSatisfy(
    (lines: string[]) => lines.every((line) => line.includes(`attribute_keys=${united}&`)),
  );
});

test('another operation of the same document does not count', async () => {
  await using gateway = await startGateway();
  const body = JSON.stringify({
    query: `query One { ${ofHill('firstName')} } query Two { ${ofHill('attributes { systemIdentifier }')} }`,
    operationName: 'One',
  });

  await gateway.fetch('/graphql', { method: 'POST', headers: { 'content-type': 'application/json' }, body });

  expect(gateway.sorCalls()).toEqual([
    'GET /api/customer_profiles?attribute_keys=first_name&customer_id_type=user_id&customer_ids=robert.hill@mymail.org&num_per_page=1',
  ]);
});

test('keys and systems may come from variables, their defaults included', async () => {
  const query = `query ($keys: [String!]! = ["b"], $system: ID!, $wide: Boolean!) {
    ${ofHill('attributes(keys: $keys, systems: [$system]) { systemIdentifier } firstName @include(if: $wide)')}
  }`;

  expect(await projectionOf(query, { system: 'SOR_XXXX', wide: false })).toEqual({
    keys: 'b',
    systems: 'SOR_XXXX',
  });
  expect(await projectionOf(query, { keys: ['a'], system: 'SOR_XXXX', wide: true })).toEqual({
    keys: 'a,first_name',
    systems: null,
  });
});

test('each alias filters the common answer again', async () => {
  await using gateway = await startGateway();

  const { data } = await gateway.query(
    `{ ${ofHill(`
    a: attributes(keys: ["first_name"]) { ...Block }
    b: attributes(keys: ["favorite_team", "last_name"], systems: ["SOR-SDK_2a116e0767a7dc76e85d566"]) { ...Block }
    c: attributes(keys: ["nowhere"]) { ...Block }
    d: attributes(keys: []) { ...Block }
    e: attributes(systems: [], keys: ["first_name"]) { ...Block }
    f: attributes(keys: ["favorite_team"]) { value(key: "favorite_team") { value } other: value(key: "first_name") { value } }
  `)} } fragment Block on SystemAttributes { systemIdentifier values { key value } }`,
  );

  expect(gateway.sorCalls()).toHaveLength(1);
  expect(data.customerProfile).toEqual({
    a: [{ systemIdentifier: 'global', values: [{ key: 'first_name', value: 'robert' }] }],
    b: [
      {
        systemIdentifier: 'SOR-SDK_2a116e0767a7dc76e85d566',
        values: [{ key: 'favorite_team', value: 'Real Madrid' }],
      },
    ],
    c: [],
    d: [],
    e: [],
    f: [{ value: { value: 'Real Madrid' }, other: null }],
  });
});

test('the global system is named by the word or by its identifier, and the word costs no list', async () => {
  await using gateway = await startGateway();
  const both = (system: string) =>
    `{ ${ofHill(`attributes(systems: ["${system}"], keys: ["first_name"]) { systemIdentifier values { value } }
      attribute(system: "${system}", key: "last_name") { value }`)} }`;

  const word = await gateway.query(both('global'));
  expect(gateway.sorCalls()).toEqual([
    'GET /api/customer_profiles?attribute_keys=first_name,last_name&customer_id_type=user_id&customer_ids=robert.hill@mymail.org&num_per_page=1',
  ]);
  const identifier = await gateway.query(both('SOR_id3nt1f13r'));
  expect(gateway.sorCalls()).toEqual([
    'GET /api/customer_profiles?attribute_keys=first_name,last_name&customer_id_type=user_id&customer_ids=robert.hill@mymail.org&num_per_page=1&sor_identifiers=SOR_id3nt1f13r',
    'GET /api/system_of_records',
  ]);

  expect(word.data.customerProfile).toEqual({
    attributes: [{ systemIdentifier: 'global', values: [{ value: 'robert' }] }],
    attribute: { value: 'hill' },
  });
  expect(identifier).toEqual(word);
});

test('a system that nobody knows has no attributes', async () => {
  await using gateway = await startGateway();

  const { data, errors } = await gateway.query(
    `{ ${ofHill('attributes(systems: ["S-9"]) { systemIdentifier } attribute(system: "S-9", key: "city") { value } firstName')} }`,
  );

  expect(errors).toBeUndefined();
  expect(data.customerProfile).toEqual({ attributes: [], attribute: null, firstName: 'robert' });
});
