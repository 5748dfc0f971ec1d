import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, mkdtempDisposable, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { type Judge, judgeFrom } from '../support/conformance.ts';
import { COMPILE_CACHE } from '../support/process.ts';
import { requires } from '../support/requirement.ts';

const FOLDER = 'test/clients';

/** The installed package of a client as a judge. */
export const client = (name: string): Judge => judgeFrom(FOLDER, name);

/** Whether the clients are installed; skips as `requires` says. They have a lock file of their own. */
export const clientsAreThere = (): boolean =>
  requires(`${FOLDER}/node_modules (npm ci --prefix ${FOLDER})`, existsSync(`${FOLDER}/node_modules`));

/**
 * A folder with `programs/` and the examples for clients, copied as somebody does who has these clients installed: beside
 * the repository's own packages the examples would not find them. It is gone when it is disposed.
 */
export async function clientProject(): Promise<AsyncDisposable & { path: string }> {
  const folder = await mkdtempDisposable(join(tmpdir(), 'clients-'));
  for (const each of [`${FOLDER}/programs`, 'examples/clients'])
    await cp(each, join(folder.path, each), { recursive: true });
  await writeFile(join(folder.path, 'package.json'), '{"type":"module"}');
  await symlink(resolve(FOLDER, 'node_modules'), join(folder.path, 'node_modules'));
  return folder;
}

/**
 * What one of `programs/` prints, as JSON. It is a process of its own, since a client brings a build of graphql that
 * does not mix with the gateway's. Rejects when it fails, with what it wrote on standard error.
 */
export async function run(program: string, ...args: string[]): Promise<unknown> {
  await using project = await clientProject();
  return JSON.parse(await runScript(join(project.path, FOLDER, `programs/${program}.ts`), args));
}

/** What a command of a client's package prints; `script` is its file below `node_modules`. */
export function runCommand(script: string, args: string[], cwd = '.'): Promise<string> {
  return runScript(resolve(FOLDER, 'node_modules', script), args, cwd);
}

/**
 * What a script prints that runs on this very Node, in an environment that does not tell of tests: some programs are
 * silent there. Rejects with all of its output when it fails.
 */
export async function runScript(script: string, args: string[], cwd = '.'): Promise<string> {
  const { PATH, HOME } = process.env;
  const options = { cwd, env: { ...COMPILE_CACHE, PATH, HOME }, timeout: 60_000, maxBuffer: 10_000_000 };
  try {
    return (await promisify(execFile)(process.execPath, [script, ...args], options)).stdout;
  } catch (error) {
    const { stdout, stderr } = error as { stdout?: string; stderr?: string };
    throw new Error(`${script} failed:\n${stdout}\n${stderr}`, { cause: error });
  }
}
