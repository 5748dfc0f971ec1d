import { readFileSync } from 'node:fs';
import { distance } from 'fastest-levenshtein';
import { isLoopback } from './setting-kinds.ts';

/** The variables that a process was started with. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** The path of the file that holds a secret; undefined where none is named. */
export const fileOf = (name: string, env: Environment) => env[`${name}_FILE`] || undefined;

/** Whether a secret is set, by itself or by a file. */
export const isSet = (name: string, env: Environment) => Boolean(env[name] || fileOf(name, env));

/** What a file holds, without the line end that editors add; empty where it cannot be read. */
export function contentOf(path: string): string {
  try {
    return readFileSync(path, 'utf8').trimEnd();
  } catch {
    return '';
  }
}

/** What Kubernetes adds for services of any name, and names that other programs have. */
const OF_OTHERS = /_PORT|_SERVICE_|^(?:BOT|CACHE|DOC|LOG|SSO)_(?:EMAIL|TOKEN|URL)$/;

/** Settings that the stand-ins read for themselves; their ports look like those that Kubernetes adds. */
const SANDBOX_NAMES = [
  ...['SANDBOX_SEED', 'SANDBOX_LATENCY', 'SANDBOX_FAULTS', 'SANDBOX_ROWS', 'SANDBOX_GDPR_REQUESTS'],
  ...['SANDBOX_PROFILES', 'SANDBOX_LIMITS', 'SANDBOX_HOOD_FILE', 'SANDBOX_SOR_FILE'],
];

/** A sentence for each variable that nearly has the name of one that is unset: a misspelled limit would be none. */
export function misspellings(env: Environment, names: readonly string[]): string[] {
  const settings = [...names, ...SANDBOX_NAMES];
  const unset = settings.filter((name) => !env[name]);
  const unknown = Object.keys(env).filter((name) => env[name] && !settings.includes(name) && !OF_OTHERS.test(name));
  return unknown.flatMap((name) => {
    const given = name.toUpperCase();
    const meant = unset.find((own) => distance(given, own) <= (own.length > 5 ? 2 : 1) || isSwapped(given, own));
    return meant ? [`${name} is no setting. ${meant} may be what is meant: give it that name, or unset it.`] : [];
  });
}

/** Whether two neighbouring letters have changed places, and all others are the same. */
function isSwapped(given: string, own: string): boolean {
  const at = [...own].findIndex((letter, index) => letter !== given[index]);
  return given === own.slice(0, at) + own.charAt(at + 1) + own.charAt(at) + own.slice(at + 2);
}

/** What each way in needs, and what else is for it alone. */
const WAYS_IN = {
  jwt: { needs: ['JWT_ISSUER', 'JWT_AUDIENCE', 'JWT_JWKS'], takes: ['JWT_ALGORITHMS', 'JWT_SCOPE_CLAIM', 'JWT_ROLES'] },
  secret: { needs: ['GATEWAY_SECRET'], takes: ['GATEWAY_SCOPES'] },
  none: { needs: [], takes: ['ANONYMOUS_SCOPES', 'ALLOWED_HOSTS'] },
};

/** What the settings came to that others depend on; undefined where one could not be read. */
interface ReadSettings {
  AUTH?: readonly (keyof typeof WAYS_IN)[] | undefined;
  HOST?: string | undefined;
  UPSTREAM: 'live' | 'sandbox';
}

/** Settings that are fine alone and wrong together. What is set counts as set, also where it could not be read. */
export function* contradictions(env: Environment, { AUTH, HOST, UPSTREAM }: ReadSettings): Generator<string> {
  const isOpen = UPSTREAM === 'live' && HOST !== undefined && !isLoopback(HOST);
  for (const name of Object.keys(env).filter((each) => env[each] && fileOf(each, env))) {
    yield `${name} and ${name}_FILE exclude each other: set one of them.`;
  }
  if (isSet('SOR_EMAIL', env) !== isSet('SOR_PASSWORD', env)) yield 'SOR_EMAIL and SOR_PASSWORD must be set together.';
  if (env['NODE_ENV'] === 'production' && !env['UPSTREAM'] && UPSTREAM === 'sandbox')
    yield 'No credentials are set, and NODE_ENV is production: set HOOD_TOKEN, SOR_TOKEN, or SOR_EMAIL and SOR_PASSWORD, or UPSTREAM=sandbox for made-up data.';
  if (isSet('SOR_TOKEN', env) && isSet('SOR_EMAIL', env))
    yield 'SOR_TOKEN and SOR_EMAIL exclude each other: set one of them.';
  for (const [way, { needs, takes }] of Object.entries(WAYS_IN)) {
    if (AUTH?.some((each) => each === way)) {
      for (const name of needs) if (!isSet(name, env)) yield `${name} must be set when AUTH has ${way}.`;
    } else if (AUTH) {
      const names = [...needs, ...takes].filter((name) => isSet(name, env));
      for (const name of names) yield `AUTH must have ${way} when ${name} is set: it is for nothing else.`;
    }
  }
  if (env['TRUSTED_DOCUMENTS_ONLY'] === 'true' && !env['TRUSTED_DOCUMENTS'])
    yield 'TRUSTED_DOCUMENTS must be set when TRUSTED_DOCUMENTS_ONLY is true: nothing could be asked otherwise.';
  if (isSet('REDIS_URL', env) && !isSet('SECRET', env))
    yield 'SECRET must be set when REDIS_URL is: replicas share it.';
  if (isSet('AUDIT_KEY', env) && !env['AUDIT'] && AUTH?.every((way) => way === 'none'))
    yield 'AUDIT must be set when AUDIT_KEY is and AUTH is none: nothing is recorded otherwise.';
  const hasAudit = env['AUDIT'] || (UPSTREAM === 'live' && AUTH?.some((way) => way !== 'none')) || isOpen;
  if (hasAudit && !isSet('AUDIT_KEY', env) && !isSet('SECRET', env))
    yield 'AUDIT_KEY or SECRET must be set when AUDIT is, or callers of real data are known: nobody could search the audit otherwise.';
  if (isSet('REDIS_URL', env) && !env['REPLICAS'])
    yield 'REPLICAS must be set when REDIS_URL is: the limits are divided by it while Redis is away.';
  if (env['REPLICAS'] && !isSet('REDIS_URL', env))
    yield 'REDIS_URL must be set when REPLICAS is: nothing is shared otherwise.';
  if (Boolean(env['CLIENT_ADDRESS_HEADER']) !== Boolean(env['TRUSTED_PROXIES']))
    yield 'CLIENT_ADDRESS_HEADER and TRUSTED_PROXIES must be set together.';
  if (AUTH?.includes('none') && isOpen)
    yield 'AUTH must not have none when HOST is not loopback and the upstream is live: anybody could read your customers. It may have secret, with GATEWAY_SECRET, or jwt, with JWT_ISSUER, JWT_AUDIENCE and JWT_JWKS.';
  if (!env['PUBLIC_URL'] && isOpen)
    yield 'PUBLIC_URL must be set when HOST is not loopback and the upstream is live: links are made of it.';
}
