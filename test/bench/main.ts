/**
 * `npm run bench [-- [--quick] [<row> …]]`: how fast the gateway is beside other ways to the same APIs, over one upstream
 * with fixed answers, in one run on one machine. All rows together write `docs/performance.md` and its chart; some of
 * them, or short rounds, are printed only.
 */
import { writeFileSync } from 'node:fs';
import { cpus, loadavg, release, totalmem, type } from 'node:os';
import { parseArgs } from 'node:util';
import { CONTESTANTS } from './contestants/index.ts';
import { separateCores } from './cores.ts';
import { chartOf } from './page/chart.ts';
import { CHART, type Circumstances, goalsTable, PAGE, pageOf } from './page/page.ts';
import { endServersWithMe } from './process.ts';
import { measure, ROW_NAMES } from './rows/index.ts';
import type { Section } from './rows/section.ts';
import { FULL, openScene, pathOf, QUICK } from './scene.ts';

endServersWithMe();
const { values, positionals } = parseArgs({
  options: { quick: { type: 'boolean', default: false } },
  allowPositionals: true,
});
const unknown = positionals.filter((name) => !ROW_NAMES.includes(name));
if (unknown.length > 0) {
  process.stderr.write(`There is no ${unknown.join(', ')}. Expected some of: ${ROW_NAMES.join(', ')}.\n`);
  process.exit(2);
}
const circumstances: Circumstances = {
  date: new Date().toISOString().slice(0, 10),
  machine: `${cpus()[0]?.model.trim()}, ${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GB, ${type()} ${release()}`,
  node: process.versions.node,
  load: loadavg()
    .map((load) => load.toFixed(1))
    .join(', '),
  wasBusy: (loadavg()[0] ?? 0) > cpus().length,
};
const cores = separateCores();
if (cores.measured === undefined) {
  process.stderr.write('All processes share the cores, as taskset cannot hold them to one: expect noise.\n');
}
for (const { name, missing } of CONTESTANTS) if (missing) process.stderr.write(`${name}: ${missing}\n`);

await using scene = await openScene(cores, values.quick ? QUICK : FULL);
const sections: Section[] = [];
for await (const section of measure(scene, CONTESTANTS, positionals.length > 0 ? positionals : ROW_NAMES)) {
  sections.push(section);
  process.stdout.write(`${section.text && `${section.text}\n`}${goalsTable(section.goals)}\n\n`);
}
if (positionals.length === 0 && !values.quick) {
  writeFileSync(pathOf(`../../${PAGE}`), pageOf(sections, CONTESTANTS, circumstances));
  writeFileSync(pathOf(`../../${CHART}`), chartOf(sections.flatMap(({ bars }) => bars ?? [])));
  process.stdout.write(`${PAGE} and ${CHART} are written.\n`);
}
