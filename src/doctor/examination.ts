import { pino } from 'pino';
import { accountsOf } from '../config/accounts.ts';
import { type Config, ConfigError } from '../config/config.ts';
import { HOOD } from '../sources/hood/api.ts';
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
  const findings: ({ api: string; assumption: string } & Finding)[] = [];
  for (const { api, setting } of accountsOf(config)) {
    for (const [assumption, judge] of Object.entries(api === HOOD ? HOOD_CHECKS : SOR_CHECKS)) {
      const finding = setting ? await judge(visit) : unknown(NO_CREDENTIAL);
      findings.push({ api: api.title, assumption, ...finding });
    }
  }
  return { findings, calls: count.calls() };
}
