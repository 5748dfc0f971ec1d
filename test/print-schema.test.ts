import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { subgraphText } from '../src/graph/federation/subgraph-text.ts';
import { schema } from '../src/graph/schema.ts';
import { COMPILE_CACHE } from './support/process.ts';
import { requires } from './support/requirement.ts';

/** Long enough for a process to start on a busy machine. */
const PATIENCE = { timeout: 60_000 };

function printSchema(...args: string[]) {
  const { stdout, stderr, status } = spawnSync(process.execPath, ['src/graph/print-schema.ts', ...args], {
    encoding: 'utf8',
    env: COMPILE_CACHE,
  });
  return { stdout, stderr, status };
}

test.each<[args: string[], text: string]>([
  [[], readFileSync('schema.graphql', 'utf8')],
  [['--profile', 'client'], readFileSync('schema.graphql', 'utf8')],
  [['--profile=core'], readFileSync('subgraph.graphql', 'utf8')],
  [['--profile', 'core+node'], subgraphText(schema, 'core+node')],
  [['--profile', 'auth'], subgraphText(schema, 'auth')],
])('npm run schema -- %j prints what it is for', PATIENCE, (args, text) => {
  expect(printSchema(...args)).toEqual({ stdout: text, stderr: '', status: 0 });
});

/** Runs a program as somebody's shell does: without what the npm that runs the tests has set. */
function run(program: string, args: readonly string[]) {
  const { PATH, HOME } = process.env;
  return spawnSync(program, args, { encoding: 'utf8', env: { ...COMPILE_CACHE, PATH, HOME } });
}

test('node --run schema prints it alone', PATIENCE, () => {
  expect(run(process.execPath, ['--run', 'schema']).stdout).toBe(readFileSync('schema.graphql', 'utf8'));
});

// Before, npm wrote on standard output which script it runs.
const [major = 0, minor = 0] = run('npm', ['--version']).stdout.split('.').map(Number);

test.runIf(requires('npm 10.8 or newer', major > 10 || (major === 10 && minor >= 8)))(
  'npm run schema prints it alone',
  PATIENCE,
  () => {
    const { stdout, stderr } = run('npm', ['run', 'schema']);
    expect(stdout).toBe(readFileSync('schema.graphql', 'utf8'));
    expect(stderr).toContain('> node src/graph/print-schema.ts');
  },
);

test('whoever has read enough ends it without another word', PATIENCE, () => {
  const program = `${process.execPath} src/graph/print-schema.ts | head -n 1`;
  const { stdout, stderr } = run('sh', ['-c', program]);
  expect(stdout.split('\n')).toHaveLength(2);
  expect(stderr).toBe('');
});

test.each([[['--profile', 'rules']], [['--profile', '']], [['--profile']], [['--profil=core']], [['core']]])(
  '%j is answered in one sentence, with exit code 2',
  PATIENCE,
  (args) => {
    expect(printSchema(...args)).toEqual({
      stdout: '',
      stderr: 'Expected one of these as --profile: client, core, core+node, auth.\n',
      status: 2,
    });
  },
);
