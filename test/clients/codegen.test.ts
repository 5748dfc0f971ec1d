import { copyFile, mkdir, mkdtempDisposable, readFile, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { found } from '../support/conformance.ts';
import { startGateway } from '../support/gateway.ts';
import { client, clientsAreThere, runCommand, runScript } from './client-programs.ts';

/** The `codegen.ts` that the README prints, for a gateway at another address. */
async function printedConfig(origin: string): Promise<string> {
  const [, config = ''] = /`codegen\.ts`:\n\n```ts\n(.*?)^```$/ms.exec(await readFile('README.md', 'utf8')) ?? [];
  expect(config).toContain('http://127.0.0.1:4000/graphql');
  return config.replace('http://127.0.0.1:4000', origin);
}

/** A project as a bundler's template begins one, with one file of code. */
async function startProject(folder: string, config: string): Promise<void> {
  const compilerOptions = {
    strict: true,
    noEmit: true,
    target: 'esnext',
    module: 'esnext',
    moduleResolution: 'bundler',
    lib: ['esnext', 'dom'],
    types: [],
  };
  const manifest = { type: 'module', imports: { '#gql': './src/gql/index.ts' } };
  await mkdir(join(folder, 'src'));
  await writeFile(join(folder, 'codegen.ts'), config);
  await writeFile(join(folder, 'package.json'), JSON.stringify(manifest));
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['src'] }));
  await copyFile('test/clients/programs/typed.ts', join(folder, 'src/typed.ts'));
  await symlink(resolve('test/clients/node_modules'), join(folder, 'node_modules'));
}

describe.runIf(clientsAreThere())('GraphQL Code Generator', { timeout: 60_000 }, () => {
  test('the client preset, configured as printed, gives code that passes tsc with a type for every scalar', async (context) => {
    await using gateway = await startGateway();
    await using folder = await mkdtempDisposable(join(tmpdir(), 'codegen-'));
    const config = await printedConfig(await gateway.listen());
    await startProject(folder.path, config);
    await runCommand('@graphql-codegen/cli/esm/bin.js', ['--config', 'codegen.ts'], folder.path);
    await runScript('node_modules/typescript/bin/tsc', ['-p', folder.path]);

    const scalars = [...(await readFile('schema.graphql', 'utf8')).matchAll(/^scalar (\w+)/gm)];
    expect(scalars.filter(([, name]) => !config.includes(`${name}: `))).toEqual([]);
    found(context, client('@graphql-codegen/client-preset'), `${scalars.length} scalars typed`);
  });
});
