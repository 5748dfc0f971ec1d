import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';
import type { JSONWebKeySet } from 'jose';
import { z } from 'zod';
import { SCOPES, type Scope } from '../graph/scopes.ts';
import { contentOf } from './environment.ts';
import { choice, HEADER_TEXT, list, listOf, readBy, secretly, secrets } from './setting-kinds.ts';

const origins = list.refine(
  (texts) => texts.every((origin) => URL.canParse(origin) && new URL(origin).origin === origin),
  'must be origins such as https://app.example.com, separated by commas',
);

/** By comma or by blank, as tokens have them. */
const scopes = z
  .string()
  .transform((text) => (text === 'none' ? [] : text.split(/[\s,]+/)))
  .pipe(listOf('none, or scopes', SCOPES));

/** What callers may be known by. */
const waysIn = list.pipe(listOf('ways in', ['jwt', 'secret', 'none']));

const ASYMMETRIC = 'RS256,RS384,RS512,PS256,PS384,PS512,ES256,ES384,ES512,EdDSA,Ed25519';

/** How tokens may be signed: by who has a private key, never by who can check them. */
const algorithms = list.pipe(listOf('algorithms', ASYMMETRIC.split(',')));

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
  CORS_ORIGINS: origins
    .default([])
    .describe(
      'Origins whose pages may read answers. When unset none, but in the sandbox those of this machine, such as `http://localhost:5173`. An origin that is refused is logged once.',
    ),
  AUTH: waysIn
    .prefault('none')
    .describe(
      'How callers say who they are: by a token of your identity provider (`jwt`), by the secret of the gateway (`secret`), or not at all (`none`, which is refused for real data on an address that is not loopback). Several are separated by commas: any of them will do, but what is sent must be right. [Callers](callers.md) has examples.',
    ),
  JWT_ISSUER: z.string().optional().describe('With `AUTH=jwt`: who issues tokens, written as in their claim `iss`.'),
  JWT_AUDIENCE: list
    .optional()
    .describe('With `AUTH=jwt`: the name of this gateway in the claim `aud`; several are separated by commas.'),
  JWT_JWKS: keySet
    .optional()
    .describe(
      'With `AUTH=jwt`: where the public keys are, by URL or file. They are read again every ten minutes, and when a token names another one.',
    ),
  JWT_ALGORITHMS: algorithms
    .prefault(ASYMMETRIC)
    .describe('With `AUTH=jwt`: how tokens may be signed. Lower it to what your identity provider uses.'),
  JWT_SCOPE_CLAIM: list
    .prefault('scope,scp,permissions')
    .describe(
      'With `AUTH=jwt`: the claims that hold scopes or roles, or paths to them, such as `realm_access.roles`. What is no scope of this gateway is ignored.',
    ),
  JWT_ROLES: roles
    .prefault('{}')
    .describe('With `AUTH=jwt`: the scopes of each role, such as `{"support":["pii:read","gdpr:read"]}`.'),
  GATEWAY_SECRET: secrets
    .refine((words) => words.every((word) => HEADER_TEXT.test(word)), 'must be one word of ASCII characters')
    .optional()
    .meta(
      secretly(
        'With `AUTH=secret`: what callers send in the header `x-gateway-secret`. Several, separated by commas: each lets in.',
      ),
    ),
  GATEWAY_SCOPES: scopes
    .prefault('pii:read,gdpr:read,gdpr:write,hood:write,sor:write,exports:read')
    .describe(
      'With `AUTH=secret`: what callers with the secret may do; `none` is nothing. `secrets:read` shows `SystemOfRecord.apiKeys`; without it only the creator of a system sees its key, in the answer to `createSystemOfRecord`.',
    ),
  ANONYMOUS_SCOPES: scopes
    .optional()
    .describe(
      'With `AUTH=none`: what callers without a credential may do; `none` is nothing. When unset: everything in the sandbox, `pii:read`, `gdpr:read` and `exports:read` with real data, and nothing beside another way in.',
    ),
  UNKNOWN_PI: choice('mask', 'show')
    .prefault('mask')
    .describe(
      'What callers without `pii:read` see of values under keys of which Hood does not say whether they are personal: nothing, or the value. Whoever knows that every personal key is a property in Hood sets `show`.',
    ),
  CLIENT_ADDRESS_HEADER: headerName
    .optional()
    .describe(
      'Behind proxies: the header in which they add the address that called them, such as `X-Forwarded-For`. Who sends no credential is known by the address, and shares calls and places with others evenly. Needs `TRUSTED_PROXIES`.',
    ),
  TRUSTED_PROXIES: networks
    .default([])
    .describe(
      'The networks of your proxies. Only they are believed, and of what they send the last address that is not in one of these networks.',
    ),
  AUDIT: z
    .string()
    .optional()
    .describe(
      'Where it is recorded who reads personal data and secrets, and who writes: `stdout`, among the lines of the log, or the path of a file of its own. Whoever answers for the data sets it. When unset: `stdout` where callers are known, nowhere with `AUTH=none` alone. Needs `AUDIT_KEY` or `SECRET`, where callers are known also with real data when it is unset. What a file cannot take is not answered, nor sent.',
    ),
  AUDIT_KEY: secrets
    .optional()
    .meta(
      secretly(
        'Hashes the ids in the audit, so that only whoever has it can look for one; with `AUTH=none` alone it needs `AUDIT`. When unset, `SECRET` does, with which the audit can no longer be searched once that has changed. Several, separated by commas: the first is used, `npm run audit` tries all.',
      ),
    ),
  INTROSPECTION: choice('on', 'off')
    .optional()
    .describe(
      'Whether clients can read the schema, by `__schema` and `__type` or at `/schema.graphql`. When unset: `off` for real data on an address that is not loopback, else `on`. Routers read `_service` either way.',
    ),
  GRAPHIQL: choice('on', 'off')
    .optional()
    .describe(
      'Whether browsers get GraphiQL. When unset: `off` for real data on an address that is not loopback, else `on`. It explains and completes only with introspection.',
    ),
  TRUSTED_DOCUMENTS: manifest
    .optional()
    .describe(
      'A file of operations that clients name by their ids: as relay-compiler persists them, or an Apollo manifest.',
    ),
  TRUSTED_DOCUMENTS_ONLY: choice('true', 'false')
    .prefault('false')
    .describe('`true` refuses all other operations: also those typed into GraphiQL, and those of a router.'),
} as const;
