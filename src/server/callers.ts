import { hash, timingSafeEqual } from 'node:crypto';
import { GraphQLError } from 'graphql';
import type { FetchAPI } from 'graphql-yoga';
import type { Logger } from 'pino';
import type { Config } from '../config/config.ts';
import type { LinkHolder } from '../graph/download-link.ts';
import { SCOPES, type Scope } from '../graph/scopes.ts';
import type { Caller } from '../http/client/call-options.ts';
import { clientAddress } from './client-address.ts';
import type { Endpoint, ServerPlugin } from './front-door.ts';
import { onceAMinute } from './once.ts';
import { refusal } from './refusal.ts';
import { type Identity, tokenCheck, tokenKeys, WrongToken } from './token-check.ts';

/** The longest name that a router may give a caller. */
const LONGEST_NAME = 200;

const NO_SCOPES: ReadonlySet<Scope> = new Set();

const SECRET_HOLDER: Caller = { name: 'secret', isRouter: true };

/** Who sends a request. Throws a refusal with a status if they are not let in. */
export type Identify = (request: Request) => Identity | Promise<Identity>;

const IDENTITY = Symbol('identity');

interface Identified {
  [IDENTITY]?: Identity;
}

/** Who sends a request. Where no credential was checked, as of links, that is an address, which may do nothing. */
export function identityOf(request: Request): Identity {
  const { [IDENTITY]: identity } = request as Identified;
  if (!identity) throw new Error('Every request has its sender.');
  return identity;
}

/** Says who sends a request that carries no credential, as a link's. */
export function identifyAs(request: Request, identity: Identity): void {
  (request as Identified)[IDENTITY] = identity;
}

/**
 * Finds out who sends each request, and lets in operations whose credentials are all right: a token says who calls,
 * also beside a router's secret. GraphiQL's page, health checks and signed links need none.
 */
export function useCallers(config: Config, log: Logger) {
  const { AUTH, GATEWAY_SCOPES, ANONYMOUS_SCOPES } = config;
  const addressOf = clientAddress(config);
  const tokens = AUTH.includes('jwt') ? tokenCheck(config, tokenKeys(config, log)) : undefined;
  const secretScopes = AUTH.includes('secret') ? new Set(GATEWAY_SCOPES) : undefined;
  const scopes = AUTH.includes('none') ? new Set(ANONYMOUS_SCOPES) : undefined;
  const report = onceAMinute((reason: string, refused) => log.warn({ reason, refused }, 'credentials are refused'));

  /** Status 401, and the challenge of RFC 6750 where tokens let in; unless told why, it names what lets in. */
  function unauthenticated(message?: string, problem = ''): GraphQLError {
    const ways = [
      tokens && 'a token in the header authorization (Bearer …)',
      secretScopes && 'the secret of this gateway in the header x-gateway-secret',
    ];
    const expected = `Expected ${ways.filter(Boolean).join(', or ')}.`;
    const headers = { ...(tokens && { 'www-authenticate': `Bearer realm="hood-sor-gateway"${problem}` }) };
    return refusal(401, 'UNAUTHENTICATED', message ?? expected, { headers });
  }

  async function ofBearer(authorization: string): Promise<Identity> {
    const [, token = ''] = /^bearer +(\S+)$/i.exec(authorization) ?? [];
    try {
      return (await tokens?.identityOf(token)) as Identity;
    } catch (error) {
      if (!(error instanceof WrongToken)) throw error;
      report(error.message);
      const message = `The token in the header authorization is refused: ${error.message}.`;
      throw unauthenticated(message, `, error="invalid_token", error_description="${error.message}"`);
    }
  }

  const identify: Identify = (request) => {
    const { headers } = request;
    const secret = secretScopes ? headers.get('x-gateway-secret') : null;
    const authorization = tokens ? headers.get('authorization') : null;
    if (secret !== null && !isOneOf(config.GATEWAY_SECRET ?? [], secret)) {
      report('wrong secret');
      throw unauthenticated();
    }
    const ofHeader = authorization === null ? undefined : ofBearer(authorization);
    if (secretScopes && secret !== null) {
      return (
        ofHeader?.then((identity) => narrowed(identity, headers)) ??
        narrowed({ caller: routed(headers), scopes: secretScopes }, headers)
      );
    }
    if (ofHeader) return ofHeader;
    if (scopes) return { ...identityOf(request), scopes };
    throw unauthenticated();
  };
  const hooks: ServerPlugin = {
    onRequest({ request, serverContext: { req } }) {
      const name = `address:${req ? addressOf(req) : 'unknown'}`;
      identifyAs(request, { caller: { name, isRouter: false }, scopes: NO_SCOPES });
    },
    // Whatever is parsed may be executed. A check of the path would miss some: Yoga serves all that end like its own.
    onRequestParse({ request }) {
      const found = identify(request);
      // Only tokens take time.
      if (found instanceof Promise) return found.then((identity) => identifyAs(request, identity));
      identifyAs(request, found);
      return undefined;
    },
  };
  return {
    ...hooks,
    identify,
    /** What of their scopes the settings still grant to whoever got a link: that may outlive them. */
    stillGranted({ name, scopes: had, claims = {} }: LinkHolder): Set<Scope> {
      const ofOthers = name.startsWith('address:') ? scopes : secretScopes;
      const granted = name.startsWith('jwt:') ? tokens?.scopesOf(claims) : ofOthers;
      return new Set(granted).intersection(new Set(had));
    },
    /** Tells callers who they are. */
    endpoint: ((request, fetchAPI) =>
      Promise.try(identify, request).then(({ caller, scopes }) => {
        const [own, missingScopes] = [true, false].map((has) => SCOPES.filter((scope) => scopes.has(scope) === has));
        return fetchAPI.Response.json({ caller: caller.name, scopes: own, missingScopes });
      }, refusedBy(fetchAPI))) satisfies Endpoint,
  };
}

/** Whom a router calls for: it may say so, since it has the secret. */
function routed(headers: Headers): Caller {
  const name = headers.get('x-gateway-caller');
  if (!name) return SECRET_HOLDER;
  if (name.length <= LONGEST_NAME) return { name: `router:${name}`, isRouter: false };
  throw refusal(400, 'BAD_USER_INPUT', `Expected at most ${LONGEST_NAME} characters in the header x-gateway-caller.`);
}

/** With less than it allows, where whoever has the secret wants so. */
function narrowed(identity: Identity, headers: Headers): Identity {
  const wanted = headers.get('x-gateway-scopes')?.split(/[\s,]+/);
  if (!wanted) return identity;
  return { ...identity, scopes: new Set(SCOPES.filter((each) => identity.scopes.has(each) && wanted.includes(each))) };
}

/** Digests have one length, so that comparing them tells nothing about the secrets'. */
function isOneOf(secrets: readonly string[], given: string): boolean {
  const digest = (text: string) => hash('sha256', text, 'buffer');
  return secrets.some((secret) => timingSafeEqual(digest(secret), digest(given)));
}

/** Makes the answer to who is not let in: why. Throws everything else. */
export function refusedBy({ Response }: FetchAPI): (error: unknown) => Response {
  return (error) => {
    if (!(error instanceof GraphQLError)) throw error;
    const { http, ...extensions } = error.extensions;
    return Response.json({ errors: [{ message: error.message, extensions }] }, http as ResponseInit);
  };
}
