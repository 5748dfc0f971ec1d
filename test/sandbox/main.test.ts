import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { COMPILE_CACHE } from '../support/process.ts';

test('started alone it prints where both APIs are and with which tokens, and they answer there', async () => {
  await using sandbox = run({
    SANDBOX_HOOD_PORT: '0',
    SANDBOX_ROWS: '7',
    SANDBOX_GDPR_REQUESTS: '20',
    SANDBOX_PROFILES: '3',
    SANDBOX_LIMITS: 'none',
  });
  const output = await sandbox.firstOutput();
  const place = (api: string) =>
    new RegExp(`^${api} sandbox: (http://127\\.0\\.0\\.1:\\d+) {2}authorization: (.+)$`, 'm').exec(output) ?? [];
  const [, sorOrigin, sorAuthorization] = place('System of Record');
  const profiles = await fetch(`${sorOrigin}/api/customer_profiles?num_per_page=1`, {
    headers: { authorization: `${sorAuthorization}` },
  });
  expect(await profiles.json()).toMatchObject({ success: true });
  const [, origin, authorization] = place('Hood');
  const list = (path: string) => fetch(`${origin}/v1/hood/${path}`, { headers: { authorization: `${authorization}` } });
  const response = await list('exports');
  expect(response.headers.get('x-ratelimit-limit')).toBeNull();
  expect(await response.json()).toMatchObject({ total: 12 });
  expect(await (await list('gdpr-requests')).json()).toMatchObject({ total: 25 });
});

test.each(['SIGTERM', 'SIGINT'] as const)('at %s it ends by itself, as process 1 has to', async (signal) => {
  await using sandbox = run({ SANDBOX_HOOD_PORT: '0', SANDBOX_ROWS: '0', SANDBOX_PROFILES: '0' });
  await sandbox.firstOutput();
  sandbox.child.kill(signal);
  expect(await sandbox.ended()).toEqual({ code: 0, errors: '' });
});

test.each([
  [{ SANDBOX_GDPR_REQUESTS: '1e6' }, 'SANDBOX_GDPR_REQUESTS must be a whole number up to 999999999, but is "1e6".\n'],
  [{ SANDBOX_ROWS: 'many' }, 'SANDBOX_ROWS must be a whole number up to 999999999, but is "many".\n'],
  [{ SANDBOX_SOR_PORT: '99999' }, 'SANDBOX_SOR_PORT must be a whole number up to 65535, but is "99999".\n'],
  [
    { SANDBOX_ROW: '1' },
    'SANDBOX_ROW is no setting. SANDBOX_ROWS may be what is meant: give it that name, or unset it.\n',
  ],
  [{ SANDBOX_LIMITS: 'few' }, 'SANDBOX_LIMITS must be documented or none, but is "few".\n'],
])('the setting %j ends it with a sentence', async (settings, sentence) => {
  await using sandbox = run({ SANDBOX_HOOD_PORT: '0', ...settings });
  expect(await sandbox.ended()).toEqual({ code: 2, errors: sentence });
});

test('a port that is taken ends it with a sentence', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const { port } = other.address() as AddressInfo;
  await using sandbox = run({ SANDBOX_HOOD_PORT: String(port), SANDBOX_ROWS: '0' });
  const { code, errors } = await sandbox.ended();
  other.close();
  expect([code, errors]).toEqual([
    1,
    `Hood sandbox: listen EADDRINUSE: address already in use 127.0.0.1:${port}. Set SANDBOX_HOOD_PORT.\n`,
  ]);
});

/** Runs the program in a process of its own, which ends with the test. */
function run(settings: Record<string, string>) {
  const child = spawn(process.execPath, ['src/start.js', 'sandbox'], {
    env: { ...process.env, ...COMPILE_CACHE, SANDBOX_SOR_PORT: '0', SANDBOX_SOR_FEED_PORT: '0', ...settings },
  });
  const exit = once(child, 'exit');
  return {
    child,
    firstOutput: async () => String((await once(child.stdout, 'data'))[0]),
    ended: async () => ({ errors: await text(child.stderr), code: (await exit)[0] as number }),
    async [Symbol.asyncDispose]() {
      child.kill();
      await exit;
    },
  };
}
