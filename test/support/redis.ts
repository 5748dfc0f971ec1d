import { type ChildProcess, spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';

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
export async function startRedis({ password = '' } = {}): Promise<RedisServer> {
  let port = 0;
  let child: ChildProcess | undefined;
  while (!child) {
    port = FIRST_PORT + randomInt(PORTS);
    child = await launch(port, password);
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
      do child = await launch(port, password);
      while (!child && performance.now() < until);
      if (!child) throw new Error('Somebody else has taken the port meanwhile.');
    },
    pause: () => void child?.kill('SIGSTOP'),
    resume: () => void child?.kill('SIGCONT'),
    [Symbol.asyncDispose]: kill,
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
async function launch(port: number, password: string): Promise<ChildProcess | undefined> {
  const inMemory = ['--save', '', '--appendonly', 'no'];
  const access = ['--bind', '127.0.0.1', ...(password ? ['--requirepass', password] : [])];
  const [command, ...options] = ENDS_WITH_ITS_PARENT;
  const server = [EXECUTABLE, '--port', String(port), ...inMemory, ...access];
  const child = spawn(command, [...options, ...server], { stdio: ['ignore', 'pipe', 'ignore'] });
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
