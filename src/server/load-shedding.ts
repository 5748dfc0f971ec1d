import type { ServerResponse } from 'node:http';
import type { Plugin } from 'graphql-yoga';
import { identityOf } from './callers.ts';
import { Places } from './places.ts';
import { noPlace } from './refusal.ts';
import { isSubscription } from './telemetry/operation-facts.ts';

/** When a caller who was refused should come again, in seconds: most operations are over by then. */
const RETRY_AFTER = 1;

/**
 * Refuses operations with status 503 while `maxOperations` are under way or memory is short, before anything of them is
 * read; and with 429 while their caller has so many under way that others find no place. An operation is under way
 * until its answer is there; where that is sent in parts, until the last one is with the caller. Subscriptions hold no
 * place once they have begun, and `onMemoryShort` may end them. How late the process is does not count: with so many at
 * a time an operation waits for a fraction of a second, and its deadline ends it otherwise.
 *
 * `isShedding` tells whether memory is short, which ends as requests go elsewhere. That all places are taken it does not
 * tell: a replica that was taken out because it is busy would leave its load to the others.
 */
export function useLoadShedding(
  maxOperations: number,
  isMemoryShort: () => boolean,
  onMemoryShort = () => {},
): Plugin & { isShedding(): boolean } {
  const places = new Places(maxOperations);
  /** Operations under way, and those whose callers have yet to take their answers. */
  const unanswered = new Set<Request>();
  const leave = (request: Request) => {
    places.leave(request);
    unanswered.delete(request);
  };
  // Where nobody waits for anything, nothing would become free by refusing.
  const isShedding = () => isMemoryShort() && unanswered.size > 0;
  return {
    isShedding,
    // As late as the credential is checked, so that only those who have it count; and as early as the body is unread.
    onRequestParse({ request, serverContext }) {
      const isMemory = isShedding();
      if (isMemory) onMemoryShort();
      const place = isMemory ? 'none' : places.take(request, identityOf(request).caller);
      if (place === 'none') {
        const message = 'The gateway has too much to do just now.';
        throw noPlace(request, isMemory ? 'memory' : 'places', message, RETRY_AFTER);
      }
      if (place === 'none for you') {
        const message = 'Others wait for a place, and you have as many operations under way as they leave you.';
        throw noPlace(request, 'caller_rate', message, RETRY_AFTER);
      }
      const { res } = (serverContext ?? {}) as { res?: ServerResponse };
      unanswered.add(request);
      res?.once('close', () => leave(request));
    },
    onResponse({ request, response, serverContext }) {
      const { res } = (serverContext ?? {}) as { res?: ServerResponse };
      if (!res || res.closed) leave(request);
      else if (!comesInParts(response) || isSubscription(request)) places.leave(request);
    },
  };
}

/** Whether an answer is sent part by part. */
export function comesInParts({ headers }: Response): boolean {
  return /^(?:multipart\/|text\/event-stream)/.test(headers.get('content-type') ?? '');
}
