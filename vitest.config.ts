import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

if (Number(process.versions.node.split('.')[0]) < 24) {
  process.stderr.write(
    `Needs Node 24 or newer, not ${process.version}: run it as "npm test" or "npx vitest".\n`,
  );
  process.exit(1);
}

/** Files that take ten seconds and more, most of it waiting: the others run beside them, and nobody waits at the end. */
const SLOW =
  /\/(graphiql-browser|matrix|redis-failures|redis-windows|supergraph|corpus|front-door|main)\.test\.ts$/;

class SlowFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const isSlow = ({ moduleId }: TestSpecification) => SLOW.test(moduleId);
    return [...sorted.filter(isSlow), ...sorted.filter((file) => !isSlow(file))];
  }
}

export default defineConfig({
  // graphql 16 ships two builds; without the alias Vite loads one and Node the other, and their types do not match.
  resolve: { alias: { graphql: 'graphql/index.js' } },
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 20_000,
    // Files of one worker share its modules: loading them anew for each file cost a third of the whole run. So a test
    // that changes the process, as fake timers do, undoes it.
    isolate: false,
    maxWorkers: '100%',
    sequence: { sequencer: SlowFirst },
  },
});
