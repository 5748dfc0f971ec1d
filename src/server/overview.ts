import manifest from '../../package.json' with { type: 'json' };
import { startTable } from '../config/accounts.ts';
import type { Config } from '../config/config.ts';
import type { Scope } from '../graph/scopes.ts';
import { type Degradation, limitsOf, openRoutesOf, type UpstreamState } from '../graph/upstream-state.ts';

/** What `/ready` says of the process. */
export interface Readiness {
  /** Anything but `ready` is answered by status 503: other processes should get the requests. */
  status: 'ready' | 'draining' | 'shedding';
  /** What it does without meanwhile. All other processes do so too, so that taking this one away would not help. */
  degraded: readonly Degradation[];
}

/** What the gateway is and how it stands. */
export type Overview = ReturnType<typeof overviewOf>;

/** How the gateway stands, for whoever may send operations: without a call, a secret, or an address of an API. */
export function overviewOf(
  config: Config,
  clients: ReadonlyMap<string, UpstreamState>,
  now: Readiness,
  scopes: ReadonlySet<Scope>,
) {
  const apis = startTable(config).flatMap(({ api, title, mode, because }) => {
    const state = clients.get(api);
    if (!state) return [];
    return {
      ...{ api, title, mode, because },
      limits: limitsOf(state).map(({ windowSeconds, limit, left }) => ({ windowSeconds, limit, remaining: left })),
      waiting: state.budget?.waiting ?? 0,
      openRoutes: openRoutesOf(state),
      degraded: [...new Set(now.degraded.flatMap((each) => (each.api === api ? each.reason : [])))],
    };
  });
  // What concerns no API alone.
  const general = now.degraded.flatMap((each) => (each.api ? [] : each.reason));
  return {
    ...{ name: manifest.name, description: manifest.description, version: manifest.version },
    ...{ mode: config.UPSTREAM, status: now.status, degraded: general, apis },
    /** An operation to try; undefined where none is taken that is not known already. */
    example: config.TRUSTED_DOCUMENTS_ONLY === 'true' ? undefined : exampleOf(config, scopes),
  };
}

/** An operation that shows something to a caller with these scopes; of real data one that names nobody. */
function exampleOf({ UPSTREAM, HOOD_TOKEN, SOR_TOKEN, SOR_EMAIL }: Config, scopes: ReadonlySet<Scope>): string {
  if (UPSTREAM === 'sandbox' && scopes.has('gdpr:read') && scopes.has('pii:read'))
    return '{ gdprRequests(first: 2, orderBy: { field: CREATE_TIME }) { nodes { status customerProfile { firstName } } } }';
  if (HOOD_TOKEN) return '{ profileProperties(first: 3) { nodes { label } } }';
  return SOR_TOKEN || SOR_EMAIL ? '{ systemsOfRecord(first: 3) { nodes { name } } }' : '{ __typename }';
}

/** The paths that a caller may be interested in, and what is there. */
export function pathsOf({ GRAPHIQL, METRICS_PORT }: Config, hasSchema: boolean): Record<string, string> {
  return {
    '/': 'What runs here, and what is left of the limits',
    '/graphql': `Operations by POST, queries also by GET${GRAPHIQL === 'on' ? '; GraphiQL in a browser' : ''}`,
    ...(hasSchema && { '/schema.graphql': 'The schema, as text' }),
    '/caller': 'Who you are here, and which scopes you have',
    '/ready': 'Whether this process takes requests, and what does not work as usual',
    '/health': 'An empty answer with status 200 while this process is alive',
    ...(METRICS_PORT === undefined && { '/metrics': 'Metrics for Prometheus, for this machine only' }),
    '/.well-known/jwks.json': 'The public keys that check the signatures of files',
  };
}
