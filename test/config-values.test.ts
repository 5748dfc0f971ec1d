import { expect, test } from 'vitest';
import { type Config, readConfig, VARIABLE_NAMES } from '../src/config/config.ts';
import { LIFETIMES, mistakesIn } from './support/config.ts';

const SECRET = 'sixteen-letters-and-more';

const ACCEPTED: [name: keyof Config, text: string, value: unknown][] = [
  ['PORT', '0', 0],
  ['PORT', '65535', 65_535],
  ['HOST', 'localhost', 'localhost'],
  ['HOST', 'LocalHost', 'LocalHost'],
  ['HOST', '::', '::'],
  ['HOST', '10.0.0.1', '10.0.0.1'],
  ['HOST', 'gateway-1.example.com', 'gateway-1.example.com'],
  ['PUBLIC_URL', 'https://graph.example.com/crm/', 'https://graph.example.com/crm'],
  ['ALLOWED_HOSTS', 'gateway, My_Host,10.0.0.5,::1', ['gateway', 'my_host', '10.0.0.5', '[::1]']],
  ['UPSTREAM', 'live', 'live'],
  ['UPSTREAM', 'sandbox', 'sandbox'],
  ['HOOD_URL', 'http://127.0.0.1:4010/', 'http://127.0.0.1:4010'],
  ['HOOD_TOKEN', 'eyJ.a-b_c~/+=', 'eyJ.a-b_c~/+='],
  ['SOR_URL', 'https://sor.example.com', 'https://sor.example.com'],
  ['SOR_FEED_URL', 'https://feed.example.com', 'https://feed.example.com'],
  ['SOR_TOKEN', 'abc', 'abc'],
  ['HOOD_MAX_PAGE_SIZE', '1', 1],
  ['SOR_MAX_PAGE_SIZE', '10000', 10_000],
  ['HOOD_FIELDS', 'full', 'full'],
  ['HOOD_RATE', '75/s,700/m', { perSecond: 75, perMinute: 700 }],
  ['HOOD_RATE', 'none', 'none'],
  ['SOR_RATE', '5/s,100/m', { perSecond: 5, perMinute: 100 }],
  ['CALLER_RATE', '5/s,50/m', { perSecond: 5, perMinute: 50 }],
  ['HOOD_CLIENT_ID_IS', 'device_id', 'device_id'],
  ['HOOD_CLIENT_ID_IS', 'none', 'none'],
  ['CACHE', 'off', 'off'],
  ['CACHE_TTL', 'profiles=1m,exports=0s', { ...LIFETIMES, profiles: 60_000, exports: 0 }],
  ['CACHE_MEMORY', '1', 1],
  ['SOR_SETTLE_TIME', '0s', 0],
  ['SOR_SETTLE_TIME', '2m', 120_000],
  ['MAX_BODY', '64kb', 64_000],
  ['MAX_BODY', '1gb', 1_000_000_000],
  ['MAX_TOKENS', '20000', 20_000],
  ['CLIENT_TIMEOUT', '30s', 30_000],
  ['KEEP_ALIVE_TIMEOUT', '11m', 660_000],
  ['DRAIN_DELAY', '0s', 0],
  ['DRAIN_TIMEOUT', '2m', 120_000],
  ['TRUSTED_DOCUMENTS_ONLY', 'false', 'false'],
  ['MAX_OPERATIONS', '50', 50],
  ['MAX_SUBSCRIPTIONS', '0', 0],
  ['MAX_MEMORY', '700mb', 700_000_000],
  ['MAX_MEMORY', '2gb', 2_000_000_000],
  ['MAX_CALLS', '500', 500],
  ['MAX_ENTITIES', '5000', 5_000],
  ['MAX_ANSWER', '500kb', 500_000],
  ['MAX_ANSWER', '32MB', 32_000_000],
  ['REQUEST_DEADLINE', '500ms', 500],
  ['REQUEST_DEADLINE', '60m', 3_600_000],
  ['SECRET', SECRET, [SECRET]],
  ['SECRET', `${SECRET}-2, ${SECRET}`, [`${SECRET}-2`, SECRET]],
  ['CORS_ORIGINS', 'https://a.example, http://localhost:3000', ['https://a.example', 'http://localhost:3000']],
  ['AUTH', 'none', ['none']],
  ['UNKNOWN_PI', 'show', 'show'],
  ['ANONYMOUS_SCOPES', 'gdpr:read pii:read, hood:write', ['gdpr:read', 'pii:read', 'hood:write']],
  ['AUDIT', 'stdout', 'stdout'],
  ['AUDIT', 'logs/audit.log', 'logs/audit.log'],
  ['INTROSPECTION', 'off', 'off'],
  ['GRAPHIQL', 'off', 'off'],
  ['LOG_LEVEL', 'silent', 'silent'],
  ['METRICS_PORT', '9464', 9464],
  ['OTEL_EXPORTER_OTLP_ENDPOINT', 'http://collector:4318', 'http://collector:4318'],
  ['OTEL_TRACES_SAMPLER', 'traceidratio', 'traceidratio'],
  ['OTEL_TRACES_SAMPLER_ARG', '0.25', 0.25],
  ['TRACE_UPSTREAM', 'hood, sor', ['hood', 'sor']],
];

test('addresses behind proxies: a header has no case, and an address is a network of its own', () => {
  const env = { CLIENT_ADDRESS_HEADER: 'X-Forwarded-For', TRUSTED_PROXIES: '10.0.0.0/8, 192.0.2.7,fd00::1' };
  expect(readConfig(env)).toMatchObject({
    CLIENT_ADDRESS_HEADER: 'x-forwarded-for',
    TRUSTED_PROXIES: ['10.0.0.0/8', '192.0.2.7/32', 'fd00::1/128'],
  });
});

test.each(ACCEPTED)('%s can be %s', (name, text, value) => {
  expect(readConfig({ SECRET, [name]: text })[name]).toEqual(value);
});

test('REDIS_URL with REPLICAS, SOR_EMAIL with SOR_PASSWORD, AUTH=secret and GATEWAY_SCOPES are accepted with what they need', () => {
  const env = {
    REDIS_URL: 'rediss://user:p,w@one.example:6380, rediss://user:p,w@two.example',
    REPLICAS: '3',
    SECRET,
    SOR_EMAIL: 'robot@example.com',
    SOR_PASSWORD: 'pass word',
    AUTH: 'secret',
    GATEWAY_SECRET: SECRET,
    AUDIT_KEY: SECRET,
  };
  expect(readConfig(env)).toMatchObject({
    ...env,
    REDIS_URL: ['rediss://user:p,w@one.example:6380', 'rediss://user:p,w@two.example'],
    REPLICAS: 3,
    SECRET: [SECRET],
    AUTH: ['secret'],
    GATEWAY_SECRET: [SECRET],
    AUDIT_KEY: [SECRET],
    UPSTREAM: 'live',
    secretIsRandom: false,
  });
  const scopes = 'secrets:read, secrets:read';
  expect(readConfig({ ...env, GATEWAY_SCOPES: scopes }).GATEWAY_SCOPES).toEqual(['secrets:read', 'secrets:read']);
});

const SCOPE_NAMES = 'pii:read, gdpr:read, gdpr:write, hood:write, sor:write, secrets:read, exports:read';
const WHOLE_PORT = 'PORT must be a whole number from 0 to 65535.';
const HOST_ONLY = 'must be a host only: the paths of the API are added to it.';
const ADDRESS = 'must be an IP address or the name of a host, such as localhost.';
const HOSTS = 'ALLOWED_HOSTS must be names of hosts such as gateway or 10.0.0.5, without ports, separated by commas.';
const ORIGINS = 'CORS_ORIGINS must be origins such as https://app.example.com, separated by commas.';
const NETWORKS = 'TRUSTED_PROXIES must be networks or addresses such as 10.0.0.0/8 or 192.0.2.7, separated by commas.';
const TTL = `CACHE_TTL must be written like profiles=30s,systems=10m, of: ${Object.keys(LIFETIMES).join(', ')}.`;
const ONE_WORD = 'must be one word without spaces or line ends.';

const BASES = ['always_on', 'always_off', 'traceidratio'];
const SAMPLERS = [...BASES, ...BASES.map((base) => `parentbased_${base}`)].join(', ');

const REFUSED: [name: string, text: string, mistake: string][] = [
  ['PORT', '65536', WHOLE_PORT],
  ['PORT', '-1', WHOLE_PORT],
  ['PORT', '4e3', WHOLE_PORT],
  ['PORT', ' 4000', WHOLE_PORT],
  ['PUBLIC_URL', 'graph.example.com', 'PUBLIC_URL must be a URL such as https://graph.example.com.'],
  ['PUBLIC_URL', 'https://a.example/?b=c', 'PUBLIC_URL must be a URL without a query, a fragment or a user.'],
  ['MAX_BODY', '1', 'MAX_BODY must be a size such as 500kb, 16mb or 1gb, and at most 1gb.'],
  ['MAX_BODY', '0mb', 'MAX_BODY must be a size such as 500kb, 16mb or 1gb, and at most 1gb.'],
  ['MAX_BODY', '1g', 'MAX_BODY must be a size such as 500kb, 16mb or 1gb, and at most 1gb.'],
  ['MAX_BODY', '1001mb', 'MAX_BODY must be a size such as 500kb, 16mb or 1gb, and at most 1gb.'],
  ['TRUSTED_DOCUMENTS', 'none.json', 'TRUSTED_DOCUMENTS must be a file that can be read.'],
  ['TRUSTED_DOCUMENTS_ONLY', 'yes', 'TRUSTED_DOCUMENTS_ONLY must be one of: true, false.'],
  ['MAX_TOKENS', '99', 'MAX_TOKENS must be a whole number from 100 to 1000000.'],
  ['CLIENT_TIMEOUT', '0s', 'CLIENT_TIMEOUT must be longer than 0ms.'],
  ['KEEP_ALIVE_TIMEOUT', '0s', 'KEEP_ALIVE_TIMEOUT must be longer than 0ms.'],
  ['DRAIN_DELAY', '5', 'DRAIN_DELAY must be a duration such as 500ms, 4s or 2m.'],
  ['DRAIN_TIMEOUT', '0s', 'DRAIN_TIMEOUT must be longer than 0ms.'],
  ['UPSTREAM', 'Live', 'UPSTREAM must be one of: live, sandbox.'],
  ['ALLOWED_HOSTS', 'gateway:4000', HOSTS],
  ['ALLOWED_HOSTS', 'https://gateway', HOSTS],
  ['ALLOWED_HOSTS', '*', HOSTS],
  ['ALLOWED_HOSTS', 'gateway,', HOSTS],
  ['HOOD_URL', 'ftp://api.example.com', 'HOOD_URL must be a URL such as https://api.example.com.'],
  ['HOOD_URL', 'https://api.example.com/v1', `HOOD_URL ${HOST_ONLY}`],
  ['HOOD_URL', 'https://user:pw@api.example.com/', `HOOD_URL ${HOST_ONLY}`],
  ['SOR_FEED_URL', 'https://api.example.com/?a=b', `SOR_FEED_URL ${HOST_ONLY}`],
  ['HOST', '999.1.1.1', `HOST ${ADDRESS}`],
  ['HOST', 'localhost:80', `HOST ${ADDRESS}`],
  ['HOST', 'http://localhost', `HOST ${ADDRESS}`],
  ['HOST', 'two words', `HOST ${ADDRESS}`],
  ['HOOD_TOKEN', 'token\n', `HOOD_TOKEN ${ONE_WORD}`],
  ['SOR_URL', 'https://sor.example.com/api', `SOR_URL ${HOST_ONLY}`],
  ['SOR_FEED_URL', 'sor', 'SOR_FEED_URL must be a URL such as https://api.example.com.'],
  ['SOR_TOKEN', 'to ken', `SOR_TOKEN ${ONE_WORD}`],
  ['HOOD_MAX_PAGE_SIZE', '0', 'HOOD_MAX_PAGE_SIZE must be a whole number from 1 to 10000.'],
  ['SOR_MAX_PAGE_SIZE', '10001', 'SOR_MAX_PAGE_SIZE must be a whole number from 1 to 10000.'],
  ['HOOD_FIELDS', 'all', 'HOOD_FIELDS must be one of: selection, full.'],
  ['HOOD_RATE', '10/s', 'HOOD_RATE must be written like 10/s,150/m, or none.'],
  ['SOR_RATE', '0/s,1/m', 'SOR_RATE must be written like 10/s,150/m, or none.'],
  ['CALLER_RATE', '5/s', 'CALLER_RATE must be written like 10/s,150/m, or none.'],
  ['HOOD_CLIENT_ID_IS', 'email', 'HOOD_CLIENT_ID_IS must be one of: user_id, device_id, none.'],
  ['CACHE', 'yes', 'CACHE must be one of: on, off.'],
  ['CACHE_TTL', 'profiles=soon', TTL],
  ['CACHE_TTL', 'people=10s', TTL],
  ['CACHE_TTL', '10s', TTL],
  ['CACHE_MEMORY', '0', 'CACHE_MEMORY must be a whole number from 1 to 100000.'],
  ['SOR_SETTLE_TIME', '60', 'SOR_SETTLE_TIME must be a duration such as 500ms, 4s or 2m.'],
  ['SOR_SETTLE_TIME', '61m', 'SOR_SETTLE_TIME must be a duration of at most 60m.'],
  ['MAX_OPERATIONS', '0', 'MAX_OPERATIONS must be a whole number from 1 to 1000000.'],
  ['MAX_SUBSCRIPTIONS', '-1', 'MAX_SUBSCRIPTIONS must be a whole number from 0 to 1000000.'],
  ['MAX_MEMORY', '700', 'MAX_MEMORY must be a size such as 700mb or 2gb, and at least 200mb.'],
  ['MAX_MEMORY', '100mb', 'MAX_MEMORY must be a size such as 700mb or 2gb, and at least 200mb.'],
  ['MAX_CALLS', '0', 'MAX_CALLS must be a whole number from 1 to 1000000.'],
  ['MAX_ENTITIES', '0', 'MAX_ENTITIES must be a whole number from 1 to 10000.'],
  ['MAX_ANSWER', '16', 'MAX_ANSWER must be a size such as 500kb, 16mb or 1gb, and at most 1gb.'],
  ['MAX_ANSWER', '2000mb', 'MAX_ANSWER must be a size such as 500kb, 16mb or 1gb, and at most 1gb.'],
  ['REQUEST_DEADLINE', '4 s', 'REQUEST_DEADLINE must be a duration such as 500ms, 4s or 2m.'],
  ['REQUEST_DEADLINE', '0s', 'REQUEST_DEADLINE must be longer than 0ms.'],
  ['REDIS_URL', 'http://redis.example', 'REDIS_URL must be a URL such as redis://127.0.0.1:6379.'],
  ['REDIS_URL', 'redis://one,redis://two:port', 'REDIS_URL must be a URL such as redis://127.0.0.1:6379.'],
  ['REDIS_URL', 'redis://redis:port', 'REDIS_URL must be a URL such as redis://127.0.0.1:6379.'],
  ['REDIS_URL', 'redis://:pass#word@', 'REDIS_URL must be a URL such as redis://127.0.0.1:6379.'],
  ['REPLICAS', '0', 'REPLICAS must be a whole number from 1 to 1000.'],
  ['SECRET', `${SECRET},`, 'SECRET must have at least 16 characters.'],
  ['SECRET', 'too-short', 'SECRET must have at least 16 characters.'],
  ['CORS_ORIGINS', '*', ORIGINS],
  ['CORS_ORIGINS', 'https://a.example/', ORIGINS],
  ['CORS_ORIGINS', 'https://a.example,', ORIGINS],
  ['AUTH', 'secret,open', 'AUTH must be ways in, separated by commas, of: jwt, secret, none.'],
  ['UNKNOWN_PI', 'hide', 'UNKNOWN_PI must be one of: mask, show.'],
  ['ANONYMOUS_SCOPES', 'all', `ANONYMOUS_SCOPES must be none, or scopes, separated by commas, of: ${SCOPE_NAMES}.`],
  ['AUDIT_KEY', 'too-short', 'AUDIT_KEY must have at least 16 characters.'],
  ['GATEWAY_SECRET', 'too-short', 'GATEWAY_SECRET must have at least 16 characters.'],
  ['GATEWAY_SECRET', `${SECRET},too-short`, 'GATEWAY_SECRET must have at least 16 characters.'],
  ['GATEWAY_SECRET', 'sechzehn Zeichen lang', 'GATEWAY_SECRET must be one word of ASCII characters.'],
  [
    'CLIENT_ADDRESS_HEADER',
    'X-Forwarded-For:',
    'CLIENT_ADDRESS_HEADER must be the name of a header, such as X-Forwarded-For.',
  ],
  ['TRUSTED_PROXIES', '10.0.0.0/33', NETWORKS],
  ['TRUSTED_PROXIES', '10.0.0.5,', NETWORKS],
  ['TRUSTED_PROXIES', 'proxy', NETWORKS],
  ['INTROSPECTION', 'false', 'INTROSPECTION must be one of: on, off.'],
  ['GRAPHIQL', 'no', 'GRAPHIQL must be one of: on, off.'],
  ['LOG_LEVEL', 'loud', 'LOG_LEVEL must be one of: silent, error, warn, info, debug.'],
  ['METRICS_PORT', '65536', 'METRICS_PORT must be a whole number from 0 to 65535.'],
  ['OTEL_EXPORTER_OTLP_ENDPOINT', 'x', 'OTEL_EXPORTER_OTLP_ENDPOINT must be a URL such as http://collector:4318.'],
  ['OTEL_TRACES_SAMPLER', 'some', `OTEL_TRACES_SAMPLER must be one of: ${SAMPLERS}.`],
  ['OTEL_TRACES_SAMPLER_ARG', '2', 'OTEL_TRACES_SAMPLER_ARG must be a number from 0 to 1.'],
  ['TRACE_UPSTREAM', 'crm', 'TRACE_UPSTREAM must be APIs, separated by commas, of: hood, sor.'],
];

const REDIS = 'redis://127.0.0.1';

/** These are never shown, nor is what holds a password. */
const SECRET_NAMES = ['HOOD_TOKEN', 'SOR_TOKEN', 'REDIS_URL', 'SECRET', 'GATEWAY_SECRET', 'AUDIT_KEY'];

test.each(REFUSED)('%s cannot be "%s", and unless that is secret the mistake says so', (name, text, sentence) => {
  const isSecret = SECRET_NAMES.includes(name) || text.includes('@');
  const mistake = isSecret ? sentence : sentence.replace(' ', ` is ${JSON.stringify(text)}, but `);
  const beside = {
    GATEWAY_SECRET: { AUTH: 'secret' },
    AUDIT_KEY: { AUDIT: 'stdout' },
    REDIS_URL: { REPLICAS: '2' },
    REPLICAS: { REDIS_URL: REDIS },
    CLIENT_ADDRESS_HEADER: { TRUSTED_PROXIES: '10.0.0.1' },
    TRUSTED_PROXIES: { CLIENT_ADDRESS_HEADER: 'x-real-ip' },
  }[name];
  const own = mistakesIn({ SECRET, ...beside, [name]: text });
  expect(own).toEqual([mistake]);
});

/** Those of tokens have tests of their own. */
const NAMES = VARIABLE_NAMES.filter((name) => !name.startsWith('JWT_')).sort();

test('every variable is tried with a text that is accepted, and with one that is not where there are such', () => {
  const anyText = ['AUDIT', 'GATEWAY_SCOPES', 'HOST', 'PLUGINS', 'SOR_EMAIL', 'SOR_PASSWORD'];
  const inCombination =
    'AUDIT_KEY CLIENT_ADDRESS_HEADER GATEWAY_SCOPES GATEWAY_SECRET PLUGINS REDIS_URL REPLICAS SOR_EMAIL SOR_PASSWORD TRUSTED_DOCUMENTS TRUSTED_PROXIES';
  const names = (rows: readonly (readonly unknown[])[]) => new Set(rows.map(([name]) => String(name)));
  expect([...names(ACCEPTED).union(new Set(inCombination.split(' ')))].sort()).toEqual(NAMES);
  expect([...names(REFUSED).union(new Set(anyText))].sort()).toEqual(NAMES);
});
