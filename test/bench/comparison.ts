import { isDeepStrictEqual } from 'node:util';
import { SCOPES } from '../../src/graph/scopes.ts';
import { bearer, startIdentityProvider } from '../support/identity-provider.ts';
import { type BenchCase, VARIANTS } from './bench-case.ts';
import { caseNamed } from './cases.ts';
import { type Contestant, start } from './contestant.ts';
import type { Core } from './cores.ts';
import { clientId, ROWS } from './gdpr-list.ts';
import { Load, type Round } from './load.ts';

/** How long to measure. */
export interface Effort {
  warmUpSeconds: number;
  rounds: number;
  roundSeconds: number;
}

/** A round, with what it took beside time. */
export interface MeasuredRound extends Round {
  /** Processor time for one answer, in microseconds: steadier than rates on a busy machine. */
  cpu: number;
  upstreamCalls: number;
}

/** Both contestants' rounds; the `i`-th of each ran one after the other. */
export interface Comparison {
  title: string;
  /** What the gateway is compared with. */
  rivalName: string;
  sameBytes: boolean;
  gateway: MeasuredRound[];
  rival: MeasuredRound[];
}

const FILES = {
  upstream: new URL('fixed-upstream.ts', import.meta.url).pathname,
  handWritten: new URL('hand-written.ts', import.meta.url).pathname,
  gateway: new URL('../../src/start.js', import.meta.url).pathname,
};

/** Measures one case by alternating between the contestants. Throws when their answers differ. */
export async function compare(name: string, core: Core, effort: Effort): Promise<Comparison> {
  const { title, query, isShared = false, handWritten, scopes }: BenchCase = caseNamed(name);
  const operations = Array.from({ length: isShared ? 1 : VARIANTS }, (_, variant) => ({
    query,
    variables: { first: ROWS, without: clientId(variant * ROWS) },
  }));
  await using upstream = await start([FILES.upstream], { core: undefined });
  const { url } = upstream;
  await using provider = await startIdentityProvider();
  const env = {
    HOOD_URL: url,
    HOOD_TOKEN: 'a-token',
    SOR_URL: url,
    SOR_TOKEN: 'another-token',
    UPSTREAM: 'live',
  };
  const settings = { ...env, PORT: '0', HOOD_RATE: 'none', CACHE: 'off', SECRET: 'a secret for the benchmark' };
  const startGateway = (auth: Record<string, string>) =>
    start([FILES.gateway], { core, env: { ...settings, ...auth } });
  const toAnybody = { ANONYMOUS_SCOPES: SCOPES.join() };
  await using gatewayProcess = await startGateway(scopes ? provider.settings : toAnybody);
  await using rivalProcess = await (handWritten
    ? start([FILES.handWritten, name], { core, env })
    : startGateway(toAnybody));
  const token = await provider.token({ scope: scopes?.join(' '), exp: Date.now() / 1000 + 3600 });
  await using gateway = new Load(gatewayProcess.url, operations, scopes ? bearer(token) : {});
  await using rival = new Load(rivalProcess.url, operations);

  const sameBytes = sameAnswers(await gateway.answer(), await rival.answer());
  await gateway.run(effort.warmUpSeconds);
  await rival.run(effort.warmUpSeconds);

  const rivalName = handWritten ? 'hand-written endpoint' : 'gateway to anybody';
  const result: Comparison = { title, rivalName, sameBytes, gateway: [], rival: [] };
  for (let round = 0; round < effort.rounds; round++) {
    result.gateway.push(await measure(gateway, gatewayProcess, upstream, effort));
    result.rival.push(await measure(rival, rivalProcess, upstream, effort));
  }
  return result;
}

function sameAnswers(gateway: string, rival: string): boolean {
  const [ours, theirs] = [gateway, rival].map((text): unknown => JSON.parse(text));
  if (!isDeepStrictEqual(ours, theirs)) {
    throw new Error(`The answers differ:\n${gateway.slice(0, 600)}\n${rival.slice(0, 600)}`);
  }
  return gateway === rival;
}

async function measure(
  load: Load,
  process: Contestant,
  upstream: Contestant,
  { roundSeconds }: Effort,
): Promise<MeasuredRound> {
  const [cpuBefore, callsBefore] = [process.cpuSeconds(), await callsTo(upstream)];
  const round = await load.run(roundSeconds);
  const [cpuAfter, callsAfter] = [process.cpuSeconds(), await callsTo(upstream)];
  const cpu = ((cpuAfter ?? Number.NaN) - (cpuBefore ?? Number.NaN)) / round.requests;
  return { ...round, cpu: cpu * 1e6, upstreamCalls: (callsAfter - callsBefore) / round.requests };
}

async function callsTo(upstream: Contestant): Promise<number> {
  return (await (await fetch(`${upstream.url}/answered`)).json()) as number;
}
