import { setTimeout as wait } from 'node:timers/promises';
import { clientId } from '../cases/list.ts';
import { Load } from '../load.ts';
import { type Scene, startGateway } from '../scene.ts';
import { figure, type Section } from './section.ts';

const SETTLING_MS = 2_000;

/** What the process takes once it has answered its first operation, and after many of which no two are alike. */
export async function memory(scene: Scene): Promise<Section> {
  const { operations } = scene.effort;
  await using server = await startGateway(scene, { CACHE: 'on' });
  await using load = new Load(`${server.origin}/graphql`, operation);
  await load.answer();
  await wait(SETTLING_MS);
  const idle = server.memory();
  await load.run({ requests: operations });
  await wait(SETTLING_MS);
  const after = server.memory();
  return {
    goals: [
      { what: 'memory: idle', goal: '≤ 110 MB', measured: `${figure(idle)} MB`, isReached: idle <= 110 },
      {
        what: `memory: after ${figure(operations)} different operations`,
        goal: '≤ 200 MB',
        measured: `${figure(after)} MB`,
        isReached: after <= 200,
      },
    ],
    text: '',
  };
}

/** Lists and profiles whose texts and variables are all different. */
function operation(n: number): Buffer {
  const id = clientId(n % 10_000);
  const query =
    n % 2 === 0
      ? `query Of${n}($id: ID!) { of${n}: customerProfile(customerId: $id) { customerId firstName } }`
      : `query Of${n}($id: ID) { gdprRequests(first: 50, filter: { clientId: { neq: $id } }) { nodes { of${n}: status } } }`;
  // Lists are told by whole numbers of their rows.
  return Buffer.from(JSON.stringify({ query, variables: { id: n % 2 === 0 ? id : clientId(n * 50) } }));
}
