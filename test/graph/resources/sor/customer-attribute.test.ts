import { expect, test } from 'vitest';
import { type Gateway, startGateway } from '../../../support/gateway.ts';

const SYSTEMS = 'GET /api/system_of_records';
const ONE = 'GET /api/customer_attributes/';
const id = (identifier: string) => Buffer.from(`CustomerAttribute:${identifier}`).toString('base64url');

function answerAttribute(gateway: Gateway, result: unknown): void {
  gateway.sor.api.dials.fault = () => ({ kind: 'body', body: { success: true, result } });
}

test('one attribute is viewed, by one call', async () => {
  await using gateway = await startGateway();

  const { data, errors } = await gateway.query(`{ customerAttribute(identifier: "FACA_hobbies") {
    id identifier key label valueType valueTypeText disabled systemIdentifier
  } }`);

  expect(errors).toBeUndefined();
  expect(gateway.sorCalls()).toEqual([`${ONE}FACA_hobbies`]);
  expect(data.customerAttribute).toEqual({
    id: id('FACA_hobbies'),
    identifier: 'FACA_hobbies',
    key: 'hobbies',
    label: 'Hobbies',
    valueType: 'SET',
    valueTypeText: 'Set',
    disabled: false,
    systemIdentifier: 'SOR_767yUpsMJoTWi0mz',
  });
});

test('its sources are only in the list of systems, so that is read instead', async () => {
  await using gateway = await startGateway();

  const { data } = await gateway.query(
    '{ customerAttribute(identifier: "FACA_hobbies") { key sources systemOfRecord { name } } }',
  );

  expect(data.customerAttribute).toEqual({
    key: 'hobbies',
    sources: ['DEFAULT'],
    systemOfRecord: { name: 'My Custom SoR' },
  });
  expect(gateway.sorCalls()).toEqual([SYSTEMS]);
});

test('several attributes, under aliases or among `nodes`, are one list', async () => {
  await using gateway = await startGateway();

  const { data, errors } = await gateway.query(
    `query ($ids: [ID!]!) {
      a: customerAttribute(identifier: "FACA_languages") { key }
      b: customerAttribute(identifier: "FACA_none") { key }
      nodes(ids: $ids) { ... on CustomerAttribute { key systemIdentifier } }
    }`,
    { ids: ['FACA_hobbies', 'FACA_none', 'FACA_first_name'].map(id) },
  );

  expect(errors).toBeUndefined();
  expect(data).toEqual({
    a: { key: 'languages' },
    b: null,
    nodes: [
      { key: 'hobbies', systemIdentifier: 'SOR_767yUpsMJoTWi0mz' },
      null,
      { key: 'first_name', systemIdentifier: 'SOR_id3nt1f13r' },
    ],
  });
  expect(gateway.sorCalls()).toEqual([SYSTEMS]);
});

test('the same attribute under two aliases is viewed once', async () => {
  await using gateway = await startGateway();

  const { data } = await gateway.query(
    '{ a: customerAttribute(identifier: "FACA_hobbies") { key } b: customerAttribute(identifier: "FACA_hobbies") { label } }',
  );

  expect(data).toEqual({ a: { key: 'hobbies' }, b: { label: 'Hobbies' } });
  expect(gateway.sorCalls()).toEqual([`${ONE}FACA_hobbies`]);
});

test('an unknown attribute is null', async () => {
  await using gateway = await startGateway();

  expect(await gateway.query('{ customerAttribute(identifier: "FACA_none") { key } }')).toEqual({
    data: { customerAttribute: null },
  });
});

test.each(['', '.', '..'])('no attribute has the identifier %j: null without a call', async (identifier) => {
  await using gateway = await startGateway();

  const answer = await gateway.query(
    'query ($identifier: ID!) { customerAttribute(identifier: $identifier) { key } }',
    { identifier },
  );

  expect(answer).toEqual({ data: { customerAttribute: null } });
  expect(gateway.sorCalls()).toEqual([]);
});

test('an identifier is one segment of the path, its dots encoded', async () => {
  await using gateway = await startGateway();

  await gateway.query('{ customerAttribute(identifier: "../a.b?c") { key } }');

  expect(gateway.sor.api.calls.map(({ rawTarget }) => rawTarget)).toEqual([
    '/api/customer_attributes/%2E%2E%2Fa%2Eb%3Fc',
  ]);
});

test.each([
  ['String', 'STRING'],
  ['Number', 'NUMBER'],
  ['Boolean', 'BOOLEAN'],
  ['Date', 'DATE'],
  ['DateTime', 'DATE_TIME'],
  ['Set', 'SET'],
  ['Geo', 'UNKNOWN'],
  ['string', 'STRING'],
  ['constructor', 'UNKNOWN'],
  [null, null],
])('the kind of value %j is %j, with the text beside it', async (value_type, valueType) => {
  await using gateway = await startGateway();
  answerAttribute(gateway, { identifier: 'A', value_type });

  const { data } = await gateway.query('{ customerAttribute(identifier: "A") { valueType valueTypeText } }');

  expect(data.customerAttribute).toEqual({ valueType, valueTypeText: value_type });
});

test('an attribute that only has an identifier is null everywhere else', async () => {
  await using gateway = await startGateway();
  answerAttribute(gateway, { identifier: 'A' });

  const { data, errors } = await gateway.query(
    '{ customerAttribute(identifier: "A") { key label disabled systemIdentifier systemOfRecord { name } property { label } } }',
  );

  expect(errors).toBeUndefined();
  expect(data.customerAttribute).toEqual({
    ...{
      key: null,
      label: null,
      disabled: null,
      systemIdentifier: null,
      systemOfRecord: null,
      property: null,
    },
  });
});

test('an answer about another attribute is never used, one about none is malformed', async () => {
  await using gateway = await startGateway();
  answerAttribute(gateway, { identifier: 'B', key: 'b' });
  expect(await gateway.query('{ customerAttribute(identifier: "A") { key } }')).toEqual({
    data: { customerAttribute: null },
  });

  answerAttribute(gateway, { key: 'b' });
  const { errors } = await gateway.query('{ customerAttribute(identifier: "A") { key } }');
  expect(errors).toMatchObject([{ extensions: { code: 'UPSTREAM_BAD_RESPONSE' } }]);
});
