import { Server, type ServerResponse, STATUS_CODES } from 'node:http';
import { Server as ListeningServer, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import { lookEveryMs, Patience, takenBytes } from './patience.ts';

/** Node's own five minutes would end a long file in its middle. */
const LONGEST_UPLOAD_MS = 60 * 60_000;

/** How long an idle connection goes on once the process stops listening: the next request may be on its way. */
const GRACE_MS = 1_000;

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

interface Connection {
  /** To its latest request; undefined before the first. */
  answer?: ServerResponse;
  /** With a client that has an answer to take. */
  patience?: Patience | undefined;
}

/** Node's server, which cuts clients that do not take their answers, and stops once all have theirs. */
export class HttpServer extends Server {
  readonly #clientTimeoutMs: number;
  readonly #connections = new Map<Socket, Connection>();
  /** Late looks that come at once would be taken for as many. */
  #isLooking = false;
  readonly #stopping = new AbortController();
  /** Aborted when it is told to stop. */
  readonly stopping = this.#stopping.signal;

  /** How long a client that has an answer to take may stand still, and a connection stay open without a request. */
  constructor(clientTimeoutMs: number, keepAliveMs: number) {
    super({
      keepAliveTimeout: keepAliveMs,
      requestTimeout: LONGEST_UPLOAD_MS,
      // Joined, two `Host` are none; Node would take the first.
      joinDuplicateHeaders: true,
      // Left to the listener, whose refusals have headers.
      requireHostHeader: false,
    });
    this.#clientTimeoutMs = clientTimeoutMs;
    this.on('connection', (socket: Socket) => {
      this.#connections.set(socket, {});
      socket.once('close', () => this.#connections.delete(socket));
    });
    this.on('request', ({ socket }, answer) => {
      const connection = this.#connections.get(socket);
      if (connection) connection.answer = answer;
      if (!this.stopping.aborted) return;
      answer.setHeader('connection', 'close');
      // It idles no longer; Node itself knows that of connections that had a request before.
      socket.setTimeout(0);
    });
    this.on('clientError', ({ code = '' }: NodeJS.ErrnoException, socket: Socket) => {
      const { answer } = this.#connections.get(socket) ?? {};
      // A status in the middle of an answer would be taken for a part of it.
      const isBusy = answer?.headersSent && !answer.writableFinished;
      if (!socket.writable || isBusy) socket.destroy();
      else endWith(STATUSES[code] ?? 400, socket);
    });
    // Node's own 417 would have no headers; whatever else a caller expects, it gets the answer.
    this.on('checkExpectation', (request, response) => this.emit('request', request, response));
    this.on('connect', (_request, socket) => endWith(400, socket));
    const looking = setInterval(() => this.#cutSlowReaders(), lookEveryMs(clientTimeoutMs)).unref();
    this.once('close', () => clearInterval(looking));
  }

  /** Answers end their connections; after `delayMs` none is taken. How many were left `timeoutMs` later, and cut. */
  async drain(delayMs: number, timeoutMs: number): Promise<number> {
    this.#stopping.abort();
    for (const { answer } of this.#connections.values()) {
      if (answer?.headersSent === false) answer.setHeader('connection', 'close');
    }
    if (delayMs > 0) await pause(delayMs);
    // That of `http.Server` would also close idle connections, whose next requests may be on their way.
    const closed = new Promise((resolve) => ListeningServer.prototype.close.call(this, resolve));
    // Those whose answer had begun may have said that they stay open.
    this.keepAliveTimeout = GRACE_MS;
    for (const [socket, { answer }] of this.#connections) if (!answer || answer.closed) socket.setTimeout(GRACE_MS);
    let cut = 0;
    const timer = setTimeout(() => {
      cut = this.#connections.size;
      for (const socket of this.#connections.keys()) socket.destroy();
    }, timeoutMs);
    await closed;
    clearTimeout(timer);
    return cut;
  }

  async #cutSlowReaders(): Promise<void> {
    const waiting: Socket[] = [];
    for (const [socket, connection] of this.#connections) {
      if (socket.writableLength > 0) waiting.push(socket);
      else connection.patience = undefined;
    }
    if (waiting.length === 0 || this.#isLooking) return;
    this.#isLooking = true;
    const taken = await takenBytes(waiting);
    this.#isLooking = false;
    for (const [index, socket] of waiting.entries()) {
      const connection = this.#connections.get(socket);
      if (!connection) continue;
      connection.patience ??= new Patience(this.#clientTimeoutMs, taken[index]);
      if (connection.patience.isOver(taken[index] ?? 0)) socket.destroy();
    }
  }
}

function endWith(status: number, socket: Duplex): void {
  const headers = [...HEADERS, ['connection', 'close'], ['content-length', '0']].map((pair) => pair.join(': '));
  socket.end([`HTTP/1.1 ${status} ${STATUS_CODES[status]}`, ...headers, '', ''].join('\r\n'), () => socket.destroy());
}
