import { createServer, type IncomingMessage, type Server } from 'node:http';
import { isLoopback } from '../../config/setting-kinds.ts';
import type { Endpoint } from '../front-door.ts';
import { HEADERS } from '../http-server.ts';
import type { Metrics } from './metrics.ts';

const PATH = '/metrics';

/** What proxies add to requests of others, by the names that they have. */
const FORWARDING = /^via$|forwarded|(?:client|cluster|connecting|real)-?ip$|external-address$/;

/** Answers `/metrics` to this machine, or to nobody if it has its own port; `addressHeader` is that of our proxy. */
export function metricsEndpoint(metrics: Metrics, hasPort: boolean, addressHeader = ''): Endpoint {
  const isForwarded = (name: string) => FORWARDING.test(name) || name === addressHeader.toLowerCase();
  return async (_request, { Response }, { req }) => {
    if (hasPort || !req || !isLocal(req) || Object.keys(req.headers).some(isForwarded))
      return new Response(null, { status: 404 });
    return new Response(await metrics.text(), { headers: { 'content-type': metrics.registry.contentType } });
  };
}

/** Whether somebody on this machine asks, and no page that has given this machine a name of its own (DNS rebinding). */
function isLocal({ socket, headers }: IncomingMessage): boolean {
  const names = [socket.remoteAddress?.replace(/^::ffff:/, ''), URL.parse(`http://${headers.host}`)?.hostname];
  return names.every((name = '') => isLoopback(name));
}

/** A server of nothing but `/metrics`, to whoever reaches it. */
export function metricsServer(metrics: Metrics): Server {
  return createServer(async ({ url, method }, response) => {
    for (const [name, value] of HEADERS) response.setHeader(name, value);
    const isAsked = url?.split('?')[0] === PATH && (method === 'GET' || method === 'HEAD');
    if (!isAsked) return void response.writeHead(404).end();
    response.setHeader('content-type', metrics.registry.contentType);
    response.end(await metrics.text());
  });
}
