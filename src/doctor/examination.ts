import { pino } from 'pino';
import { type Config, ConfigError } from '../config/config.ts';
import { openUpstreams } from '../upstreams.ts';
import { ApiVisit, CallCount } from './api-visit.ts';
import { type Check, type Finding, unknown } from './check.ts';
import { HOOD_CHECKS } from './hood-checks.ts';
import { SOR_CHECKS } from './sor-checks.ts';

/** What came of all checks, and how many calls they took. */
export interface Examination {
  findings: (Pick<Check, 'api' | 'assumption'> & Finding)[];
  calls: number;
}

/** Looks at the accounts of the settings. Throws `ConfigError` where there are none. */
export async function examine(config: Config): Promise<Examination> {
  if (config.UPSTREAM === 'sandbox')
    throw new ConfigError(['Expected an account: set HOOD_TOKEN, SOR_TOKEN, or SOR_EMAIL and SOR_PASSWORD.']);
  const count = new CallCount();
  await using upstreams = openUpstreams(config, pino({ level: 'silent' }), { watch: count.guard });
  const { hood, sor } = upstreams;
  const visit = { config, hood: new ApiVisit(hood.client, count), sor: new ApiVisit(sor.client, count) };
  const isOpen = { Hood: config.HOOD_TOKEN, 'System of Record': config.SOR_TOKEN ?? config.SOR_EMAIL };
  const findings: Examination['findings'] = [];
  for (const { api, assumption, judge } of [...HOOD_CHECKS, ...SOR_CHECKS]) {
    const finding = isOpen[api] ? await judge(visit) : unknown('no credential is set');
    findings.push({ api, assumption, ...finding });
  }
  return { findings, calls: count.calls };
}
