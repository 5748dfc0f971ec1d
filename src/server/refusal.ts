import { GraphQLError } from 'graphql';
import type { ErrorCode } from '../graph/caller-error.ts';
import { factsOf, type OperationFacts } from './telemetry/operation-facts.ts';

/** What a plugin throws to end a request before its operation runs; `retryAfter`, in seconds, says when to retry. */
export function refusal(
  status: number,
  code: ErrorCode,
  message: string,
  { retryAfter, headers = {} }: { retryAfter?: number; headers?: Record<string, string> } = {},
): GraphQLError {
  const http = { status, headers: { ...headers, ...(retryAfter && { 'retry-after': String(retryAfter) }) } };
  return new GraphQLError(message, { extensions: { code, ...(retryAfter && { retryAfter }), http } });
}

/** For what a caller did not send in time. The rest of it may never come: the connection is of no further use. */
export function tooSlow(message: string): GraphQLError {
  return refusal(408, 'BAD_USER_INPUT', message, { headers: { connection: 'close' } });
}

/** For a request that finds no place: why is for the metrics. With `caller_rate` it is its caller who has too many. */
export function noPlace(
  request: Request,
  reason: NonNullable<OperationFacts['refusedFor']>,
  message: string,
  retryAfter: number,
): GraphQLError {
  factsOf(request).refusedFor = reason;
  return refusal(reason === 'caller_rate' ? 429 : 503, 'RATE_LIMITED', message, { retryAfter });
}
