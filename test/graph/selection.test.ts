import { describe, expect, test } from 'vitest';
import { type Gateway, startGateway } from '../support/gateway.ts';

/** The `fields=` of the one call that Hood saw. */
function askedFields(gateway: Gateway): string | undefined {
  const [line, ...more] = gateway.hoodCalls();
  expect(more).toEqual([]);
  return /[?&]fields=([^&]*)/.exec(line ?? '')?.[1];
}

/** What Hood is asked for when this is selected of each GDPR request. */
async function fieldsFor(selection: string, variables = '', values: Record<string, unknown> = {}) {
  await using gateway = await startGateway();
  const { errors } = await gateway.query(
    withFragments(`query Q${variables} { gdprRequests(first: 1) { nodes { ${selection} } } }`),
    values,
  );
  expect(errors).toBeUndefined();
  return askedFields(gateway);
}

const FRAGMENTS: Record<string, string> = {
  Ids: 'on GdprRequest { id clientId ...Times }',
  Times: 'on GdprRequest { createTime updateTime }',
  Identity: 'on Node { id }',
  Proofs: 'on GdprRequest { proofOfAddress }',
  NoProofs: 'on GdprRequest { ...Proofs @include(if: false) }',
  Edge: 'on GdprRequestEdge { node { submissionReason } }',
  Connection: 'on GdprRequestConnection { nodes { status } }',
};

/** The document with the fragments that it spreads: an operation must not bring any that it does not use. */
function withFragments(document: string): string {
  let text = document;
  for (let missing = true; missing; ) {
    missing = false;
    for (const [, name = ''] of text.matchAll(/\.\.\.(\w+)/g)) {
      if (name === 'on' || text.includes(`fragment ${name} `)) continue;
      text += ` fragment ${name} ${FRAGMENTS[name]}`;
      missing = true;
    }
  }
  return text;
}

describe('Hood is asked for what is selected and for nothing else', () => {
  test.each<[selection: string, fields: string]>([
    ['status', 'id,status'],
    ['id', 'id'],
    ['hoodId', 'id'],
    ['__typename', 'id'],
    ['status statusText state: status', 'id,status'],
    ['when: createTime', 'create_time,id'],
    ['...Ids', 'client_id,create_time,id,update_time'],
    ['...Identity', 'id'],
    ['... on Node { id }', 'id'],
    ['... { rejectionReason }', 'id,rejection_reason'],
    ['... on GdprRequest { ... on Node { ... on GdprRequest { status } } }', 'id,status'],
    ['requesterInformation { email }', 'id,requester_information'],
    ['requesterInformation { email } again: requesterInformation { address }', 'id,requester_information'],
    ['requestDeclaration { __typename }', 'id,request_declaration'],
    ['status @skip(if: true) createTime', 'create_time,id'],
    ['status @include(if: false) createTime', 'create_time,id'],
    ['status @skip(if: false) @include(if: true)', 'id,status'],
    ['status @skip(if: true) @include(if: true) id', 'id'],
    ['...Times @skip(if: true) id', 'id'],
    ['... @include(if: false) { status } id', 'id'],
    ['...NoProofs id', 'id'],
    ['status @skip(if: true) status', 'id,status'],
  ])('%s', async (selection, fields) => {
    expect(await fieldsFor(selection)).toBe(fields);
  });

  test.each<[variables: string, values: Record<string, unknown>, fields: string]>([
    ['($yes: Boolean!)', { yes: true }, 'id,status'],
    ['($yes: Boolean!)', { yes: false }, 'id'],
    ['($yes: Boolean! = true)', {}, 'id,status'],
    ['($yes: Boolean = false)', {}, 'id'],
    ['($yes: Boolean = false)', { yes: true }, 'id,status'],
  ])('by the variable %s given %j', async (variables, values, fields) => {
    expect(await fieldsFor('id status @include(if: $yes)', variables, values)).toBe(fields);
    const opposite = await fieldsFor('id status @skip(if: $yes)', variables, values);
    expect(opposite).toBe(fields === 'id' ? 'id,status' : 'id');
  });
});

test('fragments that spread each other twice over, 8 deep, are read once each', {
  timeout: 5_000,
}, async () => {
  const depth = 8;
  const doubling = Array.from({ length: depth }, (_, at) => {
    return `fragment F${at} on GdprRequest { ...F${at + 1} ...F${at + 1} }`;
  });
  await using gateway = await startGateway();

  const { errors } = await gateway.query(
    `{ gdprRequests(first: 1) { nodes { ...F0 } } } ${doubling.join(' ')}
    fragment F${depth} on GdprRequest { status }`,
  );

  expect(errors).toBeUndefined();
  expect(askedFields(gateway)).toBe('id,status');
});

test('a root field that is left out costs no call', async () => {
  await using gateway = await startGateway();

  const { data } = await gateway.query(
    `query ($exports: Boolean = false) {
      gdprRequests(first: 1) { totalCount }
      hoodExports @include(if: $exports) { totalCount }
      customerData @skip(if: true) { totalCount }
    }`,
  );

  expect(data).toEqual({ gdprRequests: { totalCount: 5 } });
  expect(gateway.hoodCalls()).toEqual(['GET /v1/hood/gdpr-requests?fields=id&page=1,1']);
});

describe('a selection is found wherever the row stands', () => {
  test.each<[selection: string, fields: string]>([
    ['nodes { status } edges { node { clientId } }', 'client_id,id,status'],
    ['edges { cursor }', 'id'],
    ['pageInfo { endCursor }', 'id'],
    ['edges { ...Edge }', 'id,submission_reason'],
    ['...Connection', 'id,status'],
    ['nodes @skip(if: true) { status } totalCount', 'id'],
  ])('%s', async (selection, fields) => {
    await using gateway = await startGateway();
    const { errors } = await gateway.query(withFragments(`{ gdprRequests(first: 1) { ${selection} } }`));
    expect(errors).toBeUndefined();
    expect(askedFields(gateway)).toBe(fields);
  });

  test('by a root field given twice, which is one field', async () => {
    await using gateway = await startGateway();
    const { data } = await gateway.query(
      '{ gdprRequest(hoodId: "1000023") { status } ... on Query { gdprRequest(hoodId: "1000023") { clientId } } }',
    );
    expect(data.gdprRequest).toEqual({ status: 'PENDING', clientId: '17368658975598752000' });
    expect(askedFields(gateway)).toBe('client_id,id,status');
  });

  test('by `node`, on the type that comes back', async () => {
    await using gateway = await startGateway();
    await gateway.query(
      'query ($id: ID!) { node(id: $id) { id ...Any ... on HoodExport { name } } } fragment Any on Node { ... on GdprRequest { status } }',
      {
        id: Buffer.from('GdprRequest:1000023').toString('base64url'),
      },
    );
    expect(askedFields(gateway)).toBe('id,status');
  });
});

test('what a row has and nobody selected does not come back: the stand-in is as strict as the real thing', async () => {
  await using gateway = await startGateway();

  const { data } = await gateway.query('{ gdprRequests(first: 1) { nodes { status } } }');

  expect(data.gdprRequests.nodes).toEqual([{ status: 'PENDING' }]);
});

describe('with HOOD_FIELDS=full', () => {
  test('every read asks for the full view instead of fields', async () => {
    await using gateway = await startGateway({
      env: { HOOD_FIELDS: 'full' },
      hood: { rows: { profileProperties: 2 } },
    });

    const { data, errors } = await gateway.query(`{
      gdprRequests(first: 1) { nodes { proofOfAddress } }
      hoodExport(hoodId: "1000000") { name }
      a: profileProperty(hoodId: "2000001") { importAliases }
      b: profileProperty(hoodId: "2000002") { label }
      customerData { totalCount }
    }`);

    expect(errors).toBeUndefined();
    expect(gateway.hoodCalls().sort()).toEqual([
      'GET /v1/hood/customer-data?view=full&page=1,1',
      'GET /v1/hood/exports/1000000?view=full',
      'GET /v1/hood/gdpr-requests?view=full&page=1,1',
      'GET /v1/hood/profile-properties?id=in:2000001,2000002&view=full&page=1,2',
    ]);
    expect(data.gdprRequests.nodes[0].proofOfAddress).toMatch(/^https:/);
    expect(data.a.importAliases).toEqual([]);
    expect(data.b.label).toBe('last_name');
  });

  test('lists that differ in their selection alone are one call', async () => {
    await using gateway = await startGateway({ env: { HOOD_FIELDS: 'full' } });

    await gateway.query('{ a: hoodExports { nodes { name } } b: hoodExports { nodes { size } } }');

    expect(gateway.hoodCalls()).toEqual(['GET /v1/hood/exports?view=full&page=1,20']);
  });

  test('a row is read again after a write all the same', async () => {
    await using gateway = await startGateway({ env: { HOOD_FIELDS: 'full' } });

    const { data } = await gateway.query(`mutation {
      decideGdprRequest(input: { hoodId: "1000022", decision: APPROVE }) {
        ... on DecideGdprRequestSuccess { gdprRequest { companyId } }
      }
    }`);

    expect(data.decideGdprRequest.gdprRequest).toEqual({ companyId: '7196310' });
    expect(gateway.hoodCalls()).toEqual([
      'PATCH /v1/hood/gdpr-requests/1000022',
      'GET /v1/hood/gdpr-requests/1000022?view=full',
    ]);
  });
});
