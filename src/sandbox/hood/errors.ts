import type { Reply } from '../server.ts';

/** The trace id that every documented sample shows. */
export const TRACE_ID = '99a84211-f73d-4ff8-acdf-eb3e06bb9d62';

/** 400 as the pages of exports (GET) print it. */
export const BAD_REQUEST = {
  code: 400,
  title: 'Bad request.',
  message: 'The request is not valid.',
  trace_id: TRACE_ID,
} as const;

/** 400 as the pages of GDPR requests (also for a GET) and of creating profile properties print it. */
export const BAD_REQUEST_BODY = { ...BAD_REQUEST, message: 'The request body is not valid.' } as const;

/** 500 as the older pages print it (customer data, GDPR requests): no trace id. */
export const INTERNAL_ERROR_WITHOUT_TRACE = {
  code: 500,
  title: 'Internal server error.',
  message: 'Internal server error.',
} as const;

/** 500 as the newer pages print it (exports, profile properties): no message. */
export const INTERNAL_ERROR_WITHOUT_MESSAGE = {
  code: 500,
  title: 'Internal server error.',
  trace_id: TRACE_ID,
} as const;

/** No page prints 401, 404 and 429: these have the common four keys. */
export const UNAUTHORIZED = {
  code: 401,
  title: 'Unauthorized.',
  message: 'The access token is not valid.',
  trace_id: TRACE_ID,
} as const;
export const NOT_FOUND = {
  code: 404,
  title: 'Not found.',
  message: 'The requested resource does not exist.',
  trace_id: TRACE_ID,
} as const;
export const TOO_MANY_REQUESTS = {
  code: 429,
  title: 'Too many requests.',
  message: 'The rate limit is exceeded.',
  trace_id: TRACE_ID,
} as const;

/**
 * Thrown where a request cannot be honoured. The documented bodies never say what was wrong, so the reason goes into
 * the header `x-sandbox-reason`, for whoever debugs a client.
 */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly body: { readonly code: number };

  constructor(body: { readonly code: number }, reason: string) {
    super(reason);
    this.body = body;
  }

  /** The answer for the caller. */
  get reply(): Reply {
    return {
      status: this.body.code,
      json: this.body,
      headers: { 'x-sandbox-reason': this.message.replace(/[^ -~]/g, '?') },
    };
  }
}
