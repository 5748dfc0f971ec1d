import { HOOD } from '../sources/hood/api.ts';
import { SOR } from '../sources/sor/api.ts';
import type { Config } from './config.ts';
import type { Rate } from './setting-kinds.ts';

/** The account that the gateway has at an API, as the settings describe it. */
export interface Account {
  readonly api: typeof HOOD;
  readonly limits: Rate | 'none';
  readonly origin: string;
  /** The setting that has its credential, which may change while the process runs; undefined without one. */
  readonly setting: 'HOOD_TOKEN' | 'SOR_TOKEN' | 'SOR_EMAIL' | undefined;
  /** What stands before a token in the header `authorization`. */
  readonly scheme: 'Bearer' | 'Token';
  /** Which settings to make where there is no credential. */
  readonly remedy: string;
}

export const accountsOf = (config: Config): [hood: Account, sor: Account] => [
  {
    ...{ api: HOOD, limits: config.HOOD_RATE, origin: config.HOOD_URL, scheme: 'Bearer' },
    ...{ setting: config.HOOD_TOKEN ? 'HOOD_TOKEN' : undefined, remedy: 'set HOOD_TOKEN' },
  },
  {
    ...{ api: SOR, limits: config.SOR_RATE, origin: config.SOR_URL, scheme: 'Token' },
    setting: config.SOR_TOKEN ? 'SOR_TOKEN' : config.SOR_EMAIL ? 'SOR_EMAIL' : undefined,
    remedy: 'set SOR_TOKEN, or SOR_EMAIL and SOR_PASSWORD',
  },
];

/** What the gateway calls and how, and the settings that say so: a row for each API, without a secret or an address. */
export function startTable(config: Config) {
  const isSandbox = config.UPSTREAM === 'sandbox';
  return accountsOf(config).map(({ api, limits, setting }) => {
    const credential = setting === undefined ? 'missing' : setting === 'SOR_EMAIL' ? 'login' : 'token';
    const names = api === HOOD ? 'HOOD_TOKEN' : 'SOR_TOKEN or SOR_EMAIL';
    const because = setting ? `${setting}${config.files.has(setting) ? '_FILE' : ''} is set` : `${names} is not set`;
    return {
      api: api.name,
      title: api.title,
      mode: isSandbox ? ('sandbox' as const) : setting ? ('live' as const) : ('not configured' as const),
      credential: isSandbox ? 'made up' : credential,
      limits: limits === 'none' ? limits : `${limits.perSecond}/s,${limits.perMinute}/m`,
      because: isSandbox ? (config.sandboxIsWanted ? 'UPSTREAM is sandbox' : 'no credentials are set') : because,
    };
  });
}
