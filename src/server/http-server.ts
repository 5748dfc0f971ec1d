import { createServer, type RequestListener, type Server, type ServerResponse, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';

/** Node's own five minutes would end a long file in its middle. */
const LONGEST_UPLOAD_MS = 60 * 60_000;

/** What every answer has that does not say otherwise: it is for its caller, is what it says, and leads nobody back. */
export const HEADERS = [
  ['cache-control', 'no-store'],
  ['x-content-type-options', 'nosniff'],
  ['referrer-policy', 'no-referrer'],
] as const;

/** What Node's parser objects to that has a status of its own; all else is 400. */
const STATUSES: Readonly<Record<string, number>> = {
  ERR_HTTP_REQUEST_TIMEOUT: 408,
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 413,
  HPE_HEADER_OVERFLOW: 431,
};

/** Node's server, for a gateway as its listener. What is no request of HTTP is answered by a status alone. */
export function httpServer(listener?: RequestListener): Server {
  const server = createServer({
    requestTimeout: LONGEST_UPLOAD_MS,
    // Joined, two `Host` are none; Node would take the first.
    joinDuplicateHeaders: true,
    // Left to the listener, whose refusals have headers.
    requireHostHeader: false,
  });
  const answers = new WeakMap<Duplex, ServerResponse>();
  server.on('request', (request, response) => answers.set(request.socket, response));
  if (listener) server.on('request', listener);
  server.on('clientError', ({ code = '' }: NodeJS.ErrnoException, socket) => {
    const answer = answers.get(socket);
    // A status in the middle of an answer would be taken for a part of it.
    const isBusy = answer?.headersSent && !answer.writableFinished;
    if (!socket.writable || isBusy) socket.destroy();
    else endWith(STATUSES[code] ?? 400, socket);
  });
  // Node's own 417 would have no headers; whatever else a caller expects, it gets the answer.
  server.on('checkExpectation', (request, response) => server.emit('request', request, response));
  return server.on('connect', (_request, socket) => endWith(400, socket));
}

function endWith(status: number, socket: Duplex): void {
  const headers = [...HEADERS, ['connection', 'close'], ['content-length', '0']].map((pair) => pair.join(': '));
  socket.end([`HTTP/1.1 ${status} ${STATUS_CODES[status]}`, ...headers, '', ''].join('\r\n'), () => socket.destroy());
}
