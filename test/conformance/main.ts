import { spawnSync } from 'node:child_process';
import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Finding, PAGE, pageOf, WRITES_PAGE } from './page.ts';
import { VENDOR_PAGES } from './statements/index.ts';
import { type Result, statementsOf, testsOf, unshown, VENDOR_PAGE, vendorPageOf } from './vendor-page.ts';

/**
 * `npm run conformance`: runs all tests that have a judge or show a statement of the vendors' pages, and writes both
 * pages from what they found; `npm run conformance -- vendors` the second one alone.
 */

interface Report {
  testResults: { name: string; assertionResults: (Omit<Result, 'file'> & { meta: { finding?: Finding } })[] }[];
}

const judged = globSync('test/**/*.test.ts', { exclude: (path) => path === 'node_modules' }).filter((file) =>
  readFileSync(file, 'utf8').includes("/support/conformance.ts'"),
);
const shown = testsOf(statementsOf(VENDOR_PAGES));
const isVendorsAlone = process.argv.includes('vendors');

const folder = mkdtempSync(join(tmpdir(), 'conformance-'));
const outputFile = join(folder, 'report.json');
const { status } = spawnSync(
  process.execPath,
  [
    'node_modules/vitest/vitest.mjs',
    'run',
    '--no-file-parallelism',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${outputFile}`,
    ...new Set([...(isVendorsAlone ? [] : judged), ...shown.map(({ file }) => `test/${file}`)]),
  ],
  {
    stdio: 'inherit',
    env: { ...process.env, REQUIRE_ALL_TESTS: '1', [WRITES_PAGE]: '1' },
  },
);
if (status === 0) {
  const { testResults } = JSON.parse(readFileSync(outputFile, 'utf8')) as Report;
  const results = testResults.flatMap(({ name, assertionResults }) =>
    assertionResults.map((result) => ({ ...result, file: name })),
  );
  const missing = unshown(shown, results);
  for (const { file, name } of missing) process.stderr.write(`No test that passes: test/${file}: ${name}\n`);
  if (missing.length === 0) writeFileSync(VENDOR_PAGE, vendorPageOf(VENDOR_PAGES));
  else process.exitCode = 1;
  if (!isVendorsAlone) writeFileSync(PAGE, pageOf(results.flatMap(({ meta }) => meta.finding ?? [])));
} else {
  process.stderr.write('The pages stay as they are: not all of these tests pass.\n');
  process.exitCode = status ?? 1;
}
rmSync(folder, { recursive: true });
