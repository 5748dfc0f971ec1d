import { manifest } from './manifest.ts';
import { choice, HEADER_TEXT, headerName, networks, origins, scopes, secretly, secrets } from './setting-kinds.ts';

/** The settings that say who may call, and what they may. */
export const CALLER_VARIABLES = {
  CORS_ORIGINS: origins
    .default([])
    .describe(
      'Origins whose pages may read answers. When unset none, but in the sandbox those of this machine, such as `http://localhost:5173`. An origin that is refused is logged once.',
    ),
  AUTH: choice('none', 'secret')
    .prefault('none')
    .describe('Who may call. `none` is refused for real data on an address that is not loopback.'),
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
      'With `AUTH=secret`: what callers with the secret may do. `secrets:read` shows `SystemOfRecord.apiKeys`; without it only the creator of a system sees its key, in the answer to `createSystemOfRecord`.',
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
  INTROSPECTION: choice('on', 'off')
    .optional()
    .describe(
      'Whether clients can read the schema by `__schema` and `__type`. When unset: `off` for real data on an address that is not loopback, else `on`. Routers read `_service` either way.',
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
