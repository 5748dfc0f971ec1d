import { mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readConfig, SECRET_NAMES } from '../src/config/config.ts';
import { signerFor } from '../src/keys.ts';
import { serve } from '../src/sandbox/server.ts';
import { startSor } from '../src/sandbox/sor/server.ts';
import { subjectHashes } from '../src/server/audit/search.ts';
import { mistakesIn } from './support/config.ts';
import type { Answer } from './support/gateway.ts';
import { startProcess } from './support/process.ts';

/** Long enough for a process to start on a busy machine, and to look at a file again. */
const PATIENCE = { timeout: 60_000 };

/** Long enough for a signal to be seen on a busy machine. */
const SOON = { timeout: 10_000 };

/** Its rows take a third of the time that a start takes, and no test here reads them. */
const EMPTY_SANDBOX = { UPSTREAM: 'sandbox', SANDBOX_ROWS: '0' };

/** A folder that is gone with the test, and its files. */
function folder(texts: Record<string, string> = {}) {
  const path = mkdtempSync(join(tmpdir(), 'secrets-'));
  const write = (name: string, text: string) => {
    writeFileSync(join(path, name), text);
    return join(path, name);
  };
  for (const [name, text] of Object.entries(texts)) write(name, text);
  return { path, write, [Symbol.dispose]: () => rmSync(path, { recursive: true }) };
}

test('every secret may come from a file, whose last line end is none of it', () => {
  using files = folder();
  const value = 'rediss://sixteen-letters.example';
  const isLogin = (name: string) => /^SOR_(?:EMAIL|PASSWORD)$/.test(name);
  const env = Object.fromEntries(
    SECRET_NAMES.filter((name) => !isLogin(name)).map((name) => [`${name}_FILE`, files.write(name, `${value}\n`)]),
  );
  const config = readConfig({ ...env, AUTH: 'secret', REPLICAS: '2' });
  expect(config).toMatchObject({ UPSTREAM: 'live', HOOD_TOKEN: value, SOR_TOKEN: value, REDIS_URL: [value] });
  expect(config).toMatchObject({ SECRET: [value], GATEWAY_SECRET: [value], secretIsRandom: false });
});

test('what is wrong with a file is said without what it holds', () => {
  using files = folder();
  const [empty, short] = [files.write('empty', '\n'), files.write('short', 'canary')];
  expect(
    mistakesIn({
      HOOD_TOKEN_FILE: join(files.path, 'none'),
      SOR_TOKEN: 'x',
      SOR_TOKEN_FILE: short,
      AUTH: 'secret',
      GATEWAY_SECRET_FILE: empty,
      SECRET_FILE: short,
    }),
  ).toEqual([
    'HOOD_TOKEN_FILE must be a file that can be read and is not empty.',
    'SECRET must have at least 16 characters.',
    'GATEWAY_SECRET_FILE must be a file that can be read and is not empty.',
    'SOR_TOKEN and SOR_TOKEN_FILE exclude each other: set one of them.',
  ]);
  expect(mistakesIn({ HOOD_TOKENFILE: short })).toEqual([
    'HOOD_TOKENFILE is no setting. HOOD_TOKEN_FILE may be what is meant: give it that name, or unset it.',
  ]);
});

test('secrets change while operations run, and none of them fails', PATIENCE, async () => {
  using files = folder({ hood: 'first-token\n', secret: 'sixteen-letters-old', gateway: 'gateway-secret-old' });
  const held = Promise.withResolvers<void>();
  const arrived = Promise.withResolvers<void>();
  let mustWait = false;
  await using hood = await serve(async () => {
    if (mustWait) {
      arrived.resolve();
      await held.promise;
    }
    return { status: 200, json: { total: 3, items: [{ id: 1 }] } };
  });
  await using gateway = await startProcess({
    HOOD_URL: hood.origin,
    CACHE: 'off',
    AUTH: 'secret',
    HOOD_TOKEN_FILE: join(files.path, 'hood'),
    SECRET_FILE: join(files.path, 'secret'),
    GATEWAY_SECRET_FILE: join(files.path, 'gateway'),
  });
  const send = async (secret: string, after?: string) => {
    const query = `query ($after: String) { gdprRequests(first: 1, after: $after) { totalCount pageInfo { endCursor } } }`;
    const response = await fetch(`${gateway.origin}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-gateway-secret': secret },
      body: JSON.stringify({ query, variables: { after } }),
    });
    return { status: response.status, body: await response.json() };
  };

  const before = await send('gateway-secret-old');
  const cursor = before.body.data.gdprRequests.pageInfo.endCursor;
  mustWait = true;
  const open = send('gateway-secret-old');
  await arrived.promise;
  // As Kubernetes does it: the name leads to another file.
  files.write('hood-2', 'second-token\n');
  symlinkSync(join(files.path, 'hood-2'), join(files.path, 'next'));
  renameSync(join(files.path, 'next'), join(files.path, 'hood'));
  files.write('secret', 'sixteen-letters-new,sixteen-letters-old');
  files.write('gateway', 'gateway-secret-new,gateway-secret-old');
  await gateway.logged(/^settings were read again/);
  gateway.child.kill('SIGHUP');
  mustWait = false;
  held.resolve();

  expect(await open).toMatchObject({ status: 200, body: { data: { gdprRequests: { totalCount: 3 } } } });
  for (const secret of ['gateway-secret-old', 'gateway-secret-new']) {
    expect(await send(secret, cursor)).toMatchObject({ status: 200, body: { data: { gdprRequests: {} } } });
  }
  const [, during, ...others] = hood.calls.map(({ headers }) => headers.authorization);
  expect([during, ...new Set(others)]).toEqual(['Bearer first-token', 'Bearer second-token']);

  // Lines that only a secret which is gone can read would be lost.
  const hashes = ['old', 'new'].map((age) =>
    subjectHashes(
      signerFor(() => [`sixteen-letters-${age}`], 'audit'),
      '1',
    ),
  );
  const audited = gateway.log.filter(({ audit }) => audit).map(({ ids }) => ids);
  expect([audited[0], audited.at(-1)]).toEqual(hashes);

  files.write('gateway', 'short');
  gateway.child.kill('SIGHUP');
  await gateway.logged(/^settings stay as they were/);
  expect((await send('gateway-secret-new')).status).toBe(200);

  files.write('gateway', 'gateway-secret-new');
  files.write('secret', 'sixteen-letters-new');
  const lines = gateway.log.length;
  gateway.child.kill('SIGHUP');
  const changed = ['SECRET', 'GATEWAY_SECRET'];
  await expect.poll(() => gateway.log.slice(lines), SOON).toContainEqual(expect.objectContaining({ changed }));
  expect((await send('gateway-secret-old')).status).toBe(401);
  expect((await send('gateway-secret-new', cursor)).body.errors).toMatchObject([
    { extensions: { code: 'BAD_USER_INPUT' } },
  ]);
  expect(JSON.stringify(gateway.log)).not.toMatch(/(?:first|second)-token|letters|gateway-secret|short/);
});

test('a token that has changed is not refused until the API says so again', PATIENCE, async () => {
  using files = folder({ hood: 'first-token' });
  await using hood = await serve(({ headers }) =>
    headers.authorization === 'Bearer third-token'
      ? { status: 200, json: { total: 3, items: [] } }
      : { status: 401, json: {} },
  );
  const env = { HOOD_URL: hood.origin, CACHE: 'off', HOOD_TOKEN_FILE: join(files.path, 'hood') };
  await using gateway = await startProcess(env);
  const ask = () => fetch(`${gateway.origin}/graphql?query={hoodExports{totalCount}}`);
  const degraded = async () => (await (await fetch(`${gateway.origin}/ready`)).json()).degraded;
  const rotate = (token: string) => {
    files.write('hood', token);
    gateway.child.kill('SIGHUP');
  };
  const refused = [{ reason: 'credential_refused', api: 'HOOD' }];
  await ask();
  expect(await degraded()).toEqual(refused);
  rotate('second-token');
  await expect.poll(degraded, SOON).toEqual([]);
  await ask();
  expect(await degraded()).toEqual(refused);
  rotate('third-token');
  await expect.poll(degraded, SOON).toEqual([]);
  await ask();
  await gateway.logged(/^Hood takes the credential of the gateway again$/);
});

test('a password that has changed is tried at once', PATIENCE, async () => {
  using files = folder({ password: 'wrong' });
  await using sor = await startSor({ profiles: 0 });
  await using gateway = await startProcess({
    ...{ SOR_URL: sor.api.origin, SOR_FEED_URL: sor.feed.origin, SOR_EMAIL: 'sandbox@example.com' },
    SOR_PASSWORD_FILE: join(files.path, 'password'),
  });
  const ask = async () =>
    (await fetch(`${gateway.origin}/graphql?query={systemsOfRecord{totalCount}}`)).json() as Promise<Answer>;
  for (let times = 0; times < 3; times += 1) expect((await ask()).errors).toHaveLength(1);
  files.write('password', 'sandbox');
  gateway.child.kill('SIGHUP');
  await expect.poll(async () => (await fetch(`${gateway.origin}/ready`)).json(), SOON).toMatchObject({ degraded: [] });
  expect(await ask()).toEqual({ data: { systemsOfRecord: { totalCount: 7 } } });
});

test('at SIGHUP the documents that are trusted are read again', PATIENCE, async () => {
  using files = folder({ documents: JSON.stringify({ old: '{ __typename }' }) });
  const TRUSTED_DOCUMENTS = join(files.path, 'documents');
  await using gateway = await startProcess({ ...EMPTY_SANDBOX, TRUSTED_DOCUMENTS, TRUSTED_DOCUMENTS_ONLY: 'true' });
  const statusOf = async (id: string) => (await fetch(`${gateway.origin}/graphql?documentId=${id}`)).status;
  expect([await statusOf('old'), await statusOf('new')]).toEqual([200, 400]);
  files.write('documents', JSON.stringify({ new: '{ __typename }' }));
  gateway.child.kill('SIGHUP');
  await gateway.logged(/^settings were read again/);
  expect(gateway.log).toContainEqual(expect.objectContaining({ changed: ['TRUSTED_DOCUMENTS'] }));
  expect([await statusOf('old'), await statusOf('new')]).toEqual([400, 200]);
});

test(
  'a document that is trusted since then has a series of its own, however many names came before',
  PATIENCE,
  async () => {
    using files = folder({ documents: JSON.stringify({ old: '{ __typename }' }) });
    const TRUSTED_DOCUMENTS = join(files.path, 'documents');
    await using gateway = await startProcess({ ...EMPTY_SANDBOX, TRUSTED_DOCUMENTS });
    const get = async (parameters: string) => (await fetch(`${gateway.origin}/graphql?${parameters}`)).text();
    for (let n = 0; n < 210; n += 1) await get(`query=query Name${n} { __typename }`);
    files.write('documents', JSON.stringify({ fresh: 'query Fresh { __typename }' }));
    gateway.child.kill('SIGHUP');
    await gateway.logged(/^settings were read again/);
    await get('documentId=fresh');
    await get('query=query Later { __typename }');
    const metrics = await (await fetch(`${gateway.origin}/metrics`)).text();
    expect(metrics).toContain('gateway_operations_total{operation="Fresh",kind="query",code="OK"} 1');
    expect(metrics).not.toContain('Later');
  },
);

test('SIGHUP ends no process that has no file to read again', PATIENCE, async () => {
  await using gateway = await startProcess({ ...EMPTY_SANDBOX });
  gateway.child.kill('SIGHUP');
  await gateway.logged(/^settings were read again/);
  expect(gateway.log).toContainEqual(expect.objectContaining({ changed: [] }));
  expect((await fetch(`${gateway.origin}/health`)).status).toBe(200);
});
