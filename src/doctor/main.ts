import { readConfig } from '../config/config.ts';
import { orExit } from '../exit.ts';
import { IS_ACCEPTED } from './check.ts';
import { examine, NO_CREDENTIAL } from './examination.ts';

/**
 * `npm run doctor`: finds out about an account what no page of the vendors says, by 15 GETs at most, within the limits of
 * the settings. It prints counts, and nothing of what came. The exit code is 1 where a credential is not accepted.
 */
const { findings, calls } = await orExit(() => examine(readConfig(process.env)));
const settings = new Set(findings.flatMap(({ setting }) => setting ?? []));
const accepted = findings.filter(({ assumption, because }) => assumption === IS_ACCEPTED && because !== NO_CREDENTIAL);
const silent = accepted.filter(({ verdict }) => verdict === 'not to be told');
const advice = silent.map(
  ({ api }) => `Nothing can be said of ${api}: look whether its address is right, and whether it answers.`,
);
if (settings.size > 0) advice.push('What follows for the settings:', ...settings);
if (advice.length === 0) advice.push('No setting has to change.');
for (const { verdict, api, assumption, because } of findings)
  process.stdout.write(`${verdict.padEnd(14)}  ${api}: ${assumption} (${because})\n`);
process.stdout.write(`\n${calls} calls were made.\n${advice.join('\n')}\n`);
process.exitCode = accepted.every(({ verdict }) => verdict === 'confirmed') ? 0 : 1;
