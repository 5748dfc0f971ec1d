import type { FetchAPI, Plugin } from 'graphql-yoga';
import manifest from '../../package.json' with { type: 'json' };
import type { Config } from '../config/config.ts';
import { schema } from '../graph/schema.ts';
import { schemaText } from '../graph/schema-text.ts';
import type { UpstreamState } from '../graph/upstream-state.ts';
import { type Identify, refusedBy } from './callers.ts';
import { CONTENT_SECURITY_POLICY, pageOf } from './front-page-html.ts';
import { wantsHtml } from './graphiql/graphiql.ts';
import { overviewOf, pathsOf, type Readiness } from './overview.ts';

/** What a path without anything is answered with. */
const MISSING = 'There is nothing at this path. GraphQL is at /graphql.';

/** All that strangers are told. */
const STRANGERS_PATHS = { '/graphql': 'Operations, with a credential' };

/** Headers of credentials, with the variable of a shell that an example takes each from. */
const CREDENTIALS = { authorization: 'Bearer $TOKEN', 'x-gateway-secret': '$GATEWAY_SECRET' };

/**
 * Answers `/`, `/schema.graphql`, and paths where nothing is with what there is: as a page for browsers, else as JSON.
 * Whoever may send no operation learns the name alone. It stands behind all that answers a path.
 */
export function useFrontPage(
  config: Config,
  clients: ReadonlyMap<string, UpstreamState>,
  readiness: () => Readiness,
  identify: Identify,
): Plugin {
  const isExplorable = config.INTROSPECTION === 'on' && config.TRUSTED_DOCUMENTS_ONLY !== 'true';
  const paths = pathsOf(config, isExplorable);
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
    if (isRead && isExplorable && pathname === '/schema.graphql') {
      // It takes some milliseconds, in which no operation is served.
      printed ??= schemaText(schema);
      return refusal ?? send(printed, 'text/plain');
    }
    const isHome = isRead && pathname === '/';
    const status = isHome ? 200 : 404;
    const shown = 'scopes' in caller && isHome ? overviewOf(config, clients, readiness(), caller.scopes) : undefined;
    const { example, ...facts } = shown ?? { example: undefined };
    const base = config.PUBLIC_URL ?? origin;
    const curl = example ? curlOf(`${base}/graphql`, example, request.headers) : [];
    const known = refusal ? STRANGERS_PATHS : paths;
    if (isRead && wantsHtml(request)) {
      const title = isHome ? manifest.name : 'Nothing here';
      const sentence = isHome ? (shown?.description ?? 'A GraphQL API.') : MISSING;
      const root = '../'.repeat(pathname.split('/').length - 2) || './';
      const page = pageOf({ title, sentence, overview: shown, root, paths: known, curl });
      return send(page, 'text/html', status, CONTENT_SECURITY_POLICY);
    }
    const urls = Object.fromEntries(Object.entries(known).map(([path, what]) => [`${base}${path}`, what]));
    const seen = shown
      ? { ...facts, paths: urls, ...(example && { example: curl.join(' ') }) }
      : { name: manifest.name, graphql: `${base}/graphql` };
    const said = isHome ? seen : { errors: [{ message: MISSING }], paths: urls };
    return send(`${JSON.stringify(said, null, 2)}\n`, 'application/json', status);
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
