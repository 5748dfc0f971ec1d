/**
 * `npm run profile [-- <case>]`: records where the gateway's time goes while it answers one case, and writes that to
 * `profiles/` as a page with a flame graph, and as V8 has it, which developer tools open.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import type { Profiler } from 'node:inspector';
import { parseArgs } from 'node:util';
import { caseNamed } from './cases/index.ts';
import { separateCores } from './cores.ts';
import { framesOf } from './flame-graph/frames.ts';
import { flameGraphPage } from './flame-graph/page.ts';
import { Load } from './load.ts';
import { endServersWithMe } from './process.ts';
import { bodiesOf } from './rounds.ts';
import { openScene, pathOf, startGateway } from './scene.ts';

const WARM_UP_SECONDS = 5;
const SECONDS = 8;
const FOLDER = 'profiles';

endServersWithMe();
const { positionals } = parseArgs({ allowPositionals: true });
const name = positionals[0] ?? 'list';
const { title, query, variables } = caseNamed(name);
const isLong = name === 'many';

await using scene = await openScene(separateCores());
await using gateway = await startGateway(scene, { NODE_OPTIONS: `--import=${pathOf('flame-graph/recorder.ts')}` });
const options = isLong ? { connections: 1 } : {};
await using load = new Load(`${gateway.origin}/graphql`, bodiesOf(query, variables), options);
await load.run({ seconds: WARM_UP_SECONDS });
await gateway.signal('SIGUSR2', /^recording$/);
await load.run({ seconds: SECONDS });
const [, text = ''] = await gateway.signal('SIGUSR2', /^profile: (.*)$/);

const file = `${FOLDER}/${name}`;
mkdirSync(pathOf(`../../${FOLDER}`), { recursive: true });
const profile = JSON.parse(text) as Profiler.Profile;
writeFileSync(pathOf(`../../${file}.cpuprofile`), text);
writeFileSync(pathOf(`../../${file}.html`), await flameGraphPage(title, framesOf(profile)));
process.stdout.write(`${file}.html is the flame graph: open it in a browser.
${file}.cpuprofile is the same for the Performance panel of Chrome's developer tools, or https://www.speedscope.app.
`);
