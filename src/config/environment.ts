import { readFileSync } from 'node:fs';

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
