import { defineConfig } from 'vitest/config';
import tests from './vitest.config.ts';

/** Of what these try a build tries a part: they have it from `test/support/thorough.ts`. */
const THOROUGH = [
  'test/economy/estimate.test.ts',
  'test/execution/planned-execution.test.ts',
  'test/graph/paging/{changing-list,clamped-pages,liar,own-sizes,read-window,walk}.test.ts',
  'test/http/json/lossless-json.test.ts',
  'test/odd-apis/{desk,liar-lists,liar-lookups,page-sizes,time-order-changes}.test.ts',
];

/** Proofs that need minutes: one after another, as each of them wants the machine for itself. */
export default defineConfig({
  ...tests,
  test: {
    include: ['test/load/**/*.load.ts', ...THOROUGH],
    env: { THOROUGH: 'yes' },
    fileParallelism: false,
    testTimeout: 10 * 60_000,
    hookTimeout: 60_000,
  },
});
