import { statSync } from 'node:fs';
import { relative } from 'node:path';
import { defineConfig, type Plugin } from 'rolldown';

const ROOT = import.meta.dirname;
const OUTPUT = `${ROOT}/dist`;

/** Node's http as `require` gives it: imported, it fills in all its names, and with one of them Node's own undici. */
const lazyHttp: Plugin = {
  name: 'lazy http',
  resolveId: { filter: { id: /^(?:node:)?http$/ }, handler: () => '\0http' },
  load: { filter: { id: /^\0http$/ }, handler: () => "module.exports = process.getBuiltinModule('node:http');" },
};

/** Files that are read while it runs stay where they are: each module goes on knowing its own place. */
const ownPlaces: Plugin = {
  name: 'own places',
  transform: {
    filter: { code: 'import.meta.url' },
    handler: (code, id) =>
      code
        // What is loaded late is in the bundle, too.
        .replace('const require = createRequire(import.meta.url);', '')
        .replaceAll('import.meta.url', `new URL(${JSON.stringify(relative(OUTPUT, id))}, import.meta.url).href`),
  },
};

/** `inputs.json`: what the bundle is made of, each file with its size and time, so that a start knows whether it still fits. */
const inputs: Plugin = {
  name: 'inputs',
  generateBundle() {
    const own = [...this.getModuleIds()].filter((id) => id.startsWith(`${ROOT}/src/`)).sort();
    const files = [`${ROOT}/package-lock.json`, ...own].map((file) => {
      const { size, mtimeMs } = statSync(file);
      return [relative(ROOT, file), size, mtimeMs];
    });
    this.emitFile({ type: 'asset', fileName: 'inputs.json', source: JSON.stringify(files) });
  },
};

/** The gateway and its packages as a few files, which load in half the time of the thousand that they are made of. */
export default defineConfig({
  input: 'src/main.ts',
  platform: 'node',
  resolve: {
    // Of a package in two builds the one whose modules refer to each other directly; of graphql there must be one alone.
    mainFields: ['module', 'main'],
    alias: { 'graphql/execution/collectFields.js': 'graphql/execution/collectFields.mjs' },
  },
  // As it is loaded, graphql looks whether it should search every object for a sign of having been loaded twice.
  transform: { define: { 'process.env.NODE_ENV': '"production"' } },
  plugins: [lazyHttp, ownPlaces, inputs],
  output: {
    dir: OUTPUT,
    cleanDir: true,
    keepNames: true,
    entryFileNames: '[name].mjs',
    chunkFileNames: '[name]-[hash].mjs',
  },
  logLevel: 'warn',
});
