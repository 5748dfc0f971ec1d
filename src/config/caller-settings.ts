import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';
import type { JSONWebKeySet } from 'jose';
import { z } from 'zod';
import { SCOPES, type Scope } from '../graph/scopes.ts';
import { contentOf } from './environment.ts';
import { choice, HEADER_TEXT, list, listOf, readBy, SECRET, secrets } from './setting-kinds.ts';

const origins = list.refine(
  (texts) => texts.every((origin) => URL.canParse(origin) && new URL(origin).origin === origin),
  'must be origins such as https://app.example.com, separated by commas',
);

/** By comma or by blank, as tokens have them. */
const scopes = z
  .string()
  .transform((text) => (text === 'none' ? [] : text.split(/[\s,]+/)))
  .pipe(listOf('none, or scopes', SCOPES));

/** How tokens may be signed: by who has a private key, never by who can check them. */
const ASYMMETRIC = 'RS256,RS384,RS512,PS256,PS384,PS512,ES256,ES384,ES512,EdDSA,Ed25519';

/** By private ones nothing can be checked. */
const KEY = z.looseObject({ kty: z.string() }).refine((key) => !('d' in key));
const KEYS = z.object({ keys: z.array(KEY).min(1) });

/** The URL of public keys, or those in a file (JSON Web Key Set, RFC 7517). */
const keySet = readBy((text): URL | JSONWebKeySet => {
  const url = URL.parse(text);
  // Nothing that has a name and a password in it can be fetched.
  if (url && /^https?:$/.test(url.protocol) && `${url.username}${url.password}` === '') return url;
  return KEYS.parse(JSON.parse(contentOf(text)));
}, 'must be a URL, or a file with a JSON Web Key Set');

const ROLES = z.record(z.string(), z.array(z.enum(SCOPES)));

const roles = readBy(
  (text): ReadonlyMap<string, readonly Scope[]> => new Map(Object.entries(ROLES.parse(JSON.parse(text)))),
  `must be JSON such as {"support":["pii:read"]}, with scopes of: ${SCOPES.join(', ')}`,
);

/** As relay-compiler writes them: texts by their ids. */
const RELAY = z.record(z.string(), z.string()).transform((texts) => new Map(Object.entries(texts)));

/** As Apollo's tools write them. */
const APOLLO = z
  .object({
    format: z.literal('apollo-persisted-query-manifest'),
    version: z.literal(1),
    operations: z.array(z.object({ id: z.string(), body: z.string() })),
  })
  .transform(({ operations }) => new Map(operations.map(({ id, body }) => [id, body])));

const OF_DOCUMENTS =
  'must be a file with texts by their ids, as relay-compiler writes it, or an Apollo manifest of version 1';

/** The documents of a file, by their ids. */
const manifest = z
  .string()
  .transform(contentOf)
  .refine((text) => text !== '', { error: 'must be a file that can be read', abort: true })
  .pipe(readBy(JSON.parse, 'must be a file of JSON'))
  .pipe(z.union([APOLLO, RELAY], { error: OF_DOCUMENTS }))
  .refine(({ size }) => size > 0, { error: OF_DOCUMENTS });

/** `10.0.0.0/8`; an address alone is a network of one. */
const networks = list
  .transform((texts) => texts.map((text) => (isIP(text) ? `${text}/${text.includes(':') ? 128 : 32}` : text)))
  .refine((texts) => texts.every((text) => ipaddr.isValidCIDR(text)), {
    error: 'must be networks or addresses such as 10.0.0.0/8 or 192.0.2.7, separated by commas',
  });

/** As Node has it, in lower case (RFC 9110, 5.1). */
const headerName = z
  .string()
  .regex(/^[\w!#$%&'*+.^`|~-]+$/, 'must be the name of a header, such as X-Forwarded-For')
  .toLowerCase();

/** The settings that say who may call, and what they may. */
export const CALLER_VARIABLES = {
  CORS_ORIGINS: origins.default([]),
  AUTH: list.pipe(listOf('ways in', ['jwt', 'secret', 'none'])).prefault('none'),
  JWT_ISSUER: z.string().optional(),
  JWT_AUDIENCE: list.optional(),
  JWT_JWKS: keySet.optional(),
  JWT_ALGORITHMS: list.pipe(listOf('algorithms', ASYMMETRIC.split(','))).prefault(ASYMMETRIC),
  JWT_SCOPE_CLAIM: list.prefault('scope,scp,permissions'),
  JWT_ROLES: roles.prefault('{}'),
  GATEWAY_SECRET: secrets
    .refine((words) => words.every((word) => HEADER_TEXT.test(word)), 'must be one word of ASCII characters')
    .optional()
    .meta(SECRET),
  GATEWAY_SCOPES: scopes.prefault('pii:read,gdpr:read,gdpr:write,hood:write,sor:write,exports:read'),
  ANONYMOUS_SCOPES: scopes.optional(),
  UNKNOWN_PI: choice('mask', 'show').prefault('mask'),
  CLIENT_ADDRESS_HEADER: headerName.optional(),
  TRUSTED_PROXIES: networks.default([]),
  AUDIT: z.string().optional(),
  AUDIT_KEY: secrets.optional().meta(SECRET),
  INTROSPECTION: choice('on', 'off').optional(),
  GRAPHIQL: choice('on', 'off').optional(),
  TRUSTED_DOCUMENTS: manifest.optional(),
  TRUSTED_DOCUMENTS_ONLY: choice('true', 'false').prefault('false'),
} as const;
