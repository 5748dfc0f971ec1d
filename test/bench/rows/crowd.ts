import { list } from '../cases/list.ts';
import { CONNECTIONS, Load } from '../load.ts';
import { bodiesOf, cpuRatio, inTurn, median } from '../rounds.ts';
import { type Scene, startGateway } from '../scene.ts';
import { figure, type Section } from './section.ts';

const CROWD = 512;

/** The list at the usual number of connections and at many, in turn. */
export async function crowd(scene: Scene): Promise<Section> {
  await using server = await startGateway(scene);
  const bodies = bodiesOf(list.query, list.variables);
  const url = `${server.origin}/graphql`;
  await using few = new Load(url, bodies);
  await using many = new Load(url, bodies, { connections: CROWD });
  const [ofFew = [], ofMany = []] = await inTurn(
    scene,
    [few, many].map((load) => ({ server, load })),
  );
  const throughput = cpuRatio(ofMany, ofFew);
  const slower = median(ofMany, ({ p99 }, index) => p99 / (ofFew[index]?.p99 ?? Number.NaN));
  const more = CROWD / CONNECTIONS;
  return {
    goals: [
      {
        what: `throughput at ${CROWD} connections as a multiple of that at ${CONNECTIONS}`,
        goal: '≥ 0.9',
        measured: figure(throughput, 2),
        isReached: throughput >= 0.9,
      },
      {
        what: `p99 at ${CROWD} connections as a multiple of that at ${CONNECTIONS}`,
        goal: `≤ ${more} (linear)`,
        measured: `${figure(slower, 1)} (${figure(median(ofMany, ({ p99 }) => p99))} ms)`,
        isReached: slower <= more,
      },
    ],
    text: '',
  };
}
