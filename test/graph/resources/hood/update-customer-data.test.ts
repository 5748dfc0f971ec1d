import { expect, test } from 'vitest';
import { type Gateway, startGateway } from '../../../support/gateway.ts';

function update(gateway: Gateway, input: Record<string, unknown>, selection = 'hoodId') {
  return gateway.query(
    `mutation ($input: UpdateCustomerDataInput!) {
      updateCustomerData(input: $input) {
        __typename
        ... on UpdateCustomerDataSuccess { customerDatum { ${selection} } }
        ... on UserError { code message }
        ... on InvalidInputError { issues { path code message } }
      }
    }`,
    { input },
  );
}

test('a change is written, then the key is read as it now is; null empties a text', async () => {
  await using gateway = await startGateway();
  const row = { id: '7', target: 'tier', description: 'Old.', example: 'gold', export_alias: 'tier', pi_data: 0 };
  gateway.hood.replace('customerData', [row]);
  const changes = { hoodId: '7', piData: true, example: null, exportAlias: 'level' };
  const { data, errors } = await update(gateway, changes, 'target description example exportAlias piData');
  expect(errors).toBeUndefined();
  expect(data.updateCustomerData.customerDatum).toEqual({
    target: 'tier',
    description: 'Old.',
    example: null,
    exportAlias: 'level',
    piData: true,
  });
  expect(gateway.hoodCalls()).toEqual([
    'PATCH /v1/hood/customer-data/7',
    'GET /v1/hood/customer-data/7?fields=description,example,export_alias,id,pi_data,target',
  ]);
});

test('a change that selects nothing but ids is one call', async () => {
  await using gateway = await startGateway();
  const { data } = await update(gateway, { hoodId: '343776', description: 'Changed.' }, 'id hoodId');
  expect(data.updateCustomerData.customerDatum.hoodId).toBe('343776');
  expect(gateway.hoodCalls()).toEqual(['PATCH /v1/hood/customer-data/343776']);
});

test('every mistake is told at once, without a call', async () => {
  await using gateway = await startGateway();
  const nothing = await update(gateway, { hoodId: '7' });
  expect(nothing.data.updateCustomerData.issues).toEqual([
    { path: [], code: 'REQUIRED', message: 'Expected at least one field to change.' },
  ]);
  const several = await update(gateway, { hoodId: '..', piData: null, description: 'x'.repeat(2_001) });
  expect(several.data.updateCustomerData.issues.map(({ path, code }: Record<string, unknown>) => [path, code])).toEqual(
    [
      [['hoodId'], 'UNKNOWN_ID'],
      [['description'], 'TOO_LONG'],
      [['piData'], 'WRONG_TYPE'],
    ],
  );
  expect(gateway.hoodCalls()).toEqual([]);
});

test('a key that does not exist is said to be unknown', async () => {
  await using gateway = await startGateway();
  const { data } = await update(gateway, { hoodId: '8', description: 'x' });
  expect(data.updateCustomerData).toMatchObject({ __typename: 'UpstreamRejectedError', code: 'UNKNOWN_ID' });
});
