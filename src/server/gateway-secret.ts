import { createHash, timingSafeEqual } from 'node:crypto';
import type { Plugin } from 'graphql-yoga';
import { refusal } from './refusal.ts';

/**
 * Lets in only operations that carry the secret in `x-gateway-secret`. The page of GraphiQL itself, health checks
 * and signed links hold no data that needs it.
 */
export function useGatewaySecret(secret: string): Plugin {
  const expected = digest(secret);
  return {
    // Whatever is parsed may be executed. A check of the path would miss some: Yoga serves all that end like its own.
    onRequestParse({ request }) {
      if (timingSafeEqual(digest(request.headers.get('x-gateway-secret') ?? ''), expected)) return;
      throw refusal(401, 'UNAUTHENTICATED', 'Expected the secret of this gateway in the header x-gateway-secret.');
    },
  };
}

/** Digests have one length, so that comparing them tells nothing about the secret's. */
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
