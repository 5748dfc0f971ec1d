import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { startTable } from '../src/config/accounts.ts';
import { readConfig } from '../src/config/config.ts';

const FOLDER = mkdtempSync(join(tmpdir(), 'start-table-'));
afterAll(() => rmSync(FOLDER, { recursive: true }));
const HOOD_TOKEN_FILE = join(FOLDER, 'token');
writeFileSync(HOOD_TOKEN_FILE, 'canary');

const LIMITS = { Hood: '10/s,150/m', 'System of Record': 'none' };
const SOR = 'System of Record';

test.each<[env: Record<string, string>, hood: string[], sor: string[]]>([
  [{}, ['sandbox', 'made up', 'no credentials are set'], ['sandbox', 'made up', 'no credentials are set']],
  [
    { UPSTREAM: 'sandbox', NODE_ENV: 'production' },
    ['sandbox', 'made up', 'UPSTREAM is sandbox'],
    ['sandbox', 'made up', 'UPSTREAM is sandbox'],
  ],
  [
    { UPSTREAM: 'sandbox', SOR_TOKEN: 'canary' },
    ['sandbox', 'made up', 'UPSTREAM is sandbox'],
    ['sandbox', 'made up', 'UPSTREAM is sandbox'],
  ],
  [
    { HOOD_TOKEN: 'canary' },
    ['live', 'token', 'HOOD_TOKEN is set'],
    ['not configured', 'missing', 'SOR_TOKEN or SOR_EMAIL is not set'],
  ],
  [
    { SOR_EMAIL: 'canary@example.com', SOR_PASSWORD_FILE: 'LICENSE' },
    ['not configured', 'missing', 'HOOD_TOKEN is not set'],
    ['live', 'login', 'SOR_EMAIL is set'],
  ],
  [
    { SOR_TOKEN: 'canary', HOOD_TOKEN_FILE },
    ['live', 'token', 'HOOD_TOKEN_FILE is set'],
    ['live', 'token', 'SOR_TOKEN is set'],
  ],
])('with %j the start says what is called, how and why', (env, hood, sor) => {
  const config = readConfig(env);
  expect(startTable(config)).toEqual(
    [['Hood', hood] as const, [SOR, sor] as const].map(([title, [mode, credential, because]]) => {
      return {
        api: title === 'Hood' ? 'HOOD' : 'SOR',
        title,
        mode,
        credential,
        because,
        limits: LIMITS[title as keyof typeof LIMITS],
      };
    }),
  );
  expect(JSON.stringify(startTable(config))).not.toMatch(/canary|http/);
});
