import { Client, fetchExchange, gql, type TypedDocumentNode } from '@urql/core';

/**
 * Screens that follow what changes, so many of each, every one with a client of its own. `exports`: a page that shows
 * how an export comes along. `desk`: a list of pending requests, read once and kept up to date by events, until the
 * request that the last argument names has come. Prints what each of them has shown.
 */
const [url = '', scene = '', count = '', id = ''] = process.argv.slice(2);

const EXPORT: TypedDocumentNode<{ hoodExport: { status: string } }> = gql`
  subscription ExportStatus($id: ID!) {
    hoodExport(hoodId: $id) {
      id
      status
    }
  }
`;

const FILTER = { status: { eq: 'PENDING' } };

const LIST: TypedDocumentNode<{ gdprRequests: { nodes: { hoodId: string }[] } }> = gql`
  query Waiting($filter: GdprRequestFilter) {
    gdprRequests(first: 100, filter: $filter) {
      nodes {
        hoodId
      }
    }
  }
`;

const CHANGES: TypedDocumentNode<{ gdprRequests: { hoodId: string; gdprRequest: { status: string } } }> = gql`
  subscription WaitingChanges {
    gdprRequests {
      hoodId
      gdprRequest {
        status
      }
    }
  }
`;

const newClient = () =>
  new Client({ url, exchanges: [fetchExchange], preferGetMethod: false, fetchSubscriptions: true });

/** The data of each event, in order; it ends when the subscription is complete or `isLast` says so. */
function eventsOf<Data>(
  client: Client,
  query: TypedDocumentNode<Data>,
  variables: object,
  shown: (data: Data) => void,
  isLast: (data: Data) => boolean,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const { unsubscribe } = client.subscription(query, variables).subscribe((result) => {
      if (result.error) reject(result.error);
      else if (result.data) {
        shown(result.data);
        if (isLast(result.data)) {
          resolve();
          // Not before there is something to unsubscribe from.
          queueMicrotask(() => unsubscribe());
        }
      }
    });
  });
}

async function exportsPage(): Promise<string[]> {
  const statuses: string[] = [];
  await eventsOf(
    newClient(),
    EXPORT,
    { id },
    ({ hoodExport }) => statuses.push(hoodExport.status),
    ({ hoodExport }) => hoodExport.status === 'ready',
  );
  return statuses;
}

async function desk(): Promise<string[]> {
  const client = newClient();
  const isWaiting = new Map<string, boolean>();
  // Not only of pending ones: a request that was listed at first is to go when somebody decides it.
  const following = eventsOf(
    client,
    CHANGES,
    {},
    ({ gdprRequests: { hoodId, gdprRequest } }) => isWaiting.set(hoodId, gdprRequest.status === 'PENDING'),
    ({ gdprRequests: { hoodId } }) => hoodId === id,
  );
  // An answer that was kept could lack what has changed just before.
  const fetchOptions = { headers: { 'cache-control': 'no-cache' } };
  const { data } = await client.query(LIST, { filter: FILTER }, { fetchOptions }).toPromise();
  for (const { hoodId } of data?.gdprRequests.nodes ?? []) if (!isWaiting.has(hoodId)) isWaiting.set(hoodId, true);
  await following;
  return [...isWaiting].flatMap(([hoodId, waits]) => (waits ? [hoodId] : [])).sort();
}

const screens = Array.from({ length: Number(count) }, scene === 'desk' ? desk : exportsPage);
process.stdout.write(JSON.stringify(await Promise.all(screens)));
