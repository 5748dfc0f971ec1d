import { expect, test, vi } from 'vitest';
import type { Gateway } from '../../support/gateway.ts';
import { startGateway } from '../../support/gateway.ts';

const pauses: number[] = [];
vi.mock('node:timers/promises', () => ({
  setTimeout: async (ms: number) => void pauses.push(ms),
}));

const MUTATION = `mutation {
  exportCustomerProfiles(input: {}) { ... on ExportCustomerProfilesSuccess { downloadUrl } }
}`;

async function download(gateway: Gateway): Promise<Response> {
  const { data } = await gateway.query(MUTATION);
  pauses.length = 0;
  return gateway.fetch(data.exportCustomerProfiles.downloadUrl);
}

test.each([
  ['a fresh address', (call: number) => `/api/customer_profiles/export?n=${call}`],
  ['the same address', () => '/api/customer_profiles/export?n=1'],
])('an export that answers %s each time is asked 20 times at most, after a pause each', async (_, addressOf) => {
  await using gateway = await startGateway();
  let call = 0;
  gateway.sor.api.dials.fault = () => {
    call += 1;
    return { kind: 'body', body: { success: true, result: { url: addressOf(call) } } };
  };

  const response = await download(gateway);

  expect(response.status).toBe(504);
  expect(gateway.sorCalls()).toHaveLength(20);
  expect(pauses).toEqual([250, 500, 1_000, 2_000, 4_000, ...Array(14).fill(5_000)]);
});
