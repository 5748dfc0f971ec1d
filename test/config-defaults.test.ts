import { totalmem } from 'node:os';
import { expect, test } from 'vitest';
import { publicUrlOf, readConfig } from '../src/config/config.ts';
import { SCOPES } from '../src/graph/scopes.ts';
import { LIFETIMES } from './support/config.ts';

const SECRET = 'sixteen-letters-and-more';

test('an empty environment is a sandbox on loopback, with a secret of its own', () => {
  const { SECRET: one, ...config } = readConfig({});
  expect(config).toEqual({
    PLUGINS: [],
    PORT: 4000,
    HOST: '127.0.0.1',
    UPSTREAM: 'sandbox',
    sandboxIsWanted: false,
    HOOD_URL: 'https://api.ocamba.com',
    SOR_URL: 'https://api.follow-apps.com',
    SOR_FEED_URL: 'https://sor.follow-apps.com',
    HOOD_MAX_PAGE_SIZE: 100,
    SOR_MAX_PAGE_SIZE: 10_000,
    HOOD_FIELDS: 'selection',
    HOOD_RATE: { perSecond: 10, perMinute: 150 },
    SOR_RATE: 'none',
    CALLER_RATE: 'none',
    HOOD_CLIENT_ID_IS: 'user_id',
    CACHE: 'on',
    CACHE_TTL: LIFETIMES,
    CACHE_MEMORY: 64,
    SOR_SETTLE_TIME: 60_000,
    MAX_OPERATIONS: 2_000,
    MAX_SUBSCRIPTIONS: 1_000,
    MAX_BODY: 1_000_000,
    MAX_TOKENS: 10_000,
    CLIENT_TIMEOUT: 15_000,
    KEEP_ALIVE_TIMEOUT: 75_000,
    DRAIN_DELAY: 0,
    DRAIN_TIMEOUT: 30_000,
    MAX_MEMORY: 0.75 * Math.min(totalmem(), process.constrainedMemory() || Infinity),
    MAX_CALLS: 100,
    MAX_ENTITIES: 1_000,
    MAX_ANSWER: 16_000_000,
    REQUEST_DEADLINE: 10_000,
    ALLOWED_HOSTS: [],
    CORS_ORIGINS: [],
    TRUSTED_PROXIES: [],
    AUTH: ['none'],
    ANONYMOUS_SCOPES: SCOPES,
    JWT_ALGORITHMS: ['RS', 'PS', 'ES']
      .flatMap((kind) => [256, 384, 512].map((bits) => kind + bits))
      .concat('EdDSA', 'Ed25519'),
    JWT_SCOPE_CLAIM: ['scope', 'scp', 'permissions'],
    JWT_ROLES: new Map(),
    GATEWAY_SCOPES: SCOPES.filter((scope) => scope !== 'secrets:read'),
    UNKNOWN_PI: 'mask',
    INTROSPECTION: 'on',
    GRAPHIQL: 'on',
    TRUSTED_DOCUMENTS_ONLY: 'false',
    LOG_LEVEL: 'info',
    OTEL_TRACES_SAMPLER: 'parentbased_always_on',
    OTEL_TRACES_SAMPLER_ARG: 1,
    TRACE_UPSTREAM: [],
    secretIsRandom: true,
    files: new Map(),
  });
  expect(one).toEqual([expect.stringMatching(/^[\da-f]{64}$/)]);
  expect(readConfig({}).SECRET).not.toEqual(one);
});

test.each([
  [
    'off',
    {
      HOOD_TOKEN: 'x',
      HOST: '0.0.0.0',
      AUTH: 'secret',
      GATEWAY_SECRET: SECRET,
      SECRET,
      PUBLIC_URL: 'https://a.example',
    },
  ],
  ['on', { HOOD_TOKEN: 'x', HOST: '127.8.8.8' }],
  ['on', { UPSTREAM: 'sandbox', HOST: '0.0.0.0' }],
])('the schema can be explored: %s by default with %j', (byDefault, env) => {
  expect(readConfig(env)).toMatchObject({ INTROSPECTION: byDefault, GRAPHIQL: byDefault });
  const other = byDefault === 'on' ? 'off' : 'on';
  expect(readConfig({ ...env, INTROSPECTION: other })).toMatchObject({ INTROSPECTION: other, GRAPHIQL: byDefault });
  expect(readConfig({ ...env, GRAPHIQL: other })).toMatchObject({ INTROSPECTION: byDefault, GRAPHIQL: other });
});

const LOCKED = { AUTH: 'secret,none', GATEWAY_SECRET: SECRET, SECRET };

test.each([
  ['everything in the sandbox', {}, [...SCOPES]],
  ['only read real data, and no secrets', { HOOD_TOKEN: 'x' }, ['pii:read', 'gdpr:read', 'exports:read']],
  ['nothing where others have a secret', LOCKED, []],
  ['nothing of real data where others have a secret', { ...LOCKED, HOOD_TOKEN: 'x' }, []],
  ['what is set', { ...LOCKED, ANONYMOUS_SCOPES: 'gdpr:read' }, ['gdpr:read']],
  ['nothing if that is set', { ANONYMOUS_SCOPES: 'none' }, []],
])('callers without a credential may %s', (_, env: Record<string, string>, scopes) => {
  expect(readConfig(env).ANONYMOUS_SCOPES).toEqual(scopes);
});

test.each([
  ['127.0.0.1', 0],
  ['localhost', 0],
  ['0.0.0.0', 5_000],
])('on %s everything is served for %d ms after a signal to stop', (HOST, DRAIN_DELAY) => {
  expect(readConfig({ HOST }).DRAIN_DELAY).toBe(DRAIN_DELAY);
});

test.each([
  ['http://127.0.0.1:4000', {}],
  ['http://localhost:80', { HOST: 'localhost', PORT: '80' }],
  ['http://[::1]:4000', { HOST: '::1' }],
  ['http://localhost:4000', { HOST: '0.0.0.0' }],
  ['http://localhost:4000', { HOST: '::' }],
  ['http://10.0.0.5:4000', { HOST: '10.0.0.5' }],
  ['https://graph.example.com/crm', { HOST: '0.0.0.0', PUBLIC_URL: 'https://graph.example.com/crm/' }],
])('clients reach it at %s with %j', (url, env) => {
  expect(publicUrlOf(readConfig(env))).toBe(url);
});
