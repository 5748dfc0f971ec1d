import { fileURLToPath } from 'node:url';
import { SCOPES } from '../../src/graph/scopes.ts';
import type { Cores } from './cores.ts';
import { freePort, type Server, startServer } from './process.ts';

/** The path of a file of the project, from this folder. */
export const pathOf = (file: string): string => fileURLToPath(new URL(file, import.meta.url));

/** How long to measure. */
export interface Effort {
  /** How many requests each answers before, so that what it does often is compiled: counted, as time is not all its own. */
  warmUpRequests: number;
  rounds: number;
  roundSeconds: number;
  /** How many different operations are sent for what they leave in memory. */
  operations: number;
}

export const FULL: Effort = { warmUpRequests: 6_000, rounds: 5, roundSeconds: 2, operations: 100_000 };
export const QUICK: Effort = { warmUpRequests: 1_500, rounds: 3, roundSeconds: 1, operations: 10_000 };

/** What everything is measured with: one fixed upstream for all. */
export interface Scene extends AsyncDisposable {
  upstream: Server;
  cores: Cores;
  effort: Effort;
  /** How many calls the upstream has answered so far. */
  calls(): Promise<number>;
}

/** Starts the upstream; it stays beside what measures. */
export async function openScene(cores: Cores, effort: Effort = FULL): Promise<Scene> {
  const upstream = await startServer([process.execPath, pathOf('upstream.ts')]);
  return {
    upstream,
    cores,
    effort,
    calls: async () => (await (await fetch(`${upstream.origin}/answered`)).json()) as number,
    [Symbol.asyncDispose]: () => upstream[Symbol.asyncDispose](),
  };
}

/** Where the upstream is, as the settings of the gateway, the hand-written endpoint and the tutorial name it. */
export function upstreamSettings({ upstream: { origin } }: Scene): Record<string, string> {
  return { HOOD_URL: origin, HOOD_TOKEN: 'a-token', SOR_URL: origin, SOR_TOKEN: 'another-token' };
}

/** How the gateway is started: callers unknown, so that nothing is audited, no traces, nothing kept, no limits of calls. */
export function gatewaySettings(scene: Scene): Record<string, string> {
  return {
    ...upstreamSettings(scene),
    UPSTREAM: 'live',
    PORT: '0',
    HOOD_RATE: 'none',
    CACHE: 'off',
    SECRET: 'a secret for the benchmark',
    ANONYMOUS_SCOPES: SCOPES.join(),
  };
}

export const GATEWAY = [process.execPath, pathOf('../../src/start.js')];

/** The gateway as a process on the measured core, with these settings beside or instead of the usual ones. */
export async function startGateway(scene: Scene, settings: Record<string, string> = {}, core = scene.cores.measured) {
  // It says where it listens only if it says anything.
  const port = settings['LOG_LEVEL'] ? { port: await freePort() } : {};
  const env = { ...gatewaySettings(scene), ...(port.port && { PORT: String(port.port) }), ...settings };
  return startServer(GATEWAY, { cores: core, env, ...port });
}
