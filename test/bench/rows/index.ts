import type { Contestant } from '../contestants/contestant.ts';
import type { Server } from '../process.ts';
import type { Scene } from '../scene.ts';
import { crowd } from './crowd.ts';
import { features } from './features.ts';
import { longAnswer } from './long-answer.ts';
import { memory } from './memory.ts';
import type { Section } from './section.ts';
import { COMPARED, sideBySide } from './side-by-side.ts';
import { startUp } from './start-up.ts';
import { twoProcesses } from './two-processes.ts';

/** What is measured of the gateway alone, or beside the endpoint written by hand. */
const ROWS: Readonly<Record<string, (scene: Scene) => Promise<Section>>> = {
  crowd,
  'long-answer': longAnswer,
  'start-up': startUp,
  memory,
  'two-processes': twoProcesses,
  features,
};

/** Everything that can be measured, by its name on the command line. */
export const ROW_NAMES: readonly string[] = [...COMPARED, ...Object.keys(ROWS)];

/** Measures the rows of these names, one after the other. */
export async function* measure(
  scene: Scene,
  contestants: readonly Contestant[],
  names: readonly string[],
): AsyncGenerator<Section> {
  const compared = COMPARED.filter((name) => names.includes(name));
  if (compared.length > 0) yield* compare(scene, contestants, compared);
  for (const [name, row] of Object.entries(ROWS)) if (names.includes(name)) yield await row(scene);
}

/** All contestants stay for all cases: starting some takes longer than measuring. */
async function* compare(scene: Scene, contestants: readonly Contestant[], names: readonly string[]) {
  await using servers = new AsyncDisposableStack();
  const started = new Map<Contestant, Server>();
  for (const contestant of contestants.filter(({ missing }) => !missing)) {
    started.set(contestant, servers.use(await contestant.start(scene)));
  }
  const missing = contestants.filter((each) => each.missing);
  for (const name of names) yield await sideBySide(scene, started, missing, name);
}
