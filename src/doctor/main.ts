import { readConfig } from '../config/config.ts';
import { orExit } from '../exit.ts';
import { IS_ACCEPTED } from './check.ts';
import { examine } from './examination.ts';

/**
 * `npm run doctor`: finds out about an account what no page of the vendors says, by 15 GETs at most, within the limits of
 * the settings. It prints counts, and nothing of what came. The exit code is 1 where a credential is refused.
 */
const { findings, calls } = await orExit(() => examine(readConfig(process.env)));
const lines = findings.map(
  ({ verdict, api, assumption, because }) => `${verdict.padEnd(14)}  ${api}: ${assumption} (${because})`,
);
const settings = new Set(findings.flatMap(({ setting }) => setting ?? []));
const advice = settings.size > 0 ? ['What follows for the settings:', ...settings] : ['No setting has to change.'];
process.stdout.write(`${[...lines, '', `${calls} calls were made.`, ...advice].join('\n')}\n`);
const isRefused = findings.some(({ assumption, verdict }) => assumption === IS_ACCEPTED && verdict === 'refuted');
process.exitCode = isRefused ? 1 : 0;
