import { hoodAccount, sorAccount } from './accounts.ts';
import type { Config } from './config/config.ts';

/** The settings that a credential of each API may come from. */
const CREDENTIALS = { HOOD: ['HOOD_TOKEN'], SOR: ['SOR_TOKEN', 'SOR_EMAIL'] } as const;

/** What the gateway calls and how, and the settings that say so: a row for each API, without a secret or an address. */
export function startTable(config: Config) {
  const isSandbox = config.UPSTREAM === 'sandbox';
  return [hoodAccount(config), sorAccount(config)].map(({ api, limits, access }) => {
    const names = CREDENTIALS[api.name as keyof typeof CREDENTIALS];
    const name = names.find((each) => config[each]);
    const credential = name && (config.files.has(name) ? `${name}_FILE` : name);
    const because = credential ? `${credential} is set` : `${names.join(' or ')} is not set`;
    return {
      api: api.name,
      title: api.title,
      mode: isSandbox ? ('sandbox' as const) : credential ? ('live' as const) : ('not configured' as const),
      credential: isSandbox ? 'made up' : access.kind,
      limits: limits === 'none' ? limits : `${limits.perSecond}/s,${limits.perMinute}/m`,
      because: isSandbox ? (config.sandboxIsWanted ? 'UPSTREAM is sandbox' : 'no credentials are set') : because,
    };
  });
}
