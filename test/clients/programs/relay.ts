import { registerHooks } from 'node:module';
import { pathToFileURL } from 'node:url';
import {
  type ConcreteRequest,
  createOperationDescriptor,
  Environment,
  getPaginationMetadata,
  getPaginationVariables,
  getSingularSelector,
  getValueAtPath,
  Network,
  type ReaderFragment,
  RecordSource,
  requestSubscription,
  type SingularReaderSelector,
  Store,
  type Variables,
} from 'relay-runtime';
import { followAt } from '../../../examples/clients/relay-events.ts';
import { fetchFrom } from '../../../examples/clients/relay-network.ts';

/**
 * Pages through connections as `usePaginationFragment` does, without React: by the refetch query that relay-compiler
 * made for a fragment, into a store that merges the windows; shows a deferred fragment part by part; and follows an export.
 */
const [url = '', artifacts = '', scene = '', customerId = ''] = process.argv.slice(2);

/** Relay over the gateway, with an empty store. */
const openEnvironment = () =>
  new Environment({
    network: Network.create(fetchFrom(url), followAt(url)),
    store: new Store(new RecordSource()),
  });

// Artifacts import each other as bundlers resolve them: without an ending.
registerHooks({
  resolve: (specifier, context, next) => next(specifier.endsWith('.graphql') ? `${specifier}.ts` : specifier, context),
});

/** What Relay's Babel plugin does: a document stands for the artifact that the compiler made of it. */
async function graphql<Artifact>([text = '']: TemplateStringsArray): Promise<Artifact> {
  const [, name] = /(?:query|fragment|subscription) (\w+)/.exec(text) ?? [];
  return (await import(`${pathToFileURL(artifacts)}/${name}.graphql.ts`)).default;
}

const exportSubscription: ConcreteRequest = await graphql`
  subscription relayExportSubscription($id: ID!) {
    hoodExport(hoodId: $id) {
      id
      status
    }
  }
`;
const requestsQuery: ConcreteRequest = await graphql`
  query relayRequestsQuery($first: Int, $after: String, $last: Int, $before: String) {
    ...relayRequests @arguments(first: $first, after: $after, last: $last, before: $before)
  }
`;
const requests: ReaderFragment = await graphql`
  fragment relayRequests on Query
  @refetchable(queryName: "relayRequestsPageQuery")
  @argumentDefinitions(
    first: { type: "Int" }
    after: { type: "String" }
    last: { type: "Int" }
    before: { type: "String" }
  ) {
    list: gdprRequests(first: $first, after: $after, last: $last, before: $before)
      @connection(key: "relay_list") {
      edges {
        node {
          id
          hoodId
        }
      }
    }
  }
`;
const profileQuery: ConcreteRequest = await graphql`
  query relayProfileQuery($customerId: ID!) {
    customerProfile(customerId: $customerId) {
      id
      ...relayProfile
    }
  }
`;
const profileRequests: ReaderFragment = await graphql`
  fragment relayProfile on CustomerProfile
  @refetchable(queryName: "relayProfilePageQuery")
  @argumentDefinitions(first: { type: "Int", defaultValue: 2 }, after: { type: "String" }) {
    list: gdprRequests(first: $first, after: $after) @connection(key: "relayProfile_list") {
      edges {
        node {
          id
          hoodId
        }
      }
    }
  }
`;

const deferredQuery: ConcreteRequest = await graphql`
  query relayDeferredQuery {
    gdprRequests(first: 1) {
      nodes {
        hoodId
        ...relayDeferredProfile @defer(label: "profile")
      }
    }
  }
`;
const deferredProfile: ReaderFragment = await graphql`
  fragment relayDeferredProfile on GdprRequest {
    customerProfile {
      customerId
    }
  }
`;

/** What is read of either fragment; a type that can be fetched by its `id` has that too. */
interface Data {
  id?: string;
  list: List;
}

interface List {
  edges: { node: { hoodId: string } }[];
  pageInfo: { hasNextPage: boolean; hasPreviousPage: boolean; startCursor: string; endCursor: string };
}

/** One fragment of one query in a store of its own. */
class Screen {
  readonly #environment = openEnvironment();
  readonly #fragment: ReaderFragment;
  #data: () => Data = () => ({}) as Data;

  constructor(fragment: ReaderFragment) {
    this.#fragment = fragment;
  }

  async open(query: ConcreteRequest, variables: Variables, path: string[] = []): Promise<this> {
    const operation = createOperationDescriptor(query, variables);
    this.#environment.retain(operation);
    await this.#environment.execute({ operation }).toPromise();
    const reference = getValueAtPath(this.#environment.lookup(operation.fragment).data, path);
    const selector = getSingularSelector(this.#fragment, reference);
    if (!selector) throw new Error('The fragment has no data.');
    this.#data = () => this.#environment.lookup(selector).data as unknown as Data;
    return this;
  }

  /** Whether there was a window more in this direction. */
  async load(direction: 'forward' | 'backward', count: number): Promise<boolean> {
    const { id, list } = this.#data();
    const { pageInfo } = list;
    if (!(direction === 'forward' ? pageInfo.hasNextPage : pageInfo.hasPreviousPage)) return false;
    const { paginationMetadata, paginationRequest } = getPaginationMetadata(this.#fragment, 'relay.ts');
    const cursor = direction === 'forward' ? pageInfo.endCursor : pageInfo.startCursor;
    const variables = getPaginationVariables(direction, count, cursor, { id }, {}, paginationMetadata);
    const operation = createOperationDescriptor(paginationRequest, variables, { force: true });
    await this.#environment.execute({ operation }).toPromise();
    return true;
  }

  async loadAll(...way: Parameters<Screen['load']>): Promise<this> {
    while (await this.load(...way));
    return this;
  }

  ids(): string[] {
    return this.#data().list.edges.map(({ node }) => node.hoodId);
  }

  get endCursor(): string {
    return this.#data().list.pageInfo.endCursor;
  }
}

const open = (variables: Variables) => new Screen(requests).open(requestsQuery, variables);

/** The ids in the store after paging from the start, from the end, from the middle, and through a list of one row. */
async function pages(): Promise<unknown> {
  const forwards = await (await open({ first: 5 })).loadAll('forward', 5);
  const backwards = await (await open({ last: 4 })).loadAll('backward', 7);
  const { endCursor } = await open({ first: 11 });
  const bothWays = await open({ first: 3, after: endCursor });
  await bothWays.loadAll('forward', 10);
  await bothWays.loadAll('backward', 4);
  const ofNode = await new Screen(profileRequests).open(profileQuery, { customerId }, ['customerProfile']);
  await ofNode.loadAll('forward', 2);
  return {
    forwards: forwards.ids(),
    backwards: backwards.ids(),
    bothWays: bothWays.ids(),
    ofNode: ofNode.ids(),
  };
}

/** What the store has of a row and of its deferred fragment, at every part of the answer. */
async function deferred(): Promise<unknown> {
  const environment = openEnvironment();
  const operation = createOperationDescriptor(deferredQuery, {});
  environment.retain(operation);
  const shown: unknown[] = [];
  const show = () => {
    const { data } = environment.lookup(operation.fragment);
    const row = getValueAtPath(data, ['gdprRequests', 'nodes', 0]);
    const selector = getSingularSelector(deferredProfile, row);
    const { data: profile, isMissingData } = environment.lookup(selector as SingularReaderSelector);
    shown.push({ hoodId: getValueAtPath(row, ['hoodId']), profile: isMissingData ? 'to come' : profile });
  };
  await new Promise<void>((complete, error) => {
    environment.execute({ operation }).subscribe({ next: show, complete, error });
  });
  return shown;
}

/** What a component that follows an export gets, at every event. */
async function followed(): Promise<unknown> {
  const shown: unknown[] = [];
  const config = { subscription: exportSubscription, variables: { id: '7' } };
  await new Promise<void>((onCompleted, onError) => {
    const onNext = (data: unknown) => shown.push(getValueAtPath(data as object, ['hoodExport', 'status']));
    requestSubscription(openEnvironment(), { ...config, onNext, onCompleted, onError });
  });
  return shown;
}

const SCENES: Record<string, () => Promise<unknown>> = { pages, deferred, followed };

process.stdout.write(JSON.stringify(await SCENES[scene]?.()));
