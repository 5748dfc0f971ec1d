import type { Api } from './api.ts';
import { isCodingError } from './body.ts';
import type { Flight } from './flight.ts';
import { UpstreamError, type UpstreamErrorDetails } from './upstream-error.ts';

/** Codes of connections that could not be opened. */
export const UNREACHABLE: ReadonlySet<string> = new Set([
  'EAI_AGAIN',
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'ETIMEDOUT',
  'UND_ERR_CONNECT_TIMEOUT',
]);

/** Codes of connections that ended before an answer was complete. */
export const CUT: ReadonlySet<string> = new Set(['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET']);

const TOO_SLOW = new Set(['DEADLINE', 'NO_CONNECTION_IN_TIME', 'UND_ERR_HEADERS_TIMEOUT']);

/** A guard's business, or a mistake of ours. */
const OWN = new Set(['NOT_SENT', 'UND_ERR_INVALID_ARG']);

const UNREADABLE = new Set(['UND_ERR_HEADERS_OVERFLOW', 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH']);

/**
 * What a call that ended without a complete answer is to its caller: an `UpstreamError`, or the same value again
 * where it is none (the caller went away, or a mistake of ours).
 */
export function transportFailure(
  error: unknown,
  { api, maxResponseBytes }: { api: Api; maxResponseBytes: number },
  { route, startedAt }: Pick<Flight, 'route' | 'startedAt'>,
): unknown {
  if (error instanceof UpstreamError || !(error instanceof Error)) return error;
  const name = api.title;
  const code = codeOf(error);
  const failed = (message: string, failure: UpstreamErrorDetails['failure']) =>
    new UpstreamError(message, { api: api.name, failure, route, code });

  if (code === 'NO_TIME_LEFT') return failed(`No time was left to ask ${name}.`, 'timeout');
  if (error.name === 'TimeoutError' || TOO_SLOW.has(code ?? '')) {
    return failed(`${name} did not answer within ${since(startedAt)}.`, 'timeout');
  }
  if (code === 'UND_ERR_BODY_TIMEOUT') {
    return failed(`${name} stopped in the middle of its answer.`, 'timeout');
  }
  if (code === 'UND_ERR_CONNECT_TIMEOUT' || code === 'ETIMEDOUT') {
    return failed(`${name} did not accept a connection within ${since(startedAt)}.`, 'timeout');
  }
  if (error.name === 'HTTPParserError' || UNREADABLE.has(code ?? '')) {
    return failed(`${name} sent an answer that is not HTTP.`, 'badResponse');
  }
  if (error.name === 'AbortError' || code === undefined || OWN.has(code)) return error;
  if (code === 'BODY_TOO_LONG') {
    return failed(`${name} sent more than ${bytes(maxResponseBytes)}.`, 'badResponse');
  }
  if (isCodingError(code)) {
    return failed(`${name} sent a body whose content coding cannot be read.`, 'badResponse');
  }
  if (CUT.has(code)) {
    return failed(`${name} closed the connection before its answer was complete.`, 'unavailable');
  }
  return failed(`${name} cannot be reached.`, 'unavailable');
}

/** Codes are constants of Node, undici or llhttp; anything of another form is not passed on. */
function codeOf(error: Error): string | undefined {
  const code: unknown = 'code' in error ? error.code : undefined;
  return typeof code === 'string' && /^[A-Z]\w+$/.test(code) ? code : undefined;
}

function since(startedAt: number): string {
  const ms = performance.now() - startedAt;
  return ms < 1000 ? `${Math.round(ms)} ms` : `${Number((ms / 1000).toFixed(1))} s`;
}

function bytes(count: number): string {
  return count < 1_000_000 ? `${count} bytes` : `${Math.floor(count / 1_000_000)} MB`;
}
