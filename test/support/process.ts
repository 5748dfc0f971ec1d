import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';

/** Where programs that tests start keep what they have compiled: that is half of the work of starting them. */
export const COMPILE_CACHE = { NODE_COMPILE_CACHE: resolve('node_modules/.cache/compiled') };

/** A gateway as a process of its own. */
export interface GatewayProcess extends AsyncDisposable {
  /** `http://127.0.0.1:<port>`. */
  readonly origin: string;
  /** Every line of its log so far. */
  readonly log: readonly { level: number; msg: string; audit?: boolean; ids?: string[] }[];
  readonly child: ChildProcess;
  /** Resolves with the next line of the log, past or future, whose message matches. */
  logged(message: RegExp): Promise<string>;
  /** Resolves with the exit code. */
  readonly ended: Promise<number | null>;
}

/** Starts the gateway as `npm start` does, on a free port, with these variables only; resolves when it listens. */
export async function startProcess(
  env: Record<string, string> = {},
  args: readonly string[] = ['src/start.js'],
): Promise<GatewayProcess> {
  const child = spawn(process.execPath, args, {
    env: { ...COMPILE_CACHE, PORT: '0', ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  // A test that ended before its gateway would leave it behind, and whoever reads what it writes waiting.
  const end = () => child.kill('SIGKILL');
  process.once('exit', end);
  child.once('exit', () => process.off('exit', end));
  const ended = once(child, 'exit').then(([code]) => code as number | null);
  const log: { level: number; msg: string }[] = [];
  const waiting = new Set<() => void>();
  createInterface({ input: child.stdout }).on('line', (line) => {
    log.push(JSON.parse(line));
    for (const look of waiting) look();
  });

  const logged = (message: RegExp) =>
    new Promise<string>((resolve, reject) => {
      const look = () => {
        const line = log.find(({ msg }) => message.test(msg));
        if (line) {
          waiting.delete(look);
          resolve(line.msg);
        }
      };
      waiting.add(look);
      look();
      ended.then(() => reject(new Error(`It ended without logging ${message}.`)));
    });

  const [, origin = ''] = /^listening on (http:\/\/\S+)\/graphql$/.exec(await logged(/^listening on /)) ?? [];
  return {
    origin,
    log,
    child,
    logged,
    ended,
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}
