import { expect, test } from 'vitest';
import { sameAsGraphqlJs } from '../execution/compared-execution.ts';
import { AT_ONCE } from '../execution/odd-schema.ts';

const OPERATIONS = 20_000;

test('twenty thousand random operations have the answers that graphql-js gives them, letter for letter', async () => {
  const first = Date.now() % 1_000_000;
  let compared = 0;
  for (let seed = first; seed < first + OPERATIONS; seed += 1) {
    try {
      compared += await sameAsGraphqlJs(seed, seed % 2 === 0 ? AT_ONCE : 'later');
    } catch (error) {
      throw new Error(`Expected the same of operation ${seed}.`, { cause: error });
    }
  }
  expect(compared).toBeGreaterThan(OPERATIONS / 2);
});
