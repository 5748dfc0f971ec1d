import { memoize1 } from '@graphql-tools/utils';
import type { JSONWebKeySet, JWTVerifyGetKey } from 'jose';
import { JWKSNoMatchingKey } from 'jose/errors';
import { createLocalJWKSet } from 'jose/jwks/local';
import { createRemoteJWKSet } from 'jose/jwks/remote';
import type { Logger } from 'pino';
import type { Config } from '../config/config.ts';
import { refusal } from './refusal.ts';

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

/**
 * The keys at a URL, read at the start, every ten minutes, and when a token names another key, at most every ten
 * seconds. While their server fails, those that were read last go on counting.
 */
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
