import { Client, fetchExchange } from '@urql/core';
import { graphql } from '#gql';

/**
 * A segment builder: offers the keys that customers can be picked by, in all systems, and without those that Hood holds
 * for personal; then counts, among customers whose ids are given, who has more than so many points. Prints what its
 * screens show, and what each of them has cost at the two APIs.
 */
const [url = '', least = '', ...customerIds] = process.argv.slice(2);

const client = new Client({
  url,
  exchanges: [fetchExchange],
  preferGetMethod: false,
  fetchOptions: { headers: { 'x-upstream-cost': '1' } },
});

const CRITERIA = graphql(`
  query Criteria($types: [AttributeValueTypeInput!]) {
    customerAttributes(first: 100, filter: { valueType: $types, disabled: false }) {
      totalCount
      nodes {
        identifier
        key
        label
        valueType
        systemOfRecord {
          identifier
          name
        }
        property {
          id
          piData
        }
      }
    }
    profileProperties(first: 100, filter: { dataType: { eq: NUMBER } }) {
      nodes {
        id
        label
        piData
      }
    }
  }
`);

const MEMBERS = graphql(`
  query Members($customerIds: [ID!]!, $system: ID!, $key: String!) {
    customerProfiles(first: 100, filter: { customerIds: $customerIds, customerIdType: USER_ID }) {
      totalCount
      nodes {
        id
        customerId
        attributes(systems: [$system], keys: [$key]) {
          values {
            key
            number
            exactNumber
          }
        }
      }
    }
  }
`);

/** Calls that an answer has cost, by API, as its extensions say. */
function costOf({ extensions }: { extensions?: Record<string, unknown> }): Record<string, number> {
  const upstream = Object(extensions?.['upstream']) as Record<string, { calls: number }>;
  return Object.fromEntries(Object.entries(upstream).map(([api, { calls }]) => [api, calls]));
}

const criteria = await client.query(CRITERIA, { types: ['NUMBER', 'SET'] }).toPromise();
const attributes = criteria.data?.customerAttributes?.nodes.flatMap((attribute) => attribute ?? []) ?? [];
const offered = attributes.filter(({ property }) => !property?.piData);
const points = offered.find(({ key }) => key === 'loyalty_points');

const members = await client
  .query(MEMBERS, { customerIds, system: points?.systemOfRecord?.identifier ?? '', key: points?.key ?? '' })
  .toPromise();
const profiles = members.data?.customerProfiles?.nodes.flatMap((profile) => profile ?? []) ?? [];
const segment = profiles.filter(({ attributes }) =>
  attributes?.some(({ values }) => values.some(({ number }) => number !== null && number >= Number(least))),
);

process.stdout.write(
  JSON.stringify({
    offered: offered.map(({ key, valueType, systemOfRecord }) => [systemOfRecord?.name, key, valueType].join(' / ')),
    withheld: attributes.filter(({ property }) => property?.piData).map(({ key }) => key),
    numbers: criteria.data?.profileProperties?.nodes.map((property) => property?.label),
    known: members.data?.customerProfiles?.totalCount,
    segment: segment.map(({ customerId }) => customerId).sort(),
    costs: [costOf(criteria), costOf(members)],
    errors: [criteria.error?.message, members.error?.message],
  }),
);
