import type { Api } from '../../http/client/api.ts';
import type { JsonClient } from '../../http/client/json-client.ts';
import { errorStatusIn, flagIn } from '../exact-values.ts';

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
  saysMissing: (answer) => flagIn(envelopeOf(answer).success) === true && (envelopeOf(answer).result ?? null) === null,
};

/** The members of an answer's envelope (vendor's page: System of Record API, version 2). */
interface Envelope {
  success?: unknown;
  result?: unknown;
  /** An HTTP status, perhaps as text. */
  status?: unknown;
  /** The same on the feeding host; 0 is well. */
  errorCode?: unknown;
  error_message?: unknown;
  errorMessage?: unknown;
}

/** The status with which a 200 says that the call failed; 200 where it names none. */
function failureStatus(answer: unknown): number | undefined {
  const { success, status, errorCode, error_message, errorMessage } = envelopeOf(answer);
  const isWell = flagIn(success);
  if (isWell && Number(errorCode ?? 0) === 0) return undefined;
  const said = errorStatusIn(status ?? errorCode);
  if (isWell === null) return typeof (error_message ?? errorMessage) === 'string' ? said : undefined;
  return said ?? 200;
}

/** The `result` of an answer. Throws `UpstreamError` for one of another shape. */
export function resultOf(client: JsonClient, route: string, answer: unknown): unknown {
  const { success, result } = envelopeOf(answer);
  if (flagIn(success)) return result;
  throw client.malformed(route);
}

/** The same of a write; undefined where nothing came. Without an envelope its outcome is unknown. */
export function writtenResultOf(client: JsonClient, route: string, answer: unknown): unknown {
  if (answer === undefined || answer === null) return undefined;
  const { success, result } = envelopeOf(answer);
  if (flagIn(success)) return result;
  throw Object.assign(client.malformed(route), { outcome: 'UNKNOWN' });
}

function envelopeOf(answer: unknown): Envelope {
  return Object(answer);
}
