import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { found } from '../support/conformance.ts';
import { client, clientsAreThere } from './client-programs.ts';
import { startTypedProject } from './typed-project.ts';

describe.runIf(clientsAreThere())('GraphQL Code Generator', { timeout: 60_000 }, () => {
  test('the client preset, configured as printed, gives code that passes tsc with a type for every scalar', async (context) => {
    await using project = await startTypedProject(['typed']);
    const scalars = [...(await readFile('schema.graphql', 'utf8')).matchAll(/^scalar (\w+)/gm)];
    expect(scalars.filter(([, name]) => !project.config.includes(`${name}: `))).toEqual([]);
    found(context, client('@graphql-codegen/client-preset'), `${scalars.length} scalars typed`);
  });
});
