import { expect, test } from 'vitest';
import { found } from '../support/conformance.ts';
import { startGateway } from '../support/gateway.ts';
import { run } from './client-programs.ts';

const DATA = { customerData: { nodes: [{ target: 'mina_test' }, { target: 'asdasdasdasdads' }] } };

test('plain fetch is answered by POST and by GET, as media types ask, and uploads a form', async (context) => {
  await using gateway = await startGateway();
  expect(await run('fetch', `${await gateway.listen()}/graphql`)).toEqual({
    posted: { status: 200, type: 'application/graphql-response+json; charset=utf-8', body: { data: DATA } },
    got: { status: 200, type: 'application/json; charset=utf-8', body: { data: DATA } },
    mistaken: {
      status: 400,
      type: 'application/graphql-response+json; charset=utf-8',
      body: { errors: [expect.objectContaining({ extensions: { code: 'BAD_USER_INPUT' } })] },
    },
    uploaded: {
      status: 200,
      type: 'application/json; charset=utf-8',
      body: { data: { importAttributeValues: { __typename: 'ImportAttributeValuesSuccess' } } },
    },
  });
  found(context, { name: 'node', version: process.versions.node });
});
