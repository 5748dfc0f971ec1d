import type { FetchAPI, Plugin } from 'graphql-yoga';
import type { Scope } from '../graph/scopes.ts';
import { type Identify, refusedBy } from './callers.ts';
import { CONTENT_SECURITY_POLICY, MISSING, PAGES, type Shown } from './front-page-html.ts';
import { wantsHtml } from './graphiql/graphiql.ts';
import type { Overview } from './overview.ts';

export interface FrontPageOptions {
  overview: (scopes: ReadonlySet<Scope>) => Overview;
  /** Undefined where it is whatever a request calls it. */
  publicUrl: string | undefined;
  /** What is there beside this page, by path, for callers who are let in. */
  paths: Readonly<Record<string, string>>;
  /** The schema as clients see it; undefined where nobody may ask for it. */
  schema: (() => string) | undefined;
  identify: Identify;
}

/** All that strangers are told. */
const STRANGERS_PATHS = { '/graphql': 'Operations, with a credential' };

/** Headers of credentials, with the variable of a shell that an example takes each from. */
const CREDENTIALS = { authorization: 'Bearer $TOKEN', 'x-gateway-secret': '$GATEWAY_SECRET' };

/**
 * Answers `/`, `/schema.graphql`, and paths where nothing is with what there is: as a page for browsers, else as JSON.
 * Whoever may send no operation learns the name alone. It stands behind all that answers a path.
 */
export function useFrontPage({ overview, publicUrl, paths, schema, identify }: FrontPageOptions): Plugin {
  let printed: string | undefined;

  async function answer(request: Request, { pathname, origin }: URL, fetchAPI: FetchAPI): Promise<Response> {
    const isRead = request.method === 'GET' || request.method === 'HEAD';
    const send = (text: string, type: string, status = 200, policy?: string) =>
      new fetchAPI.Response(request.method === 'HEAD' ? null : text, {
        status,
        headers: {
          ...{ 'content-type': `${type}; charset=utf-8`, vary: 'Accept' },
          ...(policy && { 'content-security-policy': policy }),
        },
      });
    const caller = await Promise.try(identify, request).catch(refusedBy(fetchAPI));
    const refusal = 'scopes' in caller ? undefined : caller;
    if (isRead && schema && pathname === '/schema.graphql') {
      // It takes some milliseconds, in which no operation is served.
      printed ??= schema();
      return refusal ?? send(printed, 'text/plain');
    }
    const isHome = isRead && pathname === '/';
    const base = publicUrl ?? origin;
    const whole = overview('scopes' in caller ? caller.scopes : new Set());
    const shown: Shown = {
      overview: whole,
      base,
      root: '../'.repeat(pathname.split('/').length - 2) || './',
      paths: refusal ? STRANGERS_PATHS : paths,
      curl: whole.example ? curlOf(`${base}/graphql`, whole.example, request.headers) : [],
    };
    const [kind, status] = isHome ? ([refusal ? 'name' : 'overview', 200] as const) : (['missing', 404] as const);
    if (isRead && wantsHtml(request)) return send(PAGES[kind](shown), 'text/html', status, CONTENT_SECURITY_POLICY);
    return send(`${JSON.stringify(JSONS[kind](shown), null, 2)}\n`, 'application/json', status);
  }
  return {
    // Not async: every operation passes here.
    onRequest({ request, url, fetchAPI, endResponse }) {
      // As Yoga finds out what is an operation.
      if (/\/graphql\/?$/.test(request.url) || /^\/graphql\/?$/.test(url.pathname)) return undefined;
      return answer(request, url, fetchAPI).then(endResponse);
    },
  };
}

const addressesOf = ({ base, paths }: Shown) =>
  Object.fromEntries(Object.entries(paths).map(([path, what]) => [`${base}${path}`, what]));

const JSONS: Record<keyof typeof PAGES, (shown: Shown) => object> = {
  overview(shown) {
    const { example, ...facts } = shown.overview;
    return { ...facts, paths: addressesOf(shown), ...(example && { example: shown.curl.join(' ') }) };
  },
  name: ({ overview: { name }, base }) => ({ name, graphql: `${base}/graphql` }),
  missing: (shown) => ({ errors: [{ message: MISSING }], paths: addressesOf(shown) }),
};

/** The credential is not repeated: the shell of whoever copies it has it in a variable. */
function curlOf(url: string, query: string, headers: Headers): string[] {
  const credentials = Object.entries(CREDENTIALS).filter(([name]) => headers.has(name));
  return [
    `curl ${url}`,
    `-H 'content-type: application/json'`,
    ...credentials.map(([name, value]) => `-H "${name}: ${value}"`),
    `-d '${JSON.stringify({ query })}'`,
  ];
}
