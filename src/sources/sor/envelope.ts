import type { WriteCall } from '../../http/client/calls.ts';
import type { JsonClient } from '../../http/client/json-client.ts';

/**
 * Whether a 200 says that the API failed. Of a request's own mistakes it says so in a status from 400 to 499, also in
 * the body, and perhaps as text (seed).
 */
export function saysFailed(answer: unknown): boolean {
  const { success, status, errorCode } = (answer ?? {}) as Record<string, unknown>;
  const code = Number(status ?? errorCode);
  return success === false && !(code >= 400 && code < 500);
}

/**
 * What a System of Record's answer holds: `{ success, result }`, and on the feeding host `errorCode` besides (seed).
 * Throws `UpstreamError` for one that says it failed, whatever its status.
 */
export function resultOf(
  client: JsonClient,
  call: Pick<WriteCall, 'route' | 'path' | 'body' | 'form'>,
  answer: unknown,
): unknown {
  const { success, result, errorCode } = (answer ?? {}) as Record<string, unknown>;
  // Perhaps as text: a status is `"400"` elsewhere (seed).
  if (success === true && Number(errorCode ?? 0) === 0) return result;
  throw success === undefined ? client.malformed(call.route) : client.refused(call, answer);
}
