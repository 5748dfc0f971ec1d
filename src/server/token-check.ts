import type { JWTPayload, JWTVerifyGetKey } from 'jose';
import { JOSEError, JWKSNoMatchingKey, JWTClaimValidationFailed, JWTExpired } from 'jose/errors';
import { jwtVerify } from 'jose/jwt/verify';
import { SCOPES, type Scope } from '../graph/scopes.ts';
import type { Identity } from './identity.ts';

export interface TokenOptions {
  issuer: string;
  audience: readonly string[];
  algorithms: readonly string[];
  keys: JWTVerifyGetKey;
  /** Where a token's scopes and roles stand: the names of claims, or the path to one, as `realm_access.roles`. */
  claims: readonly string[];
  /** What each role may do. */
  roles: ReadonlyMap<string, readonly Scope[]>;
}

/** A token that does not let its bearer in; the message is the end of a sentence and has nothing of the token. */
export class WrongToken extends Error {}

/** Tells who bears a token. Throws `WrongToken`, or what `keys` throws. */
export function tokenCheck({ keys, issuer, audience, algorithms, claims, roles }: TokenOptions) {
  const expected = {
    ...{ issuer, audience: [...audience], algorithms: [...algorithms], clockTolerance: 30 },
    requiredClaims: ['sub', 'exp'],
  };
  return async (token: string): Promise<Identity> => {
    try {
      const { payload } = await jwtVerify(token, keys, expected);
      // Others make one name of several callers (RFC 7519, 4.1.2: a text).
      if (typeof payload.sub !== 'string' || payload.sub === '') throw new WrongToken(wrong('sub'));
      return {
        caller: { name: `jwt:${payload.sub}`, isRouter: false },
        scopes: scopesOf(payload, claims, roles),
        validUntil: Number(payload.exp) * 1000,
      };
    } catch (error) {
      if (error instanceof JOSEError) throw new WrongToken(reasonOf(error));
      throw error;
    }
  };
}

/** What a token does not name is not granted; other words in it are another API's. */
function scopesOf(payload: JWTPayload, claims: TokenOptions['claims'], roles: TokenOptions['roles']): Set<Scope> {
  const words = claims.flatMap((claim) => wordsOf(claimOf(payload, claim)));
  const granted = words.flatMap((word) => [word, ...(roles.get(word) ?? [])]);
  return new Set(SCOPES.filter((scope) => granted.includes(scope)));
}

/** Names of claims may have dots themselves, as those that are URLs. */
function claimOf(payload: JWTPayload, claim: string): unknown {
  return Object.hasOwn(payload, claim) ? payload[claim] : claim.split('.').reduce<unknown>(memberOf, payload);
}

function memberOf(object: unknown, name: string): unknown {
  return typeof object === 'object' && object !== null ? (object as Record<string, unknown>)[name] : undefined;
}

/** One text with blanks between, or a list. */
function wordsOf(value: unknown): string[] {
  return typeof value === 'string' ? value.split(' ') : Array.isArray(value) ? value.map(String) : [];
}

const wrong = (claim: string) => `its claim ${claim} is not as expected`;

function reasonOf(error: JOSEError): string {
  if (error instanceof JWTExpired) return 'it has expired';
  if (error instanceof JWTClaimValidationFailed) return wrong(error.claim);
  if (error instanceof JWKSNoMatchingKey) return 'no known key has signed it';
  return 'it is none that can be verified';
}
