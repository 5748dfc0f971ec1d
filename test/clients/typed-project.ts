import { copyFile, mkdir, mkdtempDisposable, readFile, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { startGateway } from '../support/gateway.ts';
import { runCommand, runScript } from './client-programs.ts';

/** A project of somebody who starts with this graph. */
export interface TypedProject extends AsyncDisposable {
  /** Its `codegen.ts`. */
  readonly config: string;
  /** What one of its programs prints, as JSON. Rejects when it fails, with what it wrote on standard error. */
  run(program: string, ...args: string[]): Promise<unknown>;
}

/**
 * A project as a bundler's template begins one, with some of `programs/`. Their documents have their types from the
 * client preset, which is configured as docs/frontend.md prints it and reads a gateway's schema. Rejects when `tsc` complains.
 */
export async function startTypedProject(programs: readonly string[]): Promise<TypedProject> {
  await using stack = new AsyncDisposableStack();
  const folder = stack.use(await mkdtempDisposable(join(tmpdir(), 'typed-'))).path;
  await using gateway = await startGateway();
  const [, printed = ''] =
    /`codegen\.ts`:\n\n```ts\n(.*?)^```$/ms.exec(await readFile('docs/frontend.md', 'utf8')) ?? [];
  const config = printed.replace('http://127.0.0.1:4000', await gateway.listen());
  if (config === printed) throw new Error('docs/frontend.md prints no configuration of the client preset.');
  const compilerOptions = {
    strict: true,
    noEmit: true,
    target: 'esnext',
    module: 'esnext',
    moduleResolution: 'bundler',
    lib: ['esnext', 'dom'],
    types: ['node'],
    typeRoots: [resolve('node_modules/@types')],
  };
  const manifest = { type: 'module', imports: { '#gql': './src/gql/index.ts' } };
  await mkdir(join(folder, 'src'));
  await writeFile(join(folder, 'codegen.ts'), config);
  await writeFile(join(folder, 'package.json'), JSON.stringify(manifest));
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['src'] }));
  for (const name of programs) await copyFile(`test/clients/programs/${name}.ts`, join(folder, `src/${name}.ts`));
  await symlink(resolve('test/clients/node_modules'), join(folder, 'node_modules'));
  await runCommand('@graphql-codegen/cli/esm/bin.js', ['--config', 'codegen.ts'], folder);
  await runScript('node_modules/typescript/bin/tsc', ['-p', folder, '--singleThreaded']);
  const held = stack.move();
  return {
    config,
    async run(program, ...args) {
      const hooks = `--import=${resolve('test/clients/bundled-imports.ts')}`;
      return JSON.parse(await runScript(hooks, [join(folder, `src/${program}.ts`), ...args]));
    },
    [Symbol.asyncDispose]: () => held[Symbol.asyncDispose](),
  };
}
