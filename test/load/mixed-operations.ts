import { person } from '../../src/sandbox/people.ts';

/** An operation of the mix, and whether its client leaves before the answer. */
export interface MixedOperation {
  query: string;
  variables?: object;
  leaves?: boolean;
}

const SYSTEM = 'SOR_767yUpsMJoTWi0mz';
const PEOPLE = 3_000;

const KINDS: ((n: number) => MixedOperation)[] = [
  (n) => ({
    query:
      'query ($id: ID!) { customerProfile(customerId: $id) { firstName lastName attributes { values { key value } } } }',
    variables: { id: person(n % PEOPLE).clientId },
  }),
  (n) => ({
    query: `{ list${n}: gdprRequests(first: ${1 + (n % 50)}) { nodes { status customerProfile { city } } } }`,
  }),
  (n) => ({
    query: `query Of${n} { a${n}: customerProfile(customerId: "${person(n % PEOPLE).email}") { firstName } b: customerDatum(hoodId: "${n}") { target } }`,
  }),
  (n) => ({
    query:
      'query ($first: Int) { customerProfiles(first: $first) { totalCount nodes { customerId ... @defer { attributes { values { since } } } } } }',
    variables: { first: 1 + (n % 5) },
  }),
  (n) => ({
    query: `{ gdprRequest(hoodId: "${n}") { hoodId } profileProperties(first: 5) { nodes { label } } }`,
    leaves: true,
  }),
  (n) => ({ query: `{ noSuchField${n} }` }),
  (n) => ({ query: `{ unfinished${n}` }),
  (n) => ({ query: '{ hoodExports(first: 3) { nodes { hoodId } } }', variables: { unused: n } }),
  (n) => ({
    query: `mutation ($input: SetAttributeValuesInput!) { setAttributeValues(input: $input) { __typename } }`,
    variables: {
      input: {
        systemOfRecord: SYSTEM,
        changes: [{ customerId: person(n % PEOPLE).clientId, key: 'client_type', change: { string: `Gold ${n}` } }],
      },
    },
  }),
];

/** The `n`th operation of an endless mix: texts that are never the same, lookups, failures, writes, clients that leave. */
export function mixedOperation(n: number): MixedOperation {
  const kind = KINDS[n % KINDS.length];
  return kind?.(n) ?? { query: '{ __typename }' };
}
