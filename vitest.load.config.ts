import { defineConfig } from 'vitest/config';
import tests from './vitest.config.ts';

/** Proofs that need minutes: one after another, as each of them wants the machine for itself. */
export default defineConfig({
  ...tests,
  test: {
    include: ['test/load/**/*.load.ts'],
    fileParallelism: false,
    testTimeout: 10 * 60_000,
    hookTimeout: 60_000,
  },
});
