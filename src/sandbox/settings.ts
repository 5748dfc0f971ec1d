import { faultRules } from './fault-rules.ts';
import { type HoodSandbox, type HoodSandboxOptions, startHood } from './hood/server.ts';
import { dataSeed } from './people.ts';
import { type SorSandbox, startSor } from './sor/server.ts';

/** What cannot be as it is set, in a sentence for whoever starts the stand-ins; a port that is taken is its cause. */
export class SettingMistake extends Error {}

/**
 * Starts the stand-ins for both APIs as the environment says; docs/configuration.md lists its variables. An empty one
 * counts as unset. `ports` are those that are not set; 0 takes a free one. `disturbances` are the settings that make
 * them slow, fail or lie. Throws a `SettingMistake`.
 */
export async function startSandbox(
  ports = { hood: 0, sor: 0, feed: 0 },
  env: Readonly<Record<string, string | undefined>> = process.env,
): Promise<{ hood: HoodSandbox; sor: SorSandbox; disturbances: string[] }> {
  const number = (name: string, byDefault: number, most = name.endsWith('_PORT') ? 65_535 : 999_999_999) => {
    const text = env[name] || String(byDefault);
    if (/^\d{1,9}$/.test(text) && Number(text) <= most) return Number(text);
    throw new SettingMistake(`${name} must be a whole number up to ${most}, but is "${text}"`);
  };
  const limits = env['SANDBOX_LIMITS'] || 'documented';
  if (limits !== 'documented' && limits !== 'none')
    throw new SettingMistake(`SANDBOX_LIMITS must be documented or none, but is "${limits}"`);
  const latency = env['SANDBOX_LATENCY'] || '0ms';
  const [, least = '', most = least] = /^(\d{1,5})ms(?:\.\.(\d{1,5})ms)?$/.exec(latency) ?? [];
  if (!least || Number(most) < Number(least))
    throw new SettingMistake(`SANDBOX_LATENCY must be like 200ms or 50ms..400ms, but is "${latency}"`);
  const dials = { latencyMs: Number(least), jitterMs: Number(most) - Number(least) };
  const faults = await named('SANDBOX_FAULTS', async () => faultRules(env['SANDBOX_FAULTS'] ?? ''));
  dataSeed.value = number('SANDBOX_SEED', 0);

  const rows = number('SANDBOX_ROWS', 5_000);
  const [hoodPort, hoodFile] = [number('SANDBOX_HOOD_PORT', ports.hood), env['SANDBOX_HOOD_FILE']];
  const gdprRequests = number('SANDBOX_GDPR_REQUESTS', rows);
  const sorPorts = { api: number('SANDBOX_SOR_PORT', ports.sor), feed: number('SANDBOX_SOR_FEED_PORT', ports.feed) };
  const [profiles, sorFile] = [number('SANDBOX_PROFILES', 10_000), env['SANDBOX_SOR_FILE']];

  const hoodOptions: HoodSandboxOptions = {
    ...{ port: hoodPort, rows: { customerData: rows, gdprRequests, exports: rows, profileProperties: rows } },
    ...{ ...(hoodFile && { file: hoodFile }), ...(limits === 'none' && { limits }) },
  };
  const hood = await named('Hood sandbox', () => startHood(hoodOptions), 'SANDBOX_HOOD_PORT');
  const sorOptions = { ports: sorPorts, profiles, ...(sorFile && { file: sorFile }) };
  const sorPortNames = 'SANDBOX_SOR_PORT or SANDBOX_SOR_FEED_PORT';
  const sor = await named('System of Record sandbox', () => startSor(sorOptions), sorPortNames);
  Object.assign(hood.dials, dials, faults('hood'));
  for (const host of [sor.api, sor.feed]) Object.assign(host.dials, dials, faults('sor'));
  const disturbances = ['SANDBOX_LATENCY', 'SANDBOX_FAULTS'].filter((name) => env[name]);
  return { hood, sor, disturbances: disturbances.map((name) => `${name}=${env[name]}`) };
}

/** Says whose mistake it is; a taken port is the commonest. */
async function named<Value>(name: string, make: () => Promise<Value>, ports = ''): Promise<Value> {
  return make().catch(({ message, code }: NodeJS.ErrnoException) => {
    if (code !== 'EADDRINUSE') throw new SettingMistake(`${name}: ${message}`);
    throw new SettingMistake(`${name}: ${message}. Set ${ports}`, { cause: code });
  });
}
