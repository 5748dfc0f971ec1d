import { expect, test } from 'vitest';
import { exactJson } from '../../../src/sandbox/exact-json.ts';
import { startGateway } from '../../support/gateway.ts';

test.each<[written: unknown, size: number | null, count: number | null]>([
  [2_147_483_647, 2_147_483_647, 2_147_483_647],
  [2_147_483_648, 2_147_483_648, null],
  [-2_147_483_649, -2_147_483_649, null],
  ['5000000000', 5_000_000_000, null],
  [9_007_199_254_740_991, 9_007_199_254_740_991, null],
  [exactJson('9007199254740993'), null, null],
  ['9007199254740993', null, null],
  [exactJson('9'.repeat(20)), null, null],
  [exactJson('1e400'), null, null],
  [exactJson('9'.repeat(400)), null, null],
  ['7', 7, 7],
])('a size and counts of %s are %s and %s, without an error', async (written, size, count) => {
  await using gateway = await startGateway();
  const numbers = { size: written, attempt_count: written, download_count: written };
  gateway.hood.dials.fault = () => ({ kind: 'body', body: { total: 1, items: [{ id: '1', ...numbers }] } });

  const { data, errors } = await gateway.query(
    '{ hoodExports(first: 1) { nodes { hoodId size attemptCount downloadCount } } }',
  );

  expect(errors).toBeUndefined();
  expect(data.hoodExports.nodes).toEqual([{ hoodId: '1', size, attemptCount: count, downloadCount: count }]);
});

test('a number of attributes that no Int can hold is null, and the rest of the system stays', async () => {
  await using gateway = await startGateway();
  const row = { identifier: 'a', name: 'A', attributes_count: 3_000_000_000 };
  const result = [row, { ...row, identifier: 'b', attributes_count: 12 }];
  gateway.sor.api.dials.fault = () => ({ kind: 'body', body: { success: true, result } });

  const { data, errors } = await gateway.query('{ systemsOfRecord { nodes { name attributesCount } } }');

  expect(errors).toBeUndefined();
  expect(data.systemsOfRecord.nodes).toEqual([
    { name: 'A', attributesCount: null },
    { name: 'A', attributesCount: 12 },
  ]);
});
