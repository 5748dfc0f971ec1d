import { post } from './measured.ts';
import { type HostileRequest, holdToRule } from './table.ts';

const several = (count: number, field: (n: number) => string) =>
  Array.from({ length: count }, (_, n) => `f${n}: ${field(n)}`).join(' ');
const REQUESTS = Array.from({ length: 1_000 }, (_, n) => Buffer.from(`GdprRequest:${n}`).toString('base64url'));

/** Refused before any call. */
const dear = (name: string, query: string, variables = {}): HostileRequest => ({
  name,
  raw: () => post(JSON.stringify({ query, variables })),
  status: 200,
  says: '"code":"OPERATION_TOO_COSTLY"',
  most: { bytes: 5_000, calls: 0 },
});

/** Each profile leads to requests in two ways, and each request to a profile: there are 2^depth paths. */
const doubling = (depth: number) => {
  const links = (n: number) => `{ nodes { customerProfile { ...P${n + 1} } } }`;
  const fragments = Array.from(
    { length: depth },
    (_, n) => `fragment P${n} on CustomerProfile { a: gdprRequests ${links(n)} b: gdprRequests ${links(n)} }`,
  );
  return `{ customerProfiles { nodes { ...P0 } } } ${fragments.join(' ')} fragment P${depth} on CustomerProfile { city }`;
};

holdToRule(
  'what would cost too many calls costs none',
  [
    dear(
      'dates of 4,000 profiles',
      '{ customerProfiles(first: 4000) { nodes { attribute(system: "global", key: "email") { since } } } }',
    ),
    dear('60 lists of two calls', `{ ${several(60, () => 'gdprRequests(first: 60, offset: 50) { nodes { id } }')} }`),
    dear(
      '100 mutations of two calls',
      `mutation { ${several(100, () => 'deleteSystemOfRecord(input: { identifier: "global" }) { __typename }')} }`,
    ),
    dear('1,000 GDPR requests by their ids', 'query ($ids: [ID!]!) { nodes(ids: $ids) { id } }', { ids: REQUESTS }),
    dear('paths that double at each level', doubling(3)),
    {
      name: '5,000 changes of one value',
      raw: () =>
        post(
          JSON.stringify({
            query: `mutation ($changes: [AttributeChangeInput!]!) {
              setAttributeValues(input: { systemOfRecord: "global", changes: $changes }) { ... on UserError { code } }
            }`,
            variables: {
              changes: Array.from({ length: 5_000 }, (_, n) => ({
                customerId: 'a',
                key: 'k',
                change: { addToSet: `${n}` },
              })),
            },
          }),
        ),
      status: 200,
      says: '"code":"TOO_LONG"',
      most: { bytes: 5_000, calls: 0 },
    },
  ],
  { hood: { rows: 300 }, sor: { profiles: 5_000 } },
);
