import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { Trace } from '@apollo/usage-reporting-protobuf';
import { afterAll, expect, test, vi } from 'vitest';
import { ConfigError } from '../src/config/config.ts';
import { loadPlugins } from '../src/plugins.ts';
import { startProcess } from './support/process.ts';

const PATIENCE = { timeout: 60_000 };

const folder = mkdtempSync(join(tmpdir(), 'plugins-'));
afterAll(() => rmSync(folder, { recursive: true }));
const write = (name: string, code: string) => writeFileSync(join(folder, name), code);

test('a plugin is what a file or a package exports by default, or what that makes', async () => {
  write('plugin.ts', 'export default { onParse(): void {} };');
  write('made.ts', 'export default async () => ({ onParse() {} });');
  const plugins = await loadPlugins(['./plugin.ts', join(folder, 'made.ts')], folder);
  expect(plugins).toEqual([{ onParse: expect.any(Function) }, { onParse: expect.any(Function) }]);
  expect(await loadPlugins([])).toEqual([]);
});

test('a plugin may be written for other modules, and do nothing', async () => {
  write(
    'compiled.cjs',
    "Object.defineProperty(exports, '__esModule', { value: true }); exports.default = () => ({ onParse() {} });",
  );
  write('common.cjs', 'module.exports = { onParse() {} };');
  write('off.ts', 'export default () => ({});');
  const plugins = await loadPlugins(['./compiled.cjs', './common.cjs', './off.ts'], folder);
  expect(plugins).toEqual([{ onParse: expect.any(Function) }, { onParse: expect.any(Function) }, {}]);
});

test.each([
  ['several', 'export default [{ onParse() {} }];'],
  ['none at all', 'export default [];'],
  ['something else', "export { default } from 'node:fs';"],
  ['one whose hook cannot be called', 'export default { onExecute: 5 };'],
])('%s in the place of a plugin is a mistake', async (name, code) => {
  const file = `./${name.replaceAll(' ', '-')}.ts`;
  write(file, code);
  await expect(loadPlugins([file], folder)).rejects.toThrow(/whose default export is no plugin/);
});

test.each(['onPluginInit', 'onYogaInit', 'onSchemaChange'])(
  'a plugin that fails in %s ends the start',
  PATIENCE,
  async (hook) => {
    write(`${hook}.ts`, `export default { ${hook}() { throw new Error('no such target'); } };`);
    const env = { UPSTREAM: 'sandbox', SANDBOX_ROWS: '0', PORT: '0', PLUGINS: join(folder, `${hook}.ts`) };
    const { stderr, status } = spawnSync(process.execPath, ['src/start.js'], { env, encoding: 'utf8' });
    expect(stderr).toBe('PLUGINS has a plugin that fails when it is taken in: no such target\n');
    expect(status).toBe(2);
  },
);

test('what cannot be used is said of all at once', async () => {
  write('none.ts', 'export const plugin = {};');
  write('throws.ts', "export default () => { throw new Error('HIVE_TOKEN is not set'); };");
  const loading = loadPlugins(['./none.ts', './throws.ts', 'no-such-package'], folder);
  await expect(loading).rejects.toThrow(ConfigError);
  await expect(loading).rejects.toThrow(
    /^PLUGINS has \.\/none\.ts, whose .*\nPLUGINS has \.\/throws\.ts, which cannot be loaded: HIVE_TOKEN is not set\nPLUGINS has no-such-package, which .*$/,
  );
});

test('a plugin that never comes is a mistake after ten seconds', async () => {
  write('never.ts', 'export default () => new Promise(() => {});');
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  using _ = { [Symbol.dispose]: () => void vi.useRealTimers() };
  const loading = loadPlugins(['./never.ts'], folder);
  vi.advanceTimersByTime(10_000);
  await expect(loading).rejects.toThrow('PLUGINS has ./never.ts, which cannot be loaded: it is not there after 10 s');
});

/** Stands for the service that takes usage reports. */
async function startHive() {
  const reports: string[] = [];
  const server = createServer(async (request, response) => {
    const chunks = Buffer.concat(await Array.fromAsync(request as AsyncIterable<Buffer>));
    reports.push((request.headers['content-encoding'] === 'gzip' ? gunzipSync(chunks) : chunks).toString());
    response
      .writeHead(200, { 'content-type': 'application/json' })
      .end('{"id":"1","operations":{"accepted":1,"rejected":0}}');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    reports,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/usage`,
    [Symbol.asyncDispose]: async () => void server.close(),
  };
}

test('the examples report usage to Hive when it stops, and trace fields for a router of Apollo', PATIENCE, async () => {
  await using hive = await startHive();
  await using gateway = await startProcess({
    UPSTREAM: 'sandbox',
    PLUGINS: './examples/plugins/hive-usage.ts,./examples/plugins/apollo-inline-trace.ts',
    HIVE_TOKEN: 'hvo1/hive-token',
    HIVE_TARGET: 'ours/graph/production',
    HIVE_USAGE_ENDPOINT: hive.url,
  });
  const send = async (headers: Record<string, string>) => {
    const response = await fetch(`${gateway.origin}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-client-name': 'desk', ...headers },
      body: JSON.stringify({
        query:
          'query Desk($id: ID!) { hoodExports(first: 2) { nodes { hoodId } } gdprRequest(hoodId: $id) { hoodId } }',
        variables: { id: '424242424242' },
      }),
    });
    return response.json();
  };
  const plain = await send({});
  expect(plain.errors).toBeUndefined();
  expect(plain.extensions).toEqual({ sandbox: true });
  const traced = await send({ 'apollo-federation-include-trace': 'ftv1' });
  expect(traced.data).toEqual(plain.data);
  const { root } = Trace.decode(Buffer.from(traced.extensions.ftv1, 'base64'));
  const [list] = root?.child ?? [];
  expect(list).toMatchObject({ responseName: 'hoodExports', parentType: 'Query' });
  expect(JSON.stringify(list)).toContain('"parentType":"HoodExport"');
  expect(JSON.stringify(root)).not.toContain('424242424242');

  gateway.child.kill('SIGTERM');
  expect(await gateway.ended).toBe(0);
  expect(hive.reports).toHaveLength(1);
  expect(hive.reports[0]).toContain('HoodExport.hoodId');
  expect(hive.reports[0]).toContain('"name":"desk"');
  expect(hive.reports[0]).not.toMatch(/424242424242|hive-token/);
});
