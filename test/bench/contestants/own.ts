import manifest from '../../../package.json' with { type: 'json' };
import { startServer } from '../process.ts';
import { pathOf, startGateway, upstreamSettings } from '../scene.ts';
import { type Contestant, sameGraph } from './contestant.ts';

const { dependencies, version } = manifest;

/** The gateway itself. */
export const gateway: Contestant = {
  ...sameGraph,
  name: 'this gateway',
  version,
  start: (scene) => startGateway(scene),
};

/** The gateway with the answers that it keeps by default, for so long that none of them ends while others are measured. */
export const keepingGateway: Contestant = {
  ...gateway,
  name: 'this gateway, from kept answers',
  start: (scene) => startGateway(scene, { CACHE: 'on', CACHE_TTL: 'gdpr-requests=60m' }),
};

/** The limit: see `hand-written.ts`. */
export const handWritten: Contestant = {
  ...sameGraph,
  name: 'hand-written endpoint',
  version: `Node’s http and undici ${dependencies.undici}`,
  path: (name) => `/${name}`,
  start: (scene) => startFile('contestants/hand-written.ts', scene),
};

/** See `tutorial.ts`. */
export const tutorial: Contestant = {
  ...sameGraph,
  name: 'a tutorial’s gateway',
  version: `graphql-yoga ${dependencies['graphql-yoga']} and @pothos/core ${dependencies['@pothos/core']}`,
  start: (scene) => startFile('contestants/tutorial.ts', scene),
};

function startFile(file: string, scene: Parameters<Contestant['start']>[0]) {
  // What Node programs in production have, and a quarter of the time of graphql's executor.
  const env = { ...upstreamSettings(scene), NODE_ENV: 'production' };
  return startServer([process.execPath, pathOf(file)], { cores: scene.cores.measured, env });
}
