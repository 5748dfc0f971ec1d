import { expect, test } from 'vitest';
import { type Gateway, startGateway } from '../../../support/gateway.ts';

function create(gateway: Gateway, input: Record<string, unknown>, selection = 'hoodId') {
  return gateway.query(
    `mutation ($input: CreateCustomerDataInput!) {
      createCustomerData(input: $input) {
        __typename
        ... on CreateCustomerDataSuccess { customerDatum { ${selection} } }
        ... on UserError { code message }
        ... on InvalidInputError { issues { path code } }
      }
    }`,
    { input },
  );
}

test('the creation that the vendor documents gives the printed part of the key in one call', async () => {
  await using gateway = await startGateway();
  const selection = 'id hoodId companyId target piData';
  const { data, errors } = await create(gateway, { target: 'new-customer-target', piData: true }, selection);
  expect(errors).toBeUndefined();
  expect(gateway.hoodCalls()).toEqual(['POST /v1/hood/customer-data']);
  expect(data.createCustomerData).toEqual({
    __typename: 'CreateCustomerDataSuccess',
    customerDatum: {
      id: Buffer.from('CustomerData:2000001').toString('base64url'),
      hoodId: '2000001',
      companyId: '7196310',
      target: 'new-customer-target',
      piData: true,
    },
  });
});

test('the rest of a new key is read once, and null counts as left out', async () => {
  await using gateway = await startGateway();
  const input = { target: 'tier', label: 'tier', description: 'Loyalty.', example: null, piData: null };
  const { data } = await create(gateway, input, 'label description example piData createTime');
  expect(data.createCustomerData.customerDatum).toMatchObject({
    label: 'tier',
    description: 'Loyalty.',
    piData: false,
  });
  expect(data.createCustomerData.customerDatum.createTime).toMatch(/Z$/);
  expect(gateway.hoodCalls()).toEqual([
    'POST /v1/hood/customer-data',
    'GET /v1/hood/customer-data/2000001?fields=create_time,description,example,id,label,pi_data',
  ]);
});

test('a creation that is answered with nothing succeeded: the key is found by its target', async () => {
  await using gateway = await startGateway();
  gateway.hood.dials.lie = ({ line }, honest) => (line.startsWith('POST') ? undefined : honest);
  const { data, errors } = await create(gateway, { target: 'tier' }, 'hoodId target');
  expect(errors).toBeUndefined();
  expect(data.createCustomerData.customerDatum).toEqual({ hoodId: '2000001', target: 'tier' });
  expect(gateway.hoodCalls()).toEqual([
    'POST /v1/hood/customer-data',
    'GET /v1/hood/customer-data?target=eq:tier&fields=create_time,id,target&page=1,2&sort=-create_time',
  ]);
});

test('a target that is taken is said to be', async () => {
  await using gateway = await startGateway();
  const { data, errors } = await create(gateway, { target: 'mina_test' });
  expect(errors).toBeUndefined();
  expect(data.createCustomerData).toMatchObject({ __typename: 'UpstreamRejectedError', code: 'TAKEN' });
  expect(gateway.hoodCalls()).toHaveLength(2);
});

test('every mistake is told at once, without a call', async () => {
  await using gateway = await startGateway();
  const { data } = await create(gateway, { target: ' ', label: '', description: 'x'.repeat(2_001) });
  expect(data.createCustomerData.issues).toEqual([
    { path: ['target'], code: 'TOO_SHORT' },
    { path: ['label'], code: 'TOO_SHORT' },
    { path: ['description'], code: 'TOO_LONG' },
  ]);
  expect(gateway.hoodCalls()).toEqual([]);
});

test('a list of keys that is kept is read again after a creation', async () => {
  await using gateway = await startGateway({ env: { CACHE: 'on' } });
  const total = async () =>
    (await gateway.query('{ customerData(first: 1) { totalCount } }')).data.customerData.totalCount;
  expect([await total(), await total()]).toEqual([5, 5]);
  await create(gateway, { target: 'tier' });
  expect(await total()).toBe(6);
});
