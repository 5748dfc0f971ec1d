import { describe, expect, test } from 'vitest';
import { startGateway } from '../support/gateway.ts';
import { answering, hoodList } from './asked.ts';

describe.each([
  ['a path', (path: string) => path],
  ['an address of its own', (path: string, origin: string) => `${origin}${path}/`],
  ['an address of somebody else', (path: string) => `https://elsewhere.example${path}?secret=1`],
])('a creation that is answered with no more than its Location, as %s', (_, written) => {
  test.each<[name: string, path: string, row: object, selection: string, result: unknown]>([
    [
      'createCustomerData(input: { target: "size" })',
      '/v1/hood/customer-data/7',
      { id: '7', target: 'size', update_time: '2025-01-01 00:00:00' },
      '... on CreateCustomerDataSuccess { customerDatum { hoodId target updateTimeText } }',
      { customerDatum: { hoodId: '7', target: 'size', updateTimeText: '2025-01-01 00:00:00' } },
    ],
    [
      'createProfileProperty(input: { label: "size" })',
      '/v1/hood/profile-properties/8%2E1',
      { id: '8.1', label: 'size' },
      '... on CreateProfilePropertySuccess { profileProperty { hoodId label } }',
      { profileProperty: { hoodId: '8.1', label: 'size' } },
    ],
    [
      'createGdprRequest(input: { clientId: "a" })',
      '/v1/hood/gdpr-requests/9',
      { id: '9', client_id: 'a', status: 'pending' },
      '... on CreateGdprRequestSuccess { gdprRequest { hoodId status } }',
      { gdprRequest: { hoodId: '9', status: 'PENDING' } },
    ],
    [
      'createSystemOfRecord(input: { name: "New" })',
      '/api/system_of_records/SOR_n',
      { identifier: 'SOR_n', name: 'New' },
      '... on CreateSystemOfRecordSuccess { systemOfRecord { identifier name } }',
      { systemOfRecord: { identifier: 'SOR_n', name: 'New' } },
    ],
  ])('%s is read by that id, for one call', async (mutation, path, row, selection, result) => {
    await using gateway = await startGateway();
    for (const api of [gateway.hood, gateway.sor.api]) {
      api.dials.fault = ({ line }) =>
        line.startsWith('POST')
          ? { kind: 'status', status: 201, headers: { location: written(path, api.origin) } }
          : { kind: 'body', body: { success: true, result: row, total: 1, items: [row] } };
    }
    const { data, errors } = await gateway.query(`mutation { result: ${mutation} { ${selection} } }`);
    expect(errors).toBeUndefined();
    expect(data.result).toEqual(result);
    const calls = [...gateway.hoodCalls(), ...gateway.sorCalls()];
    expect(calls).toHaveLength(2);
    expect(decodeURIComponent(calls[1] ?? '')).toContain(Object.values(row)[0]);
    expect(calls[1]).not.toContain('secret');
  });
});

test.each([
  '/',
  '/v1/hood/customer-data',
  '/elsewhere/7',
  '/v1/hood/customer-data/..',
  '/v1/hood/customer-data/%ff',
  ':',
])('a Location of %s names nothing', async (location) => {
  await using gateway = await startGateway();
  answering(gateway.hood, ({ method }) =>
    method === 'POST' ? { kind: 'status', status: 201, headers: { location } } : hoodList([], 0),
  );
  const { data, errors } = await gateway.query(
    'mutation { createCustomerData(input: { target: "size" }) { ... on CreateCustomerDataSuccess { customerDatum { target } } } }',
  );
  expect({ data, errors }).toEqual({ data: { createCustomerData: { customerDatum: null } }, errors: undefined });
  expect(gateway.hoodCalls()[1]).toContain('target=eq:size');
});
