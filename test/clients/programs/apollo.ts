import { createHash } from 'node:crypto';
import {
  ApolloClient,
  ApolloLink,
  CombinedGraphQLErrors,
  gql,
  HttpLink,
  InMemoryCache,
  type TypedDocumentNode,
} from '@apollo/client';
import { Defer20220824Handler, GraphQL17Alpha9Handler } from '@apollo/client/incremental';
import { PersistedQueryLink } from '@apollo/client/link/persisted-queries';
import { print } from '@apollo/client/utilities';
import { filter, firstValueFrom, lastValueFrom, takeWhile, tap } from 'rxjs';
import { typePolicies } from '../../../examples/clients/apollo-type-policies.ts';

/** A screen of Apollo Client over a gateway: pages, the cache by `id`, half an answer, persisted queries, and `@defer`. */
const [uri = '', scene = ''] = process.argv.slice(2);

/** What was sent, one word each: a `hash` alone, or a `text`. */
const sent: string[] = [];
const recordingFetch: typeof fetch = (url, init) => {
  sent.push('query' in JSON.parse(String(init?.body)) ? 'text' : 'hash');
  return fetch(url, init);
};

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

interface ClientOptions {
  persisted?: boolean;
  incrementalHandler?: Defer20220824Handler | GraphQL17Alpha9Handler;
}

function openClient({
  persisted = false,
  incrementalHandler = new Defer20220824Handler(),
}: ClientOptions = {}): ApolloClient {
  const http = new HttpLink({ uri, fetch: recordingFetch });
  return new ApolloClient({
    incrementalHandler,
    link: persisted ? ApolloLink.from([new PersistedQueryLink({ sha256 }), http]) : http,
    cache: new InMemoryCache({ typePolicies }),
  });
}

interface Requests {
  gdprRequests: {
    edges: { node: { id: string; hoodId: string; status: string } }[];
    pageInfo: { hasNextPage: boolean; hasPreviousPage: boolean; startCursor: string; endCursor: string };
  };
}

const REQUESTS: TypedDocumentNode<Requests> = gql`
  query Requests($first: Int, $after: String, $last: Int, $before: String) {
    gdprRequests(first: $first, after: $after, last: $last, before: $before) {
      edges {
        cursor
        node {
          id
          hoodId
          status
        }
      }
      pageInfo {
        hasNextPage
        hasPreviousPage
        startCursor
        endCursor
      }
    }
  }
`;

type PageInfo = Requests['gdprRequests']['pageInfo'];

/** Every row on a screen whose list asks for one window more after the other, as long as `next` has variables for it. */
async function pages(
  variables: Record<string, unknown>,
  next: (at: PageInfo) => Record<string, unknown> | false,
): Promise<string[]> {
  const watched = openClient().watchQuery({ query: REQUESTS, variables });
  const shown: Requests[] = [];
  const rows = () => shown.at(-1)?.gdprRequests.edges.length ?? 0;
  const moreRows = async () => {
    const grown = watched.pipe(filter(({ data }) => (data?.gdprRequests?.edges?.length ?? 0) > rows()));
    const { data } = await firstValueFrom(grown);
    shown.push(data as Requests);
    return next((data as Requests).gdprRequests.pageInfo);
  };
  for (let more = await moreRows(); more; more = await moreRows()) await watched.fetchMore({ variables: more });
  return shown.at(-1)?.gdprRequests.edges.map(({ node }) => node.hoodId) ?? [];
}

const forwards = () =>
  pages({ first: 6 }, ({ hasNextPage, endCursor }) => hasNextPage && { first: 6, after: endCursor });

const backwards = () =>
  pages({ last: 6 }, ({ hasPreviousPage, startCursor }) => hasPreviousPage && { last: 6, before: startCursor });

/** A mutation's answer changes the row of a list that is on screen, without another request. */
async function cacheById(): Promise<unknown> {
  const client = openClient();
  const { data } = await client.query({ query: REQUESTS, variables: { first: 30 } });
  const pending = data?.gdprRequests.edges.find(({ node }) => node.status === 'PENDING')?.node;
  const before = sent.length;
  await client.mutate({
    mutation: gql`
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
    `,
    variables: { hoodId: pending?.hoodId },
  });
  const listed = client.readQuery({ query: REQUESTS, variables: { first: 30 } });
  const again = listed?.gdprRequests.edges.find(({ node }) => node.id === pending?.id)?.node;
  return {
    status: again?.status,
    isCachedById: `GdprRequest:${pending?.id}` in Object(client.cache.extract()),
    requests: sent.length - before,
  };
}

/** Two screens select different fields of parts without an `id`: neither takes from the cache what the other needs. */
async function partsWithoutId(): Promise<unknown> {
  const client = openClient();
  const screen = (person: string, declaration: string, value: string) => gql`
    query Screen {
      gdprRequest(hoodId: "7") {
        id
        subjectInformation { ${person} }
        requestDeclaration { ${declaration} }
        customerProfile(customerIdType: USER_ID) { id attribute(system: "global", key: "email") { ${value} } }
      }
    }
  `;
  const screens = [screen('fullName', 'date', 'key'), screen('email', 'signature', 'string')];
  const before = sent.length;
  for (const query of [...screens, ...screens]) await client.query({ query });
  return { requests: sent.length - before };
}

/** One API is down: what the other gives arrives, and the error says what is missing. */
async function partialData(): Promise<unknown> {
  const { data, error } = await openClient().query({
    query: gql`
      query Both {
        customerData(first: 1) {
          totalCount
        }
        systemsOfRecord {
          totalCount
        }
      }
    `,
    errorPolicy: 'all',
  });
  const errors = CombinedGraphQLErrors.is(error) ? error.errors : [];
  return { data, errors: errors.map(({ path, extensions }) => ({ path, code: extensions?.['code'] })) };
}

/** An operation goes by its hash; its text only the first time that the gateway is asked. */
async function persistedQueries(): Promise<unknown> {
  sent.length = 0;
  const query = gql`
    query Names {
      customerData(first: 2) {
        totalCount
      }
    }
  `;
  const first = await openClient({ persisted: true }).query({ query });
  const second = await openClient({ persisted: true }).query({ query });
  return { first: first.data, second: second.data, sent: sent.splice(0) };
}

const TRUSTED = gql`
  query Trusted($hoodId: ID!) {
    customerDatum(hoodId: $hoodId) {
      hoodId
    }
  }
`;

/** What `generate-persisted-query-manifest` writes of it: the text as the client sends it, and its hash. */
async function manifest(): Promise<unknown> {
  const body = print(openClient().cache.transformDocument(TRUSTED));
  const operation = { id: sha256(body), name: 'Trusted', type: 'query', body };
  return { format: 'apollo-persisted-query-manifest', version: 1, operations: [operation] };
}

/** A document of the manifest goes by its hash, from the first time on. */
async function trusted(): Promise<unknown> {
  const { data } = await openClient({ persisted: true }).query({ query: TRUSTED, variables: { hoodId: '343776' } });
  return { data, sent: sent.splice(0) };
}

/** What is on screen, from the first part of an answer to its end. */
async function deferred(options: ClientOptions = {}): Promise<unknown> {
  const query = gql`
    query Deferred {
      gdprRequest(hoodId: "7") {
        id
        hoodId
        ... @defer {
          customerProfile(customerIdType: USER_ID) {
            id
            customerId
          }
        }
      }
    }
  `;
  const shown: unknown[] = [];
  const watched = openClient(options).watchQuery({ query });
  await lastValueFrom(
    watched.pipe(
      filter(({ dataState }) => dataState !== 'empty'),
      tap(({ data, dataState }) => shown.push({ data, dataState })),
      takeWhile(({ dataState }) => dataState !== 'complete'),
    ),
    { defaultValue: undefined },
  );
  return shown;
}

const SCENES: Record<string, () => Promise<unknown>> = {
  forwards,
  backwards,
  cacheById,
  partsWithoutId,
  partialData,
  persistedQueries,
  manifest,
  trusted,
  deferred,
  deferredInLaterFormat: () => deferred({ incrementalHandler: new GraphQL17Alpha9Handler() }),
};

process.stdout.write(JSON.stringify(await SCENES[scene]?.()));
