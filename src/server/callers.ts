import { createHash, timingSafeEqual } from 'node:crypto';
import type { Plugin } from 'graphql-yoga';
import type { Scope } from '../graph/scopes.ts';
import type { Caller } from '../http/client/caller.ts';
import { clientAddress, type ProxiesOptions } from './client-address.ts';
import type { ServerContext } from './front-door.ts';
import { refusal } from './refusal.ts';

/** Who sends a request, and what they may do. */
export interface Identity {
  readonly caller: Caller;
  readonly scopes: ReadonlySet<Scope>;
}

export interface CallersOptions extends ProxiesOptions {
  /** What all who call must send; undefined where anybody may. */
  secrets: (() => readonly string[]) | undefined;
  scopes: ReadonlySet<Scope>;
}

const SECRET_HOLDER: Caller = { name: 'secret', isRouter: true };

const identities = new WeakMap<Request, Identity>();

/** Who sends a request. Where no credential was checked, as of links, that is an address, which may do nothing. */
export function identityOf(request: Request): Identity {
  const identity = identities.get(request);
  if (!identity) throw new Error('Every request has its sender.');
  return identity;
}

/**
 * Finds out who sends each request, and lets in only operations with the credential that is asked for. The page of
 * GraphiQL itself, health checks and signed links hold no data that needs one.
 */
export function useCallers(options: CallersOptions): Plugin {
  const addressOf = clientAddress(options);
  const identify = identifier(options);
  return {
    onRequest({ request, serverContext }) {
      const { req } = (serverContext ?? {}) as Partial<ServerContext>;
      const name = `address:${req ? addressOf(req) : 'unknown'}`;
      identities.set(request, { caller: { name, isRouter: false }, scopes: new Set() });
    },
    // Whatever is parsed may be executed. A check of the path would miss some: Yoga serves all that end like its own.
    onRequestParse({ request }) {
      identities.set(request, identify(request.headers, identityOf(request).caller));
    },
  };
}

/** Who has these headers, `sender` unless they say otherwise. Throws a `refusal` where they do not let anybody in. */
function identifier({ secrets, scopes }: CallersOptions): (headers: Headers, sender: Caller) => Identity {
  if (secrets === undefined) return (_, sender) => ({ caller: sender, scopes });
  return (headers) => {
    const given = digest(headers.get('x-gateway-secret') ?? '');
    if (secrets().some((secret) => timingSafeEqual(given, digest(secret)))) return { caller: SECRET_HOLDER, scopes };
    throw refusal(401, 'UNAUTHENTICATED', 'Expected the secret of this gateway in the header x-gateway-secret.');
  };
}

/** Digests have one length, so that comparing them tells nothing about the secret's. */
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
