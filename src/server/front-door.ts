import type { IncomingMessage, OutgoingHttpHeaders, RequestListener, ServerResponse } from 'node:http';
import { sendNodeResponse } from '@whatwg-node/server';
import type { FetchAPI, Plugin, YogaServerInstance } from 'graphql-yoga';
import type { Logger } from 'pino';
import { isLoopback } from '../config/setting-kinds.ts';
import { codingOf, sendCompressed } from './compression.ts';
import { HEADERS } from './http-server.ts';
import { onceEach } from './once.ts';

/** `host[:port]` (RFC 9110, 7.2), without the escapes and odd signs that no name in use has. */
const HOST = /^(?:\[[\da-f:.]+\]|[\w.-]+)(?::\d{1,5})?$/i;

/** A path from the root (RFC 9112, 3.2.1), whose escapes are whole; what follows it is anybody's. */
const TARGET = /^\/(?:[^%?#]|%[\da-f]{2})*(?:[?#]|$)/i;

/** A target with the host that it is for (RFC 9112, 3.2.2). */
const ABSOLUTE = /^https?:\/\/([^/?#]*)(.*)$/i;

/** For probes, which call by whatever address the process has. With a query Yoga may take them for operations. */
const PROBED = ['/health', '/ready', '/metrics'];

/** In characters; those of shorter ones may stay with their texts. */
const LONG_ANSWER = 65_536;

/** What plugins know about a request beside what it says. */
export interface ServerContext {
  req: IncomingMessage;
  res: ServerResponse;
  /** Aborted where its client leaves before the answer is there. Yoga's own is a proxy, through which listening takes long. */
  leaving: AbortSignal;
}

/** A plugin that has Node's own request and answer where they came over the network. */
export type ServerPlugin = Plugin<object, Partial<ServerContext>>;

/** Answers a request, unless it is not for it. Node's own request is there for those that came over the network. */
export type Endpoint = (
  request: Request,
  fetchAPI: FetchAPI,
  context: Partial<ServerContext>,
) => Response | Promise<Response> | undefined;

/** Answers requests for some paths. */
export function useEndpoints(endpoints: Readonly<Record<string, Endpoint>>): ServerPlugin {
  const byPath = new Map(Object.entries(endpoints));
  return {
    // Not asynchronous, and paths compared as they are: most requests only pass by here.
    onRequest({ request, url, fetchAPI, serverContext, endResponse }) {
      const answer = byPath.get(url.pathname)?.(request, fetchAPI, serverContext);
      return answer && Promise.resolve(answer).then(endResponse);
    },
  };
}

/** The gateway as a listener. What is no URL or not meant for it (`isOurs`), and a bug, gets a status alone. */
export function frontDoor(
  yoga: Pick<YogaServerInstance<ServerContext, object>, 'handleNodeRequestAndResponse'>,
  isOurs: (host: string) => boolean,
  report: (bug: unknown) => void,
): RequestListener {
  let lastHost: string | undefined;

  function refusedAs(request: IncomingMessage): number | undefined {
    const { url = '', headers, httpVersion } = request;
    const { host } = headers;
    const [, named, target = ''] = ABSOLUTE.exec(url) ?? [];
    if (!TARGET.test(url) && named === undefined) return 400;
    // Nearly all requests call by the same name.
    const isUsual = host !== undefined && host === lastHost;
    // Only HTTP/1.0 may leave it out, and a URL can be made of it.
    const isHost = () =>
      host === undefined ? httpVersion === '1.0' : HOST.test(host) && URL.canParse(`http://${host}`);
    if (!isUsual && !isHost()) return 400;
    if (named !== undefined) {
      // `Host` says nothing then.
      headers.host = named;
      request.url = target.startsWith('/') ? target : `/${target}`;
      return refusedAs(request);
    }
    if (isUsual || PROBED.includes(url)) return undefined;
    if (!isOurs(host ?? '')) return 421;
    lastHost = host;
    return undefined;
  }

  return async (request, response) => {
    const status = refusedAs(request);
    if (status !== undefined) return endWith(status, response);
    try {
      const leaving = new AbortController();
      // An answer in parts or compressed has ten listeners of Yoga's and of pipes, and Node warns of more as of a leak.
      response.setMaxListeners(20);
      response.once('close', () => response.writableFinished || leaving.abort());
      const context = { req: request, res: response, leaving: leaving.signal };
      await send(await yoga.handleNodeRequestAndResponse(request, response, context), response, request);
    } catch (error) {
      report(error);
      if (response.headersSent) response.destroy();
      else endWith(500, response);
    }
  };
}

/** Nothing holds the text of a long answer while its client takes the bytes, which may be slowly. */
async function send(answer: Response, response: ServerResponse, request: IncomingMessage): Promise<void> {
  // Yoga keeps connections that bring later parts, which is for the server and the client to agree on. Only refusals end
  // one: what is late may never come.
  if (answer.headers.get('connection') === 'keep-alive') {
    answer.headers.delete('connection');
    // Of events it says that they may be kept, which nothing of a caller's may.
    if (answer.headers.get('cache-control') === 'no-cache') answer.headers.delete('cache-control');
  }
  const coding = codingOf(answer, request);
  if (!coding && answer.headers.has('content-length')) {
    const headers: OutgoingHttpHeaders = { ...COMMON_HEADERS };
    answer.headers.forEach((value, name) => {
      headers[name.toLowerCase()] = name === 'set-cookie' ? answer.headers.getSetCookie() : value;
    });
    // Yoga's own class keeps what it was made of, which can be sent at once.
    const { bodyInit: text } = answer as { bodyInit?: unknown };
    const isShort = typeof text === 'string' && text.length < LONG_ANSWER;
    response.writeHead(answer.status, headers).end(isShort ? text : Buffer.from(await answer.arrayBuffer()));
    return;
  }
  for (const [name, value] of HEADERS) response.setHeader(name, value);
  await (coding ? sendCompressed(answer, response, coding) : sendNodeResponse(answer, response, request, true));
}

/** Set together with those of the answer: one by one they take longer. */
const COMMON_HEADERS: OutgoingHttpHeaders = Object.fromEntries(HEADERS);

function endWith(status: number, response: ServerResponse): void {
  response.writeHead(status, { ...COMMON_HEADERS, connection: 'close', 'content-length': 0 }).end();
}

/** By which names requests may call: a page can give this machine others (DNS rebinding). Refused ones are logged. */
export function allowedHosts(
  publicUrl: string,
  listed: readonly string[],
  log: Logger,
  refused: () => void,
): (host: string) => boolean {
  const names = new Set([new URL(publicUrl).hostname, ...listed]);
  const report = onceEach((name) =>
    log.warn(`refused a request to ${name.slice(0, 100)}: to allow it, add this name to ALLOWED_HOSTS`),
  );
  return (host) => {
    const name = URL.parse(`http://${host}`)?.hostname ?? '';
    if (isLoopback(name) || names.has(name)) return true;
    refused();
    if (name !== '') report(name);
    return false;
  };
}
