import { expect, vi } from 'vitest';
import { CORPUS, type CorpusOperation } from '../corpus/corpus.ts';
import { outcomeOf, repeatable } from './outcome.ts';
import { ROUTERS, type RouterName } from './routers.ts';
import type { Supergraph } from './supergraph.ts';

/** What each operation of the corpus comes to, by its name. */
export type CorpusOutcomes = Readonly<Record<string, unknown>>;

/** Ages, and links that expire, are the same for all. */
const NOW = Date.now();

/** What the operations come to without a router, in a form that what came through one must equal. */
export async function outcomesDirectly(supergraph: Supergraph): Promise<CorpusOutcomes> {
  const once = (operation: CorpusOperation) => outcomeOf(operation, supergraph, supergraph.direct);
  return outcomes(async (operation) => repeatable(await once(operation), await once(operation)));
}

/** Expects the same through a router, but for its exceptions; tells how many operations came out the same. */
export async function expectSameThrough(
  name: RouterName,
  supergraph: Supergraph,
  direct: CorpusOutcomes,
): Promise<string> {
  const routed = await outcomes((operation) => outcomeOf(operation, supergraph, supergraph.routers[name]));
  const expected = { ...direct };
  for (const exception of Object.keys(ROUTERS[name].differs)) {
    expect(routed[exception]).not.toEqual(expected[exception]);
    expect(routed[exception]).toMatchObject({ errors: [expect.anything()], calls: [] });
    delete routed[exception];
    delete expected[exception];
  }
  expect(routed).toEqual(expected);
  return `${Object.keys(routed).length} of ${CORPUS.length} operations`;
}

async function outcomes(outcome: (operation: CorpusOperation) => Promise<unknown>): Promise<Record<string, unknown>> {
  vi.useFakeTimers({ toFake: ['Date'], now: NOW });
  try {
    const found: Record<string, unknown> = {};
    for (const operation of CORPUS) found[operation.name] = await outcome(operation);
    return found;
  } finally {
    vi.useRealTimers();
  }
}
