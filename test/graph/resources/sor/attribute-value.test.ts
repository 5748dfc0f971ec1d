import { expect, test } from 'vitest';
import { parseExact } from '../../../../src/sandbox/exact-json.ts';
import { type Gateway, startGateway } from '../../../support/gateway.ts';

const CUSTOM = 'SOR_767yUpsMJoTWi0mz';

/** A gateway in front of one profile, `a`, whose block of the custom system is given as JSON text. */
async function withBlock(json: string): Promise<Gateway> {
  const gateway = await startGateway();
  const attributes = { [CUSTOM]: parseExact(json) };
  const profile = { customer_id: 'a', customer_id_type: 'user_id', attributes, applications: [] };
  gateway.sor.api.dials.fault = ({ line }) =>
    line.startsWith('GET /api/customer_profiles')
      ? { kind: 'body', body: { success: true, result: { total_profiles: 1, profiles: [profile] } } }
      : undefined;
  return gateway;
}

const KINDS = 'value string number exactNumber boolean date dateTime set';
const NOTHING = {
  ...{ value: null, string: null, number: null, exactNumber: null },
  ...{ boolean: null, date: null, dateTime: null, set: null },
};

test.each<[json: string, shown: object]>([
  ['null', {}],
  ['""', { value: '', string: '' }],
  ['"France"', { value: 'France', string: 'France' }],
  ['"9223372036854775807"', { value: '9223372036854775807', string: '9223372036854775807' }],
  ['"9007199254740993"', { value: '9007199254740993', string: '9007199254740993' }],
  ['"12"', { value: '12', string: '12' }],
  ['"true"', { value: 'true', string: 'true' }],
  ['true', { value: true, boolean: true }],
  ['false', { value: false, boolean: false }],
  ['0', { value: 0, number: 0, exactNumber: '0' }],
  ['-1420.2', { value: -1420.2, number: -1420.2, exactNumber: '-1420.2' }],
  ['1e-7', { value: 1e-7, number: 1e-7, exactNumber: '0.0000001' }],
  ['1.5e21', { value: 1.5e21, number: 1.5e21, exactNumber: '1500000000000000000000' }],
  ['9007199254740991', { value: 9007199254740991, number: 9007199254740991, exactNumber: '9007199254740991' }],
  ['9007199254740992', { value: '9007199254740992', number: 9007199254740992, exactNumber: '9007199254740992' }],
  ['1e400', {}],
  ['-1e400', {}],
  ['1'.repeat(400), { value: '1'.repeat(400), exactNumber: '1'.repeat(400) }],
  [`${'1'.repeat(400)}.5`, { value: `${'1'.repeat(400)}.5`, exactNumber: `${'1'.repeat(400)}.5` }],
  ['{"x":[1e400]}', { value: { x: [null] } }],
  ['9007199254740993', { value: '9007199254740993', exactNumber: '9007199254740993' }],
  ['9223372036854775807', { value: '9223372036854775807', exactNumber: '9223372036854775807' }],
  ['-9223372036854775807', { value: '-9223372036854775807', exactNumber: '-9223372036854775807' }],
  ['12345678901234567.25', { value: '12345678901234567.25', exactNumber: '12345678901234567.25' }],
  ['[0.12345678901234567890]', { value: ['0.12345678901234567890'], set: ['0.12345678901234567890'] }],
  ['"2016-12-22"', { value: '2016-12-22', string: '2016-12-22', date: '2016-12-22' }],
  ['"2016-02-30"', { value: '2016-02-30', string: '2016-02-30' }],
  [
    '"2016-12-22T13:02:53Z"',
    { value: '2016-12-22T13:02:53Z', string: '2016-12-22T13:02:53Z', dateTime: '2016-12-22T13:02:53Z' },
  ],
  ['[]', { value: [], set: [] }],
  ['["b","a"]', { value: ['b', 'a'], set: ['b', 'a'] }],
  [
    '["9007199254740993",9007199254740993,1.5,true]',
    {
      value: ['9007199254740993', '9007199254740993', 1.5, true],
      set: ['9007199254740993', '9007199254740993', '1.5', 'true'],
    },
  ],
  ['{"x":{"y":9007199254740993}}', { value: { x: { y: '9007199254740993' } } }],
])('the value %s is shown by the fields of its kind, exactly, and by no other', async (json, shown) => {
  await using gateway = await withBlock(`{"k":${json}}`);

  const { data, errors } = await gateway.query(
    `{ customerProfile(customerId: "a") { attribute(system: "${CUSTOM}", key: "k") { key ${KINDS} } } }`,
  );

  expect(errors).toBeUndefined();
  expect(data.customerProfile.attribute).toEqual({ key: 'k', ...NOTHING, ...shown });
  expect(gateway.sorCalls()).toHaveLength(1);
});

test('a text of digits stays a text beside a number of the same digits', async () => {
  await using gateway = await withBlock('{"text":"9223372036854775807","number":9223372036854775807}');

  const { data } = await gateway.query(
    '{ customerProfile(customerId: "a") { attributes { values { key string exactNumber } } } }',
  );

  expect(data.customerProfile.attributes[0].values).toEqual([
    { key: 'text', string: '9223372036854775807', exactNumber: null },
    { key: 'number', string: null, exactNumber: '9223372036854775807' },
  ]);
});

test.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty'])(
  'a key that JavaScript knows, %s, is there only when the API sends it',
  async (key) => {
    await using gateway = await withBlock(`{"own":1,"k":{"${key}":2}}`);

    const { data, errors } = await gateway.query(
      `{ customerProfile(customerId: "a") { attribute(system: "${CUSTOM}", key: "${key}") { value } other: attribute(system: "${key}", key: "own") { value } } }`,
    );

    expect({ data, errors }).toEqual({
      data: { customerProfile: { attribute: null, other: null } },
      errors: undefined,
    });
  },
);

test('definitions come out of one list for a whole answer', async () => {
  await using gateway = await startGateway({ sor: { profiles: 60 } });

  const { data, errors } = await gateway.query(`{ customerProfiles(first: 20) { nodes {
    attributes(keys: ["first_name", "hobbies"]) { system { name type } values { key definition { identifier valueType systemIdentifier } } }
  } } }`);

  expect(errors).toBeUndefined();
  expect(gateway.sorCalls()).toEqual([
    'GET /api/customer_profiles?attribute_keys=first_name,hobbies&num_per_page=20&page=1',
    'GET /api/system_of_records',
  ]);
  const blocks = data.customerProfiles.nodes.flatMap(({ attributes }: { attributes: unknown[] }) => attributes);
  expect(blocks).toContainEqual({
    system: { name: 'Global SoR for Your Entity', type: 'GLOBAL' },
    values: [
      {
        key: 'first_name',
        definition: {
          identifier: 'FACA_first_name',
          valueType: 'STRING',
          systemIdentifier: 'SOR_id3nt1f13r',
        },
      },
    ],
  });
  expect(blocks).toContainEqual({
    system: { name: 'My Custom SoR', type: 'CUSTOM' },
    values: [
      {
        key: 'hobbies',
        definition: { identifier: 'FACA_hobbies', valueType: 'SET', systemIdentifier: CUSTOM },
      },
    ],
  });
});

test('a value whose system or key no list has is without a definition', async () => {
  await using gateway = await withBlock('{"undefined_key":1}');

  const { data, errors } = await gateway.query(
    '{ customerProfile(customerId: "a") { attributes { values { value definition { key } } } } }',
  );

  expect(errors).toBeUndefined();
  expect(data.customerProfile.attributes[0].values).toEqual([{ value: 1, definition: null }]);
});

test('an e-mail address that is asked for has its dots encoded, as the vendor shows it, and its dates count', async () => {
  await using gateway = await startGateway();
  const targets: string[] = [];
  const customer = { customer_id: 'me@gmail.com', customer_id_type: 'user_id' };
  const found = { ...customer, attributes: { SOR_XXXX: { k: 1 } }, applications: [] };
  const dated = { ...customer, attribute_values: { k: { value: 1, since: '2020-01-02T03:04:05Z' } } };
  gateway.sor.api.dials.fault = ({ line, rawTarget }) => {
    targets.push(rawTarget);
    const isList = line.startsWith('GET /api/customer_profiles');
    const result = isList ? { total_profiles: 1, profiles: [found] } : dated;
    return { kind: 'body', body: { success: true, result } };
  };

  const { data } = await gateway.query(
    '{ customerProfile(customerId: "me@gmail.com") { attribute(system: "SOR_XXXX", key: "k") { value since } } }',
  );

  expect(data.customerProfile.attribute).toEqual({ value: 1, since: '2020-01-02T03:04:05Z' });
  expect(targets[1]).toBe(
    '/api/attribute_values?customer_id=me%40gmail%2Ecom&customer_type=user_id&sor_id=SOR_XXXX&with_validity_dates=true',
  );
});
