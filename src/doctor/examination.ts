import { pino } from 'pino';
import { type Config, ConfigError } from '../config/config.ts';
import { openUpstreams } from '../upstreams.ts';
import { type Finding, unknown } from './check.ts';
import { HOOD_CHECKS } from './hood-checks.ts';
import { SOR_CHECKS } from './sor-checks.ts';
import { callCount } from './visit.ts';

/** What is said of all that concerns an API whose account is not set. */
export const NO_CREDENTIAL = 'no credential is set';

/** Looks at the accounts of the settings: what came of all checks, and how many calls they took. Throws `ConfigError` where there are none. */
export async function examine(config: Config) {
  if (config.UPSTREAM === 'sandbox')
    throw new ConfigError(['Expected an account: set HOOD_TOKEN, SOR_TOKEN, or SOR_EMAIL and SOR_PASSWORD.']);
  const count = callCount();
  await using upstreams = await openUpstreams(config, pino({ level: 'silent' }), { watch: count.guard });
  const visit = { config, hood: count.askerOf(upstreams.hood.client), sor: count.askerOf(upstreams.sor.client) };
  const accounts = [
    ['Hood', HOOD_CHECKS, config.HOOD_TOKEN],
    ['System of Record', SOR_CHECKS, config.SOR_TOKEN ?? config.SOR_EMAIL],
  ] as const;
  const findings: ({ api: string; assumption: string } & Finding)[] = [];
  for (const [api, checks, credential] of accounts) {
    for (const [assumption, judge] of Object.entries(checks)) {
      const finding = credential ? await judge(visit) : unknown(NO_CREDENTIAL);
      findings.push({ api, assumption, ...finding });
    }
  }
  return { findings, calls: count.calls() };
}
