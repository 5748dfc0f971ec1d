import type { ServerResponse } from 'node:http';
import { getHeapStatistics } from 'node:v8';
import type { Plugin } from 'graphql-yoga';
import { refusal } from './refusal.ts';

/** When a caller who was refused should come again, in seconds: most operations are over by then. */
const RETRY_AFTER = 1;

/**
 * Refuses operations with status 503 while `maxOperations` are under way or the heap is nearly full, before anything of
 * them is read. An operation is under way until its answer is with the caller. How late the process is does not count:
 * with so many at a time an operation waits for a fraction of a second, and its deadline ends it otherwise.
 *
 * Health checks pass, and say nothing of it: a replica that was taken out because it is busy would leave its load to
 * the others.
 */
export function useLoadShedding(maxOperations: number, isMemoryShort = heapPressure()): Plugin {
  const withoutResponse = new WeakSet<Request>();
  let underWay = 0;
  const leave = () => {
    underWay -= 1;
  };
  return {
    // As late as the secret is checked, so that only those who have it count; and as early as the body is unread.
    onRequestParse({ request, serverContext }) {
      if (underWay >= maxOperations || isMemoryShort()) {
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

/** Beyond this share of the limit V8 collects again and again, and what is left in use is in use indeed. */
const HIGHEST_SHARE = 0.85;

/** Asked for so often at most, in milliseconds: the statistics take some microseconds. */
const LOOK_EVERY_MS = 100;

type HeapUse = Pick<ReturnType<typeof getHeapStatistics>, 'used_heap_size' | 'heap_size_limit'>;

/** Tells whether the heap is nearly full, cheaply enough to be asked for every operation. */
export function heapPressure(read: () => HeapUse = getHeapStatistics): () => boolean {
  let isHigh = false;
  let lookAt = 0;
  return () => {
    const now = performance.now();
    if (now < lookAt) return isHigh;
    lookAt = now + LOOK_EVERY_MS;
    const { used_heap_size, heap_size_limit } = read();
    isHigh = used_heap_size > HIGHEST_SHARE * heap_size_limit;
    return isHigh;
  };
}
