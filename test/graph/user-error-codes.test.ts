import { expect, test } from 'vitest';
import { type Gateway, startGateway } from '../support/gateway.ts';
import { set } from './resources/sor/attribute-changes.ts';

const MISTAKES = '__typename ... on UserError { code message } ... on InvalidInputError { issues { path code } }';

async function outcome(gateway: Gateway, mutation: string) {
  const { data, errors } = await gateway.query(`mutation { outcome: ${mutation} { ${MISTAKES} } }`);
  expect(errors).toBeUndefined();
  return data.outcome;
}

const LONG = 'x'.repeat(2_001);
const FILE = 'systemOfRecord: "global", fileUrl: "https://example.com/values.csv"';

test.each<[mutation: string, issues: [path: string, code: string][]]>([
  ['createProfileProperty(input: { label: " " })', [['label', 'TOO_SHORT']]],
  [
    `createProfileProperty(input: { label: "", description: "${LONG}" })`,
    [
      ['label', 'TOO_SHORT'],
      ['description', 'TOO_LONG'],
    ],
  ],
  ['updateProfileProperty(input: { hoodId: "1", piData: null })', [['piData', 'WRONG_TYPE']]],
  ['updateProfileProperty(input: { hoodId: "1" })', [['', 'REQUIRED']]],
  ['updateProfileProperty(input: { hoodId: "..", example: "x" })', [['hoodId', 'UNKNOWN_ID']]],
  ['decideGdprRequest(input: { hoodId: "1", decision: DENY })', [['rejectionReason', 'REQUIRED']]],
  [
    'decideGdprRequest(input: { hoodId: "1", decision: APPROVE, rejectionReason: "x" })',
    [['rejectionReason', 'INVALID']],
  ],
  ['renameSystemOfRecord(input: { identifier: "..", name: "x" })', [['identifier', 'UNKNOWN_ID']]],
  ['exportCustomerProfiles(input: { systems: [] })', [['systems', 'TOO_SHORT']]],
  ['exportCustomerProfiles(input: { systems: ["a,b"] })', [['systems.0', 'INVALID']]],
  [`exportCustomerProfiles(input: { systems: ["${LONG + LONG}"] })`, [['', 'TOO_LONG']]],
  [
    'importAttributeValues(input: { systemOfRecord: "SOR_nowhere" })',
    [
      ['systemOfRecord', 'UNKNOWN_ID'],
      ['file', 'REQUIRED'],
    ],
  ],
  [
    `importAttributeValues(input: { ${FILE}, requestHeaders: [{ name: " ", value: "" }] })`,
    [['requestHeaders.0.name', 'INVALID']],
  ],
])('%.80s: each mistake has a code, and the error has that of the first', async (mutation, issues) => {
  await using gateway = await startGateway();
  const { __typename, code, issues: found } = await outcome(gateway, mutation);
  expect(__typename).toBe('InvalidInputError');
  expect(found.map((issue: { path: string[]; code: string }) => [issue.path.join('.'), issue.code])).toEqual(issues);
  expect(code).toBe(issues[0]?.[1]);
});

test('mistakes in values say what kind they are', async () => {
  await using gateway = await startGateway();
  await gateway.query('mutation { disableCustomerAttribute(input: { identifier: "FACA_newsletter" }) { __typename } }');
  const { result } = await set(gateway, [
    { key: 'client_type', change: { string: 'x'.repeat(257) } },
    { customerId: '', key: 'client_type', change: { remove: false } },
    { key: 'nothing', change: { string: 'x' } },
    { key: 'newsletter', change: { boolean: true } },
    { key: 'client_type', change: { addToSet: 'x' } },
    { key: 'hobbies', change: { string: 'x' } },
    { key: 'loyalty_points', change: { number: 1e300 } },
    { key: 'hobbies', change: { replaceSet: ['x', ''] } },
    { key: 'last_order_at', change: { dateTime: '2016-12-22T13:02:53.5Z' } },
  ]);
  expect(result.message).toBe('Expected at most 256 characters (and 9 more).');
  expect(result.issues.map(({ code }: { code: string }) => code)).toEqual([
    'TOO_LONG',
    'TOO_SHORT',
    'INVALID',
    'UNKNOWN_KEY',
    'DISABLED',
    'NOT_A_SET',
    'WRONG_TYPE',
    'OUT_OF_RANGE',
    'TOO_SHORT',
    'INVALID',
  ]);
});

test.each([
  [200, 'REJECTED'],
  [400, 'REJECTED'],
  [404, 'UNKNOWN_ID'],
  [409, 'CONFLICT'],
  [410, 'UNKNOWN_ID'],
  [422, 'REJECTED'],
])('a write that the API refuses with %i has the code %s, whatever the text says', async (status, code) => {
  await using gateway = await startGateway();
  const body = { success: false, error_message: 'The name is not found and already taken' };
  gateway.sor.api.dials.fault = () => ({ kind: 'status', status, body });
  const { __typename, code: found } = await outcome(
    gateway,
    'renameSystemOfRecord(input: { identifier: "SOR_767yUpsMJoTWi0mz", name: "x" })',
  );
  expect([__typename, found]).toEqual(['UpstreamRejectedError', code]);
});

const ATTRIBUTE = 'label: "x", valueType: STRING';

test.each([
  [`createCustomerAttribute(input: { systemOfRecord: "SOR_XXXX", key: "hobbies", ${ATTRIBUTE} })`, 'TAKEN'],
  [`createCustomerAttribute(input: { systemOfRecord: "global", key: "first_name", ${ATTRIBUTE} })`, 'TAKEN'],
  ['renameSystemOfRecord(input: { identifier: "global", name: "x" })', 'NOT_CUSTOM'],
  ['deleteSystemOfRecord(input: { identifier: "global" })', 'NOT_CUSTOM'],
  ['disableSystemOfRecord(input: { identifier: "global" })', 'NOT_CUSTOM'],
  ['enableSystemOfRecord(input: { identifier: "SOR_767yUpsMJoTWi0mz" })', 'REJECTED'],
])('%s: the code of a refusal comes from what the API has', async (mutation, code) => {
  await using gateway = await startGateway();
  expect(await outcome(gateway, mutation)).toMatchObject({ __typename: 'UpstreamRejectedError', code });
});

test('a label of a profile property that is there already is taken', async () => {
  await using gateway = await startGateway();
  const create = () => outcome(gateway, 'createProfileProperty(input: { label: "tier" })');
  expect(await create()).toMatchObject({ __typename: 'CreateProfilePropertySuccess' });
  expect(await create()).toMatchObject({ __typename: 'UpstreamRejectedError', code: 'TAKEN' });
});

test('a refusal whose reason cannot be read stays one', async () => {
  await using gateway = await startGateway();
  gateway.sor.api.dials.fault = ({ line }) => (line.startsWith('GET') ? { kind: 'status', status: 500 } : undefined);
  const mutation = `createCustomerAttribute(input: { systemOfRecord: "SOR_XXXX", key: "hobbies", ${ATTRIBUTE} })`;
  expect(await outcome(gateway, mutation)).toMatchObject({ __typename: 'UpstreamRejectedError', code: 'REJECTED' });
});

test('a 404 of a creation does not say what is unknown', async () => {
  await using gateway = await startGateway();
  gateway.sor.api.dials.fault = () => ({ kind: 'status', status: 404 });
  expect(await outcome(gateway, 'createSystemOfRecord(input: { name: "x" })')).toMatchObject({ code: 'REJECTED' });
});
