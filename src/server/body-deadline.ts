import type { IncomingMessage } from 'node:http';
import type { Plugin } from 'graphql-yoga';
import { isUpload } from './csrf-prevention.ts';
import { patienceOf } from './deadline.ts';
import { refusal } from './refusal.ts';

/**
 * Ends requests whose body is not there after twice the deadline of its operation, with status 408 when it is still
 * waited for: each would hold a place among the operations, and a process that is to stop. A file may take its time as
 * long as more of it comes.
 */
export function useBodyDeadline(deadlineMs: number): Plugin {
  const waiting = new WeakMap<Request, (error: Error) => void>();
  return {
    onRequest({ request, serverContext }) {
      const { req } = (serverContext ?? {}) as { req?: IncomingMessage };
      if (!req || !hasBody(req) || isUpload(request)) return;
      const bodyMs = 2 * (patienceOf(request, deadlineMs) ?? deadlineMs);
      const timer = setTimeout(() => {
        if (req.complete) return;
        const refuse = waiting.get(request);
        // If nobody waits for the body, the request is answered already, and only the connection is left.
        if (refuse) refuse(tooSlow(`Expected a body that is complete within ${bodyMs / 1_000} s.`));
        else req.socket.destroy();
      }, bodyMs).unref();
      req.once('close', () => clearTimeout(timer));
    },
    onRequestParse({ request, requestParser, setRequestParser }) {
      if (!requestParser || request.method !== 'POST' || isUpload(request)) return;
      setRequestParser((unread) => {
        const late = Promise.withResolvers<never>();
        waiting.set(request, late.reject);
        return Promise.race([requestParser(unread), late.promise]).finally(() => waiting.delete(request));
      });
    },
  };
}

function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

/** The rest of the body may never come: the connection is of no further use. */
export function tooSlow(message: string): Error {
  return refusal(408, 'BAD_USER_INPUT', message, { headers: { connection: 'close' } });
}
