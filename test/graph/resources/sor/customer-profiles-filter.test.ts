import { expect, test } from 'vitest';
import { person } from '../../../../src/sandbox/people.ts';
import { startGateway } from '../../../support/gateway.ts';

const LIST = 'GET /api/customer_profiles?';

test('the filter pushes ids and their type', async () => {
  await using gateway = await startGateway({ sor: { profiles: 90, samples: false } });
  const [zero, one] = [person(0), person(1)];

  const { data } = await gateway.query(
    `query ($filter: CustomerProfileFilter) {
      customerProfiles(filter: $filter) { totalCount nodes { customerId } }
    }`,
    {
      filter: {
        customerIds: [zero.email, one.deviceId, one.email, 'nobody', zero.email],
        customerIdType: 'USER_ID',
      },
    },
  );

  expect(gateway.sorCalls()).toEqual([
    `${LIST}customer_id_type=user_id&customer_ids=${zero.email},${one.deviceId},${one.email},nobody&num_per_page=20`,
  ]);
  expect(data.customerProfiles.totalCount).toBe(2);
  expect(data.customerProfiles.nodes.map(({ customerId }: { customerId: string }) => customerId).sort()).toEqual(
    [zero.email, one.email].sort(),
  );
});

test('without a type, an id finds the user and the device that bear it', async () => {
  await using gateway = await startGateway();
  gateway.sor.insertProfiles([{ customerId: 'twin' }, { customerId: 'twin', type: 'device_id' }]);

  const { data } = await gateway.query(
    '{ customerProfiles(filter: { customerIds: ["twin"] }) { totalCount nodes { customerIdType } } }',
  );

  expect(data.customerProfiles.totalCount).toBe(2);
  expect(data.customerProfiles.nodes).toHaveLength(2);
  expect(data.customerProfiles.nodes).toEqual(
    expect.arrayContaining([{ customerIdType: 'USER_ID' }, { customerIdType: 'DEVICE_ID' }]),
  );
});

test('an empty list of ids matches nobody, without a call', async () => {
  await using gateway = await startGateway({ sor: { profiles: 9 } });

  const { data, errors } = await gateway.query(
    '{ customerProfiles(filter: { customerIds: [] }) { totalCount nodes { customerId } pageInfo { hasNextPage endCursor } } }',
  );

  expect(errors).toBeUndefined();
  expect(data.customerProfiles).toEqual({
    totalCount: 0,
    nodes: [],
    pageInfo: { hasNextPage: false, endCursor: null },
  });
  expect(gateway.sorCalls()).toEqual([]);
});

test.each<[why: string, filter: object]>([
  ['ids that are null', { customerIds: null }],
  ['a type that is null', { customerIdType: null }],
  ['an id with a comma', { customerIds: ['a', 'b,c'] }],
  ['an empty id', { customerIds: ['a', ''] }],
  ['more than 4 kB of ids', { customerIds: Array.from({ length: 180 }, (_, n) => person(n).clientId + n) }],
])('%s are the caller’s mistake, without a call', async (_why, filter) => {
  await using gateway = await startGateway();

  const { data, errors } = await gateway.query(
    'query ($filter: CustomerProfileFilter) { customerProfiles(filter: $filter) { totalCount } }',
    { filter },
  );

  expect(data).toEqual({ customerProfiles: null });
  expect(errors).toMatchObject([{ path: ['customerProfiles'], extensions: { code: 'BAD_USER_INPUT' } }]);
  expect(gateway.sorCalls()).toEqual([]);
});

test('half a character in a filter is a mistake, and costs no call', async () => {
  await using gateway = await startGateway();

  const { data, errors } = await gateway.query(
    'query ($filter: CustomerProfileFilter) { customerProfiles(filter: $filter) { totalCount } }',
    { filter: { customerIds: ['\ud800'] } },
  );

  expect(data).toBeUndefined();
  expect(errors?.[0]?.message).toBe('`$filter.customerIds.0`: expected whole characters, not an unpaired surrogate.');
  expect(gateway.sorCalls()).toEqual([]);
});
