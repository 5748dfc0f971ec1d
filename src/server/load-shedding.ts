import type { ServerResponse } from 'node:http';
import type { Plugin } from 'graphql-yoga';
import { refusal } from './refusal.ts';

/** When a caller who was refused should come again, in seconds: most operations are over by then. */
const RETRY_AFTER = 1;

/**
 * Refuses operations with status 503 while `maxOperations` are under way or memory is short, before anything of them is
 * read. An operation is under way until its answer is with the caller. How late the process is does not count:
 * with so many at a time an operation waits for a fraction of a second, and its deadline ends it otherwise.
 *
 * Health checks pass, and say nothing of it: a replica that was taken out because it is busy would leave its load to
 * the others.
 */
export function useLoadShedding(maxOperations: number, isMemoryShort: () => boolean): Plugin {
  const withoutResponse = new WeakSet<Request>();
  let underWay = 0;
  const leave = () => {
    underWay -= 1;
  };
  return {
    // As late as the secret is checked, so that only those who have it count; and as early as the body is unread.
    onRequestParse({ request, serverContext }) {
      // Where nothing is under way, nothing would become free by refusing.
      if (underWay >= maxOperations || (isMemoryShort() && underWay > 0)) {
        throw refusal(503, 'RATE_LIMITED', 'The gateway has too much to do just now.', { retryAfter: RETRY_AFTER });
      }
      underWay += 1;
      const { res } = (serverContext ?? {}) as { res?: ServerResponse };
      if (res && !res.closed) res.once('close', leave);
      else withoutResponse.add(request);
    },
    onResponse({ request }) {
      if (withoutResponse.delete(request)) leave();
    },
  };
}
