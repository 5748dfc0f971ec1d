import type { Api } from '../client/api.ts';
import type { AttemptGuard } from '../client/client-options.ts';
import { notAsked } from '../client/upstream-error.ts';

/** Enough for the slowest answers and the longest waits of a full gateway; each holds some kilobytes. */
const MOST_PENDING = 10_000;

/**
 * Bounds the calls to an API that wait, for the budget or for a connection, or are under way: beyond that they are
 * refused at once (`unavailable`, code `TOO_MANY_PENDING`). How many are under way at a time is limited by the client's
 * connections.
 */
export function pendingCalls(api: Api, most = MOST_PENDING): AttemptGuard {
  let pending = 0;
  return async ({ route }, send) => {
    const message = `Too many calls to ${api.title} are waiting already.`;
    if (pending >= most) throw notAsked(api, route, 'TOO_MANY_PENDING', message, 1);
    pending += 1;
    try {
      return await send();
    } finally {
      pending -= 1;
    }
  };
}
