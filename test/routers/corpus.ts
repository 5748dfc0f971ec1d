import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { CORPUS } from '../corpus/corpus.ts';
import { found } from '../support/conformance.ts';
import { type Outcome, outcomeOf, repeatable } from './outcome.ts';
import { judge } from './router-programs.ts';
import { ROUTERS, type RouterName } from './routers.ts';
import type { Supergraph } from './supergraph.ts';

/** Tests every router with every operation of the corpus. They share the routers with others, which are slow to start. */
export function testCorpus(names: readonly RouterName[], supergraph: () => Supergraph): void {
  const direct = new Map<string, unknown>();

  beforeAll(async () => {
    // Ages, and links that expire, are the same for all.
    vi.useFakeTimers({ toFake: ['Date'] });
    for (const operation of CORPUS) {
      const outcome = () => outcomeOf(operation, supergraph(), supergraph().direct);
      direct.set(operation.name, repeatable(await outcome(), await outcome()));
    }
  }, 120_000);

  afterAll(() => {
    vi.useRealTimers();
  });

  describe.each(names)('through %s', (name) => {
    test('every operation of the corpus gives the same data and errors as directly, for the same calls', async (context) => {
      const { judge: packageName, differs } = ROUTERS[name];
      const expected = Object.fromEntries(direct);
      const routed: Record<string, Outcome> = {};
      for (const operation of CORPUS) {
        routed[operation.name] = await outcomeOf(operation, supergraph(), supergraph().routers[name]);
      }
      for (const exception of Object.keys(differs)) {
        expect(routed[exception]).not.toEqual(expected[exception]);
        expect(routed[exception]).toMatchObject({ errors: [expect.anything()], calls: [] });
        delete routed[exception];
        delete expected[exception];
      }
      expect(routed).toEqual(expected);
      const count = Object.keys(routed).length;
      found(context, judge(packageName), `${count} of ${CORPUS.length} operations`, Object.values(differs));
    });
  });
}
