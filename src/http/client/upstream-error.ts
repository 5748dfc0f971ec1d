import { randomBytes } from 'node:crypto';
import type { Api } from './api.ts';

/** What went wrong, as far as a caller can act on it. */
export type UpstreamFailure = 'rejected' | 'rateLimited' | 'timeout' | 'unavailable' | 'badResponse' | 'tooCostly';

/**
 * What became of a write that failed. `NOT_SENT`: nothing left the gateway, so the write may be sent again. `REFUSED`:
 * the API answered that it did not carry it out. `UNKNOWN`: it may have been carried out, or may yet be.
 */
export type WriteOutcome = 'NOT_SENT' | 'REFUSED' | 'UNKNOWN';

/** What an API says of a failed call, without what may be secret. It may be about any value that the call carried. */
export interface Said {
  readonly title: string;
  /** All of it, with its full stop. */
  readonly sentence: string;
}

export type UpstreamErrorDetails = Pick<UpstreamError, 'api' | 'failure' | 'route'> &
  Partial<Pick<UpstreamError, 'status' | 'traceId' | 'retryAfter' | 'code' | 'isApiFailure' | 'limit' | 'outcome'>> & {
    said?: Said | undefined;
  };

/**
 * An API did not answer, or not with what was asked for. Never holds the URL, a header, a body or the error it was made
 * from: all of them can carry tokens or personal data, and errors end up in answers and logs.
 */
export class UpstreamError extends Error {
  override readonly name = 'UpstreamError';
  /** The name of the API that was called. */
  readonly api!: string;
  readonly failure!: UpstreamFailure;
  /** The route's template, such as `/v1/hood/exports/{id}`. */
  readonly route!: string;
  /** The HTTP status; absent when no answer came. */
  readonly status: number | undefined;
  /** The id under which the API's own log has the call. */
  readonly traceId: string | undefined;
  /** Seconds after which the same call may succeed. */
  retryAfter: number | undefined;
  /** How many calls the operation was allowed, where it has none left. */
  readonly limit: number | undefined;
  /** The transport's own name for it (`ECONNREFUSED`, `UND_ERR_SOCKET`), for logs and retries. */
  readonly code: string | undefined;
  /** Whether the API, or the way to it, has failed: not the request, and not a caller without time for the answer. */
  isApiFailure = false;
  /** What became of the write that failed; undefined for a read. */
  outcome: WriteOutcome | undefined;
  /** Names this one failed call in answers and in the log. */
  readonly failureId: string = randomBytes(6).toString('base64url');

  /** Private, so that no log and no other error takes it along. */
  #said: Said | undefined;

  /** `message` is one sentence of ours for clients of the graph. */
  constructor(message: string, { said, ...details }: UpstreamErrorDetails) {
    super(message);
    Object.assign(this, details);
    this.#said = said;
  }

  /** What the API calls it, for the caller whose call it was alone; undefined where it said nothing, or others shared it. */
  titleToSender(): string | undefined {
    return this.#said?.title;
  }

  /** The message with all that the API said, for the caller whose call it was alone; the message itself where others shared it. */
  toSender(): string {
    return this.#said ? `${this.message.replace(/\.$/, '')}: ${this.#said.sentence}` : this.message;
  }

  /** To be called before several get it: what the API said may be about any of them. */
  becomeShared(): void {
    this.#said = undefined;
  }
}

/** For how long a write whose outcome is unknown may yet be carried out, in milliseconds. */
export const UNSETTLED_MS = 30_000;

/** Whether a write that ended so may have been carried out, or may yet be. If the caller left, nobody knows. */
export function mayHaveHappened(error: unknown): boolean {
  return !(error instanceof UpstreamError) || error.outcome === undefined || error.outcome === 'UNKNOWN';
}

/** Failures of attempts of which the API could not see anything. */
const unsent = new WeakSet<Error>();

/** Marks such a failure, which must be that of no other call. */
export function markUnsent(failure: Error): void {
  unsent.add(failure);
}

/** Whether a call that was to be sent failed before the API could see anything of it. */
export function wasNeverSent(error: unknown): boolean {
  return error instanceof Error && unsent.has(error);
}

/** The error of a call to an API; `what` goes on with the sentence that its title begins. */
export function failureOf(
  api: Api,
  route: string,
  failure: UpstreamFailure,
  what: string,
  details: Partial<UpstreamErrorDetails> = {},
): UpstreamError {
  return new UpstreamError(`${api.title} ${what}.`, { api: api.name, failure, route, ...details });
}

/** The error of a call that its API's limits let through too late; `retryAfter` is in seconds. */
export function tooLate(api: Api, route: string, retryAfter: number): UpstreamError {
  return failureOf(api, route, 'rateLimited', 'allows no further call soon enough for this operation', { retryAfter });
}

/** The error of a call that is not sent, as if its API were away; `code` names the reason in the log. */
export function notAsked(api: Api, route: string, code: string, message: string, retryAfter?: number): UpstreamError {
  return new UpstreamError(message, { api: api.name, failure: 'unavailable', route, code, retryAfter });
}

/** The error of a call that its operation has no allowance left for. */
export function tooCostly(api: Api, route: string, limit: number): UpstreamError {
  const message = `The operation has used up the ${limit} upstream calls that it may make: ask for less.`;
  return new UpstreamError(message, { api: api.name, failure: 'tooCostly', route, limit, outcome: 'NOT_SENT' });
}
