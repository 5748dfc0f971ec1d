import type { JSONWebKeySet } from 'jose';
import type { Logger } from 'pino';
import type { Config } from './config/config.ts';
import type { CallersOptions } from './server/callers.ts';
import { type TokenCheck, tokenCheck } from './server/token-check.ts';
import { localKeys, remoteKeys } from './server/token-keys.ts';

/** Who may call, as the settings say. */
export function waysIn(config: Config, log: Logger): CallersOptions {
  const { AUTH, GATEWAY_SCOPES, ANONYMOUS_SCOPES } = config;
  return {
    secrets: AUTH.includes('secret') ? () => config.GATEWAY_SECRET ?? [] : undefined,
    secretScopes: GATEWAY_SCOPES,
    tokens: AUTH.includes('jwt') ? tokensOf(config, log) : undefined,
    anonymousScopes: AUTH.includes('none') ? ANONYMOUS_SCOPES : undefined,
    header: config.CLIENT_ADDRESS_HEADER,
    trusted: config.TRUSTED_PROXIES,
    log,
  };
}

function tokensOf(config: Config, log: Logger): TokenCheck {
  const { JWT_ISSUER = '', JWT_AUDIENCE = [], JWT_JWKS } = config;
  const keys = JWT_JWKS instanceof URL ? remoteKeys(JWT_JWKS, log) : localKeys(() => config.JWT_JWKS as JSONWebKeySet);
  return tokenCheck({
    issuer: JWT_ISSUER,
    audience: JWT_AUDIENCE,
    algorithms: config.JWT_ALGORITHMS,
    keys,
    claims: config.JWT_SCOPE_CLAIM,
    roles: config.JWT_ROLES,
  });
}
