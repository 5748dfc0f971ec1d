/** The gateway as a few files: made by the command that `npm ci` runs, in a copy of what it is made of. */
import { spawnSync } from 'node:child_process';
import {
  appendFileSync,
  cpSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startProcess } from './support/process.ts';

const root = mkdtempSync(join(tmpdir(), 'bundle-'));
const bundle = join(root, 'dist/main.mjs');

beforeAll(() => {
  for (const name of ['src', 'package.json', 'package-lock.json', 'rolldown.config.ts'])
    cpSync(name, join(root, name), { recursive: true, preserveTimestamps: true });
  symlinkSync(resolve('node_modules'), join(root, 'node_modules'));
  const { prepare } = JSON.parse(readFileSync('package.json', 'utf8')).scripts;
  const PATH = `${resolve('node_modules/.bin')}:${process.env['PATH']}`;
  const { status, stderr } = spawnSync('sh', ['-c', prepare], { cwd: root, env: { PATH }, encoding: 'utf8' });
  expect([status, stderr]).toEqual([0, '']);
}, 60_000);

afterAll(() => rmSync(root, { recursive: true }));

test('it answers as the gateway does, with pages and values for which files and packages are loaded late', async () => {
  await using gateway = await startProcess({ UPSTREAM: 'sandbox' }, [join(root, 'src/start.js')]);
  const { hostname } = new URL(gateway.origin);
  expect(hostname).toBe('127.0.0.1');
  const ask = async (query: string) => {
    const response = await fetch(`${gateway.origin}/graphql?query=${encodeURIComponent(query)}`);
    return response.json();
  };
  expect(await ask('{ hoodExports { totalCount } }')).toMatchObject({ data: { hoodExports: { totalCount: 5005 } } });
  const since = 'createTime: { gte: "2021-01-04T08:00:00+0000", lt: "2021-01-04T08:10:00Z" }';
  expect(await ask(`{ gdprRequests(filter: { ${since} }) { totalCount } }`)).toMatchObject({
    data: { gdprRequests: { totalCount: 4 } },
  });
  const page = await fetch(`${gateway.origin}/graphql`, { headers: { accept: 'text/html' } });
  expect([page.status, (await page.text()).length > 1_000_000]).toEqual([200, true]);
});

test('there is one graphql in it: values of another one would not be known', () => {
  const chunks = readdirSync(join(root, 'dist')).filter((name) => name.endsWith('.mjs'));
  const text = chunks.map((name) => readFileSync(join(root, 'dist', name), 'utf8')).join('\n');
  expect(text.match(/\bclass GraphQLError\b/g)).toHaveLength(1);
});

test('it is taken while it fits what it was made of, and where no plugin has packages of its own', () => {
  writeFileSync(bundle, "process.stdout.write('the bundle'); process.exit();");
  const started = (env = {}) =>
    spawnSync(process.execPath, [join(root, 'src/start.js')], { env: { PORT: 'none', ...env }, encoding: 'utf8' });
  const fromSources = { stdout: '', status: 2, stderr: expect.stringContaining('PORT') };
  expect(started()).toMatchObject({ stdout: 'the bundle', status: 0 });
  expect(started({ PLUGINS: './mine.ts' })).toMatchObject(fromSources);
  appendFileSync(join(root, 'src/main.ts'), '// Changed.\n');
  expect(started()).toMatchObject(fromSources);
});
