import { mkdtempDisposable, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { describe, expect, test } from 'vitest';
import { found } from '../support/conformance.ts';
import { startGateway } from '../support/gateway.ts';
import { Moments } from '../support/live.ts';
import { client, clientsAreThere, run, runCommand } from './client-programs.ts';

/** One of the documented profiles. */
const CUSTOMER = 'robert.hill@mymail.org';

/** Compiles the documents of the program against the schema that clients are given; tells what the compiler says. */
async function compile(folder: string, more: object = {}): Promise<string> {
  // The compiler takes paths that start at its configuration.
  const from = (path: string) => relative(folder, path);
  const config = {
    src: from('test/clients/programs'),
    schema: from('schema.graphql'),
    language: 'typescript',
    artifactDirectory: '.',
    eagerEsModules: true,
    useImportTypeSyntax: true,
    ...more,
  };
  await writeFile(join(folder, 'package.json'), '{"type":"module"}');
  await writeFile(join(folder, 'relay.config.json'), JSON.stringify(config));
  return runCommand('relay-compiler/cli.js', ['relay.config.json'], folder);
}

describe.runIf(clientsAreThere())('Relay', { timeout: 60_000 }, () => {
  test('relay-compiler accepts the schema, and documents with refetchable connections', async (context) => {
    await using folder = await mkdtempDisposable(join(tmpdir(), 'relay-'));
    expect(await compile(folder.path)).toContain('compiled documents: 9 reader, 6 normalization, 10 operation text');
    found(context, client('relay-compiler'));
  });

  test('a refetchable fragment pages forwards and backwards, and meets every row once', async (context) => {
    await using folder = await mkdtempDisposable(join(tmpdir(), 'relay-'));
    await compile(folder.path);
    await using gateway = await startGateway({ hood: { rows: 31 } });
    const ofCustomer = ['7', '8', '9', '10', '11'];
    gateway.hood.insert(
      'gdprRequests',
      ofCustomer.map((id) => ({ id, client_id: CUSTOMER })),
    );
    const { data } = await gateway.query('{ gdprRequests(first: 100) { nodes { hoodId } } }');
    const all = data.gdprRequests.nodes.map(({ hoodId }: { hoodId: string }) => hoodId);

    const url = `${await gateway.listen()}/graphql`;
    expect(await run('relay', url, folder.path, 'pages', CUSTOMER)).toEqual({
      forwards: all,
      backwards: all,
      bothWays: all,
      ofNode: all.filter((id: string) => ofCustomer.includes(id)),
    });
    expect(all.length).toBeGreaterThan(35);
    found(context, client('relay-runtime'), `${all.length} rows, each once and in order`);
  });

  test('documents that relay-compiler persisted are served by their hashes, where nothing else is', async (context) => {
    await using folder = await mkdtempDisposable(join(tmpdir(), 'relay-'));
    const file = 'persisted.json';
    await writeFile(join(folder.path, file), '{}');
    await compile(folder.path, { persistConfig: { file, algorithm: 'SHA256' } });
    await using gateway = await startGateway({
      env: { TRUSTED_DOCUMENTS: join(folder.path, file), TRUSTED_DOCUMENTS_ONLY: 'true' },
    });
    gateway.hood.replace('gdprRequests', [{ id: '7', client_id: CUSTOMER }]);
    const shown = await run('relay', `${await gateway.listen()}/graphql`, folder.path, 'deferred');
    expect(shown).toContainEqual({ hoodId: '7', profile: { customerProfile: { customerId: CUSTOMER } } });
    gateway.hood.replace('exports', [{ id: '7', status: 'ready' }]);
    expect(await run('relay', `${await gateway.listen()}/graphql`, folder.path, 'followed')).toEqual(['ready']);
    expect(await gateway.query('{ __typename }')).toMatchObject({
      errors: [{ extensions: { code: 'BAD_USER_INPUT' } }],
    });
    found(context, client('relay-runtime'));
  });

  test('a deferred fragment of Relay fills the row that is already on screen', async (context) => {
    await using folder = await mkdtempDisposable(join(tmpdir(), 'relay-'));
    await compile(folder.path);
    await using gateway = await startGateway();
    gateway.hood.replace('gdprRequests', [{ id: '7', client_id: CUSTOMER }]);
    gateway.sor.api.dials.latencyMs = 100;
    expect(await run('relay', `${await gateway.listen()}/graphql`, folder.path, 'deferred')).toEqual([
      { hoodId: '7', profile: 'to come' },
      { hoodId: '7', profile: { customerProfile: { customerId: CUSTOMER } } },
    ]);
    found(context, client('relay-runtime'), 'passes', [
      'Relay has no transport of its own, and takes every part as an answer: the format of 2022 needs `examples/clients/relay-network.ts`.',
    ]);
  });

  test('a subscription shows each status of an export, until it is complete', async (context) => {
    await using folder = await mkdtempDisposable(join(tmpdir(), 'relay-'));
    await compile(folder.path);
    const moments = new Moments();
    await using gateway = await startGateway({ nextMoment: moments.nextMoment });
    gateway.hood.replace('exports', [{ id: '7', status: 'running' }]);
    const shown = run('relay', `${await gateway.listen()}/graphql`, folder.path, 'followed');
    await moments.settled(1);
    gateway.hood.replace('exports', [{ id: '7', status: 'ready' }]);
    await moments.pass();
    expect(await shown).toEqual(['running', 'ready']);
    found(context, client('relay-runtime'));
  });
});
