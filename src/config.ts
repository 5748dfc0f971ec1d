import { randomBytes } from 'node:crypto';
import { isIP, isIPv4 } from 'node:net';
import { z } from 'zod';
import { SCOPES } from './graph/scopes.ts';

/** Calls an upstream account may make: both windows hold at once. */
export interface Rate {
  perSecond: number;
  perMinute: number;
}

/** Every mistake found in the environment, in sentences for whoever starts the gateway. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly mistakes: readonly string[];

  constructor(mistakes: readonly string[]) {
    super(mistakes.join('\n'));
    this.mistakes = mistakes;
  }
}

const UNIT_MS = { ms: 1, s: 1000, m: 60_000 } as const;

/** Timers of Node end at 24 days; nobody waits that long for an answer. */
const LONGEST_MS = 60 * UNIT_MS.m;

const wholeNumber = (min: number, max: number) =>
  z
    .string()
    .refine((text) => /^\d+$/.test(text) && Number(text) >= min && Number(text) <= max, {
      error: `must be a whole number from ${min} to ${max}`,
    })
    .transform(Number);

/** In milliseconds, of `500ms`, `4s` or `2m`; at most an hour. */
export const duration = z
  .string()
  .regex(/^\d+(ms|s|m)$/, 'must be a duration such as 500ms, 4s or 2m')
  .transform((text) => Number.parseInt(text, 10) * UNIT_MS[text.replace(/\d+/, '') as keyof typeof UNIT_MS])
  .refine((ms) => ms <= LONGEST_MS, { error: 'must be a duration of at most 60m' });

/** For how long an answer counts, in milliseconds: definitions change by hand, people and requests by themselves. */
const LIFETIMES_MS: Readonly<Record<string, number>> = {
  'profile-properties': 5 * UNIT_MS.m,
  'customer-data': 30 * UNIT_MS.s,
  'gdpr-requests': 5 * UNIT_MS.s,
  exports: 5 * UNIT_MS.s,
  systems: 5 * UNIT_MS.m,
  profiles: 10 * UNIT_MS.s,
  values: 10 * UNIT_MS.s,
  imports: 5 * UNIT_MS.s,
};

/** `profiles=30s,systems=10m`: those that are named, and the others as they are. */
const lifetimes = z.string().transform((text, context): Readonly<Record<string, number>> => {
  const named: Record<string, number> = {};
  for (const [name = '', written] of text.split(',').map((entry) => entry.split('='))) {
    const parsed = duration.safeParse(written);
    if (parsed.success && name in LIFETIMES_MS) named[name] = parsed.data;
    else {
      const message = `must be written like profiles=30s,systems=10m, of: ${Object.keys(LIFETIMES_MS).join(', ')}`;
      context.addIssue({ code: 'custom', message });
    }
  }
  return { ...LIFETIMES_MS, ...named };
});

const rate = z
  .string()
  .regex(/^(none|[1-9]\d*\/s,[1-9]\d*\/m)$/, 'must be written like 10/s,150/m, or none')
  .transform((text): Rate | 'none' => {
    const [perSecond, perMinute] = text.split(',').map(Number.parseFloat);
    return perSecond && perMinute ? { perSecond, perMinute } : 'none';
  });

const choice = <const Choice extends string>(...choices: Choice[]) =>
  z.enum(choices, { error: `must be one of: ${choices.join(', ')}` });

const host = z
  .string()
  .refine((text) => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol), {
    error: 'must be a URL such as https://api.example.com',
  })
  .refine((text) => !URL.canParse(text) || isHostOnly(new URL(text)), {
    error: 'must be a host only: the paths of the API are added to it',
  })
  .transform((text) => new URL(text).origin);

function isHostOnly({ pathname, search, hash, username, password }: URL): boolean {
  return pathname === '/' && `${search}${hash}${username}${password}` === '';
}

const baseUrl = z
  .string()
  .refine((text) => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol), {
    error: 'must be a URL such as https://graph.example.com',
  })
  .refine((text) => !/[?#@]/.test(text), { error: 'must be a URL without a query, a fragment or a user' })
  .transform((text) => text.replace(/\/+$/, ''));

const origins = z
  .string()
  .transform((text) => text.split(',').map((origin) => origin.trim()))
  .refine((list) => list.every((origin) => URL.canParse(origin) && new URL(origin).origin === origin), {
    error: 'must be origins such as https://app.example.com, separated by commas',
  });

const scopes = z
  .string()
  .transform((text) => text.split(',').map((scope) => scope.trim()))
  .pipe(z.array(z.enum(SCOPES, { error: `must be scopes, separated by commas, of: ${SCOPES.join(', ')}` })));

const address = z
  .string()
  .refine(
    (text) =>
      isIP(text) > 0 || (URL.canParse(`http://${text}`) && new URL(`http://${text}`).hostname === text.toLowerCase()),
    {
      error: 'must be an IP address or the name of a host, such as localhost',
    },
  );

const secret = z.string().min(16, 'must have at least 16 characters');

/** A line end, left over from a file, would otherwise fail every single call. */
const HEADER_TEXT = /^[\x21-\x7e]+$/;
const token = z.string().regex(HEADER_TEXT, 'must be one word without spaces or line ends');

/** One entry for each environment variable: how it is read, and what it is when unset or empty. */
const VARIABLES = {
  PORT: wholeNumber(0, 65_535).default(4000),
  HOST: address.default('127.0.0.1'),
  PUBLIC_URL: baseUrl.optional(),
  UPSTREAM: choice('live', 'sandbox').optional(),
  HOOD_URL: host.default('https://api.ocamba.com'),
  HOOD_TOKEN: token.optional(),
  SOR_URL: host.default('https://api.follow-apps.com'),
  SOR_FEED_URL: host.default('https://sor.follow-apps.com'),
  SOR_TOKEN: token.optional(),
  SOR_EMAIL: z.string().optional(),
  SOR_PASSWORD: z.string().optional(),
  HOOD_MAX_PAGE_SIZE: wholeNumber(1, 10_000).default(100),
  SOR_MAX_PAGE_SIZE: wholeNumber(1, 10_000).default(10_000),
  HOOD_FIELDS: choice('selection', 'full').default('selection'),
  HOOD_RATE: rate.default({ perSecond: 10, perMinute: 150 }),
  SOR_RATE: rate.default('none'),
  HOOD_CLIENT_ID_IS: choice('user_id', 'device_id', 'none').default('user_id'),
  CACHE: choice('on', 'off').default('on'),
  CACHE_TTL: lifetimes.default(LIFETIMES_MS),
  CACHE_MEMORY: wholeNumber(1, 100_000).default(64),
  SOR_SETTLE_TIME: duration.default(60_000),
  MAX_OPERATIONS: wholeNumber(1, 1_000_000).default(2_000),
  MAX_ENTITIES: wholeNumber(1, 100_000).default(1_000),
  REQUEST_DEADLINE: duration.refine((ms) => ms > 0, { error: 'must be longer than 0ms' }).default(10_000),
  REDIS_URL: z
    .string()
    .refine((text) => /^rediss?:\/\//.test(text) && URL.canParse(text), {
      error: 'must be a URL such as redis://127.0.0.1:6379',
    })
    .optional(),
  SECRET: secret.optional(),
  CORS_ORIGINS: origins.default([]),
  AUTH: choice('none', 'secret').default('none'),
  GATEWAY_SECRET: secret.regex(HEADER_TEXT, 'must be one word of ASCII characters').optional(),
  GATEWAY_SCOPES: scopes.default([]),
  LOG_LEVEL: choice('silent', 'error', 'warn', 'info', 'debug').default('info'),
} as const;

type Values = { [Name in keyof typeof VARIABLES]: z.output<(typeof VARIABLES)[Name]> };

/** The settings of one gateway process. Durations are milliseconds. */
export type Config = Omit<Values, 'UPSTREAM' | 'SECRET'> & {
  UPSTREAM: 'live' | 'sandbox';
  SECRET: string;
  /** True when nobody set `SECRET`: cursors and links then end with the process. */
  secretIsRandom: boolean;
};

/** The names that `readConfig` knows, in the order of the README's table. */
export const VARIABLE_NAMES = Object.keys(VARIABLES) as readonly (keyof typeof VARIABLES)[];

/**
 * Reads every setting from the environment. An empty variable counts as unset.
 * Throws one `ConfigError` with all mistakes; values of variables never stand in it.
 */
export function readConfig(env: Readonly<Record<string, string | undefined>>): Config {
  const mistakes: string[] = [];
  const values: Partial<Record<keyof Values, unknown>> = {};
  for (const name of VARIABLE_NAMES) {
    const parsed = VARIABLES[name].safeParse(env[name] || undefined);
    if (parsed.success) values[name] = parsed.data;
    else mistakes.push(`${name} ${parsed.error.issues[0]?.message}.`);
  }
  const read = values as Partial<Values>;
  // Whoever has set any of them means the real APIs, whatever is wrong with it.
  const hasCredentials = Boolean(env['HOOD_TOKEN'] || env['SOR_TOKEN'] || env['SOR_EMAIL'] || env['SOR_PASSWORD']);
  const UPSTREAM = read.UPSTREAM ?? (hasCredentials ? 'live' : 'sandbox');
  mistakes.push(...contradictions(env, read, UPSTREAM));
  if (mistakes.length > 0) throw new ConfigError(mistakes);
  return {
    ...(read as Values),
    UPSTREAM,
    SECRET: read.SECRET ?? randomBytes(32).toString('hex'),
    secretIsRandom: read.SECRET === undefined,
  };
}

/** Settings that are fine alone and wrong together. What is set counts as set, also where it could not be read. */
function* contradictions(
  env: Readonly<Record<string, string | undefined>>,
  read: Partial<Values>,
  upstream: 'live' | 'sandbox',
): Generator<string> {
  if (Boolean(env['SOR_EMAIL']) !== Boolean(env['SOR_PASSWORD'])) {
    yield 'SOR_EMAIL and SOR_PASSWORD must be set together.';
  }
  if (env['SOR_TOKEN'] && env['SOR_EMAIL']) yield 'SOR_TOKEN and SOR_EMAIL exclude each other: set one of them.';
  if (read.AUTH === 'secret' && !env['GATEWAY_SECRET']) yield 'GATEWAY_SECRET must be set when AUTH is secret.';
  if (env['GATEWAY_SCOPES'] && read.AUTH === 'none') {
    yield 'AUTH must be secret when GATEWAY_SCOPES is set: the scopes are for whoever sends the secret.';
  }
  if (env['REDIS_URL'] && !env['SECRET']) yield 'SECRET must be set when REDIS_URL is: replicas share it.';
  if (read.AUTH === 'none' && upstream === 'live' && read.HOST && !isLoopback(read.HOST)) {
    yield 'AUTH must not be none when HOST is not loopback and the upstream is live: anybody could read your customers.';
  }
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIPv4(host) && host.startsWith('127.'));
}
