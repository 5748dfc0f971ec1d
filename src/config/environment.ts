import { readFileSync } from 'node:fs';
import { distance } from 'fastest-levenshtein';

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

/**
 * A sentence for each variable that is none of `settings`, but differs from one that is unset by one or two letters; from
 * a short one, which could be any word, by one. With a misspelled token made-up data would be shown, and with a misspelled
 * limit there is none.
 */
export function misspellings(env: Environment, settings: readonly string[]): string[] {
  const unset = settings.filter((name) => !env[name]);
  const unknown = Object.keys(env).filter((name) => env[name] && !settings.includes(name) && !OF_OTHERS.test(name));
  return unknown.flatMap((name) => {
    const meant = unset.find((own) => distance(name.toUpperCase(), own) <= (own.length > 5 ? 2 : 1));
    return meant ? [`${name} is no setting. ${meant} may be what is meant: give it that name, or unset it.`] : [];
  });
}
