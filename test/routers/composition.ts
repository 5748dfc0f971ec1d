import { mkdtempDisposable, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from './router-programs.ts';

/** Every composer; the first two write what the routers read. */
export const COMPOSERS = [
  '@apollo/composition',
  '@theguild/federation-composition',
  '@wundergraph/composition',
] as const;

export type Composer = (typeof COMPOSERS)[number];

/** A graph that is to be part of the supergraph. */
export interface Subgraph {
  name: string;
  url: string;
  text: string;
}

/** Where the schemas of the other subgraphs are, seen from the root. */
export const SCHEMAS = 'test/routers';

/** This gateway at its origin; at another one a subgraph with orders of its customers, and one with their visits. */
export async function subgraphsAt(
  gateway: string,
  others: string,
): Promise<[gateway: Subgraph, orders: Subgraph, visits: Subgraph]> {
  const other = async (name: string) => ({
    name,
    url: `${others}/${name}`,
    text: await readFile(`${SCHEMAS}/${name}.graphql`, 'utf8'),
  });
  const text = await readFile('subgraph.graphql', 'utf8');
  return [{ name: 'hood-sor', url: `${gateway}/graphql`, text }, await other('orders'), await other('visits')];
}

/** What a composer made of subgraphs. */
export interface Composition {
  supergraph?: string;
  errors: string[];
  hints: string[];
}

/** Composes each list of subgraphs, all in one process of their own. */
export async function compose(composer: Composer, ...lists: readonly (readonly Subgraph[])[]): Promise<Composition[]> {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'subgraphs-'));
  const file = join(folder.path, 'subgraphs.json');
  await writeFile(file, JSON.stringify(lists));
  return (await run('compose', composer, file)) as Composition[];
}
