import { VARIANTS } from './cases/bench-case.ts';
import type { Load, Round } from './load.ts';
import type { Server } from './process.ts';
import type { Scene } from './scene.ts';

/** A round of load, with what it took beside time. */
export interface MeasuredRound extends Round {
  /** Processor time for one answer, in microseconds: steadier than rates on a busy machine. */
  cpu: number;
  /** Calls to the APIs for one answer. */
  calls: number;
}

/** A busy machine must not take for ever. */
const MOST_WARM_UP_SECONDS = 30;

/** A server and the load on it. */
export interface Subject {
  server: Server;
  load: Load;
}

/** Measures them in turn, after a time to warm up; the `i`th rounds of all ran one after the other. */
export async function inTurn(scene: Scene, subjects: readonly Subject[]): Promise<MeasuredRound[][]> {
  const { warmUpRequests, rounds, roundSeconds } = scene.effort;
  for (const { load } of subjects) await warmUp(load, warmUpRequests);
  const results: MeasuredRound[][] = subjects.map(() => []);
  for (let round = 0; round < rounds; round++) {
    for (const [index, subject] of subjects.entries()) {
      results[index]?.push(await measured(scene, subject, { seconds: roundSeconds }));
    }
  }
  return results;
}

/** Has a server answer so many requests, so that what it does often is compiled. */
export async function warmUp(load: Load, requests: number): Promise<void> {
  await load.run({ requests, seconds: MOST_WARM_UP_SECONDS });
}

/** One round. */
export async function measured(
  scene: Scene,
  { server, load }: Subject,
  length: { seconds?: number; requests?: number },
): Promise<MeasuredRound> {
  const [cpuBefore, callsBefore] = [server.cpuSeconds(), await scene.calls()];
  const round = await load.run(length);
  const [cpuAfter, callsAfter] = [server.cpuSeconds(), await scene.calls()];
  const cpu = ((cpuAfter - cpuBefore) / round.requests) * 1e6;
  return { ...round, cpu, calls: (callsAfter - callsBefore) / round.requests };
}

/** The median of a figure of several rounds. */
export function median<T>(rounds: readonly T[], figure: (round: T, index: number) => number): number {
  const sorted = rounds.map(figure).sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? Number.NaN)) / 2;
}

/** By how much the second needs more processor time than the first: of rounds that ran one after the other. */
export function cpuRatio(first: readonly MeasuredRound[], second: readonly MeasuredRound[]): number {
  return median(first, ({ cpu }, index) => (second[index]?.cpu ?? Number.NaN) / cpu);
}

/** The bodies of an operation's variants, one after the other, made beforehand. */
export function bodiesOf(query: string, variables: (variant: number) => object): (n: number) => Buffer {
  const bodies = Array.from({ length: VARIANTS }, (_, variant) =>
    Buffer.from(JSON.stringify({ query, variables: variables(variant) })),
  );
  return (n) => bodies[n % VARIANTS] as Buffer;
}
