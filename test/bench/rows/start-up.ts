import { list } from '../cases/list.ts';
import { startServer } from '../process.ts';
import { median } from '../rounds.ts';
import { GATEWAY, gatewaySettings, pathOf, type Scene } from '../scene.ts';
import { figure, type Section } from './section.ts';

/** How long it takes from starting the process to the end of the first answer. The first start, which compiles, is left out. */
export async function startUp(scene: Scene): Promise<Section> {
  const cores = scene.cores.all;
  const withSandbox = await firstAnswers(
    scene,
    () => startServer(['npm', 'start'], { cores, cwd: pathOf('../..'), env: { PORT: '0' } }),
    { query: '{ gdprRequests(first: 1) { nodes { hoodId } } }' },
  );
  const live = await firstAnswers(scene, () => startServer(GATEWAY, { cores, env: gatewaySettings(scene) }), {
    query: list.query,
    variables: list.variables(0),
  });
  return {
    goals: [goal('`npm start`, with the sandbox', withSandbox, 1), goal('`node src/start.js`', live, 0.5)],
    text: '',
  };
}

async function firstAnswers(scene: Scene, start: () => ReturnType<typeof startServer>, operation: object) {
  const times: number[] = [];
  for (let round = -1; round < scene.effort.rounds; round++) {
    const startedAt = performance.now();
    await using server = await start();
    const answer = await fetch(`${server.origin}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(operation),
    });
    const { errors } = (await answer.json()) as { errors?: unknown };
    if (errors) throw new Error(`The first answer has errors: ${JSON.stringify(errors)}`);
    if (round >= 0) times.push((performance.now() - startedAt) / 1000);
  }
  return median(times, (time) => time);
}

function goal(command: string, seconds: number, most: number) {
  return {
    what: `first answer after ${command}`,
    goal: `≤ ${most.toFixed(1)} s`,
    measured: `${figure(seconds, 2)} s`,
    isReached: seconds <= most,
  };
}
