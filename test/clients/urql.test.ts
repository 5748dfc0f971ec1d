import { describe, expect, test } from 'vitest';
import { found } from '../support/conformance.ts';
import { startGateway } from '../support/gateway.ts';
import { client, clientsAreThere, run } from './client-programs.ts';

const GRAPHCACHE = client('@urql/exchange-graphcache');

describe.runIf(clientsAreThere())('urql', { timeout: 60_000 }, () => {
  test('a list with relayPagination grows window by window, and meets every row once', async (context) => {
    await using gateway = await startGateway({ hood: { rows: 31 } });
    const { data } = await gateway.query('{ hoodExports(first: 100) { nodes { hoodId } } }');
    const all = data.hoodExports.nodes.map(({ hoodId }: { hoodId: string }) => hoodId);
    expect(await run('urql', `${await gateway.listen()}/graphql`, 'pages')).toEqual(all);
    expect(all.length).toBeGreaterThan(35);
    found(context, GRAPHCACHE, `${all.length} rows, each once and in order`);
  });

  test('a mutation’s answer changes the row that a list has under the same id', async (context) => {
    await using gateway = await startGateway();
    expect(await run('urql', `${await gateway.listen()}/graphql`, 'cacheById')).toEqual({
      status: 'APPROVED',
      requests: 1,
    });
    found(context, GRAPHCACHE);
  });

  test('files in variables are sent as a form, with the header that uploads need', async (context) => {
    await using gateway = await startGateway();
    expect(await run('urql', `${await gateway.listen()}/graphql`, 'proofs')).toMatchObject({
      proofOfIdentity: expect.stringMatching(/proof_of_identity\.png$/),
      proofOfAddress: expect.stringMatching(/proof_of_address\.pdf$/),
    });
    expect(gateway.hoodCalls()).toEqual(['POST /v1/hood/gdpr-requests']);
    found(context, client('@urql/core'));
  });

  test('data and error come together when one API is down', async (context) => {
    await using gateway = await startGateway();
    gateway.sor.api.dials.fault = () => ({ kind: 'status', status: 501 });
    expect(await run('urql', `${await gateway.listen()}/graphql`, 'partialData')).toEqual({
      data: { customerData: { totalCount: 5 }, systemsOfRecord: null },
      errors: [{ path: ['systemsOfRecord'], code: 'UPSTREAM_UNAVAILABLE' }],
    });
    found(context, client('@urql/core'));
  });
});
