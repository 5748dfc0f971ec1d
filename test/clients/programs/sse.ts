import { ApolloClient, gql, InMemoryCache, type TypedDocumentNode } from '@apollo/client';
import { createClient } from 'graphql-sse';
import { lastValueFrom, tap } from 'rxjs';
import { linkTo } from '../../../examples/clients/apollo-events-link.ts';

/**
 * A list of exports on Apollo Client whose rows a subscription keeps up to date, and a glance at an export with
 * `graphql-sse` alone, which leaves after the first event. Prints the statuses that each of them has shown.
 */
const [url = '', id = '', secret = ''] = process.argv.slice(2);

const headers = () => ({ 'x-gateway-secret': secret });

interface Row {
  hoodId: string;
  status: string;
}

const LIST: TypedDocumentNode<{ hoodExports: { nodes: Row[] } }> = gql`
  query Exports {
    hoodExports(first: 10) {
      nodes {
        id
        hoodId
        status
      }
    }
  }
`;

const FOLLOW: TypedDocumentNode<{ hoodExport: Row }> = gql`
  subscription Follow($id: ID!) {
    hoodExport(hoodId: $id) {
      id
      status
    }
  }
`;

async function glance(): Promise<unknown[]> {
  const query = 'subscription Glance($id: ID!) { hoodExport(hoodId: $id) { id status } }';
  const events = createClient({ url, headers }).iterate<{ hoodExport: Row }>({ query, variables: { id } });
  for await (const { data } of events) return [data?.hoodExport.status];
  return [];
}

const client = new ApolloClient({ link: linkTo(url, headers), cache: new InMemoryCache() });
await client.query({ query: LIST });
const listed: unknown[] = [];
let glanced: Promise<unknown[]> | undefined;
const followed = client.subscribe({ query: FOLLOW, variables: { id } }).pipe(
  tap(() => {
    const rows = client.readQuery({ query: LIST })?.hoodExports.nodes;
    listed.push(rows?.find(({ hoodId }) => hoodId === id)?.status);
    glanced ??= glance();
  }),
);
await lastValueFrom(followed);
process.stdout.write(JSON.stringify({ listed, glanced: await glanced }));
