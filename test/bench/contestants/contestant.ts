import type { BenchCase } from '../cases/bench-case.ts';
import type { Server } from '../process.ts';
import type { Scene } from '../scene.ts';

/** Somebody who answers the operations of the benchmark. */
export interface Contestant {
  name: string;
  /** What runs, with its version. */
  version: string;
  /** Why it cannot run here; undefined if it can. */
  missing?: string | undefined;
  start(scene: Scene): Promise<Server>;
  /** Where an operation is sent. */
  path(name: string): string;
  /** How it is asked for the data of a case; undefined if it cannot give them. */
  queryOf(benchCase: BenchCase): string | undefined;
  /** Its answer as the gateway gives it. */
  normalized(benchCase: BenchCase, answer: { data: object }): object;
}

/** One who is asked as the gateway is, and answers likewise. */
export const sameGraph = {
  path: () => '/graphql',
  queryOf: ({ query }: BenchCase) => query,
  normalized: (_case: BenchCase, answer: object) => answer,
};

/** One who passes on what the APIs write. */
export const passingOn = {
  path: () => '/graphql',
  queryOf: ({ passedOn }: BenchCase) => passedOn?.query,
  normalized: ({ passedOn }: BenchCase, { data }: { data: object }) => ({ data: passedOn?.asClientsSeeIt(data) }),
};
