import { defineConfig } from 'vitest/config';

export default defineConfig({
  // graphql 16 ships two builds; without the alias Vite loads one and Node the other, and their types do not match.
  resolve: { alias: { graphql: 'graphql/index.js' } },
  test: { include: ['test/**/*.test.ts'], testTimeout: 20_000 },
});
