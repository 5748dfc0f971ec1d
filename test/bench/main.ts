/**
 * `npm run bench [-- --quick] [-- <case> …]`: how fast the gateway is beside an endpoint written by hand for one
 * operation, over the same upstream with fixed answers, in one run on one machine. Rates differ from machine to
 * machine and from minute to minute; the ratio is the figure to keep.
 */
import { parseArgs } from 'node:util';
import { CASES } from './cases.ts';
import { compare, type Effort } from './comparison.ts';
import { separateCores } from './cores.ts';
import { CONCURRENCY } from './load.ts';
import { report } from './report.ts';

const FULL: Effort = { warmUpSeconds: 3, rounds: 5, roundSeconds: 2 };
const QUICK: Effort = { warmUpSeconds: 1.5, rounds: 3, roundSeconds: 1 };

const { values, positionals } = parseArgs({
  options: { quick: { type: 'boolean', default: false } },
  allowPositionals: true,
});
const core = separateCores();
const place =
  core === undefined
    ? 'all processes share the cores: expect noise'
    : `contestants on core ${core}, load and upstream on another`;
process.stdout.write(`${CONCURRENCY} connections; ${place}\n\n`);
for (const name of positionals.length > 0 ? positionals : Object.keys(CASES)) {
  const comparison = await compare(name, core, values.quick ? QUICK : FULL);
  process.stdout.write(`${report(comparison)}\n`);
}
