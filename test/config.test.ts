import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readConfig, VARIABLE_NAMES, VARIABLES } from '../src/config/config.ts';
import { mistakesIn } from './support/config.ts';
import { COMPILE_CACHE } from './support/process.ts';

const SECRET = 'sixteen-letters-and-more';
const UNSEARCHABLE =
  'AUDIT_KEY or SECRET must be set when AUDIT is, or callers of real data are known: nobody could search the audit otherwise.';
const ONE_WORD = 'must be one word without spaces or line ends.';

test('an empty variable counts as unset', () => {
  const empty = Object.fromEntries(VARIABLE_NAMES.map((name) => [name, '']));
  const { SECRET: _one, ...config } = readConfig(empty);
  const { SECRET: _other, ...byDefault } = readConfig({});
  expect(config).toEqual(byDefault);
});

test('all mistakes are reported together', () => {
  expect(mistakesIn({ PORT: 'x', CACHE: 'yes', AUTH: 'secret', SOR_EMAIL: 'robot@example.com' })).toEqual([
    'PORT is "x", but must be a whole number from 0 to 65535.',
    'CACHE is "yes", but must be one of: on, off.',
    'SOR_EMAIL and SOR_PASSWORD must be set together.',
    'GATEWAY_SECRET must be set when AUTH has secret.',
    UNSEARCHABLE,
  ]);
});

test('a secret that nobody would be asked for is a mistake', () => {
  const mistakes = mistakesIn({ HOOD_TOKEN: 'canary', GATEWAY_SECRET: 'sixteen-letters-and-more' });
  expect(mistakes).toEqual(['AUTH must have secret when GATEWAY_SECRET is set: it is for nothing else.']);
});

test('in production made-up data has to be asked for', () => {
  const [mistake, ...others] = mistakesIn({ NODE_ENV: 'production', HOOD_API_TOKEN: 'canary' });
  expect(mistake).toContain('UPSTREAM=sandbox');
  expect(others).toEqual([]);
  expect(readConfig({ NODE_ENV: 'production', UPSTREAM: 'sandbox' }).UPSTREAM).toBe('sandbox');
  expect(readConfig({ NODE_ENV: 'production', HOOD_TOKEN: 'canary' }).UPSTREAM).toBe('live');
});

test('mistakes in one setting neither hide nor invent those of others', () => {
  const beyond = { HOST: '0.0.0.0', PUBLIC_URL: 'https://graph.example.com' };
  expect(mistakesIn({ ...beyond, HOOD_TOKEN: 'a b' })).toEqual([`HOOD_TOKEN ${ONE_WORD}`, UNSEARCHABLE, OPEN_TO_ALL]);
  expect(mistakesIn({ ...beyond, SOR_EMAIL: 'a' })).toEqual([
    'SOR_EMAIL and SOR_PASSWORD must be set together.',
    UNSEARCHABLE,
    OPEN_TO_ALL,
  ]);
  expect(mistakesIn({ SOR_TOKEN: 'a b', SOR_EMAIL: 'a', SOR_PASSWORD: 'b' })).toEqual([
    `SOR_TOKEN ${ONE_WORD}`,
    'SOR_TOKEN and SOR_EMAIL exclude each other: set one of them.',
  ]);
  const short = 'must have at least 16 characters.';
  expect(mistakesIn({ AUTH: 'secret', GATEWAY_SECRET: 'short' })).toEqual([`GATEWAY_SECRET ${short}`]);
  expect(mistakesIn({ REDIS_URL: 'redis://127.0.0.1', REPLICAS: '2', SECRET: 'short' })).toEqual([`SECRET ${short}`]);
});

const BEHIND_SECRET = { AUTH: 'secret', GATEWAY_SECRET: SECRET };
const noSuchScope = (given: string) =>
  `GATEWAY_SCOPES is "${given}", but must be none, or scopes, separated by commas, of: pii:read, gdpr:read, gdpr:write, hood:write, sor:write, secrets:read, exports:read.`;
const needs = (name: string) => `${name} must be set when AUTH has jwt.`;
const closed = (way: string, name: string) => `AUTH must have ${way} when ${name} is set: it is for nothing else.`;
const NOBODYS_SCOPES = closed('secret', 'GATEWAY_SCOPES');
const NOWHERE = 'PUBLIC_URL must be set when HOST is not loopback and the upstream is live: links are made of it.';
const OPEN_TO_ALL =
  'AUTH must not have none when HOST is not loopback and the upstream is live: anybody could read your customers. It may have secret, with GATEWAY_SECRET, or jwt, with JWT_ISSUER, JWT_AUDIENCE and JWT_JWKS.';

test.each<[string, Record<string, string>, string[]]>([
  ['a password without an e-mail', { SOR_PASSWORD: 'x' }, ['SOR_EMAIL and SOR_PASSWORD must be set together.']],
  [
    'a token and a login',
    { SOR_TOKEN: 'x', SOR_EMAIL: 'x', SOR_PASSWORD: 'x' },
    ['SOR_TOKEN and SOR_EMAIL exclude each other: set one of them.'],
  ],
  [
    'a header from nobody',
    { CLIENT_ADDRESS_HEADER: 'X-Forwarded-For' },
    ['CLIENT_ADDRESS_HEADER and TRUSTED_PROXIES must be set together.'],
  ],
  [
    'proxies without a header',
    { TRUSTED_PROXIES: '10.0.0.0/8' },
    ['CLIENT_ADDRESS_HEADER and TRUSTED_PROXIES must be set together.'],
  ],
  [
    'hosts that nobody looks at',
    { AUTH: 'secret', GATEWAY_SECRET: 'x'.repeat(32), ALLOWED_HOSTS: 'gateway' },
    [closed('none', 'ALLOWED_HOSTS')],
  ],
  ['a secret nobody knows', { AUTH: 'secret' }, ['GATEWAY_SECRET must be set when AUTH has secret.']],
  ['scopes of nobody', { GATEWAY_SCOPES: 'secrets:read' }, [NOBODYS_SCOPES]],
  [
    'a scope that there is not',
    { ...BEHIND_SECRET, GATEWAY_SCOPES: 'secrets:read,all' },
    [noSuchScope('secrets:read,all')],
  ],
  ['neither', { GATEWAY_SCOPES: 'secrets:write' }, [noSuchScope('secrets:write'), NOBODYS_SCOPES]],
  ['tokens of nobody', { AUTH: 'jwt', JWT_ISSUER: 'x' }, [needs('JWT_AUDIENCE'), needs('JWT_JWKS')]],
  [
    'settings of ways in that are closed',
    { JWT_AUDIENCE: 'x', JWT_ROLES: '{}', ...BEHIND_SECRET, ANONYMOUS_SCOPES: 'none' },
    [closed('jwt', 'JWT_AUDIENCE'), closed('jwt', 'JWT_ROLES'), closed('none', 'ANONYMOUS_SCOPES')],
  ],
  [
    'two ways in, of which one is open to all',
    {
      ...BEHIND_SECRET,
      SECRET,
      AUTH: 'secret,none',
      HOOD_TOKEN: 'x',
      HOST: '0.0.0.0',
      PUBLIC_URL: 'https://a.example',
    },
    [OPEN_TO_ALL],
  ],
  ['scopes behind a secret', { ...BEHIND_SECRET, GATEWAY_SCOPES: 'secrets:read' }, []],
  [
    'replicas without a common secret, and nobody knows how many',
    { REDIS_URL: 'redis://127.0.0.1' },
    [
      'SECRET must be set when REDIS_URL is: replicas share it.',
      'REPLICAS must be set when REDIS_URL is: the limits are divided by it while Redis is away.',
    ],
  ],
  ['an audit that nobody could search', { AUDIT: 'stdout' }, [UNSEARCHABLE]],
  ['callers of real data who are known to nobody later', { HOOD_TOKEN: 'x', ...BEHIND_SECRET }, [UNSEARCHABLE]],
  ['callers of made-up data', BEHIND_SECRET, []],
  ['a key of no audit', { AUDIT_KEY: SECRET }, [expect.stringMatching(/^AUDIT must be set when AUDIT_KEY is/)]],
  ['replicas apart', { REPLICAS: '2' }, ['REDIS_URL must be set when REPLICAS is: nothing is shared otherwise.']],
  ['live data for everybody', { HOOD_TOKEN: 'x', HOST: '0.0.0.0' }, [UNSEARCHABLE, OPEN_TO_ALL, NOWHERE]],
  ['live data for everybody, over IPv6', { UPSTREAM: 'live', HOST: '::' }, [UNSEARCHABLE, OPEN_TO_ALL, NOWHERE]],
  [
    'live data on a name that only looks like loopback',
    { SOR_TOKEN: 'x', HOST: '127.0.0.1.example', PUBLIC_URL: 'https://graph.example.com' },
    [UNSEARCHABLE, OPEN_TO_ALL],
  ],
  ['a sandbox for everybody', { HOST: '0.0.0.0' }, []],
  ['live data behind a secret', { HOOD_TOKEN: 'x', HOST: '0.0.0.0', ...BEHIND_SECRET, AUDIT_KEY: SECRET }, [NOWHERE]],
  [
    'live data behind a secret at a known place',
    { HOOD_TOKEN: 'x', HOST: '0.0.0.0', ...BEHIND_SECRET, SECRET, PUBLIC_URL: 'https://graph.example.com' },
    [],
  ],
  ['live data on loopback', { HOOD_TOKEN: 'x', HOST: '::1' }, []],
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

const SECRETS = [
  'HOOD_TOKEN',
  'SOR_TOKEN',
  'SOR_EMAIL',
  'SOR_PASSWORD',
  'REDIS_URL',
  'SECRET',
  'GATEWAY_SECRET',
  'AUDIT_KEY',
] as const;

test('no mistake ever shows what a secret held', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.constantFrom(...SECRETS), fc.string({ minLength: 12 }), { minKeys: 1 }), (env) => {
      const said = mistakesIn(env).join('\n');
      for (const text of Object.values(env)) expect(said).not.toContain(text);
    }),
  );
  expect(VARIABLE_NAMES.filter((name) => VARIABLES[name].meta()?.['secret'])).toEqual(SECRETS);
});

test('what may be a secret in the wrong place is not shown either, and a long text is cut', () => {
  const token = 'kfk3Xh2m9QpLwT5vNcR8';
  expect(mistakesIn({ HOOD_URL: token, LOG_LEVEL: `x${token}` }).join()).not.toContain('kfk3');
  expect(mistakesIn({ SOR_URL: 'https://user:pass@a.example/' }).join()).not.toContain('pass');
  expect(mistakesIn({ HOOD_URL: 'https://a.example/?token=canary' }).join()).not.toContain('canary');
  expect(mistakesIn({ LOG_LEVEL: 'ab '.repeat(100) })).toEqual([
    expect.stringMatching(/^LOG_LEVEL is "(ab ){20}…", but must/),
  ]);
});

test('an audit that cannot be written is found at the start', () => {
  const env = { PATH: process.env['PATH'], ...COMPILE_CACHE, PORT: '0', SECRET, AUDIT: '/dev/null/audit.log' };
  const { status, stderr } = spawnSync(process.execPath, ['src/start.js'], { env, encoding: 'utf8', timeout: 20_000 });
  expect(stderr).toBe(
    'AUDIT is "/dev/null/audit.log", but must be stdout or the path of a file that can be written (ENOTDIR).\n',
  );
  expect(status).toBe(2);
});

test('the process says all mistakes at once, shows no secret, and ends with exit code 2', () => {
  const env = {
    PORT: '0x',
    SECRET: 'canary',
    HOOD_TOKEN: 'canary token',
    PATH: process.env['PATH'],
    ...COMPILE_CACHE,
  };
  const { status, stdout, stderr } = spawnSync(process.execPath, ['src/start.js'], {
    env,
    encoding: 'utf8',
    timeout: 20_000,
  });
  expect(stderr).toBe(
    [
      'PORT is "0x", but must be a whole number from 0 to 65535.',
      `HOOD_TOKEN ${ONE_WORD}`,
      'SECRET must have at least 16 characters.',
      '',
    ].join('\n'),
  );
  expect(stdout).toBe('');
  expect(status).toBe(2);
});
