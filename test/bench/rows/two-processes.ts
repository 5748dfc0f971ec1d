import { list } from '../cases/list.ts';
import { Load } from '../load.ts';
import { bodiesOf, type MeasuredRound, measured, median, warmUp } from '../rounds.ts';
import { type Scene, startGateway } from '../scene.ts';
import { figure, type Section } from './section.ts';

/**
 * The list in one process, and in two on two cores at once. On two cores load and upstream share the second one, so
 * what two could answer is taken from the processor time that each needs for an answer while both work.
 */
export async function twoProcesses(scene: Scene): Promise<Section> {
  const { warmUpRequests, rounds, roundSeconds } = scene.effort;
  await using stack = new AsyncDisposableStack();
  const bodies = bodiesOf(list.query, list.variables);
  const subject = async (core: string | undefined) => {
    const server = stack.use(await startGateway(scene, {}, core));
    const load = stack.use(new Load(`${server.origin}/graphql`, bodies));
    await warmUp(load, warmUpRequests);
    return { server, load };
  };
  const first = await subject(scene.cores.measured);
  const second = await subject(scene.cores.other);
  const ratios: number[] = [];
  const cpuOf = ({ cpu }: MeasuredRound) => cpu;
  for (let round = 0; round < rounds; round++) {
    const alone = cpuOf(await measured(scene, first, { seconds: roundSeconds }));
    const both = await Promise.all([first, second].map((each) => measured(scene, each, { seconds: roundSeconds })));
    ratios.push(both.map(cpuOf).reduce((sum, cpu) => sum + alone / cpu, 0));
  }
  const ratio = median(ratios, (each) => each);
  return {
    goals: [
      {
        what: 'two processes on two cores: throughput as a multiple of one',
        goal: '≥ 1.8',
        measured: figure(ratio, 2),
        isReached: ratio >= 1.8,
      },
    ],
    text: '',
  };
}
