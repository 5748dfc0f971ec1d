import type { Api } from './api.ts';
import type { CallStatus } from './call-record.ts';
import { isCodingError } from './content-coding.ts';
import { UpstreamError, type UpstreamFailure } from './upstream-error.ts';

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

/** A guard's business, a file that its sender did not send, or a mistake of ours. */
const OWN = new Set(['BAD_USER_INPUT', 'NOT_SENT', 'UND_ERR_INVALID_ARG']);

const UNREADABLE = new Set(['UND_ERR_HEADERS_OVERFLOW', 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH']);

/** The `UpstreamError` of a call without a complete answer; the value itself where the API did nothing wrong. */
export function transportFailure(
  error: unknown,
  { api, maxResponseBytes }: { api: Api; maxResponseBytes: number },
  { route, startedAt }: { route: string; startedAt: number },
): unknown {
  if (error instanceof UpstreamError || !(error instanceof Error)) return error;
  const code = codeOf(error);
  const failed = (failure: UpstreamFailure, what: string, message = `${api.title} ${what}.`) =>
    new UpstreamError(message, { api: api.name, failure, route, code });
  const isTooSlow = error.name === 'TimeoutError' || TOO_SLOW.has(code ?? '');
  const isNoHttp = error.name === 'HTTPParserError' || UNREADABLE.has(code ?? '');

  if (code === 'NO_TIME_LEFT') return failed('timeout', '', `No time was left to ask ${api.title}.`);
  if (isTooSlow) return failed('timeout', `did not answer within ${since(startedAt)}`);
  if (code === 'UND_ERR_BODY_TIMEOUT') return failed('timeout', 'stopped in the middle of its answer');
  if (code === 'UND_ERR_CONNECT_TIMEOUT' || code === 'ETIMEDOUT') {
    return failed('timeout', `did not accept a connection within ${since(startedAt)}`);
  }
  if (isNoHttp) return failed('badResponse', 'sent an answer that is not HTTP');
  if (error.name === 'AbortError' || code === undefined || OWN.has(code)) return error;
  if (code === 'BODY_TOO_LONG') return failed('badResponse', `sent more than ${bytes(maxResponseBytes)}`);
  if (isCodingError(code)) {
    return failed('badResponse', 'sent a body whose content coding cannot be read');
  }
  if (CUT.has(code)) return failed('unavailable', 'closed the connection before its answer was complete');
  return failed('unavailable', 'cannot be reached');
}

/** What there was of an attempt that ended so, instead of a usable answer. */
export function statusOf(failure: unknown): CallStatus {
  if (!(failure instanceof UpstreamError)) return 'cancelled';
  const { code = '', status } = failure;
  if (status !== undefined) return status;
  if (code === 'ECONNREFUSED') return 'refused_connection';
  if (failure.failure === 'timeout') return 'timeout';
  if (CUT.has(code)) return 'reset';
  return failure.failure === 'badResponse' ? 'unreadable' : 'unreachable';
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
