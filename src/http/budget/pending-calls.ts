import type { Api } from '../client/api.ts';
import type { AttemptGuard } from '../client/client-options.ts';
import { UpstreamError } from '../client/upstream-error.ts';

/** Enough for the slowest answers and the longest waits of a full gateway; each holds some kilobytes. */
const MOST_PENDING = 10_000;

/** The code of calls that are refused unsent because too many are pending. */
export const TOO_MANY_PENDING = 'TOO_MANY_PENDING';

/**
 * Bounds the calls to an API that wait, for the budget or for a connection, or are under way: beyond that they are
 * refused at once (`unavailable`). How many are under way at a time is limited by the client's connections.
 */
export function pendingCalls(api: Api, most = MOST_PENDING): AttemptGuard {
  let pending = 0;
  return async (attempt, send) => {
    if (pending >= most) throw refusal(api, attempt.route);
    pending += 1;
    try {
      return await send();
    } finally {
      pending -= 1;
    }
  };
}

function refusal(api: Api, route: string): UpstreamError {
  const message = `Too many calls to ${api.title} are waiting already.`;
  return new UpstreamError(message, {
    api: api.name,
    failure: 'unavailable',
    route,
    code: TOO_MANY_PENDING,
    retryAfter: 1,
  });
}
