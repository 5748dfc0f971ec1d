import { GraphQLError } from 'graphql';
import type { FetchAPI, Plugin } from 'graphql-yoga';
import type { LinkHolder } from '../graph/download-link.ts';
import { SCOPES, type Scope } from '../graph/scopes.ts';
import { clientAddress, type ProxiesOptions } from './client-address.ts';
import { type Credentials, credentialCheck, unauthenticated } from './credentials.ts';
import type { ServerContext } from './front-door.ts';
import type { Identity } from './token-check.ts';

export interface CallersOptions extends ProxiesOptions, Credentials {
  /** What callers without a credential may do; undefined where they are not let in. */
  anonymousScopes: readonly Scope[] | undefined;
}

/** Who sends a request. Throws a refusal with a status if they are not let in. */
export type Identify = (request: Request) => Identity | Promise<Identity>;

const identities = new WeakMap<Request, Identity>();

/** Who sends a request. Where no credential was checked, as of links, that is an address, which may do nothing. */
export function identityOf(request: Request): Identity {
  const identity = identities.get(request);
  if (!identity) throw new Error('Every request has its sender.');
  return identity;
}

/** Says who sends a request that carries no credential, as a link's. */
export function identifyAs(request: Request, identity: Identity): void {
  identities.set(request, identity);
}

/** What a link says of the caller who gets it. */
export function linkHolder({ caller: { name }, scopes, claims }: Identity): LinkHolder {
  return { name, scopes: [...scopes], claims };
}

/** What of their scopes the settings still grant to whoever got a link: that may outlive them. */
export function stillGranted(
  { name, scopes, claims = {} }: LinkHolder,
  { anonymousScopes, tokens, secrets, secretScopes }: CallersOptions,
): Set<Scope> {
  const ofSecret = name.startsWith('address:') ? anonymousScopes : secrets && secretScopes;
  const granted = name.startsWith('jwt:') ? tokens?.scopesOf(claims) : ofSecret;
  return new Set(granted).intersection(new Set(scopes));
}

/**
 * Finds out who sends each request, and lets in only operations with a credential that is asked for. The page of
 * GraphiQL itself, health checks and signed links hold no data that needs one. `/caller` tells callers who they are.
 */
export function useCallers(options: CallersOptions): Plugin & { identify: Identify } {
  const addressOf = clientAddress(options);
  const ofCredentials = credentialCheck(options);
  const scopes = options.anonymousScopes && new Set(options.anonymousScopes);
  const identify: Identify = (request) => {
    const identity = ofCredentials(request.headers);
    if (identity) return identity;
    if (scopes) return { ...identityOf(request), scopes };
    throw unauthenticated(options);
  };
  return {
    identify,
    onRequest({ request, url, serverContext, fetchAPI, endResponse }) {
      const { req } = (serverContext ?? {}) as Partial<ServerContext>;
      const name = `address:${req ? addressOf(req) : 'unknown'}`;
      identities.set(request, { caller: { name, isRouter: false }, scopes: new Set() });
      if (url.pathname !== '/caller') return undefined;
      const caller = async () => callerAnswer(await identify(request), fetchAPI);
      return caller().catch(refusedBy(fetchAPI)).then(endResponse);
    },
    // Whatever is parsed may be executed. A check of the path would miss some: Yoga serves all that end like its own.
    onRequestParse({ request }) {
      const found = identify(request);
      // Only tokens take time.
      if (found instanceof Promise) return found.then((identity) => void identities.set(request, identity));
      identities.set(request, found);
      return undefined;
    },
  };
}

/** Who a caller is, and which scopes they have and lack. */
function callerAnswer({ caller, scopes }: Identity, { Response }: FetchAPI): Response {
  const [own, missingScopes] = [true, false].map((has) => SCOPES.filter((scope) => scopes.has(scope) === has));
  return Response.json({ caller: caller.name, scopes: own, missingScopes });
}

/** Makes the answer to who is not let in: why. Throws everything else. */
export function refusedBy({ Response }: FetchAPI): (error: unknown) => Response {
  return (error) => {
    if (!(error instanceof GraphQLError)) throw error;
    const { http, ...extensions } = error.extensions;
    return Response.json({ errors: [{ message: error.message, extensions }] }, http as ResponseInit);
  };
}
