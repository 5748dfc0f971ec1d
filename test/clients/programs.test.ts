import { copyFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { clientProject, clientsAreThere, runScript } from './client-programs.ts';

describe.runIf(clientsAreThere())('the programs', { timeout: 60_000 }, () => {
  // The check of the whole project leaves them out: it also runs where no client is installed.
  test('every program, with the examples that it uses, fits the types of its client', async () => {
    await using project = await clientProject();
    for (const file of ['tsconfig.json', 'test/clients/tsconfig.json']) await copyFile(file, join(project.path, file));
    const folder = join(project.path, 'test/clients');
    const args = ['-p', folder, '--typeRoots', resolve('node_modules/@types'), '--singleThreaded'];
    expect(await runScript('node_modules/typescript/bin/tsc', args)).toBe('');
  });
});
