import type { Api } from '../../http/client/api.ts';
import type { RefusedCall } from '../../http/client/calls.ts';
import type { JsonClient } from '../../http/client/json-client.ts';

/**
 * FollowAnalytics System of Record, version 2. Both of the vendor's pages of samples have trailing commas, and its
 * errors spell their text in three ways (vendor's page: System of Record API, version 2).
 */
export const SOR: Api = {
  name: 'SOR',
  title: 'System of Record',
  product: 'FollowAnalytics System of Record',
  trailingCommas: true,
  exactNumbers: true,
  errorWords: ({ error_message, errorMessage, message }) => ({
    titles: [error_message, errorMessage, message],
  }),
  failureStatus,
  saysMissing,
};

/** The members of an answer's envelope (vendor's page: System of Record API, version 2). */
interface Envelope {
  success?: unknown;
  result?: unknown;
  /** An HTTP status, perhaps as text. */
  status?: unknown;
  /** The same on the feeding host; 0 is well. */
  errorCode?: unknown;
}

/** The status with which a 200 says that the call failed; 200 where it names none. */
function failureStatus(answer: unknown): number | undefined {
  if (envelopeOf(answer).success !== false) return undefined;
  const code = statusIn(answer);
  return code >= 400 && code < 600 ? code : 200;
}

/** Whether a 200 says that there is nothing, by no result. */
function saysMissing(answer: unknown): boolean {
  const { success, result } = envelopeOf(answer);
  return success === true && result === null;
}

/** The `result` of an answer. Throws `UpstreamError` for one that says it failed, whatever its status. */
export function resultOf(client: JsonClient, call: RefusedCall, answer: unknown): unknown {
  const { success, result, errorCode } = envelopeOf(answer);
  if (success === true && Number(errorCode ?? 0) === 0) return result;
  const status = statusIn(answer);
  throw success === undefined || typeof success === 'object'
    ? client.malformed(call.route)
    : client.refused(call, answer, status >= 400 && status < 500 ? status : 200);
}

/**
 * The same of a write; undefined for one that was answered with nothing. What became of it is unknown where the answer
 * has no envelope.
 */
export function writtenResultOf(client: JsonClient, call: RefusedCall, answer: unknown): unknown {
  if (answer === undefined || answer === null) return undefined;
  if (envelopeOf(answer).success !== undefined) return resultOf(client, call, answer);
  throw Object.assign(client.malformed(call.route), { outcome: 'UNKNOWN' });
}

function envelopeOf(answer: unknown): Envelope {
  return Object(answer);
}

function statusIn(answer: unknown): number {
  const { status, errorCode } = envelopeOf(answer);
  return Number(status ?? errorCode);
}
