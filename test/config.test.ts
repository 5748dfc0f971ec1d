import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Config, ConfigError, readConfig, VARIABLE_NAMES } from '../src/config.ts';

/** What is wrong with an environment, in sentences; none where it can be used. */
function mistakesIn(env: Record<string, string>): readonly string[] {
  try {
    readConfig(env);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.mistakes;
    throw error;
  }
}

const SECRET = 'sixteen-letters-and-more';

test('an empty environment is a sandbox on loopback, with a secret of its own', () => {
  const { SECRET: one, ...config } = readConfig({});
  expect(config).toEqual({
    PORT: 4000,
    HOST: '127.0.0.1',
    UPSTREAM: 'sandbox',
    HOOD_URL: 'https://api.ocamba.com',
    SOR_URL: 'https://api.follow-apps.com',
    SOR_FEED_URL: 'https://sor.follow-apps.com',
    HOOD_MAX_PAGE_SIZE: 100,
    SOR_MAX_PAGE_SIZE: 10_000,
    HOOD_FIELDS: 'selection',
    HOOD_RATE: { perSecond: 10, perMinute: 150 },
    SOR_RATE: 'none',
    HOOD_CLIENT_ID_IS: 'user_id',
    CACHE: 'on',
    SOR_SETTLE_TIME: 60_000,
    REQUEST_DEADLINE: 10_000,
    CORS_ORIGINS: [],
    AUTH: 'none',
    LOG_LEVEL: 'info',
    secretIsRandom: true,
  });
  expect(one).toMatch(/^[\da-f]{64}$/);
  expect(readConfig({}).SECRET).not.toBe(one);
});

const ACCEPTED: [name: keyof Config, text: string, value: unknown][] = [
  ['PORT', '0', 0],
  ['PORT', '65535', 65_535],
  ['HOST', 'localhost', 'localhost'],
  ['PUBLIC_URL', 'https://graph.example.com/crm/', 'https://graph.example.com/crm'],
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
  ['HOOD_CLIENT_ID_IS', 'device_id', 'device_id'],
  ['HOOD_CLIENT_ID_IS', 'none', 'none'],
  ['CACHE', 'off', 'off'],
  ['SOR_SETTLE_TIME', '0s', 0],
  ['SOR_SETTLE_TIME', '2m', 120_000],
  ['REQUEST_DEADLINE', '500ms', 500],
  ['REQUEST_DEADLINE', '60m', 3_600_000],
  ['SECRET', SECRET, SECRET],
  [
    'CORS_ORIGINS',
    'https://a.example, http://localhost:3000',
    ['https://a.example', 'http://localhost:3000'],
  ],
  ['AUTH', 'none', 'none'],
  ['GATEWAY_SECRET', SECRET, SECRET],
  ['LOG_LEVEL', 'silent', 'silent'],
];

test.each(ACCEPTED)('%s can be %s', (name, text, value) => {
  expect(readConfig({ [name]: text })[name]).toEqual(value);
});

test('REDIS_URL, SOR_EMAIL with SOR_PASSWORD, and AUTH=secret are accepted with what they need', () => {
  const env = {
    REDIS_URL: 'rediss://user:pw@redis.example:6380/1',
    SECRET,
    SOR_EMAIL: 'robot@example.com',
    SOR_PASSWORD: 'pass word',
    AUTH: 'secret',
    GATEWAY_SECRET: SECRET,
  };
  expect(readConfig(env)).toMatchObject({ ...env, UPSTREAM: 'live', secretIsRandom: false });
});

const WHOLE_PORT = 'PORT must be a whole number from 0 to 65535.';
const HOST_ONLY = 'must be a host only: the paths of the API are added to it.';
const ORIGINS = 'CORS_ORIGINS must be origins such as https://app.example.com, separated by commas.';
const ONE_WORD = 'must be one word without spaces or line ends.';

const REFUSED: [name: string, text: string, mistake: string][] = [
  ['PORT', '65536', WHOLE_PORT],
  ['PORT', '-1', WHOLE_PORT],
  ['PORT', '4e3', WHOLE_PORT],
  ['PORT', ' 4000', WHOLE_PORT],
  ['PUBLIC_URL', 'graph.example.com', 'PUBLIC_URL must be a URL such as https://graph.example.com.'],
  ['PUBLIC_URL', 'https://a.example/?b=c', 'PUBLIC_URL must be a URL without a query, a fragment or a user.'],
  ['UPSTREAM', 'Live', 'UPSTREAM must be one of: live, sandbox.'],
  ['HOOD_URL', 'ftp://api.example.com', 'HOOD_URL must be a URL such as https://api.example.com.'],
  ['HOOD_URL', 'https://api.example.com/v1', `HOOD_URL ${HOST_ONLY}`],
  ['HOOD_TOKEN', 'token\n', `HOOD_TOKEN ${ONE_WORD}`],
  ['SOR_URL', 'https://sor.example.com/api', `SOR_URL ${HOST_ONLY}`],
  ['SOR_FEED_URL', 'sor', 'SOR_FEED_URL must be a URL such as https://api.example.com.'],
  ['SOR_TOKEN', 'to ken', `SOR_TOKEN ${ONE_WORD}`],
  ['HOOD_MAX_PAGE_SIZE', '0', 'HOOD_MAX_PAGE_SIZE must be a whole number from 1 to 10000.'],
  ['SOR_MAX_PAGE_SIZE', '10001', 'SOR_MAX_PAGE_SIZE must be a whole number from 1 to 10000.'],
  ['HOOD_FIELDS', 'all', 'HOOD_FIELDS must be one of: selection, full.'],
  ['HOOD_RATE', '10/s', 'HOOD_RATE must be written like 10/s,150/m, or none.'],
  ['SOR_RATE', '0/s,1/m', 'SOR_RATE must be written like 10/s,150/m, or none.'],
  ['HOOD_CLIENT_ID_IS', 'email', 'HOOD_CLIENT_ID_IS must be one of: user_id, device_id, none.'],
  ['CACHE', 'yes', 'CACHE must be one of: on, off.'],
  ['SOR_SETTLE_TIME', '60', 'SOR_SETTLE_TIME must be a duration such as 500ms, 4s or 2m.'],
  ['SOR_SETTLE_TIME', '61m', 'SOR_SETTLE_TIME must be a duration of at most 60m.'],
  ['REQUEST_DEADLINE', '4 s', 'REQUEST_DEADLINE must be a duration such as 500ms, 4s or 2m.'],
  ['REQUEST_DEADLINE', '0s', 'REQUEST_DEADLINE must be longer than 0ms.'],
  ['REDIS_URL', 'http://redis.example', 'REDIS_URL must be a URL such as redis://127.0.0.1:6379.'],
  ['SECRET', 'too-short', 'SECRET must have at least 16 characters.'],
  ['CORS_ORIGINS', '*', ORIGINS],
  ['CORS_ORIGINS', 'https://a.example/', ORIGINS],
  ['CORS_ORIGINS', 'https://a.example,', ORIGINS],
  ['AUTH', 'jwt', 'AUTH must be one of: none, secret.'],
  ['GATEWAY_SECRET', 'too-short', 'GATEWAY_SECRET must have at least 16 characters.'],
  ['GATEWAY_SECRET', 'sechzehn Zeichen lang', 'GATEWAY_SECRET must be one word of ASCII characters.'],
  ['LOG_LEVEL', 'loud', 'LOG_LEVEL must be one of: silent, error, warn, info, debug.'],
];

test.each(REFUSED)('%s cannot be "%s"', (name, text, mistake) => {
  const own = mistakesIn({ [name]: text, SECRET: name === 'SECRET' ? text : SECRET });
  expect(own).toEqual([mistake]);
});

test('every variable is tried with a text that is accepted, and with one that is not where there are such', () => {
  const anyText = ['HOST', 'SOR_EMAIL', 'SOR_PASSWORD'];
  const inCombination = ['REDIS_URL', 'SOR_EMAIL', 'SOR_PASSWORD'];
  const names = (rows: readonly (readonly unknown[])[]) => new Set(rows.map(([name]) => String(name)));
  expect([...names(ACCEPTED).union(new Set(inCombination))].sort()).toEqual([...VARIABLE_NAMES].sort());
  expect([...names(REFUSED).union(new Set(anyText))].sort()).toEqual([...VARIABLE_NAMES].sort());
});

test('an empty variable counts as unset', () => {
  const empty = Object.fromEntries(VARIABLE_NAMES.map((name) => [name, '']));
  const { SECRET: _one, ...config } = readConfig(empty);
  const { SECRET: _other, ...byDefault } = readConfig({});
  expect(config).toEqual(byDefault);
});

test('all mistakes are reported together', () => {
  expect(mistakesIn({ PORT: 'x', CACHE: 'x', AUTH: 'secret', SOR_EMAIL: 'robot@example.com' })).toEqual([
    WHOLE_PORT,
    'CACHE must be one of: on, off.',
    'SOR_EMAIL and SOR_PASSWORD must be set together.',
    'GATEWAY_SECRET must be set when AUTH is secret.',
  ]);
});

const OPEN_TO_ALL =
  'AUTH must not be none when HOST is not loopback and the upstream is live: anybody could read your customers.';

test.each<[string, Record<string, string>, string[]]>([
  [
    'a password without an e-mail',
    { SOR_PASSWORD: 'x' },
    ['SOR_EMAIL and SOR_PASSWORD must be set together.'],
  ],
  [
    'a token and a login',
    { SOR_TOKEN: 'x', SOR_EMAIL: 'x', SOR_PASSWORD: 'x' },
    ['SOR_TOKEN and SOR_EMAIL exclude each other: set one of them.'],
  ],
  ['a secret nobody knows', { AUTH: 'secret' }, ['GATEWAY_SECRET must be set when AUTH is secret.']],
  [
    'replicas without a common secret',
    { REDIS_URL: 'redis://127.0.0.1' },
    ['SECRET must be set when REDIS_URL is: replicas share it.'],
  ],
  ['live data for everybody', { HOOD_TOKEN: 'x', HOST: '0.0.0.0' }, [OPEN_TO_ALL]],
  ['live data for everybody, over IPv6', { UPSTREAM: 'live', HOST: '::' }, [OPEN_TO_ALL]],
  [
    'live data on a name that only looks like loopback',
    { SOR_TOKEN: 'x', HOST: '127.0.0.1.example' },
    [OPEN_TO_ALL],
  ],
  ['a sandbox for everybody', { HOST: '0.0.0.0' }, []],
  [
    'live data behind a secret',
    { HOOD_TOKEN: 'x', HOST: '0.0.0.0', AUTH: 'secret', GATEWAY_SECRET: SECRET },
    [],
  ],
  ['live data on loopback', { HOOD_TOKEN: 'x', HOST: '127.8.8.8' }, []],
  ['live data on loopback, over IPv6', { HOOD_TOKEN: 'x', HOST: '::1' }, []],
])('%s: what contradicts itself is said, what does not is accepted', (_, env, mistakes) => {
  expect(mistakesIn(env)).toEqual(mistakes);
});

test.each([
  [{}, 'sandbox'],
  [{ HOOD_TOKEN: 'x' }, 'live'],
  [{ SOR_TOKEN: 'x' }, 'live'],
  [{ SOR_EMAIL: 'x', SOR_PASSWORD: 'x' }, 'live'],
  [{ HOOD_TOKEN: 'x', UPSTREAM: 'sandbox' }, 'sandbox'],
  [{ UPSTREAM: 'live' }, 'live'],
])('with %j the upstream is %s', (env: Record<string, string>, upstream) => {
  expect(readConfig(env).UPSTREAM).toBe(upstream);
});

test('no mistake ever shows what a variable held', () => {
  const name = fc.constantFrom(...VARIABLE_NAMES);
  fc.assert(
    fc.property(fc.dictionary(name, fc.string({ minLength: 12 }), { minKeys: 1 }), (env) => {
      const said = mistakesIn(env).join('\n');
      for (const text of Object.values(env)) expect(said).not.toContain(text);
    }),
  );
});

test('the process says all mistakes at once, shows no secret, and ends with exit code 2', () => {
  const env = {
    PORT: 'canary-port',
    SECRET: 'canary',
    HOOD_TOKEN: 'canary token',
    PATH: process.env['PATH'],
  };
  const { status, stdout, stderr } = spawnSync(process.execPath, ['src/start.js'], {
    env,
    encoding: 'utf8',
    timeout: 20_000,
  });
  expect(stderr).toBe(
    [WHOLE_PORT, `HOOD_TOKEN ${ONE_WORD}`, 'SECRET must have at least 16 characters.', ''].join('\n'),
  );
  expect(stdout).toBe('');
  expect(status).toBe(2);
});
