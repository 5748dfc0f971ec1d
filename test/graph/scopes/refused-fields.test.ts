import { expect, test } from 'vitest';
import { globalId } from '../../../src/graph/node-ids.ts';
import { person } from '../../../src/sandbox/people.ts';
import { type Gateway, startGateway } from '../../support/gateway.ts';
import { callsOf, startScoped, without } from './scoped-gateway.ts';

const { email } = person(1);
const DATA = { hood: { rows: 3 }, sor: { profiles: 5 } };
const PROFILE = globalId('CustomerProfile', `user_id:${email}`);
const REQUEST = globalId('GdprRequest', '1000022');

const noPii = () => startScoped(without('pii:read'), DATA);
const noGdpr = () => startScoped(without('gdpr:read'), DATA);

/** Where an answer has FORBIDDEN, and what else went wrong. */
function places(errors: Awaited<ReturnType<Gateway['query']>>['errors'] = []) {
  return errors.map(({ path, extensions }) => `${path?.join('.')} ${extensions.code}`).sort();
}

test('the rest of an answer stays, and forbidden fields are not asked for, whatever name and fragment they stand under', async () => {
  await using gateway = await noPii();

  const { data, errors } = await gateway.query(`{
    gdprRequest(hoodId: "1000022") {
      hoodId ...Request on: subjectInformation { __typename ...Person } requesterInformation { fullName }
      customerProfile { customerIdType }
    }
    node(id: "${REQUEST}") { id ... on GdprRequest { a: proofOfIdentity status } }
  }
  fragment Request on GdprRequest { status b: additionalInformation ... on Node { id } }
  fragment Person on GdprPerson { fullName customerProfile { attributes(keys: ["x"]) { systemIdentifier } } }`);

  expect(data.gdprRequest).toMatchObject({
    ...{ hoodId: '1000022', id: REQUEST, status: expect.any(String), b: null },
    ...{
      on: { __typename: 'GdprPerson', fullName: null, customerProfile: null },
      requesterInformation: { fullName: null },
    },
  });
  expect(data.node).toEqual({ id: REQUEST, a: null, status: data.gdprRequest.status });
  expect(places(errors)).toEqual(
    [
      ...['gdprRequest.b', 'gdprRequest.on.fullName', 'gdprRequest.on.customerProfile'],
      ...['gdprRequest.requesterInformation.fullName', 'node.a'],
    ]
      .map((path) => `${path} FORBIDDEN`)
      .sort(),
  );
  const [call, ...others] = gateway.hoodCalls();
  expect([call, others]).toEqual(['GET /v1/hood/gdpr-requests/1000022?fields=client_id,id,status', []]);
  expect(gateway.sorCalls().join()).not.toContain('first_name');
});

test('nor is an object asked for of which everything is forbidden, to say what type it has', async () => {
  await using gateway = await noPii();
  const { data, errors } = await gateway.query(
    '{ gdprRequest(hoodId: "1000022") { status subjectInformation { __typename } requestDeclaration { __typename } } }',
  );
  expect(errors).toBeUndefined();
  expect(data.gdprRequest).toMatchObject({ subjectInformation: { __typename: 'GdprPerson' } });
  expect(gateway.hoodCalls()).toEqual(['GET /v1/hood/gdpr-requests/1000022?fields=client_id,id,status']);
});

test('attribute_keys has the keys of fields that are permitted alone', async () => {
  await using gateway = await noPii();

  const { data, errors } = await gateway.query(`{
    customerProfiles(first: 2, filter: { customerIds: ["${email}"] }) { totalCount nodes {
      customerId firstName mail: email attribute(system: "global", key: "favorite_color") { key }
    } }
  }`);

  expect(data.customerProfiles.nodes).toMatchObject([{ customerId: email, firstName: null, mail: null }]);
  expect(places(errors)).toEqual(
    ['customerProfiles.nodes.0.firstName', 'customerProfiles.nodes.0.mail'].map((p) => `${p} FORBIDDEN`),
  );
  expect(gateway.sorCalls().filter((call) => call.includes('attribute_keys'))).toEqual([
    expect.stringMatching(/[?&]attribute_keys=favorite_color(?:&|$)/),
  ]);
});

const NODES = 'nodes { customerId firstName }';
test.each([
  ['one profile', `{ customerProfile(customerId: "${email}") { customerId firstName } }`],
  ['a list of some', `{ customerProfiles(filter: { customerIds: ["${email}"] }) { totalCount ${NODES} } }`],
  ['a list of all', `{ customerProfiles(first: 2) { totalCount ${NODES} } }`],
  ['a node', `{ node(id: "${PROFILE}") { id ... on CustomerProfile { email applications { appId } } } }`],
  [
    'an entity',
    `{ _entities(representations: [{ __typename: "CustomerProfile", id: "${PROFILE}" }]) { ... on CustomerProfile { city applications { appId } } } }`,
  ],
])('no values are asked for where none that are permitted are selected: %s', async (_, query) => {
  await using gateway = await noPii();

  await gateway.query(query);

  expect(gateway.sorCalls()).toEqual([expect.stringContaining('?attribute_keys=hood_sor_gateway_no_such_key&')]);
});

test.each([
  `{ customerProfile(customerId: "${email}") { firstName lastUser { city } } }`,
  `{ node(id: "${PROFILE}") { __typename ... on CustomerProfile { firstName } ... on GdprRequest { status } } }`,
  `{ nodes(ids: ["${PROFILE}"]) { ...P } } fragment P on CustomerProfile { ...Q ...Q } fragment Q on CustomerProfile { city }`,
  `{ _entities(representations: [{ __typename: "CustomerProfile", id: "${PROFILE}" }]) { ... on CustomerProfile { gender } } }`,
])('nothing is called, and nothing charged, for what is forbidden alone: %s', async (query) => {
  await using gateway = await noPii();

  const { errors } = await gateway.query(query);
  const dryRun = await gateway.query(query, {}, { 'x-upstream-cost': 'dry-run' });

  expect(errors?.map(({ extensions }) => extensions.code)).toContain('FORBIDDEN');
  expect(new Set(errors?.map(({ extensions }) => extensions.code)).size).toBe(1);
  expect(dryRun).toMatchObject({ extensions: { upstreamEstimate: { cost: 0 } } });
  expect(callsOf(gateway)).toEqual([]);
});

test('a field that is skipped is as if it were not there: only what is forbidden is left, and nothing is called', async () => {
  await using gateway = await noPii();
  const query = `query ($yes: Boolean!) {
    customerProfile(customerId: "${email}") { firstName applications @skip(if: $yes) { appId } ... @skip(if: $yes) { customerIdType } }
  }`;

  expect((await gateway.query(query, { yes: true })).data).toEqual({ customerProfile: { firstName: null } });
  expect(callsOf(gateway)).toEqual([]);
  expect((await gateway.query(query, { yes: false })).data.customerProfile).toMatchObject({
    customerIdType: 'USER_ID',
  });
  expect(callsOf(gateway)).not.toEqual([]);
});

test('objects of a forbidden type are forbidden on every way to them, and the others of a list stay', async () => {
  await using gateway = await noGdpr();

  const { data, errors } = await gateway.query(`{
    gdprRequests { totalCount nodes { id } }
    node(id: "${REQUEST}") { id }
    nodes(ids: ["${REQUEST}", "${PROFILE}"]) { id }
    _entities(representations: [{ __typename: "GdprRequest", hoodId: "1000022" }, { __typename: "CustomerProfile", id: "${PROFILE}" }]) { __typename }
    customerProfile(customerId: "${email}") { customerId gdprRequests { totalCount } }
  }`);

  expect(data).toEqual({
    ...{ gdprRequests: null, node: null, nodes: [null, { id: PROFILE }] },
    ...{
      _entities: [null, { __typename: 'CustomerProfile' }],
      customerProfile: { customerId: email, gdprRequests: null },
    },
  });
  expect(places(errors)).toEqual(
    ['_entities.0', 'customerProfile.gdprRequests', 'gdprRequests', 'node', 'nodes.0'].map(
      (path) => `${path} FORBIDDEN`,
    ),
  );
  expect(gateway.hoodCalls()).toEqual([]);
});

test.each([
  ['search: { text: "secret", in: [INFORMATION_TO_REMOVE] }', true],
  ['search: { text: "secret", in: [CLIENT_ID, ADDITIONAL_INFORMATION] }', true],
  // Nobody documents which field Hood takes then.
  ['search: { text: "secret" }', true],
  ['search: { text: "secret", default: true }', true],
  ['search: { text: "7", in: [CLIENT_ID] }', false],
  ['filter: { clientId: { eq: "7" } }', false],
])('a condition on what stands in a forbidden field would show it: %s is refused: %s', async (args, isRefused) => {
  await using gateway = await noPii();

  const { errors } = await gateway.query(`{ gdprRequests(${args}) { totalCount } }`);

  expect(places(errors)).toEqual(isRefused ? ['gdprRequests FORBIDDEN'] : []);
  expect(gateway.hoodCalls().length > 0).toBe(!isRefused);
});

test('a decision can be made by whoever may not read requests, and is not read again for them', async () => {
  await using gateway = await startScoped(['gdpr:write'], DATA);

  const { data, errors } = await gateway.query(`mutation {
    decideGdprRequest(input: { hoodId: "1000022", decision: APPROVE }) {
      ... on DecideGdprRequestSuccess { gdprRequest { updateTime subjectInformation { email } } }
    }
    createSystemOfRecord(input: { name: "Shops" }) { __typename }
  }`);

  expect(data).toEqual({ decideGdprRequest: { gdprRequest: null }, createSystemOfRecord: null });
  expect(places(errors)).toEqual(['createSystemOfRecord FORBIDDEN', 'decideGdprRequest.gdprRequest FORBIDDEN']);
  expect(callsOf(gateway)).toEqual([expect.stringMatching(/^PATCH .*1000022/)]);
});

test('a refused mutation names the setting for callers without a credential, and nothing is sent', async () => {
  await using gateway = await startGateway({ env: { ANONYMOUS_SCOPES: 'pii:read' } });

  const { data, errors } = await gateway.query(
    'mutation { deleteCustomerAttribute(input: { identifier: "FACA_contract_type" }) { __typename } }',
  );

  expect(data).toEqual({ deleteCustomerAttribute: null });
  expect(errors).toMatchObject([
    {
      message:
        'This needs the scope "sor:write", which you do not have: ANONYMOUS_SCOPES says what callers without a credential may do.',
      extensions: { code: 'FORBIDDEN', missingScopes: ['sor:write'] },
    },
  ]);
  expect(callsOf(gateway)).toEqual([]);
});

test.each([
  [['pii:read'] as const, true],
  [['exports:read'] as const, false],
])(
  'what an API says of a read that it refuses may be about a person: with %j it is shown: %s',
  async (scopes, isShown) => {
    await using gateway = await startScoped(scopes, DATA);
    const said = 'the city of ada is wrong';
    gateway.hood.dials.fault = () => ({
      kind: 'status',
      status: 400,
      body: { title: said, message: said },
    });

    const { errors } = await gateway.query('{ customerDatum(hoodId: "1") { target } }');

    expect(errors).toMatchObject([{ extensions: { code: 'UPSTREAM_REJECTED' } }]);
    expect(JSON.stringify(errors).includes('ada')).toBe(isShown);
  },
);

test('what is forbidden is so in parts of an answer that come later', async () => {
  await using gateway = await noPii();

  const response = await gateway.fetch('/graphql', {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'multipart/mixed',
      'x-gateway-secret': 'sixteen-letters-and-more',
    },
    body: JSON.stringify({
      query: `{ customerProfile(customerId: "${email}") { customerId ... @defer { firstName applications { appId } } } }`,
    }),
  });
  const text = await response.text();

  expect(text).toContain('"firstName":null');
  expect(text).toContain('FORBIDDEN');
  expect(text).toContain('"appId"');
});
