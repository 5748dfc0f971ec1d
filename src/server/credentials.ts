import { hash, timingSafeEqual } from 'node:crypto';
import type { GraphQLError } from 'graphql';
import type { Logger } from 'pino';
import { SCOPES, type Scope } from '../graph/scopes.ts';
import type { Caller } from '../http/client/caller.ts';
import { onceAMinute } from './once-a-minute.ts';
import { refusal } from './refusal.ts';
import { type Identity, type TokenCheck, WrongToken } from './token-check.ts';
import { KeysUnavailable } from './token-keys.ts';

/** What lets a caller in. */
export interface Credentials {
  /** The secrets of the gateway, as they are now; undefined where none lets in. */
  secrets: (() => readonly string[]) | undefined;
  /** What a secret allows. */
  secretScopes: readonly Scope[];
  /** Tells whose a token is; undefined where none lets in. */
  tokens: TokenCheck | undefined;
  log: Logger;
}

/** The longest name that a router may give a caller. */
const LONGEST_NAME = 200;

const SECRET_HOLDER: Caller = { name: 'secret', isRouter: true };

/**
 * Tells who has the credentials in a request's headers; undefined where there are none. All of them must be right: a
 * token says who calls, also where a router sends its secret with it. Throws a `refusal` for those that are wrong.
 */
export function credentialCheck(options: Credentials): (headers: Headers) => Identity | Promise<Identity> | undefined {
  const { secrets, tokens } = options;
  const secretScopes = new Set(options.secretScopes);
  const report = onceAMinute((reason: string, refused) =>
    options.log.warn({ reason, refused }, 'credentials are refused'),
  );

  async function ofBearer(authorization: string): Promise<Identity> {
    const [, token = ''] = /^bearer +(\S+)$/i.exec(authorization) ?? [];
    try {
      return (await tokens?.identityOf(token)) as Identity;
    } catch (error) {
      if (error instanceof KeysUnavailable) {
        throw refusal(503, 'UPSTREAM_UNAVAILABLE', 'Tokens cannot be checked just now.', { retryAfter: 10 });
      }
      if (!(error instanceof WrongToken)) throw error;
      report(error.message);
      const message = `The token in the header authorization is refused: ${error.message}.`;
      throw unauthenticated(options, message, `, error="invalid_token", error_description="${error.message}"`);
    }
  }

  return (headers) => {
    const secret = secrets ? headers.get('x-gateway-secret') : null;
    const authorization = tokens ? headers.get('authorization') : null;
    if (secret !== null && !isOneOf(secrets?.() ?? [], secret)) {
      report('wrong secret');
      throw unauthenticated(options);
    }
    const ofHeader = authorization === null ? undefined : ofBearer(authorization);
    if (secret === null) return ofHeader;
    return (
      ofHeader?.then((identity) => narrowed(identity, headers)) ??
      narrowed({ caller: routed(headers), scopes: secretScopes }, headers)
    );
  };
}

/** A refusal with status 401, and the challenge of RFC 6750 where tokens let in; unless told why, it names what lets in. */
export function unauthenticated({ secrets, tokens }: Credentials, message?: string, problem = ''): GraphQLError {
  const ways = [
    tokens && 'a token in the header authorization (Bearer …)',
    secrets && 'the secret of this gateway in the header x-gateway-secret',
  ];
  const expected = `Expected ${ways.filter(Boolean).join(', or ')}.`;
  const headers = { ...(tokens && { 'www-authenticate': `Bearer realm="hood-sor-gateway"${problem}` }) };
  return refusal(401, 'UNAUTHENTICATED', message ?? expected, { headers });
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
