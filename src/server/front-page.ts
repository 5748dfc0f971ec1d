import type { Plugin } from 'graphql-yoga';
import { type Identify, refusedBy } from './callers.ts';
import { CONTENT_SECURITY_POLICY, MISSING, type Overview, PAGES, type Shown } from './front-page-html.ts';
import { wantsHtml } from './graphiql/graphiql.ts';

export interface FrontPageOptions {
  overview: () => Overview;
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
 * Answers `/` with what the gateway is and how it stands, `/schema.graphql` with the schema, and paths where nothing is
 * with what there is: as a page for browsers, else as JSON. Whoever would not be let in with an operation learns the
 * name, and where operations go. It stands behind every plugin that answers a path.
 */
export function useFrontPage({ overview, publicUrl, paths, schema, identify }: FrontPageOptions): Plugin {
  const isLetIn = async (request: Request) => identify(request);

  async function answer(request: Request, url: URL, isRead: boolean): Promise<Answer> {
    const isKnown = await isLetIn(request).then(
      () => true,
      () => false,
    );
    const isHome = isRead && url.pathname === '/';
    const base = publicUrl ?? url.origin;
    const whole = overview();
    const shown: Shown = {
      overview: whole,
      base,
      root: '../'.repeat(url.pathname.split('/').length - 2) || './',
      paths: isKnown ? paths : STRANGERS_PATHS,
      curl: whole.example ? curlOf(`${base}/graphql`, whole.example, request.headers) : [],
    };
    const status = isHome ? 200 : 404;
    const kind = isHome ? (isKnown ? 'overview' : 'name') : 'missing';
    if (isRead && wantsHtml(request)) {
      const policy = { 'content-security-policy': CONTENT_SECURITY_POLICY };
      return { status, type: 'text/html', text: PAGES[kind](shown), headers: { ...policy, vary: 'Accept' } };
    }
    const text = `${JSON.stringify(JSONS[kind](shown), null, 2)}\n`;
    return { status, type: 'application/json', text, headers: { vary: 'Accept' } };
  }

  return {
    // Not async: every operation passes here.
    onRequest({ request, url, fetchAPI, endResponse }) {
      // As Yoga finds out what is an operation.
      if (/\/graphql\/?$/.test(request.url) || /^\/graphql\/?$/.test(url.pathname)) return undefined;
      const isRead = request.method === 'GET' || request.method === 'HEAD';
      const send = ({ status = 200, type, text, headers }: Answer) =>
        new fetchAPI.Response(request.method === 'HEAD' ? null : text, {
          status,
          headers: { 'content-type': `${type}; charset=utf-8`, ...headers },
        });
      if (isRead && schema && url.pathname === '/schema.graphql') {
        const sent = isLetIn(request).then(() => send({ type: 'text/plain', text: schema() }));
        return sent.catch(refusedBy(fetchAPI)).then(endResponse);
      }
      return answer(request, url, isRead).then(send).then(endResponse);
    },
  };
}

interface Answer {
  status?: number;
  type: string;
  text: string;
  headers?: Record<string, string>;
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
