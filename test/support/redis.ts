import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const EXECUTABLE = '/usr/bin/redis-server';

/**
 * A test that ran out of time disposes of nothing, and a worker that is killed runs no handler: the kernel ends a Redis
 * with the process that started it.
 */
const ENDS_WITH_ITS_PARENT = ['/usr/bin/setpriv', '--pdeathsig', 'KILL'] as const;

/** Below those that outgoing connections get: none of them takes the port while Redis is down. */
const FIRST_PORT = 20_000;
const PORTS = 12_000;

const RELEASED_WITHIN_MS = 3_000;

/** Whether Debian's package `redis-server` is installed. */
export const hasRedis = existsSync(EXECUTABLE) && existsSync(ENDS_WITH_ITS_PARENT[0]);

/** A Redis of its own, without a file: what it holds ends with it. */
export interface RedisServer extends AsyncDisposable {
  readonly port: number;
  /** `redis://127.0.0.1:<port>`, with the password if it has one. */
  readonly url: string;
  /** Ends it at once, as a crash does. */
  kill(): Promise<void>;
  /** Starts it again on the same port, empty. */
  restart(): Promise<void>;
  /** From here on it accepts connections and answers nothing. */
  pause(): void;
  resume(): void;
}

/** Starts a Redis on loopback, on a port that no other one has; resolves when it answers. */
export async function startRedis({
  password = '',
  options = [],
}: {
  password?: string;
  options?: string[];
} = {}): Promise<RedisServer> {
  let port = 0;
  let child: ChildProcess | undefined;
  const access = password ? ['--requirepass', password, '--masterauth', password] : [];
  const start = () => launch(port, [...access, ...options]);
  while (!child) {
    port = FIRST_PORT + randomInt(PORTS);
    child = await start();
  }
  const kill = async () => {
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill('SIGKILL');
    await exited;
  };
  return {
    port,
    url: `redis://${password && `:${password}@`}127.0.0.1:${port}`,
    kill,
    async restart() {
      // The kernel may free the port a moment after the process has ended.
      const until = performance.now() + RELEASED_WITHIN_MS;
      do child = await start();
      while (!child && performance.now() < until);
      if (!child) throw new Error('Somebody else has taken the port meanwhile.');
    },
    pause: () => void child?.kill('SIGSTOP'),
    resume: () => void child?.kill('SIGCONT'),
    [Symbol.asyncDispose]: kill,
  };
}

/** A cluster of three, each with a third of the keys. */
export interface RedisCluster extends AsyncDisposable {
  readonly servers: readonly RedisServer[];
  /** The addresses of two of them. */
  readonly urls: readonly string[];
  /** Which of them has that key. */
  ownerOf(key: string): Promise<RedisServer>;
  /** Gives the keys that are with that one to another server, as an operator does. */
  move(key: string, to: RedisServer): Promise<void>;
}

/** Starts it; resolves when all of them know the others. */
export async function startRedisCluster({ password = '' } = {}): Promise<RedisCluster> {
  await using stack = new AsyncDisposableStack();
  const directory = await mkdtemp(join(tmpdir(), 'redis-cluster-'));
  stack.defer(() => rm(directory, { recursive: true }));
  const start = async (name: number) =>
    stack.use(
      await startRedis({
        password,
        options: [
          ...['--dir', directory, '--cluster-enabled', 'yes', '--cluster-config-file', `${name}.conf`],
          ...['--cluster-node-timeout', '1000', '--cluster-require-full-coverage', 'no'],
        ],
      }),
    );
  const servers = await Promise.all([1, 2, 3].map(start));
  const cli = async (...args: string[]) => {
    const access = password ? ['--no-auth-warning', '-a', password] : [];
    return (await promisify(execFile)('/usr/bin/redis-cli', [...access, ...args])).stdout.trim();
  };
  const ask = ({ port }: RedisServer, ...command: string[]) => cli('-p', String(port), ...command);
  const address = ({ port }: RedisServer) => `127.0.0.1:${port}`;
  await cli('--cluster', 'create', ...servers.map(address), '--cluster-yes');
  const held = stack.move();
  const ownerOf = async (key: string) => {
    const found = await Promise.all(servers.map((server) => ask(server, 'EXISTS', key)));
    return servers[found.indexOf('1')] as RedisServer;
  };
  return {
    servers,
    ownerOf,
    urls: servers.slice(0, 2).map(({ url }) => url),
    async move(key, to) {
      const from = await ownerOf(key);
      const slot = await ask(from, 'CLUSTER', 'KEYSLOT', key);
      const [source = '', target = ''] = await Promise.all([from, to].map((server) => ask(server, 'CLUSTER', 'MYID')));
      await ask(to, 'CLUSTER', 'SETSLOT', slot, 'IMPORTING', source);
      await ask(from, 'CLUSTER', 'SETSLOT', slot, 'MIGRATING', target);
      const keys = (await ask(from, 'CLUSTER', 'GETKEYSINSLOT', slot, '100')).split('\n');
      const access = password ? ['AUTH', password] : [];
      await ask(from, 'MIGRATE', '127.0.0.1', String(to.port), '', '0', '5000', ...access, 'KEYS', ...keys);
      for (const server of [to, from]) await ask(server, 'CLUSTER', 'SETSLOT', slot, 'NODE', target);
    },
    [Symbol.asyncDispose]: () => held.disposeAsync(),
  };
}

/** A port that nobody listens on just now. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** `undefined` when the port is taken. Only its own word counts: another Redis may answer there. */
async function launch(port: number, options: readonly string[]): Promise<ChildProcess | undefined> {
  const inMemory = ['--save', '', '--appendonly', 'no'];
  const [command, ...ending] = ENDS_WITH_ITS_PARENT;
  const server = [EXECUTABLE, '--port', String(port), '--bind', '127.0.0.1', ...inMemory, ...options];
  const child = spawn(command, [...ending, ...server], { stdio: ['ignore', 'pipe', 'ignore'] });
  let said = '';
  const isReady = await new Promise<boolean>((resolve, reject) => {
    child.stdout.setEncoding('utf8').on('data', (words: string) => {
      said += words;
      if (said.includes('Ready to accept connections')) resolve(true);
    });
    child.once('error', reject).once('close', () => resolve(false));
  });
  if (isReady) return child;
  if (said.includes('Address already in use')) return undefined;
  throw new Error(`redis-server ended with ${child.exitCode}.`);
}
