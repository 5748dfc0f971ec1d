import { cp, mkdtempDisposable, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { blocksIn, PAGES } from '../support/pages.ts';
import { clientsAreThere, runScript } from './client-programs.ts';

describe.runIf(clientsAreThere())('code that pages print', { timeout: 60_000 }, () => {
  test('every snippet for a client passes tsc with that client', async () => {
    await using folder = await mkdtempDisposable(join(tmpdir(), 'snippets-'));
    const snippets = PAGES.flatMap(({ text }) => blocksIn(text)).filter(({ language }) => language === 'ts');
    for (const [index, { code }] of snippets.entries()) await writeFile(join(folder.path, `${index}.ts`), code);
    await cp('examples/clients', folder.path, { recursive: true });
    const compilerOptions = {
      strict: true,
      noEmit: true,
      allowImportingTsExtensions: true,
      skipLibCheck: true,
      module: 'esnext',
      target: 'esnext',
    };
    const options = { ...compilerOptions, moduleResolution: 'bundler', lib: ['esnext', 'dom'], types: [] };
    await writeFile(join(folder.path, 'tsconfig.json'), JSON.stringify({ compilerOptions: options }));
    await symlink(resolve('test/clients/node_modules'), join(folder.path, 'node_modules'));
    await runScript('node_modules/typescript/bin/tsc', ['-p', folder.path, '--singleThreaded']);
    expect(snippets.length).toBeGreaterThan(1);
  });
});
