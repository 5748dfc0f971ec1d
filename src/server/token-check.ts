import { hash } from 'node:crypto';
import { memoize1 } from '@graphql-tools/utils';
import type { JSONWebKeySet, JWTPayload, JWTVerifyGetKey } from 'jose';
import { JOSEError, JWKSNoMatchingKey, JWTClaimValidationFailed, JWTExpired } from 'jose/errors';
import { createLocalJWKSet } from 'jose/jwks/local';
import { createRemoteJWKSet } from 'jose/jwks/remote';
import { jwtVerify } from 'jose/jwt/verify';
import { LRUCache } from 'lru-cache';
import type { Logger } from 'pino';
import type { Config } from '../config/config.ts';
import { SCOPES, type Scope } from '../graph/scopes.ts';
import type { Caller } from '../http/client/call-options.ts';
import { refusal } from './refusal.ts';

/** Who sends a request, and what they may do. */
export interface Identity {
  readonly caller: Caller;
  readonly scopes: ReadonlySet<Scope>;
  /** The claims of their token that let it in and that its scopes come from. */
  readonly claims?: Readonly<Record<string, unknown>>;
  /** When the credential ends, in milliseconds of the wall clock; undefined where it does not. */
  readonly validUntil?: number;
}

/** A token that does not let its bearer in; the message is the end of a sentence and has nothing of the token. */
export class WrongToken extends Error {}

/** By how many seconds the clocks of the issuer and of this process may differ. */
const CLOCK_TOLERANCE = 30;

/** For so long a token that was verified is not verified again, in milliseconds; of so many tokens at most. */
const VERIFIED_MS = 60_000;
const MOST_VERIFIED = 1_000;

/** Tells who bears a token, and what its claims allow. */
export function tokenCheck(config: Config, keys: TokenKeys) {
  const { JWT_ISSUER: issuer = '', JWT_AUDIENCE: audience = [], JWT_ALGORITHMS: algorithms, JWT_ROLES: roles } = config;
  const expected = { issuer, audience, algorithms, clockTolerance: CLOCK_TOLERANCE, requiredClaims: ['sub', 'exp'] };
  /** By the hashes of tokens, each with the keys that were in force. */
  const verified = new LRUCache<string, { identity: Identity; keys: object | undefined }>({
    ...{ max: MOST_VERIFIED, ttl: VERIFIED_MS },
  });
  const isOurs = (word: string) => roles.has(word) || SCOPES.some((scope) => scope === word);
  /** The scopes and roles in each claim. What a token does not name is not granted; other words in it are another API's. */
  const grantingClaims = (payload: JWTPayload): Record<string, string[]> =>
    Object.fromEntries(config.JWT_SCOPE_CLAIM.map((name) => [name, wordsOf(claimOf(payload, name)).filter(isOurs)]));

  /** What the `claims` of an identity allow: nothing where tokens like that are no longer let in. */
  function scopesOf(claims: NonNullable<Identity['claims']>): Set<Scope> {
    const { iss, aud } = claims;
    const isForUs = audience.some((each) => each === aud || (Array.isArray(aud) && aud.includes(each)));
    if (iss !== issuer || !isForUs) return new Set();
    const words = Object.values(grantingClaims(claims)).flat();
    const granted = words.flatMap((word) => [word, ...(roles.get(word) ?? [])]);
    return new Set(SCOPES.filter((scope) => granted.includes(scope)));
  }

  /** Whose a token is; verified (150 µs) again after a minute or with other keys. Throws `WrongToken`. */
  async function identityOf(token: string): Promise<Identity> {
    const name = hash('sha256', token, 'base64');
    const inForce = keys.inForce();
    const known = verified.get(name);
    const { validUntil = Infinity } = known?.identity ?? {};
    if (known && known.keys === inForce && Date.now() < validUntil + CLOCK_TOLERANCE * 1000) return known.identity;
    const identity = await verify(token);
    // Others may be in force by now that it was not checked with, unless there were none before.
    verified.set(name, { identity, keys: inForce ?? keys.inForce() });
    return identity;
  }

  async function verify(token: string): Promise<Identity> {
    try {
      const { payload } = await jwtVerify(token, keys.find, expected);
      const { iss, aud, sub, exp } = payload;
      // Others make one name of several callers (RFC 7519, 4.1.2: a text).
      if (typeof sub !== 'string' || sub === '') throw new WrongToken(wrong('sub'));
      const claims = { ...grantingClaims(payload), iss, aud };
      return {
        caller: { name: `jwt:${sub}`, isRouter: false },
        ...{ scopes: scopesOf(claims), claims, validUntil: Number(exp) * 1000 },
      };
    } catch (error) {
      if (error instanceof JOSEError) throw new WrongToken(reasonOf(error));
      throw error;
    }
  }

  return { identityOf, scopesOf };
}

/** Names of claims may have dots themselves, as those that are URLs. */
function claimOf(payload: JWTPayload, claim: string): unknown {
  if (Object.hasOwn(payload, claim)) return payload[claim];
  return claim.split('.').reduce<unknown>((object, name) => Object(object)[name], payload);
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

/** Between two attempts to read the keys, whoever asks for whatever key, in milliseconds. */
const PAUSE_MS = 10_000;

/** For how long the keys count as they were read: one that was withdrawn is not accepted for much longer. */
const FRESH_MS = 10 * 60_000;

/** How long their server may take. */
const TIMEOUT_MS = 5_000;

/** The keys that tokens may be signed with. */
export interface TokenKeys {
  find: JWTVerifyGetKey;
  /** All of them: another object when they have changed, or may have. */
  inForce(): object | undefined;
}

/** Whether a token is right cannot be told, as its key cannot be read. */
const unavailable = () =>
  refusal(503, 'UPSTREAM_UNAVAILABLE', 'Tokens cannot be checked just now.', { retryAfter: 10 });

/** The keys at a URL, read every ten minutes, for an unknown key at most every ten seconds; kept while that fails. */
function remoteKeys(url: URL, log: Logger): TokenKeys {
  // By itself jose lets nobody in once the keys are old, and asks a server that fails again with every token.
  const keys = createRemoteJWKSet(url, {
    cacheMaxAge: Infinity,
    cooldownDuration: Infinity,
    timeoutDuration: TIMEOUT_MS,
  });
  let triedAt = Number.NEGATIVE_INFINITY;
  let isFailing = false;
  let inForce: object | undefined;
  const isDue = (pauseMs: number) => !keys.reloading && performance.now() >= triedAt + pauseMs;

  async function read(): Promise<void> {
    if (!keys.reloading && !isDue(PAUSE_MS)) return;
    if (!keys.reloading) triedAt = performance.now();
    try {
      await keys.reload();
      inForce = keys.jwks();
      if (isFailing) log.info('JWT_JWKS was read again');
      isFailing = false;
    } catch (error) {
      const { code, cause } = error as NodeJS.ErrnoException;
      if (!isFailing)
        log.warn(
          { code: (cause as NodeJS.ErrnoException)?.code ?? code },
          'JWT_JWKS cannot be read: only tokens of keys that are known are accepted',
        );
      isFailing = true;
    }
  }

  void read();
  const find: JWTVerifyGetKey = async (header, token) => {
    if (!keys.jwks()) await read();
    else if (isDue(isFailing ? PAUSE_MS : FRESH_MS)) void read();
    if (!keys.jwks()) throw unavailable();
    return keys(header, token).catch(async (error) => {
      if (!(error instanceof JWKSNoMatchingKey)) throw error;
      await read();
      return keys(header, token).catch((stillNone) => {
        throw isFailing ? unavailable() : stillNone;
      });
    });
  };
  return { find, inForce: () => inForce };
}

/** The keys of `JWT_JWKS`; those in a file as they are now. */
export function tokenKeys(config: Config, log: Logger): TokenKeys {
  if (config.JWT_JWKS instanceof URL) return remoteKeys(config.JWT_JWKS, log);
  const keysOf = memoize1(createLocalJWKSet);
  const current = () => config.JWT_JWKS as JSONWebKeySet;
  return { find: (header, token) => keysOf(current())(header, token), inForce: current };
}
