import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { type Judge, judgeFrom } from '../support/conformance.ts';
import { COMPILE_CACHE } from '../support/process.ts';
import { requires } from '../support/requirement.ts';

const FOLDER = 'test/routers';

/** The installed package of a composer or a router as a judge. */
export const judge = (name: string): Judge => judgeFrom(FOLDER, name);

/** Whether the routers are installed; skips as `requires` says. They have a lock file of their own. */
export const routersAreThere = (): boolean =>
  requires(`${FOLDER}/node_modules (npm ci --prefix ${FOLDER})`, existsSync(`${FOLDER}/node_modules`));

/** A program that serves something until it is disposed of. */
export interface Served extends AsyncDisposable {
  /** `http://127.0.0.1:<port>`. */
  readonly origin: string;
}

/** What a script prints that runs on this very Node, knowing nothing of tests. Rejects with all of its output when it fails. */
export async function runScript(script: string, args: string[]): Promise<string> {
  try {
    const options = { env: environment(), timeout: 60_000, maxBuffer: 10_000_000 };
    return (await promisify(execFile)(process.execPath, [script, ...args], options)).stdout;
  } catch (error) {
    const { stdout, stderr } = error as { stdout?: string; stderr?: string };
    throw new Error(`${script} failed:\n${stdout}\n${stderr}`, { cause: error });
  }
}

/** What one of `programs/` prints, as JSON. */
export async function run(program: string, ...args: string[]): Promise<unknown> {
  return JSON.parse(await runScript(`${FOLDER}/programs/${program}.ts`, args));
}

/**
 * Starts one of `programs/` that serves, and resolves when it has printed where. It is a process of its own, since it
 * brings a build of graphql that does not mix with the gateway's.
 */
export async function serve(program: string, ...args: string[]): Promise<Served> {
  const child = spawn(process.execPath, [`${FOLDER}/programs/${program}.ts`, ...args], {
    env: environment(),
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit');
  const [origin] = await Promise.race([
    once(createInterface({ input: child.stdout }), 'line') as Promise<[string]>,
    ended.then(([code]) => {
      throw new Error(`${program} ended with ${code} before it served.`);
    }),
  ]);
  return {
    origin,
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

function environment(): Record<string, string | undefined> {
  const { PATH, HOME } = process.env;
  return { ...COMPILE_CACHE, PATH, HOME };
}
