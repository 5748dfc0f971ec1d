import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtempDisposable, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { requires } from '../support/requirement.ts';
import type { Subgraph } from './composition.ts';
import type { Served } from './router-programs.ts';
import { ROUTER_SECRET } from './routers.ts';

/** Grafbase's router is a native program, which npm has for Linux on x64. */
export const GRAFBASE = '@grafbase/cli-x86_64-unknown-linux-musl';
const PROGRAM = resolve('test/routers/node_modules', GRAFBASE, 'grafbase');

/** Whether it is installed; skips as `requires` says, and on other machines without a word. */
export const grafbaseIsThere = (): boolean =>
  process.platform === 'linux' && process.arch === 'x64' && requires(PROGRAM, existsSync(PROGRAM));

const PASSED_ON = ['authorization', 'traceparent', 'tracestate'];

/** Composes subgraphs itself, and serves what came of them; resolves when it answers. */
export async function startGrafbase(subgraphs: readonly Subgraph[]): Promise<Served> {
  await using stack = new AsyncDisposableStack();
  const folder = stack.use(await mkdtempDisposable(join(tmpdir(), 'grafbase-')));
  const sections = subgraphs.map(
    ({ name, url }) => `[subgraphs.${name}]\nurl = "${url}"\nschema_path = "${name}.graphql"\n`,
  );
  const forwarded = PASSED_ON.map((name) => `[[headers]]\nrule = "forward"\nname = "${name}"\n`);
  const secret = `[[subgraphs.hood-sor.headers]]\nrule = "insert"\nname = "x-gateway-secret"\nvalue = "${ROUTER_SECRET}"\n`;
  for (const { name, text } of subgraphs) await writeFile(join(folder.path, `${name}.graphql`), text);
  await writeFile(join(folder.path, 'grafbase.toml'), [...sections, ...forwarded, secret].join('\n'));

  const port = await freePort();
  const child = spawn(PROGRAM, ['dev', '--port', String(port)], {
    cwd: folder.path,
    env: { HOME: folder.path, PATH: process.env['PATH'], GRAFBASE_TELEMETRY_DISABLED: '1' },
    stdio: 'ignore',
  });
  const ended = once(child, 'exit');
  stack.defer(async () => {
    child.kill('SIGKILL');
    await ended;
  });
  const origin = `http://127.0.0.1:${port}`;
  await Promise.race([answering(origin), ended.then(() => Promise.reject(new Error('It ended before it served.')))]);
  const held = stack.move();
  return { origin, [Symbol.asyncDispose]: () => held[Symbol.asyncDispose]() };
}

async function answering(origin: string): Promise<void> {
  for (;;) {
    const response = await fetch(`${origin}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"query":"{ __typename }"}',
    }).catch(() => undefined);
    if (response?.ok) return;
    await pause(50);
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
