import { randomBytes } from 'node:crypto';
import type { Api } from './api.ts';

/** What went wrong, as far as a caller can act on it. */
export type UpstreamFailure = 'rejected' | 'rateLimited' | 'timeout' | 'unavailable' | 'badResponse';

export interface UpstreamErrorDetails {
  /** The API's name. */
  api: string;
  failure: UpstreamFailure;
  route: string;
  status?: number | undefined;
  title?: string | undefined;
  traceId?: string | undefined;
  retryAfter?: number | undefined;
  code?: string | undefined;
}

/**
 * An API did not answer, or not with what was asked for.
 *
 * Never holds the URL, a header, a body or the error it was made from: all of them can carry tokens or
 * personal data, and errors end up in answers and logs.
 */
export class UpstreamError extends Error {
  override readonly name = 'UpstreamError';
  /** The name of the API that was called. */
  readonly api: string;
  readonly failure: UpstreamFailure;
  /** The route's template, such as `/v1/hood/exports/{id}`. */
  readonly route: string;
  /** The HTTP status; absent when no answer came. */
  readonly status: number | undefined;
  /** What the API said went wrong, where that is known to be harmless. */
  readonly title: string | undefined;
  /** The id under which the API's own log has the call. */
  readonly traceId: string | undefined;
  /** Seconds after which the same call may succeed. */
  readonly retryAfter: number | undefined;
  /** The transport's own name for it (`ECONNREFUSED`, `UND_ERR_SOCKET`), for logs and retries. */
  readonly code: string | undefined;
  /** Names this one failed call in answers and in the log. */
  readonly failureId: string = randomBytes(6).toString('base64url');

  /** `message` is one sentence for clients of the graph. */
  constructor(message: string, details: UpstreamErrorDetails) {
    super(message);
    this.api = details.api;
    this.failure = details.failure;
    this.route = details.route;
    this.status = details.status;
    this.title = details.title;
    this.traceId = details.traceId;
    this.retryAfter = details.retryAfter;
    this.code = details.code;
  }
}

/** For how long a write whose outcome is unknown may yet be carried out, in milliseconds. */
export const UNSETTLED_MS = 30_000;

/** Whether a write that ended with this error may have been carried out, or may yet be. */
export function mayHaveHappened(error: unknown): boolean {
  const isRefused =
    error instanceof UpstreamError && (error.failure === 'rejected' || error.failure === 'rateLimited');
  return !isRefused;
}

/** The error of a call that its API's limits let through too late; `retryAfter` is in seconds. */
export function tooLate(api: Api, route: string, retryAfter: number): UpstreamError {
  const message = `${api.title} allows no further call soon enough for this operation.`;
  return new UpstreamError(message, { api: api.name, failure: 'rateLimited', route, retryAfter });
}

/** The error of every call to an API without credentials; `remedy` says which settings to make. */
export function notConfigured(api: Api, route: string, remedy: string): UpstreamError {
  return new UpstreamError(`${api.title} is not configured: ${remedy}.`, {
    api: api.name,
    failure: 'unavailable',
    route,
    code: 'NOT_CONFIGURED',
  });
}
