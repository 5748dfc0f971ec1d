import { defineConfig } from 'vitest/config';

if (Number(process.versions.node.split('.')[0]) < 24) {
  process.stderr.write(
    `Needs Node 24 or newer, not ${process.version}: run it as "npm test" or "npx vitest".\n`,
  );
  process.exit(1);
}

export default defineConfig({
  // graphql 16 ships two builds; without the alias Vite loads one and Node the other, and their types do not match.
  resolve: { alias: { graphql: 'graphql/index.js' } },
  test: { include: ['test/**/*.test.ts'], testTimeout: 20_000 },
});
