/** Settings that no other program has, and of the others those that protect or share: that they do not is not seen. */
const OWN_NAME = /^(?:HOOD|SOR|GATEWAY)_/;
const CHECKED_NAME =
  /^(?:HOOD|SOR|GATEWAY|MAX|ALLOWED|TRUSTED)_|^(?:UPSTREAM|GRAPHIQL|INTROSPECTION|REPLICAS|REDIS_URL|PUBLIC_URL)$/;

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
    const meant = unset.find((own) => isClose(name.toUpperCase(), own, own.length > 9 && OWN_NAME.test(own) ? 2 : 1));
    return meant ? [`${name} is no setting. ${meant} may be what is meant: give it that name, or unset it.`] : [];
  });
}

/** Whether so many changed, missing or additional characters at most make one text of another. */
function isClose(one: string, other: string, changes: number): boolean {
  if (one === other) return true;
  if (changes === 0) return false;
  let same = 0;
  while (one[same] !== undefined && one[same] === other[same]) same += 1;
  const [rest, otherRest] = [one.slice(same), other.slice(same)];
  return [
    [rest.slice(1), otherRest],
    [rest, otherRest.slice(1)],
    [rest.slice(1), otherRest.slice(1)],
  ].some(([a = '', b = '']) => isClose(a, b, changes - 1));
}
