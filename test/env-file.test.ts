import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { COMPILE_CACHE } from './support/process.ts';

/** Long enough for three processes to start on a busy machine. */
const PATIENCE = { timeout: 60_000 };

/** What is wrong with the settings of a gateway that is started beside a file `.env`. */
function mistakes(env: Record<string, string>, ...args: string[]): string {
  const cwd = mkdtempSync(join(tmpdir(), 'env-file-'));
  writeFileSync(join(cwd, '.env'), '# A comment.\nPORT=of-the-file\n');
  const start = [resolve('src/start.js'), ...args];
  const { stderr, status } = spawnSync(process.execPath, start, {
    cwd,
    env: { ...COMPILE_CACHE, ...env },
    encoding: 'utf8',
  });
  rmSync(cwd, { recursive: true });
  expect(status).toBe(2);
  return stderr;
}

test('npm start reads .env, whatever is set goes first, and nothing in production reads it', PATIENCE, () => {
  expect(mistakes({}, '--npm')).toMatch(/^PORT is "of-the-file"/);
  expect(mistakes({ PORT: 'of-the-environment' }, '--npm')).toMatch(/^PORT is "of-the-environment"/);
  expect(mistakes({ NODE_ENV: 'production' }, '--npm')).toMatch(/^No credentials are set/);
  expect(mistakes({ CACHE: 'none' })).toBe('CACHE is "none", but must be one of: on, off.\n');
});

test('a .env that cannot be read ends npm start with a sentence', PATIENCE, () => {
  const cwd = mkdtempSync(join(tmpdir(), 'env-file-'));
  mkdirSync(join(cwd, '.env'));
  const start = [resolve('src/start.js'), '--npm'];
  const { stderr, status } = spawnSync(process.execPath, start, { cwd, env: COMPILE_CACHE, encoding: 'utf8' });
  rmSync(cwd, { recursive: true });
  expect([status, stderr]).toEqual([2, 'Expected .env to be a file that can be read (ERR_INVALID_ARG_TYPE).\n']);
});
