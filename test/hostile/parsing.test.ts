import { post } from './measured.ts';
import { type HostileRequest, holdToRule } from './table.ts';

const LONG = 900_000;
const ZEROS = '0'.repeat(LONG);
const WORDS = 'a '.repeat(LONG / 2);

/** An operation whose variable `a` has a value as JSON writes it: of the type that an argument of the query has. */
function given(
  name: string,
  type: string,
  use: string,
  value: string,
  says: RegExp | string = '"errors"',
): HostileRequest {
  const raw = () => post(`{"query":${JSON.stringify(`query ($a: ${type}) ${use}`)},"variables":{"a":${value}}}`);
  return { name, raw, status: 200, says, most: { bytes: 20_000, calls: 1 } };
}

const text = (value: string) => JSON.stringify(value);
const NUMBERS: Record<string, string> = {
  '1.000…0001': `1.${ZEROS}1`,
  '0.000…0001': `0.${ZEROS}1`,
  '9 million-fold': '9'.repeat(LONG),
  '1e000…0001': `1e${ZEROS}1`,
  '1000…000e-900000': `1${ZEROS}e-${LONG}`,
};
const ANY = /"data"|"errors"/;
const LIST = '{ gdprRequests(first: $a) { totalCount } }';
const CHANGE = `mutation ($a: Decimal) { setAttributeValues(input: { systemOfRecord: "global",
  changes: [{ customerId: "a", key: "b", change: { exactNumber: $a } }] }) { __typename } }`;
const IMPORT = `mutation ($a: URL!) { importAttributeValues(input: { systemOfRecord: "global", fileUrl: $a }) {
  __typename } }`;
const dateTime = (value: string) =>
  given('a moment', 'DateTime!', '{ customerProfileChanges(since: $a) { __typename } }', text(value), ANY);
const profile = (name: string, value: string) =>
  given(name, 'ID!', '{ customerProfile(customerId: $a) { customerId } }', text(value), 'customerProfile');
const node = (name: string, value: string) => given(name, 'ID!', '{ node(id: $a) { id } }', text(value), ANY);
const cursor = (name: string, value: string) =>
  given(name, 'String', '{ gdprRequests(after: $a) { totalCount } }', text(value), '"code":"BAD_USER_INPUT"');

holdToRule('long and deep values cost time in proportion to their length', [
  ...Object.entries(NUMBERS).map(([name, value]) => given(`the number ${name} for an Int`, 'Int', LIST, value, ANY)),
  ...Object.entries(NUMBERS).map(([name, value]) => ({
    ...given(`the number ${name} for a Decimal`, 'Decimal', '', value),
    raw: () => post(`{"query":${JSON.stringify(CHANGE)},"variables":{"a":${value}}}`),
    says: 'data',
    most: { bytes: 20_000, calls: 3 },
  })),
  given(
    'a number in a variable that nobody uses',
    'Int',
    '{ __typename }',
    `[${'1234567890123456789.5,'.repeat(40_000)}1]`,
  ),
  given('100,000 levels of lists for an id', 'ID!', '{ node(id: $a) { id } }', '['.repeat(1e5) + ']'.repeat(1e5)),
  given(
    '100,000 levels of objects around a long number',
    'ID!',
    '{ node(id: $a) { id } }',
    `${'{"a":'.repeat(1e5)}12345678901234567890${'}'.repeat(1e5)}`,
  ),
  // Several, as the first one may leave broken memory behind.
  ...['first', 'second', 'third'].map((which) => ({
    ...given(`the ${which} mistake below 20,000 levels`, 'ID', '{ __typename }', `${'[1,'.repeat(20_000)}00`),
    status: 400,
  })),
  given('a long key', 'HoodExportsFilter', '{ hoodExports(filter: $a) { totalCount } }', `{"${'x'.repeat(LONG)}":1}`),
  { ...dateTime(`2025-01-01T00:00:00.${ZEROS}`), name: 'a fraction of a second without an end' },
  {
    ...dateTime(`2025-01-01T00:00:00.000${ZEROS}1Z`),
    name: 'a fraction of a second of 900,000 digits',
  },
  { ...dateTime(' '.repeat(LONG)), name: 'a moment of blanks' },
  {
    ...given('a long address', 'URL!', '', ''),
    raw: () => post(JSON.stringify({ query: IMPORT, variables: { a: `https://${'a.'.repeat(LONG / 2)}example` } })),
    says: ANY,
    most: { bytes: 20_000, calls: 2 },
  },
  profile('a long id', 'x'.repeat(LONG)),
  profile('an id of words', WORDS),
  node('a node id of 900 kB', Buffer.from(`CustomerProfile:user_id:${'x'.repeat(LONG / 2)}`).toString('base64url')),
  node('a node id that is none', '='.repeat(LONG)),
  cursor('a long cursor', 'A'.repeat(LONG)),
  given(
    'a long filter',
    'String!',
    '{ customerData(filter: { target: { in: [$a] } }) { totalCount } }',
    text(WORDS),
    'customerData',
  ),
]);
