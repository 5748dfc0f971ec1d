import { describe, expect, test } from 'vitest';
import { found } from '../support/conformance.ts';
import { startGateway } from '../support/gateway.ts';
import { client, clientsAreThere, run } from './client-programs.ts';

describe.runIf(clientsAreThere())('GraphQL over HTTP', { timeout: 60_000 }, () => {
  test('the server audit of GraphQL over HTTP is passed', async (context) => {
    await using gateway = await startGateway();
    const audit = await run('graphql-http', `${await gateway.listen()}/graphql`);
    expect(audit).toEqual({ audits: 61, notOk: [] });
    found(context, client('graphql-http'), '61 of 61 audits pass');
  });
});
