import { ConfigError, readConfig } from '../../src/config/config.ts';

/** What is wrong with an environment, in sentences; none where it can be used. */
export function mistakesIn(env: Record<string, string>): readonly string[] {
  try {
    readConfig(env);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.mistakes;
    throw error;
  }
}

/** For how long answers count unless something else is set, in milliseconds. */
export const LIFETIMES = {
  'profile-properties': 300_000,
  'customer-data': 30_000,
  'gdpr-requests': 5_000,
  exports: 5_000,
  systems: 300_000,
  profiles: 10_000,
  values: 10_000,
  imports: 5_000,
};
