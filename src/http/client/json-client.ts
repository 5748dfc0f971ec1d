import { setTimeout as pause } from 'node:timers/promises';
import { TransportError } from './call-deadline.ts';
import { CallRecord, type ReadRecord } from './call-record.ts';
import type { JsonCall, OpenedStream, ReadCall, RefusedCall, WriteCall } from './calls.ts';
import { DEFAULTS, type JsonClientOptions } from './client-options.ts';
import { ACCEPT_ENCODING } from './content-coding.ts';
import { exchange, isGood, type Reply } from './exchange.ts';
import { beginFlight, type Flight } from './flight.ts';
import { contentOf, formWasSent } from './form.ts';
import { openPools, type Pools } from './pools.ts';
import { answerOf, errorText, locatedAnswer, redirectPath, refusal, replyDetails, statusError } from './response.ts';
import { retryDelay } from './retry.ts';
import { statusOf, transportFailure } from './transport-failure.ts';
import { failureOf, markUnsent, tooCostly, tooLate, UpstreamError, type UpstreamFailure } from './upstream-error.ts';

/** Failures already reported: one can pass through several calls, as a failed log-in does. */
const reported = new WeakSet<UpstreamError>();

/** Speaks JSON with one API over kept-alive connections. */
export class JsonClient implements AsyncDisposable {
  readonly #options: JsonClientOptions & typeof DEFAULTS;
  /** Scheme, host and port: where the credential may go, and nowhere else. */
  readonly origin: string;
  readonly #pools: Pools;
  readonly #ownHeaders: Record<string, string>;
  /** The credential that was sent last, kept so that error texts never repeat it. */
  #credential: Record<string, string> = {};

  constructor(options: JsonClientOptions) {
    this.#options = { ...DEFAULTS, ...options };
    this.origin = new URL(options.origin).origin;
    this.#ownHeaders = { 'user-agent': this.#options.userAgent, 'accept-encoding': ACCEPT_ENCODING };
    this.#pools = openPools(this.origin, options.pool);
  }

  /** The answer's JSON; `undefined` for an empty one. What may pass is tried again within the deadline. */
  get(call: ReadCall): Promise<unknown> {
    const flight = beginFlight(call, 'GET', this.#options.timeoutMs);
    return this.#retrying(flight, async () => {
      const reply = await this.#follow(flight);
      call.onReply?.(replyDetails(reply, flight.sentAt));
      if (call.mayBeMissing && (reply.status === 404 || reply.status === 410)) return undefined;
      const answer = this.#read(flight, reply);
      // Only 204 says that there is nothing: another empty answer is a broken one.
      if (answer === undefined && call.mayBeMissing && reply.status !== 204) throw this.malformed(flight.route);
      return call.mayBeMissing && this.#options.api.saysMissing?.(answer) ? undefined : answer;
    });
  }

  /**
   * The answer's JSON. For a 2xx without a readable one it is what the API's `Location` names, or `undefined`. Sent again only
   * after a 429, which was surely not carried out. A failure says in `outcome` what became of the write.
   */
  async send(call: WriteCall): Promise<unknown> {
    const flight = beginFlight(call, call.method, this.#options.timeoutMs);
    try {
      return await this.#retrying(flight, async () => {
        const reply = await this.#attempt(flight);
        return this.#read(flight, reply) ?? locatedAnswer(this.#options.api, flight.route, reply.headers);
      });
    } catch (error) {
      if (error instanceof UpstreamError) error.outcome = flight.outcome;
      throw error;
    }
  }

  /** A GET whose body is handed on as it comes. The deadline is for the head alone. */
  open(call: JsonCall): Promise<OpenedStream> {
    const flight = beginFlight(call, 'GET', this.#options.timeoutMs, true);
    return this.#retrying(flight, async () => {
      const { body, ...reply } = await this.#follow(flight);
      if (!body) throw statusError(this.#options.api, reply, flight);
      body.on('error', (error) => this.#failed(error, flight));
      return { ...reply, body };
    });
  }

  /** Reports what an operation got without a call of its own. */
  observe(read: Omit<ReadRecord, 'api'>): void {
    this.#options.observer?.read?.({ api: this.api, ...read });
  }

  /** The API's name. */
  get api(): string {
    return this.#options.api.name;
  }

  /** The error for one whose deadline passes while others wait on; without its turn it waited for calls or log-in. */
  overdue(route: string, startedAt: number, hadItsTurn: boolean, isScarce = true): UpstreamError {
    if (!hadItsTurn && isScarce) return this.report(tooLate(this.#options.api, route, 1));
    const overdue = transportFailure(new TransportError('DEADLINE'), this.#options, { route, startedAt });
    // A deadline always is an `UpstreamError`.
    return this.report(overdue as UpstreamError);
  }

  /** The error of an answer that is JSON but not what the route promises; reported like any failed call. */
  malformed(route: string): UpstreamError {
    return this.unusable(route, 'badResponse', 'answered with something of another shape');
  }

  /** The error of an answer that is of no use, for the reason that ends its sentence. */
  unusable(route: string, failure: UpstreamFailure, why: string): UpstreamError {
    return this.report(failureOf(this.#options.api, route, failure, why));
  }

  /** The error of an answer that says in its body that the call failed, perhaps with a status that its own does not show. */
  refused(call: RefusedCall, answer: unknown, status = 200): UpstreamError {
    const { api } = this.#options;
    const sent = { ...call, body: call.form?.fields ?? call.body, headers: this.#credential };
    const error = refusal(api, status, errorText(api, answer, sent), call);
    error.outcome = 'REFUSED';
    return this.report(error);
  }

  /** Lets the calls under way finish, then closes the connections. */
  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(Object.values(this.#pools).map((pool) => pool.close()));
  }

  async #retrying<T>(flight: Flight, once: () => Promise<T>): Promise<T> {
    const { api, retryBudget, random } = this.#options;
    const allowance = flight.call?.options?.allowance;
    // Once for all its attempts.
    if (!flight.repeats && allowance?.take() === false) throw tooCostly(api, flight.route, allowance.limit);
    for (let retries = 0; ; retries++) {
      try {
        const result = await once();
        flight.call = undefined;
        return result;
      } catch (error) {
        const delay = retryDelay(error, retries, flight.deadline - performance.now(), random);
        const isTooMany = error instanceof UpstreamError && error.status === 429;
        const isRepeatable = flight.method === 'GET' || (isTooMany && !flight.form?.files);
        const mayRetry = delay !== undefined && isRepeatable && !flight.repeats && retryBudget?.take() !== false;
        if (!mayRetry) throw this.#failed(error, flight);
        await pause(delay, undefined, { signal: flight.signal }).catch(() => {
          throw this.#failed(flight.signal?.reason, flight);
        });
      }
    }
  }

  async #follow(flight: Flight): Promise<Reply> {
    flight.path = '';
    for (let redirects = 0; ; redirects++) {
      const reply = await this.#attempt(flight);
      const path = redirectPath(this.#options.api, this.origin, flight, reply, redirects);
      if (path === undefined) return reply;
      flight.path = path;
      flight.isGiven = true;
    }
  }

  #attempt(flight: Flight): Promise<Reply> {
    const waitsFrom = performance.now();
    const send = () => {
      flight.call?.options?.onTurn?.();
      return this.#dispatch(flight, performance.now() - waitsFrom);
    };
    flight.waitedFor.length = 0;
    return this.#guarded(flight, send);
  }

  /** Sends behind the guards, of which so many have let it through. */
  #guarded(flight: Flight, send: () => Promise<Reply>, passed = 0): Promise<Reply> {
    const guard = this.#options.guards?.[passed];
    return guard ? guard(flight, () => this.#guarded(flight, send, passed + 1)) : send();
  }

  async #dispatch(flight: Flight, waitedMs: number): Promise<Reply> {
    const { api, observer, headers, retryBudget, maxResponseBytes, keepsValues } = this.#options;
    if (flight.form?.files && flight.attempts > 0) throw formWasSent(api, flight.route);
    const { method, isStream } = flight;
    const accept = isStream ? '*/*' : 'application/json';
    flight.outcome = 'NOT_SENT';
    let record: CallRecord | undefined;
    try {
      const own = headers?.();
      const content = flight.method === 'GET' ? undefined : contentOf(flight);
      if (own) this.#credential = own;
      flight.headers = { accept, ...(content && { 'content-type': content.contentType }), ...own };
      flight.signal?.throwIfAborted();
      if (flight.deadline <= performance.now()) throw new TransportError('NO_TIME_LEFT');
      const { path = '' } = flight.call ?? {};
      if (flight.path === '') flight.path = typeof path === 'string' ? path : path();
      flight.sentAt = Date.now();
      if (flight.repeats === 'part') retryBudget?.repeated();
      else if (flight.attempts === 0) retryBudget?.called();
      flight.attempts++;
      record = new CallRecord(flight, waitedMs, api, keepsValues);
      const sent = { ...this.#ownHeaders, ...flight.headers, ...observer?.sent?.(record) };
      const request = { method, path: flight.path, headers: sent, body: content?.body ?? null };
      const pool = this.#pools[isStream || flight.form ? 'files' : method === 'GET' ? 'reads' : 'writes'];
      const came = await exchange(pool, request, flight, isStream ? undefined : maxResponseBytes);
      // Before the guards see the reply: an answer that cannot be read is none, and a status in its body counts.
      const reply = isGood(came.status) ? await answerOf(api, came, flight) : came;
      // A proxy may say 408 of what it has passed on.
      if (reply.status >= 400 && reply.status < 500 && reply.status !== 408) flight.outcome = 'REFUSED';
      record.end(reply.status);
      return reply;
    } catch (error) {
      const failure = transportFailure(error, this.#options, flight);
      const isOwn = failure instanceof UpstreamError || failure instanceof TransportError;
      if (isOwn && flight.outcome === 'NOT_SENT') markUnsent(failure);
      record?.end(statusOf(failure));
      throw failure;
    } finally {
      if (record) observer?.ended?.(record);
    }
  }

  #read(flight: Flight, reply: Reply): unknown {
    if (!isGood(reply.status)) throw statusError(this.#options.api, reply, flight);
    return reply.answer;
  }

  /** Reports a failure, once. */
  report(error: UpstreamError, attempts = 1): UpstreamError {
    if (!reported.has(error)) this.#options.observer?.failed?.(error, attempts);
    reported.add(error);
    return error;
  }

  #failed(error: unknown, flight: Flight): unknown {
    const failure = transportFailure(error, this.#options, flight);
    if (failure instanceof UpstreamError && !flight.repeats) this.report(failure, flight.attempts);
    return failure;
  }
}
