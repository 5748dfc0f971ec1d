import { randomBytes } from 'node:crypto';
import { totalmem } from 'node:os';
import { z } from 'zod';
import { READING_SCOPES, SCOPES } from '../graph/scopes.ts';
import { CALLER_VARIABLES } from './caller-settings.ts';
import { contentOf, contradictions, type Environment, fileOf, isSet, misspellings } from './environment.ts';
import { CONNECTION_VARIABLES, OPERATING_VARIABLES } from './operating-settings.ts';
import {
  address,
  baseUrl,
  choice,
  duration,
  host,
  hostNames,
  inUrl,
  isLoopback,
  LIFETIMES,
  lifetimes,
  memory,
  rate,
  redisUrls,
  secretly,
  secrets,
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

/** How each variable is read, its default as written, and its meaning. docs/configuration.md is made of it. */
export const VARIABLES = {
  PORT: wholeNumber(0, 65_535).prefault('4000').describe('The port it listens on; 0 takes a free one.'),
  HOST: address.prefault('127.0.0.1').describe('The address it listens on.'),
  PUBLIC_URL: baseUrl
    .optional()
    .describe(
      'Where clients reach it: base of the links it gives out, and the origin of its own page. When unset the address it listens on. Required for real data on an address that is not loopback.',
    ),
  ALLOWED_HOSTS: hostNames
    .default([])
    .describe(
      'With `AUTH=none`: names, beside those of loopback and that of `PUBLIC_URL`, by which requests may call it, such as that of its container. To any other name it answers 421. A name that is refused is logged once.',
    ),
  UPSTREAM: choice('live', 'sandbox')
    .optional()
    .describe(
      'What it calls. When unset: `live` if there are credentials for either API, else `sandbox`, which starts stand-ins for both. With `NODE_ENV=production` the sandbox only starts if `UPSTREAM=sandbox` is set. With `live`, an API without credentials answers `UPSTREAM_UNAVAILABLE`: made-up data never mixes with real data.',
    ),
  HOOD_URL: host.prefault('https://api.ocamba.com').describe('The host of Hood.'),
  HOOD_TOKEN: token.optional().meta(secretly('Hood’s token, sent as `Authorization: Bearer`.')),
  SOR_URL: host.prefault('https://api.follow-apps.com').describe('The host of SOR.'),
  SOR_FEED_URL: host.prefault('https://sor.follow-apps.com').describe('The host that takes values for SOR.'),
  SOR_TOKEN: token.optional().meta(secretly('SOR’s token, sent as `Authorization: Token`.')),
  SOR_EMAIL: z.string().optional().meta(secretly('Instead of `SOR_TOKEN`: logs in, with `SOR_PASSWORD`.')),
  SOR_PASSWORD: z.string().optional().meta(secretly('The password to `SOR_EMAIL`.')),
  HOOD_MAX_PAGE_SIZE: wholeNumber(1, 10_000)
    .prefault('100')
    .describe('The largest page asked of Hood, and so the largest `first` of its lists.'),
  SOR_MAX_PAGE_SIZE: wholeNumber(1, 10_000)
    .prefault('10000')
    .describe('The largest page asked of SOR, and so the largest `first` of its lists.'),
  HOOD_FIELDS: choice('selection', 'full')
    .prefault('selection')
    .describe('`selection` asks Hood for the selected fields only, `full` for all of them (`view=full`).'),
  HOOD_RATE: rate
    .prefault('10/s,150/m')
    .describe(
      'How many calls the account may make; both windows hold at once. Calls wait for a free slot within their deadline. Each process counts its own calls: divide the limits between replicas, or set `REDIS_URL`.',
    ),
  SOR_RATE: rate.prefault('none').describe('The same for SOR.'),
  CALLER_RATE: rate
    .prefault('none')
    .describe(
      'How many of these calls one caller may make while others wait: who has made so many comes after all others. While nobody else waits, a caller may make them all. Each process counts for itself, also with `REDIS_URL`. Whoever runs it for clients that ask very unevenly sets it; without it callers that wait get equal parts.',
    ),
  HOOD_CLIENT_ID_IS: choice('user_id', 'device_id', 'none')
    .prefault('user_id')
    .describe('What a `client_id` of Hood is in SOR; `none` means no joins by it. No vendor documents it.'),
  CACHE: choice('on', 'off')
    .prefault('on')
    .describe('`off` keeps no answers of the APIs. Lookups are still batched, and calls under way still shared.'),
  CACHE_TTL: lifetimes
    .prefault(LIFETIMES)
    .describe('For how long answers of each resource count; `0s` keeps none. Those left out keep their default.'),
  CACHE_MEMORY: wholeNumber(1, 100_000)
    .prefault('64')
    .describe(
      'About how many MB kept answers may take. Not used with `REDIS_URL`: there `maxmemory` of Redis decides.',
    ),
  SOR_SETTLE_TIME: duration
    .prefault('60s')
    .describe('For how long reads of what was just written to SOR bypass the cache, because SOR applies writes later.'),
  MAX_OPERATIONS: wholeNumber(1, 1_000_000)
    .prefault('2000')
    .describe(
      'How many operations may run at once. Others are refused with status 503. While they are, no caller but a router gets more than half of the places: it is refused with 429.',
    ),
  MAX_MEMORY: memory
    .optional()
    .describe(
      'How much memory the process may use. Beyond it operations are refused with status 503 while others are under way or their answers wait for clients. What the process has freed and keeps for later does not count, so resident memory may be more: give a container a third more than this. When unset: three quarters of what its container, or else the machine, has. The process needs 200mb to start.',
    ),
  MAX_CALLS: wholeNumber(1, 1_000_000)
    .prefault('100')
    .describe(
      'How many calls to the APIs one operation may cost. Lower it where many share an account that has few calls; raise it for jobs of your own that read or write much at once.',
    ),
  MAX_ENTITIES: wholeNumber(1, 10_000)
    .prefault('1000')
    .describe('How many objects one operation may ask for by key: routers in `_entities`, anybody in `nodes`.'),
  MAX_ANSWER: size
    .prefault('16mb')
    .describe(
      'The largest answer to an operation, as it is written. Processor time has a limit of its own, which no setting moves. Raise it for callers who read very many rows at once, if there is memory: an answer is held until its caller has read it.',
    ),
  REQUEST_DEADLINE: timeout
    .prefault('10s')
    .describe('How long an operation may take. The header `x-request-deadline: 500ms` shortens it for one operation.'),
  MAX_BODY: size
    .prefault('1mb')
    .describe(
      'How long an operation may be, with its variables. A file that comes with it does not count. Raise it for routers that ask for many objects at once.',
    ),
  MAX_TOKENS: wholeNumber(100, 1_000_000)
    .prefault('10000')
    .describe('How many tokens (names, values, brackets) the text of an operation may have.'),
  ...CONNECTION_VARIABLES,
  REDIS_URL: redisUrls
    .optional()
    .meta(
      secretly(
        'Where replicas share limits and answers; needs `SECRET` and `REPLICAS`. When unset each process keeps its own. For Redis Cluster whoever runs it names at least two of its servers, separated by commas: the gateway finds the others.',
      ),
    ),
  REPLICAS: wholeNumber(1, 1_000)
    .optional()
    .describe(
      'How many processes share `REDIS_URL` at most, also while new ones are started: whoever deploys them sets it. While Redis is away, each goes on with such a part of the limits.',
    ),
  SECRET: secrets
    .optional()
    .meta(
      secretly(
        'Signs cursors and links, and encrypts what goes to Redis. Random when unset: cursors and links then end with the process. Several, separated by commas: the first signs, all are accepted.',
      ),
    ),
  ...CALLER_VARIABLES,
  ...OPERATING_VARIABLES,
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

const FILE_NAMES = SECRET_NAMES.map((name) => `${name}_FILE`);

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
  mistakes.push(
    ...contradictions(env, { ...read, UPSTREAM }),
    ...misspellings(env, [...VARIABLE_NAMES, ...FILE_NAMES]),
  );
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
