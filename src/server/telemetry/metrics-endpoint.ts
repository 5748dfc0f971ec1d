import { createServer, type IncomingMessage, type Server } from 'node:http';
import { isLoopback } from '../../config/setting-kinds.ts';
import type { Endpoint } from '../endpoints.ts';
import { HEADERS } from '../http-server.ts';
import type { Metrics } from './metrics.ts';

const PATH = '/metrics';

/** What proxies add to requests of others. */
const FORWARDING = ['forwarded', 'via', 'x-forwarded-for', 'x-forwarded-host', 'x-forwarded-proto', 'x-real-ip'];

/** Answers `/metrics` to this machine alone; where they have a port of their own, to nobody. */
export function metricsEndpoint(metrics: Metrics, hasPort: boolean): Endpoint {
  return async (_request, { Response }, { req }) => {
    if (hasPort || !req || !isLocal(req)) return new Response(null, { status: 404 });
    return new Response(await metrics.text(), { headers: { 'content-type': metrics.registry.contentType } });
  };
}

/**
 * Whether somebody on this machine asks: not a proxy on it for others, nor a page that has given this machine a name of
 * its own (DNS rebinding).
 */
function isLocal({ socket, headers }: IncomingMessage): boolean {
  const names = [socket.remoteAddress?.replace(/^::ffff:/, ''), URL.parse(`http://${headers.host}`)?.hostname];
  return names.every((name = '') => isLoopback(name)) && FORWARDING.every((name) => headers[name] === undefined);
}

/** A server of nothing but `/metrics`, to whoever reaches it. */
export function metricsServer(metrics: Metrics): Server {
  return createServer(async ({ url, method }, response) => {
    for (const [name, value] of HEADERS) response.setHeader(name, value);
    if (url !== PATH || method !== 'GET') return void response.writeHead(404).end();
    response.setHeader('content-type', metrics.registry.contentType);
    response.end(await metrics.text());
  });
}
