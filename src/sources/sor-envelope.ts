import type { JsonClient, WriteCall } from '../http/json-client.ts';

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
