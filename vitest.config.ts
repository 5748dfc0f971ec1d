import { availableParallelism } from 'node:os';
import { configDefaults, defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

if (Number(process.versions.node.split('.')[0]) < 24) {
  process.stderr.write(`Needs Node 24 or newer, not ${process.version}: run it as "npm test" or "npx vitest".\n`);
  process.exit(1);
}

/**
 * Files whose tests measure how long something waits: a busy neighbour would spoil that, so they run after all others.
 * As they wait themselves most of the time, three of them do not disturb each other.
 */
const TIMED = ['test/faults/matrix.test.ts', 'test/http/budget/**/*.test.ts', 'test/http/redis/cluster.test.ts'];

/** Other files that take ten seconds and more: they start first, so that nobody waits for them at the end. */
const SLOW = /\/(graphiql-browser|documents|stopping|shared-words|supergraph|composition|main|screens)\.test\.ts$/;

/** Files that replace a module of Node: only a process of their own has not loaded it yet. */
const MOCKING = ['test/sources/sor/profile-export.test.ts'];

class SlowFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const isSlow = ({ moduleId }: TestSpecification) => SLOW.test(moduleId);
    return [...sorted.filter(isSlow), ...sorted.filter((file) => !isSlow(file))];
  }
}

export default defineConfig({
  // graphql 16 ships two builds; without the alias Vite loads one and Node the other, and their types do not match.
  resolve: { alias: [{ find: /^graphql$/, replacement: 'graphql/index.js' }] },
  test: {
    testTimeout: 20_000,
    // Files of one worker share its modules: loading them anew for each file cost a third of the whole run. So a test
    // that changes the process, as fake timers do, undoes it.
    isolate: false,
    sequence: { sequencer: SlowFirst },
    projects: [
      {
        extends: true,
        test: {
          name: 'side by side',
          include: ['test/**/*.test.ts'],
          exclude: [...configDefaults.exclude, ...TIMED, ...MOCKING],
          // Tests wait more than they compute.
          maxWorkers: Math.ceil(1.5 * availableParallelism()),
        },
      },
      { extends: true, test: { name: 'apart', include: MOCKING, isolate: true } },
      {
        extends: true,
        test: { name: 'timed', include: TIMED, maxWorkers: 3, sequence: { groupOrder: 1 } },
      },
    ],
  },
});
