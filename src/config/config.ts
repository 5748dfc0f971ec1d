import { randomBytes } from 'node:crypto';
import { totalmem } from 'node:os';
import { z } from 'zod';
import { READING_SCOPES, SCOPES } from '../graph/scopes.ts';
import { CALLER_VARIABLES } from './caller-settings.ts';
import { contentOf, contradictions, type Environment, fileOf, isSet, misspellings } from './environment.ts';
import {
  address,
  baseUrl,
  choice,
  duration,
  host,
  hostNames,
  httpUrl,
  inUrl,
  isLoopback,
  LIFETIMES,
  lifetimes,
  list,
  listOf,
  memory,
  rate,
  redisUrls,
  SECRET,
  secrets,
  share,
  size,
  timeout,
  token,
  wholeNumber,
} from './setting-kinds.ts';

/** Every mistake found in the environment, in sentences for whoever starts the gateway. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly mistakes: readonly string[];

  constructor(mistakes: readonly string[]) {
    super(mistakes.join('\n'));
    this.mistakes = mistakes;
  }
}

/** How each variable is read, and its default as written. docs/configuration.md says what each of them means. */
export const VARIABLES = {
  PORT: wholeNumber(0, 65_535).prefault('4000'),
  HOST: address.prefault('127.0.0.1'),
  PUBLIC_URL: baseUrl.optional(),
  ALLOWED_HOSTS: hostNames.default([]),
  UPSTREAM: choice('live', 'sandbox').optional(),
  HOOD_URL: host.prefault('https://api.ocamba.com'),
  HOOD_TOKEN: token.optional().meta(SECRET),
  SOR_URL: host.prefault('https://api.follow-apps.com'),
  SOR_FEED_URL: host.prefault('https://sor.follow-apps.com'),
  SOR_TOKEN: token.optional().meta(SECRET),
  SOR_EMAIL: z.string().optional().meta(SECRET),
  SOR_PASSWORD: z.string().optional().meta(SECRET),
  HOOD_MAX_PAGE_SIZE: wholeNumber(1, 10_000).prefault('100'),
  SOR_MAX_PAGE_SIZE: wholeNumber(1, 10_000).prefault('10000'),
  HOOD_FIELDS: choice('selection', 'full').prefault('selection'),
  HOOD_RATE: rate.prefault('10/s,150/m'),
  SOR_RATE: rate.prefault('none'),
  CALLER_RATE: rate.prefault('none'),
  HOOD_CLIENT_ID_IS: choice('user_id', 'device_id', 'none').prefault('user_id'),
  CACHE: choice('on', 'off').prefault('on'),
  CACHE_TTL: lifetimes.prefault(LIFETIMES),
  CACHE_MEMORY: wholeNumber(1, 100_000).prefault('64'),
  SOR_SETTLE_TIME: duration.prefault('60s'),
  MAX_OPERATIONS: wholeNumber(1, 1_000_000).prefault('2000'),
  MAX_MEMORY: memory.optional(),
  MAX_CALLS: wholeNumber(1, 1_000_000).prefault('100'),
  MAX_ENTITIES: wholeNumber(1, 10_000).prefault('1000'),
  MAX_ANSWER: size.prefault('16mb'),
  REQUEST_DEADLINE: timeout.prefault('10s'),
  MAX_BODY: size.prefault('1mb'),
  MAX_TOKENS: wholeNumber(100, 1_000_000).prefault('10000'),
  CLIENT_TIMEOUT: timeout.prefault('15s'),
  KEEP_ALIVE_TIMEOUT: timeout.prefault('75s'),
  MAX_SUBSCRIPTIONS: wholeNumber(0, 1_000_000).prefault('1000'),
  DRAIN_DELAY: duration.optional(),
  DRAIN_TIMEOUT: timeout.prefault('30s'),
  REDIS_URL: redisUrls.optional().meta(SECRET),
  REPLICAS: wholeNumber(1, 1_000).optional(),
  SECRET: secrets.optional().meta(SECRET),
  ...CALLER_VARIABLES,
  LOG_LEVEL: choice('silent', 'error', 'warn', 'info', 'debug').prefault('info'),
  METRICS_PORT: wholeNumber(0, 65_535).optional(),
  OTEL_EXPORTER_OTLP_ENDPOINT: httpUrl('http://collector:4318').optional(),
  OTEL_TRACES_SAMPLER: choice(
    'always_on',
    'always_off',
    'traceidratio',
    'parentbased_always_on',
    'parentbased_always_off',
    'parentbased_traceidratio',
  ).prefault('parentbased_always_on'),
  OTEL_TRACES_SAMPLER_ARG: share.prefault('1'),
  TRACE_UPSTREAM: list.pipe(listOf('APIs', ['hood', 'sor'])).default([]),
  PLUGINS: list.refine((names) => !names.includes(''), 'must be files or packages, separated by commas').default([]),
} as const;

/** Settings whose default is made of others. */
type Derived = 'UPSTREAM' | 'ANONYMOUS_SCOPES' | 'SECRET' | 'MAX_MEMORY' | 'DRAIN_DELAY' | 'INTROSPECTION' | 'GRAPHIQL';

type Values = { [Name in keyof typeof VARIABLES]: z.output<(typeof VARIABLES)[Name]> };

/** The settings of one gateway process. Durations are milliseconds. */
export type Config = Omit<Values, Derived> & { [Name in Derived]: NonNullable<Values[Name]> } & {
  /** True when nobody set `SECRET`: cursors and links then end with the process. */
  secretIsRandom: boolean;
  /** True when somebody set `UPSTREAM` to it. */
  sandboxIsWanted: boolean;
  /** The files that settings were read from which may change while the process runs. */
  files: ReadonlyMap<keyof Values, string>;
};

/** The names that `readConfig` knows. */
export const VARIABLE_NAMES = Object.keys(VARIABLES) as readonly (keyof typeof VARIABLES)[];

/** Those that hold a secret: it may stand in a file instead, whose path is `NAME_FILE`. */
export const SECRET_NAMES = VARIABLE_NAMES.filter((name) => VARIABLES[name].meta()?.['secret'] === true);

/** Reads every setting; an empty variable counts as unset. Throws one `ConfigError` with all mistakes but no secret. */
export function readConfig(env: Environment): Config {
  const mistakes: string[] = [];
  const files = new Map<keyof Values, string>();
  const values: Partial<Record<keyof Values, unknown>> = {};
  for (const name of VARIABLE_NAMES) {
    const file = SECRET_NAMES.includes(name) ? fileOf(name, env) : undefined;
    const text = file ? contentOf(file) : env[name];
    const parsed = VARIABLES[name].safeParse(text || undefined);
    if (file) files.set(name, file);
    if (file && !text) mistakes.push(`${name}_FILE must be a file that can be read and is not empty.`);
    else if (parsed.success) values[name] = parsed.data;
    else mistakes.push(`${name} ${given(name, text)}${parsed.error.issues[0]?.message}.`);
  }
  const read = values as Partial<Values>;
  // Whoever has set any of them means the real APIs, whatever is wrong with it.
  const hasCredentials = ['HOOD_TOKEN', 'SOR_TOKEN', 'SOR_EMAIL', 'SOR_PASSWORD'].some((name) => isSet(name, env));
  const UPSTREAM = read.UPSTREAM ?? (hasCredentials ? 'live' : 'sandbox');
  const names = [...VARIABLE_NAMES, ...SECRET_NAMES.map((name) => `${name}_FILE`)];
  mistakes.push(...contradictions(env, { ...read, UPSTREAM }), ...misspellings(env, names));
  if (mistakes.length > 0) throw new ConfigError(mistakes);
  if (read.JWT_JWKS && !(read.JWT_JWKS instanceof URL)) files.set('JWT_JWKS', env['JWT_JWKS'] ?? '');
  if (env['TRUSTED_DOCUMENTS']) files.set('TRUSTED_DOCUMENTS', env['TRUSTED_DOCUMENTS']);
  const onlyAnybody = UPSTREAM === 'sandbox' ? SCOPES : READING_SCOPES;
  const explorable = UPSTREAM === 'live' && !isLoopback(read.HOST ?? '') ? 'off' : 'on';
  return {
    ...(read as Values),
    UPSTREAM,
    MAX_MEMORY: read.MAX_MEMORY ?? 0.75 * Math.min(totalmem(), process.constrainedMemory() || Infinity),
    ANONYMOUS_SCOPES: read.ANONYMOUS_SCOPES ?? (read.AUTH?.every((way) => way === 'none') ? [...onlyAnybody] : []),
    DRAIN_DELAY: read.DRAIN_DELAY ?? (isLoopback(read.HOST ?? '') ? 0 : 5_000),
    INTROSPECTION: read.INTROSPECTION ?? explorable,
    GRAPHIQL: read.GRAPHIQL ?? explorable,
    SECRET: read.SECRET ?? [randomBytes(32).toString('hex')],
    files,
    secretIsRandom: read.SECRET === undefined,
    sandboxIsWanted: read.UPSTREAM === 'sandbox',
  };
}

/** `PUBLIC_URL`, or else where it listens. An address that stands for all of this machine's is no place to go to. */
export function publicUrlOf({ PUBLIC_URL, HOST, PORT }: Pick<Config, 'PUBLIC_URL' | 'HOST' | 'PORT'>): string {
  return PUBLIC_URL ?? `http://${/^(?:0\.0\.0\.0|::)$/.test(HOST) ? 'localhost' : inUrl(HOST)}:${PORT}`;
}

/** What stood in a variable, as the beginning of a sentence. A user in a URL has a password; what is called a token may be one, and so may a long word. */
function given(name: keyof typeof VARIABLES, text = ''): string {
  const isHidden = SECRET_NAMES.includes(name) || /@|\w{20}|(?:key|password|secret|token)=/i.test(text);
  return isHidden ? '' : `is ${JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text)}, but `;
}
