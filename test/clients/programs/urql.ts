import { Client, fetchExchange, gql } from '@urql/core';
import { cacheExchange } from '@urql/exchange-graphcache';
import { relayPagination } from '@urql/exchange-graphcache/extras';

/** A screen of urql with its normalised cache: pages, rows by `id`, half an answer, and files. */
const [url = '', scene = ''] = process.argv.slice(2);

let requests = 0;
const countingFetch: typeof fetch = (input, init) => {
  requests++;
  return fetch(input, init);
};

const client = new Client({
  url,
  fetch: countingFetch,
  preferGetMethod: false,
  exchanges: [cacheExchange({ resolvers: { Query: { hoodExports: relayPagination() } } }), fetchExchange],
});

interface Exports {
  hoodExports: {
    edges: { node: { id: string; hoodId: string } }[];
    pageInfo: { hasNextPage: boolean; endCursor: string };
  };
}

const EXPORTS = gql<Exports>`
  query Exports($first: Int, $after: String) {
    hoodExports(first: $first, after: $after) {
      edges {
        node {
          id
          hoodId
          name
        }
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
`;

/** Asks for window after window; the list in the cache is all of them. */
async function pages(): Promise<string[]> {
  let { data } = await client.query(EXPORTS, { first: 8 });
  while (data?.hoodExports.pageInfo.hasNextPage) {
    ({ data } = await client.query(EXPORTS, { first: 8, after: data.hoodExports.pageInfo.endCursor }));
  }
  return data?.hoodExports.edges.map(({ node }) => node.hoodId) ?? [];
}

const REQUESTS = gql<{ gdprRequests: { nodes: { id: string; hoodId: string; status: string }[] } }>`
  query Requests {
    gdprRequests(first: 30) {
      nodes {
        id
        hoodId
        status
      }
    }
  }
`;

const DECISION = gql`
  mutation Approve($hoodId: ID!) {
    decideGdprRequest(input: { hoodId: $hoodId, decision: APPROVE }) {
      ... on DecideGdprRequestSuccess {
        gdprRequest {
          id
          status
        }
      }
    }
  }
`;

/** A mutation's answer changes the row of a list that is on screen, without another request. */
async function cacheById(): Promise<unknown> {
  const { data } = await client.query(REQUESTS, {});
  const pending = data?.gdprRequests.nodes.find(({ status }) => status === 'PENDING');
  const before = requests;
  await client.mutation(DECISION, { hoodId: pending?.hoodId });
  const listed = client.readQuery(REQUESTS, {})?.data?.gdprRequests.nodes;
  const again = listed?.find(({ id }) => id === pending?.id);
  return { status: again?.status, requests: requests - before };
}

/** One API is down: what the other gives arrives, with the error beside it. */
async function partialData(): Promise<unknown> {
  const { data, error } = await client.query(
    gql`
      query Both {
        customerData(first: 1) {
          totalCount
        }
        systemsOfRecord {
          totalCount
        }
      }
    `,
    {},
  );
  const errors = error?.graphQLErrors.map(({ path, extensions }) => ({ path, code: extensions['code'] }));
  return { data, errors };
}

/** Two files among the variables go in one form. */
async function proofs(): Promise<unknown> {
  const { data, error } = await client.mutation(
    gql`
      mutation Enter($input: CreateGdprRequestInput!) {
        createGdprRequest(input: $input) {
          ... on CreateGdprRequestSuccess {
            gdprRequest {
              hoodId
              proofOfIdentity
              proofOfAddress
            }
          }
        }
      }
    `,
    { input: { proofOfIdentity: new File(['x'], 'pass.png'), proofOfAddress: new File(['y'], 'bill.pdf') } },
    { fetchOptions: { headers: { 'x-graphql-upload': '1' } } },
  );
  return error?.message ?? data?.createGdprRequest.gdprRequest;
}

const SCENES: Record<string, () => Promise<unknown>> = { pages, cacheById, partialData, proofs };

process.stdout.write(JSON.stringify(await SCENES[scene]?.()));
