import { isDeepStrictEqual } from 'node:util';
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
  sameBytes: boolean;
  gateway: MeasuredRound[];
  handWritten: MeasuredRound[];
}

const FILES = {
  upstream: new URL('fixed-upstream.ts', import.meta.url).pathname,
  handWritten: new URL('hand-written.ts', import.meta.url).pathname,
  gateway: new URL('../../src/start.js', import.meta.url).pathname,
};

/** Measures one case by alternating between the contestants. Throws when their answers differ. */
export async function compare(name: string, core: Core, effort: Effort): Promise<Comparison> {
  const { title, query, isShared = false }: BenchCase = caseNamed(name);
  const operations = Array.from({ length: isShared ? 1 : VARIANTS }, (_, variant) => ({
    query,
    variables: { first: ROWS, without: clientId(variant * ROWS) },
  }));
  await using upstream = await start([FILES.upstream], { core: undefined });
  const { url } = upstream;
  const env = {
    HOOD_URL: url,
    HOOD_TOKEN: 'a-token',
    SOR_URL: url,
    SOR_TOKEN: 'another-token',
    UPSTREAM: 'live',
  };
  await using gatewayProcess = await start([FILES.gateway], {
    core,
    env: { ...env, PORT: '0', HOOD_RATE: 'none', CACHE: 'off', SECRET: 'a secret for the benchmark' },
  });
  await using handWrittenProcess = await start([FILES.handWritten, name], { core, env });
  await using gateway = new Load(gatewayProcess.url, operations);
  await using handWritten = new Load(handWrittenProcess.url, operations);

  const sameBytes = sameAnswers(await gateway.answer(), await handWritten.answer());
  await gateway.run(effort.warmUpSeconds);
  await handWritten.run(effort.warmUpSeconds);

  const result: Comparison = { title, sameBytes, gateway: [], handWritten: [] };
  for (let round = 0; round < effort.rounds; round++) {
    result.gateway.push(await measure(gateway, gatewayProcess, upstream, effort));
    result.handWritten.push(await measure(handWritten, handWrittenProcess, upstream, effort));
  }
  return result;
}

function sameAnswers(gateway: string, handWritten: string): boolean {
  const [ours, theirs] = [gateway, handWritten].map((text): unknown => JSON.parse(text));
  if (!isDeepStrictEqual(ours, theirs)) {
    throw new Error(`The answers differ:\n${gateway.slice(0, 600)}\n${handWritten.slice(0, 600)}`);
  }
  return gateway === handWritten;
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
