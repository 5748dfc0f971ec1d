import { mkdtempDisposable, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildSchema, getNamedType, getNullableType, isListType, isObjectType } from 'graphql';
import { describe, expect, test } from 'vitest';
import { found } from '../support/conformance.ts';
import { startGateway } from '../support/gateway.ts';
import { client, clientsAreThere, run } from './client-programs.ts';

const APOLLO = client('@apollo/client');

/** The arguments that say where in a list a window is. */
const WINDOW = ['first', 'after', 'offset', 'last', 'before'];

describe.runIf(clientsAreThere())('Apollo Client', { timeout: 60_000 }, () => {
  test('a list with relayStylePagination grows forwards and backwards, and meets every row once', async (context) => {
    await using gateway = await startGateway({ hood: { rows: 31 } });
    const { data } = await gateway.query('{ gdprRequests(first: 100) { nodes { hoodId } } }');
    const all = data.gdprRequests.nodes.map(({ hoodId }: { hoodId: string }) => hoodId);
    const url = `${await gateway.listen()}/graphql`;
    expect(await run('apollo', url, 'forwards')).toEqual(all);
    expect(await run('apollo', url, 'backwards')).toEqual(all);
    expect(all.length).toBeGreaterThan(35);
    found(context, APOLLO, `${all.length} rows, each once and in order`);
  });

  test('the cache knows a row by its id: a mutation’s answer changes it in a list', async (context) => {
    await using gateway = await startGateway();
    expect(await run('apollo', `${await gateway.listen()}/graphql`, 'cacheById')).toEqual({
      status: 'APPROVED',
      isCachedById: true,
      requests: 1,
    });
    found(context, APOLLO);
  });

  test('screens that select different fields of a part without an id share it in the cache', async (context) => {
    await using gateway = await startGateway();
    gateway.hood.replace('gdprRequests', [
      {
        id: '7',
        client_id: 'hugo.garcia.0@example.com',
        subject_information: { full_name: 'Jeanne', email: 'jeanne@example.com' },
        request_declaration: { date: '2021-10-29', signature: 'Jeanne' },
      },
    ]);
    expect(await run('apollo', `${await gateway.listen()}/graphql`, 'partsWithoutId')).toEqual({ requests: 2 });
    found(context, APOLLO, 'passes', [
      'Parts without an `id` need the `typePolicies` of `examples/clients/apollo-type-policies.ts`.',
    ]);
  });

  test('the policies know every list of the graph by its arguments, and every part without an id', async () => {
    const schema = buildSchema(await readFile('schema.graphql', 'utf8'));
    const objects = Object.values(schema.getTypeMap()).filter((type) => isObjectType(type));
    const lists: Record<string, string[]> = {};
    const merged = new Set<string>();
    for (const type of objects) {
      for (const { name, args, type: given } of Object.values(type.getFields())) {
        const [held, named] = [getNullableType(given), getNamedType(given)];
        if (!isObjectType(named)) continue;
        const fields = named.getFields();
        if (fields['pageInfo'])
          lists[`${type.name}.${name}`] = args.map((arg) => arg.name).filter((arg) => !WINDOW.includes(arg));
        // Whoever holds it is kept by an id, or is the root; what a mutation came to is not asked for again.
        const isKept = type.name === 'Query' || type.getFields()['id'] || type.name === 'SystemAttributes';
        if (isKept && !isListType(held) && !fields['id'] && !fields['pageInfo']) merged.add(named.name);
      }
    }
    const policies = (await run('apollo-policies')) as { lists: Record<string, string[]>; merged: string[] };
    const told = Object.entries(policies.lists).map(([list, keys]) => [list, keys.filter((key) => key !== 'offset')]);
    expect(Object.fromEntries(told)).toEqual(lists);
    expect(policies.merged).toEqual([...merged].sort());
  });

  test('the error policy all keeps what one API gave when the other is down', async (context) => {
    await using gateway = await startGateway();
    gateway.sor.api.dials.fault = () => ({ kind: 'status', status: 501 });
    expect(await run('apollo', `${await gateway.listen()}/graphql`, 'partialData')).toEqual({
      data: {
        customerData: { __typename: 'CustomerDataConnection', totalCount: 5 },
        systemsOfRecord: null,
      },
      errors: [{ path: ['systemsOfRecord'], code: 'UPSTREAM_UNAVAILABLE' }],
    });
    found(context, APOLLO);
  });

  test('automatic persisted queries send an operation’s text once', async (context) => {
    await using gateway = await startGateway();
    const data = { customerData: { __typename: 'CustomerDataConnection', totalCount: 5 } };
    expect(await run('apollo', `${await gateway.listen()}/graphql`, 'persistedQueries')).toEqual({
      first: data,
      second: data,
      sent: ['hash', 'text', 'hash'],
    });
    found(context, APOLLO);
  });

  test('a document of its manifest is served by its hash, where nothing else is', async (context) => {
    await using folder = await mkdtempDisposable(join(tmpdir(), 'apollo-'));
    const manifest = join(folder.path, 'manifest.json');
    await writeFile(manifest, JSON.stringify(await run('apollo', '', 'manifest')));
    await using gateway = await startGateway({
      env: { TRUSTED_DOCUMENTS: manifest, TRUSTED_DOCUMENTS_ONLY: 'true' },
    });
    const url = `${await gateway.listen()}/graphql`;
    expect(await run('apollo', url, 'trusted')).toEqual({
      data: { customerDatum: { __typename: 'CustomerData', hoodId: '343776' } },
      sent: ['hash'],
    });
    await expect(run('apollo', url, 'persistedQueries')).rejects.toThrow('Expected the id of a document');
    found(context, APOLLO);
  });

  test('a deferred fragment of Apollo Client fills the row that is already on screen', async (context) => {
    await using gateway = await startGateway();
    gateway.hood.replace('gdprRequests', [{ id: '7', client_id: 'robert.hill@mymail.org' }]);
    gateway.sor.api.dials.latencyMs = 100;
    const row = { __typename: 'GdprRequest', id: expect.any(String), hoodId: '7' };
    const profile = {
      __typename: 'CustomerProfile',
      id: expect.any(String),
      customerId: 'robert.hill@mymail.org',
    };
    expect(await run('apollo', `${await gateway.listen()}/graphql`, 'deferred')).toEqual([
      { data: { gdprRequest: row }, dataState: 'streaming' },
      { data: { gdprRequest: { ...row, customerProfile: profile } }, dataState: 'complete' },
    ]);
    expect(await run('apollo', `${await gateway.listen()}/graphql`, 'deferredInLaterFormat')).toEqual([
      { data: { gdprRequest: { ...row, customerProfile: profile } }, dataState: 'complete' },
    ]);
    found(context, APOLLO, 'passes', [
      'Answers in parts have the format of 2022, for which it has the `Defer20220824Handler`. With the later one of its `GraphQL17Alpha9Handler` all of an answer comes at once.',
    ]);
  });
});
