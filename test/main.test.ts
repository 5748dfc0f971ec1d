import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { startHood } from '../src/sandbox/hood/server.ts';
import { serve } from '../src/sandbox/server.ts';
import type { Answer } from './support/gateway.ts';
import { COMPILE_CACHE, startProcess } from './support/process.ts';

/** Long enough for a process to start on a busy machine. */
const PATIENCE = { timeout: 60_000 };

async function query(origin: string, text: string): Promise<Answer> {
  const response = await fetch(`${origin}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query: text }),
  });
  return (await response.json()) as Answer;
}

test(
  'without credentials it starts on a sandbox, says so loudly, and answers with links to where it listens',
  PATIENCE,
  async () => {
    await using gateway = await startProcess();
    const { data } = await query(gateway.origin, '{ gdprRequests(first: 1) { totalCount nodes { hoodId } } }');
    expect(data.gdprRequests).toEqual({ totalCount: 5005, nodes: [{ hoodId: expect.any(String) }] });
    const warnings = gateway.log.filter(({ level }) => level === 40).map(({ msg }) => msg);
    expect(warnings).toContainEqual(expect.stringMatching(/^SANDBOX: all data is made up/));
    expect(warnings).toContainEqual(expect.stringMatching(/^SECRET is not set/));
    expect((await fetch(`${gateway.origin}/ready`)).status).toBe(200);
    // Links lead to where it listens.
    const { hoodExport } = (await query(gateway.origin, '{ hoodExport(hoodId: "1000000") { downloadUrl } }')).data;
    expect(hoodExport.downloadUrl).toContain(`${gateway.origin}/exports/1000000/download?`);
    expect((await fetch(hoodExport.downloadUrl)).status).toBe(200);
  },
);

test('SIGHUP while it starts does not end it', PATIENCE, async () => {
  const early = `import { registerHooks } from 'node:module';
    registerHooks({
      resolve(specifier, context, next) {
        if (specifier === './main.ts') process.kill(process.pid, 'SIGHUP');
        return next(specifier, context);
      },
    });`;
  await using gateway = await startProcess({ SANDBOX_ROWS: '0' }, [
    '--import',
    `data:text/javascript,${early}`,
    'src/start.js',
  ]);
  expect((await fetch(`${gateway.origin}/ready`)).status).toBe(200);
});

test('with HOOD_TOKEN it asks HOOD_URL, and SOR says what it lacks', PATIENCE, async () => {
  await using hood = await startHood({ rows: 0, token: 'live-token' });
  await using gateway = await startProcess({ HOOD_URL: hood.origin, HOOD_TOKEN: 'live-token' });
  const { data } = await query(gateway.origin, '{ hoodExports { totalCount } }');
  expect(data).toEqual({ hoodExports: { totalCount: 5 } });
  expect(hood.calls.map(({ line }) => line)).toEqual(['GET /v1/hood/exports?fields=id&page=1,1']);
  const messages = gateway.log.map(({ msg }) => msg).join('\n');
  expect(messages).not.toMatch(/SANDBOX|HOOD_TOKEN|live-token/);
  expect(messages).toContain('HOOD_CLIENT_ID_IS=user_id: a client_id of Hood is taken for that id of SOR');
});

test('with a token for SOR alone, fields of Hood answer that it is not configured', PATIENCE, async () => {
  await using sor = await serve(() => ({ status: 500 }));
  await using gateway = await startProcess({ SOR_TOKEN: 'x', SOR_URL: sor.origin, SOR_FEED_URL: sor.origin });
  await gateway.logged(/^HOOD_TOKEN is not set/);
  const { data, errors } = await query(gateway.origin, '{ hoodExports { totalCount } }');
  expect(data).toEqual({ hoodExports: null });
  expect(errors).toMatchObject([
    {
      message: 'Hood is not configured: set HOOD_TOKEN.',
      path: ['hoodExports'],
      extensions: { code: 'UPSTREAM_UNAVAILABLE', upstream: { api: 'HOOD', route: '/v1/hood/exports' } },
    },
  ]);
  expect(gateway.log.map(({ msg }) => msg).join()).not.toContain('SANDBOX');
  expect(sor.calls).toEqual([]);
});

test.each(['SIGTERM', 'SIGINT'] as const)(
  'at %s open requests finish, and the exit code is 0',
  PATIENCE,
  async (signal) => {
    const arrived = Promise.withResolvers<void>();
    const release = Promise.withResolvers<void>();
    await using hood = await serve(async () => {
      arrived.resolve();
      await release.promise;
      return { status: 200, json: { total: 7, items: [] } };
    });
    await using gateway = await startProcess({ HOOD_URL: hood.origin, HOOD_TOKEN: 'x' });
    const open = query(gateway.origin, '{ hoodExports { totalCount } }');
    await arrived.promise;

    gateway.child.kill(signal);
    await gateway.logged(/^stopping/);
    await expect(fetch(`${gateway.origin}/health`)).rejects.toThrow();
    release.resolve();

    expect(await open).toEqual({ data: { hoodExports: { totalCount: 7 } } });
    const answeredAt = performance.now();
    expect(await gateway.ended).toBe(0);
    // It does not wait for kept-alive connections to time out.
    expect(performance.now() - answeredAt).toBeLessThan(2_000);
  },
);

test('a taken port of the sandbox ends it like any other', PATIENCE, async () => {
  await using other = await serve(() => ({ status: 200 }));
  const { status, stderr } = spawnSync(process.execPath, ['src/start.js'], {
    env: { ...COMPILE_CACHE, PORT: '0', SANDBOX_HOOD_PORT: new URL(other.origin).port },
    encoding: 'utf8',
    timeout: 20_000,
  });
  expect([status, stderr]).toEqual([
    1,
    expect.stringMatching(/^Hood sandbox: .*EADDRINUSE.*Set SANDBOX_HOOD_PORT\.\n$/),
  ]);
});

test.each(['PORT', 'METRICS_PORT'])('a taken %s ends it with a sentence', PATIENCE, async (name) => {
  await using other = await serve(() => ({ status: 200 }));
  const { status, stderr } = spawnSync(process.execPath, ['src/start.js'], {
    env: { ...COMPILE_CACHE, PORT: '0', [name]: new URL(other.origin).port, HOOD_TOKEN: 'canary' },
    encoding: 'utf8',
    timeout: 20_000,
  });
  expect(status).toBe(1);
  expect(stderr).toMatch(/^Cannot listen \(EADDRINUSE\): .* 127\.0\.0\.1:\d+\. Set PORT, METRICS_PORT or HOST\.\n$/);
});

test('a setting of the sandbox that cannot be read ends it with a sentence', PATIENCE, () => {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['src/start.js'], {
    env: { ...COMPILE_CACHE, PORT: '0', SANDBOX_FAULTS: 'hood on-fire' },
    encoding: 'utf8',
    timeout: 20_000,
  });
  expect({ status, stdout, stderr }).toEqual({
    ...{ status: 2, stdout: '' },
    stderr: 'SANDBOX_FAULTS: "hood on-fire" is no rule such as "hood 503 10%" or "sor/customer_profiles no-total".\n',
  });
});

test('the sandbox of npm start has what is set for it', PATIENCE, async () => {
  await using gateway = await startProcess({ SANDBOX_ROWS: '7', SANDBOX_FAULTS: 'sor 501' });
  const { data, errors } = await query(
    gateway.origin,
    '{ gdprRequests { totalCount } systemsOfRecord { totalCount } }',
  );
  expect(data).toEqual({ gdprRequests: { totalCount: 12 }, systemsOfRecord: null });
  expect(errors?.[0]?.extensions.code).toBe('UPSTREAM_UNAVAILABLE');
  await gateway.logged(/^SANDBOX: it is slow, fails or lies on purpose: SANDBOX_FAULTS=sor 501$/);
});

/** A Node that says it is older than it is; and those of this machine that are. */
const PRETENDED = [
  '--import',
  `data:text/javascript,${encodeURIComponent(`
  Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '20.1.0' } });
  Object.defineProperty(process, 'version', { value: 'v20.1.0' });
`)}`,
];
const OLD_NODES = ['/usr/bin/node', '/usr/local/bin/node'].filter((path) => existsSync(path) && majorOf(path) < 24);

function majorOf(path: string): number {
  return Number.parseInt(spawnSync(path, ['--version'], { encoding: 'utf8' }).stdout.slice(1), 10);
}

test.each([
  ['a pretended one', process.execPath, PRETENDED],
  ...OLD_NODES.map((path): [string, string, string[]] => [path, path, []]),
])('on an older Node (%s) it ends at once with a sentence that says so', PATIENCE, (_, path, options) => {
  const { status, stdout, stderr } = spawnSync(path, [...options, 'src/start.js'], {
    env: {},
    encoding: 'utf8',
    timeout: 20_000,
  });
  expect(stderr).toMatch(/^This needs Node 24 or newer, and runs on v\d+\.\d+\.\d+\. Start it with "npm start".*\n$/);
  expect(stdout).toBe('');
  expect(status).toBe(1);
});
