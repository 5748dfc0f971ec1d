import { expect, test } from 'vitest';
import { startGateway } from '../../../support/gateway.ts';

test('an id with a comma is viewed alone, its dots encoded, and the others still share a call', async () => {
  await using gateway = await startGateway();
  gateway.sor.insertProfiles([{ customerId: 'hill,r. o@x.org', values: { SOR_id3nt1f13r: { first_name: 'Comma' } } }]);

  const { data } = await gateway.query(`{
    comma: customerProfile(customerId: "hill,r. o@x.org") { firstName }
    plain: customerProfile(customerId: "robert.hill@mymail.org") { firstName }
    other: customerProfile(customerId: "maximillian_weber@ritchiehyatt.name") { firstName }
  }`);

  expect(data).toEqual({
    comma: { firstName: 'Comma' },
    plain: { firstName: 'robert' },
    other: { firstName: 'maximillian' },
  });
  expect(gateway.sor.api.calls.map(({ rawTarget }) => rawTarget).sort()).toEqual([
    '/api/customer_profiles/hill%2Cr%2E%20o%40x%2Eorg?attribute_keys=first_name&customer_id_type=user_id',
    '/api/customer_profiles?attribute_keys=first_name&customer_id_type=user_id&customer_ids=robert.hill%40mymail.org,maximillian_weber%40ritchiehyatt.name&num_per_page=2',
  ]);
});

test.each(['../x,y', 'a/b,c', 'a?b,c', 'a#b,c', 'a%2fb,c', '%2e%2e,'])(
  'the id %j stays inside its segment of the path',
  async (customerId) => {
    await using gateway = await startGateway();
    gateway.sor.insertProfiles([{ customerId, values: { SOR_id3nt1f13r: { first_name: 'Inside' } } }]);

    const { data } = await gateway.query(
      'query ($id: ID!) { customerProfile(customerId: $id) { customerId firstName } }',
      { id: customerId },
    );

    expect(data.customerProfile).toEqual({ customerId, firstName: 'Inside' });
    expect(gateway.sor.api.calls.map(({ rawTarget }) => rawTarget.split('?')[0])).toEqual([
      `/api/customer_profiles/${encodeURIComponent(customerId).replaceAll('.', '%2E')}`,
    ]);
  },
);

test.each(['', '.', '..'])('nobody has the id %j: null without a call', async (customerId) => {
  await using gateway = await startGateway();

  const { data, errors } = await gateway.query('query ($id: ID!) { customerProfile(customerId: $id) { firstName } }', {
    id: customerId,
  });

  expect({ data, errors }).toEqual({ data: { customerProfile: null }, errors: undefined });
  expect(gateway.sorCalls()).toEqual([]);
});

test.each(['empty', 'missing'] as const)(
  'nobody, looked up by View, is null whether the answer is an empty array or a 404 (%s)',
  async (how) => {
    await using gateway = await startGateway();
    // The vendor's pages do not say which.
    const missing = { status: '404', success: false, error_message: 'Customer profile not found' };
    if (how === 'missing') gateway.sor.api.dials.fault = () => ({ kind: 'status', status: 404, body: missing });

    const { data, errors } = await gateway.query('{ customerProfile(customerId: "no,body") { customerId } }');

    expect({ data, errors }).toEqual({ data: { customerProfile: null }, errors: undefined });
    expect(gateway.sorCalls()).toEqual(['GET /api/customer_profiles/no,body?customer_id_type=user_id']);
  },
);

test.each<[why: string, result: unknown]>([
  ['another customer', [{ customer_id: 'other', customer_id_type: 'user_id', attributes: {} }]],
  ['a device of that id', [{ customer_id: 'a,b', customer_id_type: 'device_id', attributes: {} }]],
  ['nothing', null],
])('a View that answers with %s is nobody’s', async (_why, result) => {
  await using gateway = await startGateway();
  gateway.sor.api.dials.fault = () => ({ kind: 'body', body: { success: true, result } });

  expect(await gateway.query('{ customerProfile(customerId: "a,b") { customerId } }')).toEqual({
    data: { customerProfile: null },
  });
});

test('a View may answer with the customer alone instead of an array', async () => {
  await using gateway = await startGateway();
  const result = {
    customer_id: 'a,b',
    customer_id_type: 'user_id',
    attributes: { global: { city: 'Porto' } },
  };
  gateway.sor.api.dials.fault = () => ({ kind: 'body', body: { success: true, result } });

  const { data } = await gateway.query('{ customerProfile(customerId: "a,b") { city } }');

  expect(data.customerProfile).toEqual({ city: 'Porto' });
});

const row = (customer_id: unknown, first_name: string, customer_id_type: unknown = 'user_id') => ({
  ...{ customer_id, customer_id_type },
  attributes: { global: { first_name } },
  applications: [],
});

test('a View that answers with somebody else is nobody’s, even if that one was asked for elsewhere', async () => {
  await using gateway = await startGateway();
  gateway.sor.api.dials.fault = ({ line }) => ({
    kind: 'body',
    body: {
      success: true,
      result: line.startsWith('GET /api/customer_profiles?')
        ? { total_profiles: 0, profiles: [] }
        : [row('b', 'Wrong')],
    },
  });

  const { data } = await gateway.query(
    '{ comma: customerProfile(customerId: "a,b") { city } b: customerProfile(customerId: "b") { city } }',
  );

  expect(data).toEqual({ comma: null, b: null });
});
