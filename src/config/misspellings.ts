import { distance } from 'fastest-levenshtein';

/** Settings that no other program has: what differs by two characters is meant for this one. */
const OWN_NAME = /^(?:HOOD|SOR|GATEWAY)_/;

/** These, and others that protect or share something: nobody would notice that they do not. */
const CHECKED_NAME =
  /^(?:HOOD|SOR|GATEWAY|MAX|ALLOWED|TRUSTED|JWT|ANONYMOUS)_|^(?:UPSTREAM|GRAPHIQL|INTROSPECTION|REPLICAS|REDIS_URL|PUBLIC_URL|CALLER_RATE|REQUEST_DEADLINE|UNKNOWN_PI|AUDIT_KEY|TRACE_UPSTREAM)$/;

/** What Kubernetes adds for services of any name, and what many programs have. */
const OF_OTHERS = /_PORT(?:_|$)|_SERVICE_|^(?:REDIS|PUBLIC)_URI$|^REPLICA$/;

/**
 * A sentence for each variable that is none of `settings`, but close to one that is unset: with a misspelled token,
 * made-up data would be shown, and with a misspelled limit there is none.
 */
export function misspellings(env: Readonly<Record<string, string | undefined>>, settings: readonly string[]): string[] {
  const unset = settings.filter((name) => CHECKED_NAME.test(name) && !env[name]);
  const unknown = Object.keys(env).filter((name) => env[name] && !settings.includes(name) && !OF_OTHERS.test(name));
  return unknown.flatMap((name) => {
    const given = name.toUpperCase();
    const meant = unset.find((own) => {
      const isSwapped = sortedOf(given) === sortedOf(own);
      return distance(given, own) <= (isSwapped || (own.length > 9 && OWN_NAME.test(own)) ? 2 : 1);
    });
    return meant ? [`${name} is no setting. ${meant} may be what is meant: give it that name, or unset it.`] : [];
  });
}

const sortedOf = (name: string) => [...name].sort().join('');
