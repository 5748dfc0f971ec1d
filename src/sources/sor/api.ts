import type { Api } from '../../http/client/api.ts';
import type { JsonClient } from '../../http/client/json-client.ts';
import type { WriteOutcome } from '../../http/client/upstream-error.ts';
import { errorStatusIn, flagIn } from '../exact-values.ts';

/** FollowAnalytics System of Record, version 2. Samples have three spellings of error texts. */
export const SOR: Api = {
  name: 'SOR',
  title: 'System of Record',
  product: 'FollowAnalytics System of Record',
  exactNumbers: true,
  errorWords: ({ error_message, errorMessage, message }) => ({
    titles: [error_message, errorMessage, message],
  }),
  /** On the feeding host it stands as `errorCode`, where 0 is well. */
  failureStatus(answer) {
    const { success, status, errorCode, error_message, errorMessage } = Object(answer);
    const isWell = flagIn(success);
    if (isWell && Number(errorCode ?? 0) === 0) return undefined;
    const said = errorStatusIn(status ?? errorCode);
    if (isWell === null) return typeof (error_message ?? errorMessage) === 'string' ? said : undefined;
    return said ?? 200;
  },
  answerFor: (identifier) => ({ success: true, result: { identifier } }),
  saysMissing(answer) {
    const { success, data = null, result = data } = Object(answer);
    return flagIn(success) === true && result === null;
  },
};

/**
 * The `result` of an answer, or its `data`. Throws `UpstreamError` for one of another shape, with that outcome if it is a
 * write's.
 */
export function resultOf(client: JsonClient, route: string, answer: unknown, outcome?: WriteOutcome): unknown {
  const { success, data, result = data } = Object(answer);
  if (flagIn(success)) return result;
  throw Object.assign(client.malformed(route), { outcome });
}

/** The same of a write; undefined where nothing came. Without an envelope its outcome is unknown. */
export function writtenResultOf(client: JsonClient, route: string, answer: unknown): unknown {
  return answer === undefined || answer === null ? undefined : resultOf(client, route, answer, 'UNKNOWN');
}
