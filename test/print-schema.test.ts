import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { subgraphText } from '../src/graph/federation/subgraph-text.ts';
import { schema } from '../src/graph/schema.ts';
import { COMPILE_CACHE } from './support/process.ts';

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

test('node --run schema prints it alone', PATIENCE, () => {
  const { stdout } = spawnSync(process.execPath, ['--run', 'schema'], {
    encoding: 'utf8',
    env: { ...COMPILE_CACHE, PATH: process.env['PATH'] },
  });
  expect(stdout).toBe(readFileSync('schema.graphql', 'utf8'));
});

test('whoever has read enough ends it without another word', PATIENCE, () => {
  const program = `${process.execPath} src/graph/print-schema.ts | head -n 1`;
  const { stdout, stderr } = spawnSync('sh', ['-c', program], {
    encoding: 'utf8',
    env: { ...COMPILE_CACHE, PATH: process.env['PATH'] },
  });
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
