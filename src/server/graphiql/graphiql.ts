import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { Worker } from 'node:worker_threads';
import { brotliCompress, gzip, constants as zlib } from 'node:zlib';
import type { FetchAPI, GraphiQLOptions } from 'graphql-yoga';
import Negotiator from 'negotiator';
import type { Endpoint } from '../front-door.ts';
import { MARK } from '../front-page-html.ts';
import type { RenderedPage, ToolbarOptions } from './render.ts';

type Bytes = Uint8Array<ArrayBuffer>;

/** What a page can be sent in, the smallest first, and how it comes to be: beside the thread of operations. */
const CODINGS = {
  // 1.9 MB; a higher quality takes four times as long for 1% less.
  br: (html: Bytes): Promise<Bytes> => promisify(brotliCompress)(html, { params: { [zlib.BROTLI_PARAM_QUALITY]: 6 } }),
  gzip: (html: Bytes): Promise<Bytes> => promisify(gzip)(html),
  identity: async (html: Bytes) => html,
};
type Coding = keyof typeof CODINGS;
const NAMES = Object.keys(CODINGS) as Coding[];

interface GraphiqlPage extends RenderedPage {
  /** The page in a coding, made when first asked for. */
  readonly bodyIn: Readonly<Record<Coding, () => Promise<Bytes>>>;
}

/** Answers a browser with GraphiQL. The page holds no data, so whoever reaches the gateway may see it. */
export function graphiqlEndpoints(options: ToolbarOptions): Record<string, Endpoint> {
  const page = graphiqlPage(options);
  const isAsked = (request: Request) => /^(?:GET|HEAD)$/.test(request.method) && wantsHtml(request);
  return {
    '/graphql': (request, fetchAPI) =>
      isAsked(request) ? page().then((graphiql) => responseWith(graphiql, request, fetchAPI)) : undefined,
    // The page finds what is beside it, also below a path of a proxy; an operation of a foreign link is left behind.
    '/graphql/': (request, { Response }) =>
      isAsked(request) ? new Response(null, { status: 308, headers: { location: '../graphql' } }) : undefined,
  };
}

async function responseWith(
  { version, contentSecurityPolicy, bodyIn }: GraphiqlPage,
  request: Request,
  { Response }: FetchAPI,
): Promise<Response> {
  const accepted = new Negotiator({ headers: Object.fromEntries(request.headers) }).encodings([...NAMES]);
  // A client that refuses everything gets it plain, which is better than nothing.
  const coding = NAMES.find((each) => accepted.includes(each)) ?? 'identity';
  const etag = `"${version}-${coding}"`;
  const headers = {
    // Kept by the browser, and asked about each time: the page changes with the gateway's version.
    'cache-control': 'no-cache',
    vary: 'Accept, Accept-Encoding',
    etag,
    'content-security-policy': contentSecurityPolicy,
  };
  if (namesTag(request.headers.get('if-none-match'), etag)) {
    return new Response(null, { status: 304, headers });
  }
  const bytes = await bodyIn[coding]();
  return new Response(request.method === 'HEAD' ? null : bytes, {
    headers: {
      ...headers,
      'content-type': 'text/html; charset=utf-8',
      'content-length': String(bytes.length),
      ...(coding === 'identity' ? {} : { 'content-encoding': coding }),
    },
  });
}

/** Whether a browser shows the answer to somebody: whoever prefers another type is a client that could show it. */
export function wantsHtml({ headers }: Request): boolean {
  const accept = headers.get('accept')?.toLowerCase();
  return new Negotiator({ headers: { accept } }).mediaType() === 'text/html';
}

/** Whether `If-None-Match` names this entity tag, compared weakly as a GET does (RFC 9110, 13.1.2). */
function namesTag(ifNoneMatch: string | null, etag: string): boolean {
  return (ifNoneMatch ?? '').split(',').some((tag) => ['*', etag].includes(tag.trim().replace(/^W\//, '')));
}

const LOGO = MARK.replace('33 22', '40 22').replace('currentColor', '#7d5bd0');

/** The page, rendered by a thread of its own when first asked for: that takes 50 MB and half a second. */
export function graphiqlPage(toolbar: ToolbarOptions): () => Promise<GraphiqlPage> {
  return madeOnce(async () => {
    const workerData = { options: optionsOf(toolbar), toolbar };
    const worker = new Worker(new URL('./render.ts', import.meta.url), { workerData });
    const [rendered] = (await once(worker, 'message')) as [RenderedPage];
    const inCoding = (name: Coding) => madeOnce(() => CODINGS[name](rendered.html));
    return { ...rendered, bodyIn: { br: inCoding('br'), gzip: inCoding('gzip'), identity: inCoding('identity') } };
  });
}

/** Makes something when it is first asked for; failures are retried. */
function madeOnce<Made>(make: () => Promise<Made>): () => Promise<Made> {
  let made: Promise<Made> | undefined;
  return () => {
    made ??= make().catch((error) => {
      made = undefined;
      throw error;
    });
    return made;
  };
}

/** Printed into a script: nothing here may come from a user. `variables` would open one more tab at each reload. */
function optionsOf(toolbar: ToolbarOptions): GraphiQLOptions & { onEditQuery: null } {
  return {
    title: 'Hood + SOR',
    favicon: `data:image/svg+xml,${encodeURIComponent(LOGO)}`,
    logo: LOGO,
    defaultTabs: examplesFor(toolbar).map(({ operation, variables }) => ({
      query: operation,
      variables,
      headers: null,
    })),
    defaultEditorToolsVisibility: 'variables',
    // Sent with every operation, whatever the editor of headers says: who tries one sees its cost and its calls.
    additionalHeaders: { 'x-upstream-cost': 'calls' },
    // A token that was typed in goes when the page does.
    shouldPersistHeaders: false,
    // By default the page copies every operation into its address, from where personal data reaches logs and histories.
    onEditQuery: null,
    // Otherwise subscriptions go by GET, with their variables in the address.
    method: 'POST',
  };
}

/** An operation that GraphiQL opens in a tab of its own. */
export interface Example {
  readonly operation: string;
  /** As JSON; null for none. */
  readonly variables: string | null;
}

const FOLDER = new URL('examples/', import.meta.url);

/**
 * Operations that run as they are, one tab each, in the order of the files' names; not those that call an API without a
 * credential. `examples` are queries that name no id; `examples/sandbox` names what the sandbox has, and changes it.
 * The first of an API has no variables, which GraphiQL would not fill in.
 */
export function examplesFor({ isSandbox, apis }: Pick<ToolbarOptions, 'isSandbox' | 'apis'>): Example[] {
  const names = new Set(apis.map(({ api }) => api));
  return readdirSync(FOLDER, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.graphql') && (isSandbox || !name.startsWith('sandbox')))
    .sort()
    .map((name) => {
      const variables = new URL(name.replace(/graphql$/, 'json'), FOLDER);
      return {
        operation: readFileSync(new URL(name, FOLDER), 'utf8'),
        variables: existsSync(variables) ? readFileSync(variables, 'utf8').trim() : null,
      };
    })
    .filter(({ operation }) => names.isSupersetOf(new Map(Object.entries(callsOf(operation)))));
}

/** How many calls the comments of an example name, by the names of the APIs. */
export function callsOf(operation: string): Record<string, number> {
  const calls = operation.matchAll(/\b(\d+) calls? to (\w+)/g);
  return Object.fromEntries([...calls].map(([, count, api = '']) => [api.toUpperCase(), Number(count)]));
}
