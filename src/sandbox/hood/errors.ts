import type { Reply } from '../server.ts';

/** The trace id that every sample of the vendor's pages shows. */
const TRACE_ID = '99a84211-f73d-4ff8-acdf-eb3e06bb9d62';

/** An error body with the four keys that most pages print. */
const errorBody = (code: number, title: string, message: string) =>
  ({ code, title, message, trace_id: TRACE_ID }) as const;

/** 400 as the vendor's page on exports (GET) prints it. */
export const BAD_REQUEST = errorBody(400, 'Bad request.', 'The request is not valid.');

/** 400 as the vendor's pages on GDPR requests (also for a GET) and on creating profile properties print it. */
export const BAD_REQUEST_BODY = errorBody(400, 'Bad request.', 'The request body is not valid.');

/** No page prints 401, 404 and 429; here they have the four keys. */
export const UNAUTHORIZED = errorBody(401, 'Unauthorized.', 'The access token is not valid.');
export const NOT_FOUND = errorBody(404, 'Not found.', 'The requested resource does not exist.');
export const TOO_MANY_REQUESTS = errorBody(429, 'Too many requests.', 'The rate limit is exceeded.');

/**
 * Thrown where a request cannot be honoured. The documented bodies never say what was wrong, so the reason goes into
 * the header `x-sandbox-reason`, for whoever debugs a client.
 */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  /** The answer for the caller. */
  readonly reply: Reply;

  constructor(body: { readonly code: number }, reason: string) {
    super(reason);
    const headers = { 'x-sandbox-reason': reason.replace(/[^ -~]/g, '?') };
    this.reply = { status: body.code, json: body, headers };
  }
}

/** The 400 of a write, with the reason. */
export function invalidBody(reason: string): Refusal {
  return new Refusal(BAD_REQUEST_BODY, reason);
}
