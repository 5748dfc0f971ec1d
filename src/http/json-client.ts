import type { Readable } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import { type Dispatcher, Pool } from 'undici';
import type { Priority } from './budget/reservation-log.ts';
import type { JsonClientOptions } from './client-options.ts';
import { endingWith, refuseIfOver } from './ending.ts';
import { errorText } from './error-text.ts';
import { type ExchangeLimits, exchange, type Reply, type ReplyHeaders } from './exchange.ts';
import { exchangeStream } from './exchange-stream.ts';
import { attemptOf, type Flight } from './flight.ts';
import { contentOf, type Form, formWasSent } from './form.ts';
import { isRedirect, redirectPath } from './redirect.ts';
import { readJson, refusal, statusError } from './response.ts';
import { retryDelay } from './retry.ts';
import { transportFailure } from './transport-failure.ts';
import { API_NAMES, UpstreamError, type UpstreamFailure } from './upstream-error.ts';

/** One call, as its source describes it. `endpoint()` makes `route` and `path`. */
export interface JsonCall {
  /** The template, for errors, logs and metrics. */
  route: string;
  /** The encoded path with its query. */
  path: string;
  /** Ends the call. A `TimeoutError` as its reason counts as the API's timeout, any other as the caller's leaving. */
  signal?: AbortSignal | undefined;
  /** When the answer is no longer of use, in `performance.now()` milliseconds. */
  deadline?: number | undefined;
  /** Whose call it is, such as an operation: scarce calls are shared evenly. Without one it is a caller of its own. */
  caller?: object | undefined;
  /** `interactive` unless set. */
  priority?: Priority | undefined;
}

export interface ReadCall extends JsonCall {
  /** A 404 answers `undefined` instead of failing: for what may not exist. */
  mayBeMissing?: boolean;
}

export interface WriteCall extends JsonCall {
  method: 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Sent as JSON; `JSON.rawJSON('…')` inside sends digits as they stand. */
  body?: unknown;
  /** Sent instead of JSON, once, for as long as it takes: only silence and the signal end such a call. */
  form?: Form;
  /** The body is the gateway's own credential: a refusal is nothing that a caller can mend. */
  isOwnCredential?: boolean;
}

/** A response that is read while it comes. */
export interface OpenedStream {
  status: number;
  headers: ReplyHeaders;
  /** Reads from the API as fast as it is read itself; destroying it closes the connection. */
  body: Readable;
}

type Transport<R> = (
  pool: Dispatcher,
  request: Dispatcher.DispatchOptions,
  limits: ExchangeLimits,
) => Promise<R>;

/** As long as a timer of Node can be: 24 days. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** Failures already told of: one can pass several calls, as a failed log-in does. */
const told = new WeakSet<UpstreamError>();

/** Speaks JSON with one API over one pool of kept-alive connections. */
export class JsonClient implements AsyncDisposable {
  readonly #options: JsonClientOptions;
  readonly #origin: string;
  readonly #timeoutMs: number;
  readonly #maxBytes: number;
  readonly #pool: Pool;
  /** As last sent: no answer may repeat it. */
  #credential: Record<string, string> = {};

  constructor(options: JsonClientOptions) {
    this.#options = options;
    this.#origin = new URL(options.origin).origin;
    this.#timeoutMs = options.timeoutMs ?? 10_000;
    this.#maxBytes = options.maxResponseBytes ?? 32_000_000;
    this.#pool = new Pool(this.#origin, {
      connections: options.connections ?? 100,
      connectTimeout: options.connectTimeoutMs ?? 3_000,
      headersTimeout: options.headersTimeoutMs ?? 10_000,
      bodyTimeout: options.bodyTimeoutMs ?? 10_000,
      // Ten calls a second gain nothing from HTTP/2, and one cut connection would fail them all.
      allowH2: false,
    });
  }

  /** The answer's JSON; `undefined` for an empty one. What may pass is tried again within the deadline. */
  get(call: ReadCall): Promise<unknown> {
    const flight = this.#begin(call, { method: 'GET', accept: 'application/json' });
    return this.#retrying(flight, async () => {
      flight.path = call.path;
      const reply = await this.#follow(flight, exchange);
      return reply.status === 404 && call.mayBeMissing ? undefined : this.#read(flight, reply);
    });
  }

  /** The answer's JSON; `undefined` for an empty one. Sent once: whether a cut call was carried out is unknown. */
  async send(call: WriteCall): Promise<unknown> {
    const { method, form, isOwnCredential } = call;
    const body = form?.fields ?? call.body;
    const flight = this.#begin(call, { method, accept: 'application/json', body, form, isOwnCredential });
    try {
      return this.#read(flight, await this.#attempt(flight, exchange));
    } catch (error) {
      throw this.#failed(error, flight);
    }
  }

  /** A GET whose body is handed on as it comes. The deadline is for the head alone. */
  open(call: JsonCall): Promise<OpenedStream> {
    const flight = this.#begin(call, { method: 'GET', accept: '*/*' });
    return this.#retrying(flight, async () => {
      flight.path = call.path;
      const reply = await this.#follow(flight, exchangeStream);
      if (!reply.body) throw statusError(this.#options.api, reply, flight);
      reply.body.on('error', (error) => this.#failed(error, flight));
      return { status: reply.status, headers: reply.headers, body: reply.body };
    });
  }

  /** Scheme, host and port: where the credential may go, and nowhere else. */
  get origin(): string {
    return this.#origin;
  }

  /** The error of an answer that is JSON but not what the route promises; told of like any failed call. */
  malformed(route: string): UpstreamError {
    return this.unusable(route, 'badResponse', 'answered with something of another shape');
  }

  /** The error of an answer that is of no use, for the reason that ends its sentence. */
  unusable(route: string, failure: UpstreamFailure, why: string): UpstreamError {
    const { api } = this.#options;
    return this.#tell(new UpstreamError(`${API_NAMES[api]} ${why}.`, { api, failure, route }));
  }

  /** The error of an answer that says in its body that the call failed, whatever its status. */
  refused(call: Omit<WriteCall, 'method'>, answer: unknown): UpstreamError {
    const { api } = this.#options;
    const sent = { ...call, body: call.form?.fields ?? call.body, headers: this.#credential };
    return this.#tell(refusal(api, 200, errorText(answer, sent), call));
  }

  /** Lets the calls under way finish, then closes the connections. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#pool.close();
  }

  #begin(
    call: JsonCall,
    how: Pick<Flight, 'method' | 'accept' | 'body' | 'form' | 'isOwnCredential'>,
  ): Flight {
    const startedAt = performance.now();
    const latest = startedAt + (how.form ? LONGEST_TIMER_MS : this.#timeoutMs);
    return {
      route: call.route,
      path: call.path,
      signal: call.signal,
      ...how,
      headers: {},
      startedAt,
      caller: call.caller,
      priority: call.priority ?? 'interactive',
      deadline: call.deadline === undefined || how.form ? latest : Math.min(call.deadline, latest),
      attempts: 0,
    };
  }

  async #retrying<T>(flight: Flight, once: () => Promise<T>): Promise<T> {
    for (let retries = 0; ; retries++) {
      try {
        return await once();
      } catch (error) {
        const left = flight.deadline - performance.now();
        const delay = retryDelay(error, retries, left, this.#options.random ?? Math.random);
        if (delay === undefined) throw this.#failed(error, flight);
        await pause(delay, undefined, { signal: flight.signal }).catch(() => {
          throw this.#failed(flight.signal?.reason, flight);
        });
      }
    }
  }

  async #follow<R extends Reply>(flight: Flight, transport: Transport<R>): Promise<R> {
    for (let redirects = 0; ; redirects++) {
      const reply = await this.#attempt(flight, transport);
      if (!isRedirect(reply.status)) return reply;
      flight.path = redirectPath(this.#options.api, this.#origin, flight, reply, redirects);
    }
  }

  #attempt<R extends Reply>(flight: Flight, transport: Transport<R>): Promise<R> {
    const { guard } = this.#options;
    if (!guard) return this.#dispatch(flight, transport);
    return guard(attemptOf(flight), () => this.#dispatch(flight, transport));
  }

  async #dispatch<R extends Reply>(flight: Flight, transport: Transport<R>): Promise<R> {
    const { api, headers, onCall } = this.#options;
    if (flight.form && flight.attempts > 0) throw formWasSent(api, flight.route);
    const { method, accept, path, signal, deadline } = flight;
    const limits = { signal, deadline, maxBytes: this.#maxBytes };
    try {
      const supplied = headers?.();
      const own = supplied instanceof Promise ? await endingWith(limits, supplied) : supplied;
      const content = contentOf(flight);
      if (own) this.#credential = own;
      flight.headers = { accept, ...(content && { 'content-type': content.contentType }), ...own };
      refuseIfOver(limits);
      onCall?.(attemptOf(flight));
      flight.attempts++;
      const request = { method, path, headers: flight.headers, body: content?.body ?? null };
      return await transport(this.#pool, request, limits);
    } catch (error) {
      throw this.#translated(error, flight);
    }
  }

  #read(flight: Flight, reply: Reply): unknown {
    const { api, trailingCommas = false, exactNumbers = false } = this.#options;
    if (reply.status < 200 || reply.status >= 300) throw statusError(api, reply, flight);
    return readJson(api, flight.route, reply, { trailingCommas, exactNumbers });
  }

  #translated(error: unknown, { route, startedAt }: Flight): unknown {
    return transportFailure(error, { api: this.#options.api, route, startedAt, maxBytes: this.#maxBytes });
  }

  #tell(error: UpstreamError): UpstreamError {
    told.add(error);
    this.#options.onFailure?.(error, { code: undefined, attempts: 1 });
    return error;
  }

  #failed(error: unknown, flight: Flight): unknown {
    const failure = this.#translated(error, flight);
    if (failure instanceof UpstreamError && !told.has(failure)) {
      told.add(failure);
      this.#options.onFailure?.(failure, { code: failure.code, attempts: flight.attempts });
    }
    return failure;
  }
}
