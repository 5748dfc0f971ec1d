import type { Api } from '../client/api.ts';
import { beforeDeadline } from '../client/call-deadline.ts';
import type { AttemptGuard } from '../client/flight.ts';
import { notAsked } from '../client/upstream-error.ts';
import { FairQueue } from './fair-queue.ts';

/** At most so many calls at a time. Others wait as in a budget: interactive ones first, in turn between callers. */
export function bulkhead(most: number): AttemptGuard {
  const queueOf = () => new FairQueue<PromiseWithResolvers<void>>();
  const queues = { interactive: queueOf(), background: queueOf() };
  /** Below 0 so many wait. */
  let free = most;
  const next = () => {
    free += 1;
    if (free <= 0) (queues.interactive.shift() ?? queues.background.shift())?.resolve();
  };
  return async (attempt, send) => {
    free -= 1;
    if (free < 0) {
      attempt.waitedFor?.push('otherCalls');
      const turn = Promise.withResolvers<void>();
      const queue = queues[attempt.priority];
      queue.push(attempt, turn);
      const stopJoins = attempt.onJoin?.((owner) => queue.push(owner, turn));
      try {
        await beforeDeadline(attempt, turn.promise);
      } catch (error) {
        // Its turn may have come in the very moment in which it left.
        if (queue.remove((other) => other === turn).length === 0) next();
        else free += 1;
        throw error;
      } finally {
        stopJoins?.();
      }
    }
    try {
      return await send();
    } finally {
      next();
    }
  };
}

/** Enough for the slowest answers and the longest waits of a full gateway; each holds some kilobytes. */
const MOST_PENDING = 10_000;

/** Bounds the calls to an API that wait or are under way: others are refused (`unavailable`, `TOO_MANY_PENDING`). */
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
