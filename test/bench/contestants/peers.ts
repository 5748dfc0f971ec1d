import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, type Server, startServer } from '../process.ts';
import { pathOf } from '../scene.ts';
import { type Contestant, passingOn } from './contestant.ts';

/** A folder of their own, as they are many megabytes that only who measures needs. */
const FOLDER = pathOf('peers');
const INSTALL = 'npm ci --prefix test/bench/peers';

const TAILCALL = '@tailcallhq/core-linux-x64-gnu';

/** Made by `newer-libc.sh` where the system's C library is too old. */
const LIBC = join(FOLDER, 'libc/usr/lib/x86_64-linux-gnu');

/** Tailcall, configured by `peers/tailcall.graphql`. */
export const tailcall: Contestant = {
  ...passingOn,
  name: 'Tailcall',
  version: versionOf(TAILCALL),
  missing: tailcallMissing(),
  async start({ upstream, cores }) {
    const port = await freePort();
    const folder = mkdtempSync(join(tmpdir(), 'tailcall-'));
    const schema = readFileSync(join(FOLDER, 'tailcall.graphql'), 'utf8');
    writeFileSync(join(folder, 'tailcall.graphql'), schema.replaceAll('http://upstream', upstream.origin));
    writeFileSync(
      join(folder, 'tailcall.yaml'),
      `server: { hostname: 127.0.0.1, port: ${port} }\nupstream: { batch: { delay: 1, maxSize: 1000 } }\nlinks: [{ src: tailcall.graphql, type: Config }]\n`,
    );
    const server = await startServer([...tailcallCommand(), 'start', join(folder, 'tailcall.yaml')], {
      cores: cores.measured,
      env: { TAILCALL_TRACKER: 'false' },
      port,
    });
    return withoutFolder(server, folder);
  },
};

/** GraphQL Mesh's composition of the APIs, served by Hive Gateway, configured by `peers/mesh.config.ts`. */
export const mesh: Contestant = {
  ...passingOn,
  name: 'Mesh and Hive Gateway',
  version: `@omnigraph/json-schema ${versionOf('@omnigraph/json-schema')} and @graphql-hive/gateway ${versionOf('@graphql-hive/gateway')}`,
  missing: existsSync(join(FOLDER, 'node_modules/@graphql-hive/gateway')) ? undefined : `not installed: ${INSTALL}`,
  async start({ upstream, cores }) {
    const folder = mkdtempSync(join(tmpdir(), 'mesh-'));
    const supergraph = join(folder, 'supergraph.graphql');
    const env = { NODE_ENV: 'production', UPSTREAM: upstream.origin };
    const composed = spawnSync(process.execPath, [binaryOf('@graphql-mesh/compose-cli'), '-o', supergraph], {
      cwd: FOLDER,
      env: { ...process.env, ...env },
      encoding: 'utf8',
    });
    if (composed.status !== 0) throw new Error(`Mesh could not compose:\n${composed.stdout}\n${composed.stderr}`);
    const port = await freePort();
    const args = ['--host', '127.0.0.1', '--port', String(port), 'supergraph', supergraph];
    const server = await startServer([process.execPath, binaryOf('@graphql-hive/gateway'), ...args], {
      cores: cores.measured,
      env,
      cwd: FOLDER,
      port,
    });
    return withoutFolder(server, folder);
  },
};

function tailcallCommand(): string[] {
  const binary = join(FOLDER, 'node_modules', TAILCALL, 'bin/tailcall');
  return existsSync(LIBC) ? [join(LIBC, 'ld-linux-x86-64.so.2'), '--library-path', LIBC, binary] : [binary];
}

function tailcallMissing(): string | undefined {
  if (!existsSync(join(FOLDER, 'node_modules', TAILCALL))) return `not installed (Linux on x64 only): ${INSTALL}`;
  const [file = '', ...args] = tailcallCommand();
  const { status, stderr } = spawnSync(file, [...args, '--version'], { encoding: 'utf8' });
  if (status === 0) return undefined;
  const needed = /GLIBC_[\d.]+/g.exec(stderr)?.[0];
  return needed ? `needs ${needed}, which this system lacks: sh test/bench/peers/newer-libc.sh` : 'does not run here';
}

function versionOf(name: string): string {
  const manifest = join(FOLDER, 'node_modules', name, 'package.json');
  return existsSync(manifest) ? (JSON.parse(readFileSync(manifest, 'utf8')) as { version: string }).version : '';
}

function binaryOf(name: string): string {
  const folder = join(FOLDER, 'node_modules', name);
  const { bin } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { bin: Record<string, string> };
  return join(folder, Object.values(bin)[0] as string);
}

const withoutFolder = (server: Server, folder: string): Server => ({
  ...server,
  async [Symbol.asyncDispose]() {
    await server[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true });
  },
});
