import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { release } from './release.ts';

/** A repository with a version and changes, which is gone with the test. */
function repository(changes = '## Unreleased\n\n- A field.\n\n## 0.1.0 (2026-01-01)\n\n- The first.\n') {
  const folder = mkdtempSync(join(tmpdir(), 'release-'));
  const git = (...args: string[]) => execFileSync('git', args, { cwd: folder, encoding: 'utf8' }).trim();
  const write = (name: string, text: string) => writeFileSync(join(folder, name), text);
  git('init', '--quiet', '--initial-branch=main');
  git('config', 'user.name', 'Somebody');
  git('config', 'user.email', 'somebody@example.com');
  for (const name of ['test', 'deploy']) mkdirSync(join(folder, name));
  write('CHANGELOG.md', `# Changelog\n\n${changes}`);
  write('package.json', JSON.stringify({ name: 'gateway', version: '0.1.0' }));
  write('package-lock.json', JSON.stringify({ version: '0.1.0', packages: { '': { version: '0.1.0' } } }));
  write('schema.graphql', 'type Query { new: Int }');
  write('deploy/kubernetes.yaml', readFileSync('deploy/kubernetes.yaml', 'utf8'));
  write('test/released-schema.graphql', 'type Query');
  git('add', '--all');
  git('commit', '--quiet', '--message', 'All');
  return {
    folder,
    git,
    write,
    read: (name: string) => readFileSync(join(folder, name), 'utf8'),
    [Symbol.dispose]: () => rmSync(folder, { recursive: true }),
  };
}

const imageIn = (manifests: string) => /image: (\S+)/.exec(manifests)?.[1];

test('a release writes its version everywhere, takes the schema down, and is tagged with what is new', () => {
  using repo = repository();
  let checks = 0;
  release({ version: '0.2.0', folder: repo.folder, today: '2026-02-03', check: () => void checks++ });
  expect(checks).toBe(1);
  expect(JSON.parse(repo.read('package.json')).version).toBe('0.2.0');
  expect(JSON.parse(repo.read('package-lock.json'))).toEqual({
    version: '0.2.0',
    packages: { '': { version: '0.2.0' } },
  });
  expect(repo.read('CHANGELOG.md')).toContain('## Unreleased\n\n## 0.2.0 (2026-02-03)\n\n- A field.\n\n## 0.1.0');
  expect(imageIn(repo.read('deploy/kubernetes.yaml'))).toBe('registry.example.com/hood-sor-gateway:0.2.0');
  expect(repo.read('test/released-schema.graphql')).toBe(repo.read('schema.graphql'));
  expect(repo.git('status', '--porcelain')).toBe('');
  expect(repo.git('tag', '--list', '--format=%(contents)', 'v0.2.0')).toBe('v0.2.0\n\n- A field.');
  expect(repo.git('log', '-1', '--format=%s %D')).toContain('Release 0.2.0 HEAD -> main, tag: v0.2.0');
});

test.each<[string, string, (repo: ReturnType<typeof repository>) => void, RegExp]>([
  ['no version', 'v1', () => {}, /such as 1\.2\.3, not "v1"/],
  ['an older one', '0.0.9', () => {}, /at least 0\.1\.0/],
  ['one that is released', '0.2.0', ({ git }) => void git('tag', 'v0.2.0'), /released already/],
  ['changes left', '0.2.0', ({ write }) => write('schema.graphql', ''), /not committed/],
  ['another branch', '0.2.0', ({ git }) => void git('switch', '--quiet', '--create', 'mine'), /to be on main/],
])('%s is refused before anything is checked or written', (_, version, arrange, sentence) => {
  using repo = repository();
  arrange(repo);
  const before = repo.git('rev-parse', 'HEAD');
  const check = () => expect.unreachable();
  expect(() => release({ version, folder: repo.folder, check })).toThrow(sentence);
  expect(repo.git('rev-parse', 'HEAD')).toBe(before);
});

test('without a word of what is new, or where a check fails, nothing is written', () => {
  using empty = repository('## Unreleased\n\n## 0.1.0 (2026-01-01)\n\n- The first.\n');
  const check = () => {
    throw new Error('3 failed');
  };
  expect(() => release({ version: '0.2.0', folder: empty.folder, check })).toThrow(/what is new/);
  using repo = repository();
  expect(() => release({ version: '0.2.0', folder: repo.folder, check })).toThrow('3 failed');
  expect(repo.git('status', '--porcelain')).toBe('');
  expect(repo.git('tag', '--list')).toBe('');
});

test('the pods of Kubernetes run the version that this is', () => {
  const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
  expect(imageIn(readFileSync('deploy/kubernetes.yaml', 'utf8'))).toMatch(new RegExp(`:${version}$`));
});

test('the example for GitHub releases what the change log says, and an image by the name that Kubernetes pulls', () => {
  using repo = repository();
  release({ version: '0.2.0', folder: repo.folder, today: '2026-02-03', check: () => {} });
  const { steps } = parse(readFileSync('.github/workflows/ci.yaml', 'utf8')).jobs.release as {
    steps: { run?: string }[];
  };
  const written = steps.map(({ run = '' }) => run).filter((run) => /> notes\.md$|>> "\$GITHUB_ENV"$/.test(run));
  expect(written).toHaveLength(2);
  for (const run of written) {
    execFileSync('bash', ['--norc', '-e', '-c', run], {
      cwd: repo.folder,
      env: {
        PATH: process.env['PATH'],
        GITHUB_ENV: 'env',
        GITHUB_REPOSITORY: 'Some-Body/Hood-SOR-Gateway',
        GITHUB_REF_NAME: 'v0.2.0',
      },
    });
  }
  expect(repo.read('notes.md').trim()).toBe('- A field.');
  expect(repo.read('env')).toBe('IMAGE=ghcr.io/some-body/hood-sor-gateway:0.2.0\n');
  expect(steps.at(-1)?.run).toContain('--notes-file notes.md');
});

test('what is not yet released is written down', () => {
  const changes = readFileSync('CHANGELOG.md', 'utf8');
  expect(changes).toMatch(/^# Changelog\n/);
  expect(changes).toContain('\n## Unreleased\n');
});
