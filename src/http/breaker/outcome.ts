import { BODY_CUT, hasFailed, NOT_JSON, SAID_FAILED } from '../client/response.ts';
import { UpstreamError } from '../client/upstream-error.ts';

/** What an attempt has shown of the API. */
export type Outcome =
  /** It works, even if it refused the request. */
  | 'answered'
  /** It took the call, and failed or gave no whole answer. */
  | 'failed'
  /** No connection could be opened. */
  | 'unreachable';

const UNREACHABLE = new Set([
  'EAI_AGAIN',
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'ETIMEDOUT',
  'UND_ERR_CONNECT_TIMEOUT',
]);

/** A proxy's page instead of JSON is no answer of the API's. JSON that is complete but wrong may be one row's fault. */
const FAILED = new Set([
  BODY_CUT,
  NOT_JSON,
  SAID_FAILED,
  'ECONNRESET',
  'EPIPE',
  'UND_ERR_BODY_TIMEOUT',
  'UND_ERR_HEADERS_TIMEOUT',
  'UND_ERR_RES_CONTENT_LENGTH_MISMATCH',
  'UND_ERR_SOCKET',
]);

/** The outcome of an answer with this status; undefined for a 429, which is about the account. */
export function outcomeOf(status: number): Outcome | undefined {
  if (status === 429) return undefined;
  return hasFailed(status) ? 'failed' : 'answered';
}

/**
 * The outcome of an attempt without a usable answer; undefined if that is not the API's fault, because its caller left
 * or had less than `patienceMs` for it.
 */
export function outcomeOfError(error: unknown, tookMs: number, patienceMs: number): Outcome | undefined {
  if (!(error instanceof UpstreamError)) return undefined;
  const { code = '', failure } = error;
  if (UNREACHABLE.has(code)) return 'unreachable';
  // The parser has a name for every way in which an answer is not HTTP.
  if (FAILED.has(code) || code.startsWith('HPE_')) return 'failed';
  const isSilent = failure === 'timeout' && code !== 'NO_CONNECTION_IN_TIME' && tookMs >= patienceMs;
  return isSilent ? 'failed' : undefined;
}
