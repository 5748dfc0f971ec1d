import { expect, test } from 'vitest';
import { startGateway } from '../support/gateway.ts';

const ID = Buffer.from('HoodExport:1000000').toString('base64url');
const env = { MAX_ENTITIES: '3' };
const MESSAGE = 'Expected at most 3 ids in an operation, not 4: ask for them in several.';

test('more ids than an operation may name are one error, without a call', async () => {
  await using gateway = await startGateway({ env });
  const query = 'query ($ids: [ID!]!) { nodes(ids: $ids) { id ... on HoodExport { name } } }';

  const { errors } = await gateway.query(query, { ids: [ID, ID, ID, ID] });

  expect(errors).toMatchObject([{ message: MESSAGE, path: ['nodes'], extensions: { code: 'BAD_USER_INPUT' } }]);
  expect(gateway.hoodCalls()).toEqual([]);
});

test('ids under several aliases are counted together, and as many as allowed are looked up', async () => {
  await using gateway = await startGateway({ env });
  const query = `query ($a: [ID!]!, $b: [ID!]!) {
    a: nodes(ids: $a) { ... on HoodExport { name } }
    b: nodes(ids: $b) { ... on HoodExport { name } }
  }`;

  const refused = await gateway.query(query, { a: [ID, ID], b: [ID, ID] });
  expect(refused.errors?.map(({ message }) => message)).toContain(MESSAGE);
  expect(gateway.hoodCalls()).toEqual([]);

  const answered = await gateway.query(query, { a: [ID, ID], b: [ID] });
  expect(answered.errors).toBeUndefined();
  expect(gateway.hoodCalls()).toHaveLength(1);
});

test('ids that name nothing are counted as others are', async () => {
  await using gateway = await startGateway({ env });
  const { errors } = await gateway.query('{ nodes(ids: ["a", "b", "c", "d"]) { id } }');
  expect(errors?.map(({ message }) => message)).toEqual([MESSAGE]);
});
