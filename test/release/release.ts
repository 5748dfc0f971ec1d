/**
 * `npm run release -- 1.2.3`: checks that the version can be released, writes it, and tags it. It pushes nothing.
 *
 * 0.x.0 and x.0.0 may break clients or settings, x.y.0 adds, x.y.z mends. What is released of the schema may only grow.
 */
import { execFileSync } from 'node:child_process';
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const VERSION = /^(?:0|[1-9]\d*)\.(?:0|[1-9]\d*)\.(?:0|[1-9]\d*)$/;
const UNRELEASED = '## Unreleased\n';

export interface ReleaseOptions {
  version: string;
  /** The root of the repository. */
  folder: string;
  /** Throws where anything does not hold. */
  check: () => void;
  /** As the change log has it. */
  today?: string;
}

/** Throws an `Error` with a sentence where the version cannot be released; nothing has changed then. */
export function release({
  version,
  folder,
  check,
  today = new Date().toISOString().slice(0, 10),
}: ReleaseOptions): void {
  const git = (...args: string[]) => execFileSync('git', args, { cwd: folder, encoding: 'utf8' }).trim();
  const path = (name: string) => join(folder, name);
  const must = (holds: boolean, sentence: string) => {
    if (!holds) throw new Error(sentence);
  };

  must(VERSION.test(version), `Expected a version such as 1.2.3, not ${JSON.stringify(version)}.`);
  must(git('status', '--porcelain') === '', 'Expected no changes that are not committed.');
  must(git('branch', '--show-current') === 'main', 'Expected to be on main.');
  const tag = `v${version}`;
  must(git('tag', '--list', tag) === '', `${tag} is released already.`);
  const { version: current } = JSON.parse(readFileSync(path('package.json'), 'utf8'));
  must(isAtLeast(version, current), `Expected a version of at least ${current}.`);
  const changes = readFileSync(path('CHANGELOG.md'), 'utf8');
  const [, after = ''] = changes.split(UNRELEASED);
  const entries = (after.split(/^## /m)[0] ?? '').trim();
  must(entries !== '', 'Expected CHANGELOG.md to say below "## Unreleased" what is new.');
  check();

  writeFileSync(path('CHANGELOG.md'), changes.replace(UNRELEASED, `${UNRELEASED}\n## ${version} (${today})\n`));
  for (const file of ['package.json', 'package-lock.json']) {
    const manifest = JSON.parse(readFileSync(path(file), 'utf8'));
    manifest.version = version;
    if (manifest.packages) manifest.packages[''].version = version;
    writeFileSync(path(file), `${JSON.stringify(manifest, null, 2)}\n`);
  }
  const deployment = path('deploy/kubernetes.yaml');
  writeFileSync(deployment, readFileSync(deployment, 'utf8').replace(/(?<=image: \S+\/hood-sor-gateway:)\S+/, version));
  copyFileSync(path('schema.graphql'), path('test/released-schema.graphql'));
  git('commit', '--quiet', '--all', '--message', `Release ${version}`);
  git('tag', '--annotate', tag, '--message', `${tag}\n\n${entries}`);
}

function isAtLeast(version: string, other: string): boolean {
  const [numbers, others] = [version, other].map((each) => each.split('.').map(Number));
  const differing = numbers?.findIndex((number, index) => number !== others?.[index]) ?? -1;
  return differing === -1 || (numbers?.[differing] ?? 0) > (others?.[differing] ?? 0);
}

if (import.meta.main) {
  const [version = ''] = process.argv.slice(2);
  try {
    const check = () => execFileSync('bash', ['.ci/run'], { stdio: 'inherit' });
    release({ version, folder: process.cwd(), check });
    process.stdout.write(`Released. Now: git push --follow-tags origin main\n`);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
    process.exitCode = 1;
  }
}
