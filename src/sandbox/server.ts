import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pipeline, Readable } from 'node:stream';
import { json as readJson } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Fault, fail } from './faults.ts';

/** A request as the stand-in received it. */
export interface ApiRequest {
  method: string;
  /** The path's segments, each decoded on its own. */
  segments: string[];
  query: URLSearchParams;
  headers: IncomingHttpHeaders;
  /** The body as it comes, for uploads. */
  stream: IncomingMessage;
  /** The body as JSON; throws a `SyntaxError` when it is not. */
  json(): Promise<unknown>;
  /** Resolves once the answer is out or the caller has left. */
  closed: Promise<void>;
}

/** What a stand-in answers: `json` or a `body`, not both; neither is an empty body. */
export interface Reply {
  status: number;
  json?: unknown;
  body?: string | Uint8Array | Readable;
  headers?: Record<string, string>;
}

export type Handler = (request: ApiRequest) => Reply | Promise<Reply>;

/** One request that arrived, for tests that count them. */
export interface SeenCall {
  /** `GET /v1/hood/exports?fields=id&page=1,20`: method, decoded path, decoded query. */
  line: string;
  /** Path and query exactly as they stood in the request line. */
  rawTarget: string;
  headers: IncomingHttpHeaders;
  /** When it arrived, in `performance.now()` milliseconds. */
  at: number;
  /** What it was answered with; `undefined` while unanswered or when the connection was cut. */
  status: number | undefined;
  /** Whether the caller closed the connection before the answer was complete. */
  aborted: boolean;
}

/** What can be set while the stand-in runs. */
export interface Dials {
  /** Added to every answer, between the work (counting against limits, writing) and the answer. */
  latencyMs: number;
  /** How much longer an answer may take at most; any time up to that is as likely. */
  jitterMs: number;
  /** Consulted as every request arrives; what it returns happens instead of the answer. */
  fault: ((call: SeenCall) => Fault | undefined) | undefined;
  /** Consulted before every JSON answer is sent; the JSON it returns is sent instead of the honest one. */
  lie: Lie | undefined;
}

/** Turns an honest JSON answer into another one, at once or as a promise. `lies.ts` has ready-made ones. */
export type Lie = (call: SeenCall, honest: unknown, ask: AskAgain) => unknown;

/**
 * The honest JSON for the same request with a changed query. The caller does not see this call, but it counts against
 * the account's limits. Only a GET may be asked again.
 */
export type AskAgain = (change: (query: URLSearchParams) => void) => Promise<unknown>;

/** A running stand-in for one API. */
export interface ApiServer extends AsyncDisposable {
  /** `http://127.0.0.1:<port>`. */
  readonly origin: string;
  /** Every request since the start, or since a test emptied it. */
  readonly calls: SeenCall[];
  readonly dials: Dials;
}

/** Serves `handler` on loopback. Port 0 takes a free one. */
export async function serve(handler: Handler, port = 0): Promise<ApiServer> {
  const calls: SeenCall[] = [];
  const dials: Dials = { latencyMs: 0, jitterMs: 0, fault: undefined, lie: undefined };

  const server = createServer(async (incoming, response) => {
    const { method = 'GET', url: rawTarget = '/', headers } = incoming;
    const [rawPath = '', ...rawQuery] = rawTarget.split('?');
    const request: ApiRequest = {
      method,
      segments: rawPath.split('/').filter(Boolean).map(decode),
      query: new URLSearchParams(rawQuery.join('?')),
      headers,
      stream: incoming,
      json: () => readJson(incoming),
      closed: new Promise((resolve) => response.once('close', resolve)),
    };
    const [line, at] = [lineOf(request), performance.now()];
    const call: SeenCall = { line, rawTarget, headers, at, status: undefined, aborted: false };
    calls.push(call);
    response.once('close', () => {
      call.aborted = !response.writableFinished;
    });
    const ask: AskAgain = async (change) => {
      if (method !== 'GET') throw new Error('Only a GET may be asked again.');
      const query = new URLSearchParams(request.query);
      change(query);
      return (await handler({ ...request, query })).json;
    };
    try {
      const outcome = dials.fault?.(call) ?? (await handler(request));
      const waitMs = dials.latencyMs + Math.random() * dials.jitterMs;
      if (waitMs > 0) await sleep(waitMs);
      if ('kind' in outcome) return void fail(outcome, response);
      call.status = outcome.status;
      const isLied = dials.lie !== undefined && outcome.json !== undefined;
      send(isLied ? { ...outcome, json: await dials.lie?.(call, outcome.json, ask) } : outcome, response);
    } catch (error) {
      // A mistake of the stand-in itself: say so, so that no test takes it for a documented 500.
      if (!response.headersSent) response.writeHead(599, { 'content-type': 'text/plain' });
      response.end(String(error instanceof Error ? error.stack : error));
    }
  });
  await once(server.listen(port, '127.0.0.1'), 'listening');

  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    dials,
    async [Symbol.asyncDispose]() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

function send({ status, json, body, headers }: Reply, response: ServerResponse): void {
  if (json !== undefined) {
    const text = JSON.stringify(json);
    const length = String(Buffer.byteLength(text));
    response.writeHead(status, { 'content-type': 'application/json', 'content-length': length, ...headers });
    return void response.end(text);
  }
  response.writeHead(status, headers);
  // Unlike `pipe`, it also ends the source when the caller leaves; either end's failure just closes the connection.
  if (body instanceof Readable) pipeline(body, response, () => {});
  else response.end(body);
}

function lineOf({ method, segments, query }: ApiRequest): string {
  const search = [...query].map(([name, value]) => `${name}=${value}`).join('&');
  return `${method} /${segments.join('/')}${search && `?${search}`}`;
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
