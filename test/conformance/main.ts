import { spawnSync } from 'node:child_process';
import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Finding, PAGE, pageOf, WRITES_PAGE } from './page.ts';

/** `npm run conformance`: runs all tests that have a judge, and writes the page from what they found. */

interface Report {
  success: boolean;
  testResults: { assertionResults: { meta: { finding?: Finding } }[] }[];
}

const judged = globSync('test/**/*.test.ts', { exclude: (path) => path === 'node_modules' }).filter((file) =>
  readFileSync(file, 'utf8').includes("/support/conformance.ts'"),
);

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
    ...judged,
  ],
  {
    stdio: 'inherit',
    env: { ...process.env, REQUIRE_ALL_TESTS: '1', [WRITES_PAGE]: '1' },
  },
);
if (status === 0) {
  const { testResults } = JSON.parse(readFileSync(outputFile, 'utf8')) as Report;
  const findings = testResults.flatMap(({ assertionResults }) =>
    assertionResults.flatMap(({ meta }) => meta.finding ?? []),
  );
  writeFileSync(PAGE, pageOf(findings));
} else {
  process.stderr.write('The page stays as it is: not all of these tests pass.\n');
}
rmSync(folder, { recursive: true });
process.exitCode = status ?? 1;
