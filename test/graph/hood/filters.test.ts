import { describe, expect, test } from 'vitest';
import { startGateway } from '../../support/gateway.ts';

/** Four exports, newest first in Hood's own order. */
const ROWS = [
  { id: '4', name: 'd', description: null, size: null, create_time: '2025-01-04 12:00:00' },
  { id: '3', name: 'a:b', description: 'eq:x', size: 30, create_time: '2025-01-03 12:00:00' },
  { id: '2', name: 'a, b', description: 'y', size: 20, create_time: '2025-01-02 12:00:00' },
  { id: '1', name: 'a', description: 'x', size: 10, create_time: '2025-01-01 12:00:00' },
];

/** The ids that a filter on exports lets through, and what Hood was asked for. */
async function filtered(filter: Record<string, unknown> | null) {
  await using gateway = await startGateway();
  gateway.hood.replace('exports', ROWS);
  const { data, errors } = await gateway.query(
    'query ($filter: HoodExportFilter) { hoodExports(filter: $filter) { totalCount nodes { hoodId } } }',
    { filter },
  );
  expect(errors).toBeUndefined();
  const ids = data.hoodExports.nodes.map(({ hoodId }: { hoodId: string }) => hoodId).join('');
  expect(data.hoodExports.totalCount).toBe(ids.length);
  return { ids, calls: gateway.hoodCalls() };
}

function call(condition: string) {
  return [`GET /v1/hood/exports?${condition && `${condition}&`}fields=id&page=1,20`];
}

describe('each operator is one of Hood’s, always written out', () => {
  test.each<[filter: Record<string, unknown>, condition: string, ids: string]>([
    [{ name: { eq: 'a' } }, 'name=eq:a', '1'],
    [{ name: { eq: 'a:b' } }, 'name=eq:a:b', '3'],
    [{ name: { eq: 'a, b' } }, 'name=eq:a, b', '2'],
    [{ description: { eq: 'eq:x' } }, 'description=eq:eq:x', '3'],
    [{ name: { neq: 'a' } }, 'name=neq:a', '432'],
    [{ name: { in: ['a', 'd', 'a'] } }, 'name=in:a,d', '41'],
    [{ name: { notIn: ['a', 'd'] } }, 'name=nin:a,d', '32'],
    [{ description: { isNull: true } }, 'description=isn:', '4'],
    [{ description: { isNull: false } }, 'description=is:', '321'],
    [{ hoodId: { eq: '2' } }, 'id=eq:2', '2'],
    [{ hoodId: { eq: 2 } }, 'id=eq:2', '2'],
    [{ hoodId: { neq: '2' } }, 'id=neq:2', '431'],
    [{ hoodId: { in: ['2', '9'] } }, 'id=in:2,9', '2'],
    [{ hoodId: { notIn: ['2'] } }, 'id=nin:2', '431'],
    [{ size: { eq: 20 } }, 'size=eq:20', '2'],
    [{ size: { neq: 20 } }, 'size=neq:20', '31'],
    [{ size: { gt: 20 } }, 'size=gt:20', '3'],
    [{ size: { gte: 20 } }, 'size=gte:20', '32'],
    [{ size: { lt: 20 } }, 'size=lt:20', '1'],
    [{ size: { lte: 20 } }, 'size=lte:20', '21'],
    [{ size: { in: [10, 30] } }, 'size=in:10,30', '31'],
    [{ size: { notIn: [10] } }, 'size=nin:10', '32'],
    [{ size: { isNull: true } }, 'size=isn:', '4'],
    [{ size: { gt: -5 } }, 'size=gt:-5', '321'],
    [{ createTime: { eq: '2025-01-02T12:00:00Z' } }, 'create_time=eq:2025-01-02 12:00:00', '2'],
    [{ createTime: { gt: '2025-01-02T12:00:00Z' } }, 'create_time=gt:2025-01-02 12:00:00', '43'],
    [{ createTime: { gte: '2025-01-02T12:00:00Z' } }, 'create_time=gte:2025-01-02 12:00:00', '432'],
    [{ createTime: { lt: '2025-01-02T12:00:00Z' } }, 'create_time=lt:2025-01-02 12:00:00', '1'],
    [{ createTime: { lte: '2025-01-02T12:00:00Z' } }, 'create_time=lte:2025-01-02 12:00:00', '21'],
    [{ createTime: { isNull: false } }, 'create_time=is:', '4321'],
    [{ createTime: { neq: '2025-01-02T12:00:00Z' } }, 'create_time=neq:2025-01-02 12:00:00', '431'],
    [
      { createTime: { in: ['2025-01-02T12:00:00Z', '2025-01-03T13:00:00+01:00', '2025-01-01T12:00:00.5Z'] } },
      'create_time=in:2025-01-02 12:00:00,2025-01-03 12:00:00',
      '32',
    ],
    [{ createTime: { notIn: ['2025-01-02T12:00:00Z'] } }, 'create_time=nin:2025-01-02 12:00:00', '431'],
    [{ createTime: { neq: '2025-01-02T12:00:00.5Z' } }, '', '4321'],
    [{ size: { lt: 5_000_000_000 } }, 'size=lt:5000000000', '321'],
    [{ creatorId: { isNull: true } }, 'creator_id=isn:', '4321'],
    [{ companyId: { in: ['7', '8'] } }, 'company_id=in:7,8', ''],
    [{ downloadUrl: { eq: '/v1/hood/x' } }, 'download_url=eq:/v1/hood/x', ''],
  ])('%j', async (filter, condition, ids) => {
    expect(await filtered(filter)).toEqual({ ids, calls: call(condition) });
  });

  test.each<[filter: Record<string, unknown>, condition: string]>([
    [{ eq: true }, 'eq:1'],
    [{ eq: false }, 'eq:0'],
    [{ neq: true }, 'neq:1'],
    [{ in: [true, false] }, 'in:1,0'],
    [{ notIn: [true] }, 'nin:1'],
    [{ isNull: true }, 'isn:'],
  ])('a flag that is %j', async (piData, condition) => {
    await using gateway = await startGateway();
    await gateway.query('query ($filter: CustomerDataFilter) { customerData(filter: $filter) { nodes { hoodId } } }', {
      filter: { piData },
    });
    expect(gateway.hoodCalls()).toEqual([`GET /v1/hood/customer-data?pi_data=${condition}&fields=id&page=1,20`]);
  });
});

describe('a lower and an upper bound become one range', () => {
  test.each<[size: Record<string, number>, condition: string, ids: string]>([
    [{ gte: 10, lte: 30 }, 'size=rf:10,30', '321'],
    [{ gte: 10, lt: 30 }, 'size=rl:10,30', '21'],
    [{ gt: 10, lte: 30 }, 'size=rr:10,30', '32'],
    [{ gt: 10, lt: 30 }, 'size=r:10,30', '2'],
    [{ lt: 30, gt: 10 }, 'size=r:10,30', '2'],
    [{ gte: 20, lte: 20 }, 'size=rf:20,20', '2'],
    [{ gte: -1, lte: 5 }, 'size=rf:-1,5', ''],
    [{ gte: 9, lte: 10 }, 'size=rf:9,10', '1'],
  ])('%j', async (size, condition, ids) => {
    expect(await filtered({ size })).toEqual({ ids, calls: call(condition) });
  });

  test.each([
    { gte: 30, lte: 10 },
    { gte: 100, lte: 20 },
    { gt: 20, lt: 20 },
    { gte: 20, lt: 20 },
    { gt: 20, lte: 20 },
    { gte: 5, lt: -10 },
  ])('%j holds nothing, which needs no call', async (size) => {
    expect(await filtered({ size })).toEqual({ ids: '', calls: [] });
  });
});

describe('bounds between two seconds are rounded so that the rows stay the same', () => {
  test.each<[createTime: Record<string, string>, condition: string, ids: string]>([
    [{ gte: '2025-01-02T12:00:00.001Z' }, 'create_time=gte:2025-01-02 12:00:01', '43'],
    [{ gte: '2025-01-02T11:59:59.999Z' }, 'create_time=gte:2025-01-02 12:00:00', '432'],
    [{ gt: '2025-01-02T11:59:59.999Z' }, 'create_time=gt:2025-01-02 11:59:59', '432'],
    [{ gt: '2025-01-02T12:00:00.001Z' }, 'create_time=gt:2025-01-02 12:00:00', '43'],
    [{ lt: '2025-01-02T12:00:00.001Z' }, 'create_time=lt:2025-01-02 12:00:01', '21'],
    [{ lte: '2025-01-02T12:00:00.999Z' }, 'create_time=lte:2025-01-02 12:00:00', '21'],
    [{ lte: '2025-01-02T11:59:59.999Z' }, 'create_time=lte:2025-01-02 11:59:59', '1'],
    [{ gte: '2025-01-02T13:00:00+01:00' }, 'create_time=gte:2025-01-02 12:00:00', '432'],
    [{ gte: '2025-01-02t12:00:00.000z' }, 'create_time=gte:2025-01-02 12:00:00', '432'],
    [{ gte: '2025-01-02T12:00:00+0000' }, 'create_time=gte:2025-01-02 12:00:00', '432'],
    [{ gte: '2025-01-02T12:00:00+00' }, 'create_time=gte:2025-01-02 12:00:00', '432'],
    [{ gte: '2025-01-02T17:30:00+0530' }, 'create_time=gte:2025-01-02 12:00:00', '432'],
    [{ gte: '2025-01-02 04:00:00.001 -08' }, 'create_time=gte:2025-01-02 12:00:01', '43'],
    [{ gte: '2025-01-02 12:00:00Z' }, 'create_time=gte:2025-01-02 12:00:00', '432'],
    [
      { gte: '2025-01-01T23:59:59.5Z', lt: '2025-01-03T12:00:00.5Z' },
      'create_time=rl:2025-01-02 00:00:00,2025-01-03 12:00:01',
      '32',
    ],
  ])('%j', async (createTime, condition, ids) => {
    expect(await filtered({ createTime })).toEqual({ ids, calls: call(condition) });
  });

  test.each([
    { eq: '2025-01-02T12:00:00.5Z' },
    { gte: '2025-01-02T12:00:00.2Z', lte: '2025-01-02T12:00:00.8Z' },
    { gt: '2025-01-02T12:00:00.8Z', lt: '2025-01-02T12:00:00Z' },
  ])('%j holds no whole second, which needs no call', async (createTime) => {
    expect(await filtered({ createTime })).toEqual({ ids: '', calls: [] });
  });
});

describe('lists without members', () => {
  test('an empty `in` is an empty connection without a call', async () => {
    await using gateway = await startGateway();
    const { data, errors } = await gateway.query(`{
      hoodExports(filter: { hoodId: { in: [] }, size: { gt: 1 } }) {
        totalCount nodes { hoodId } edges { cursor }
        pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
      }
    }`);

    expect(errors).toBeUndefined();
    expect(gateway.hoodCalls()).toEqual([]);
    expect(data.hoodExports).toEqual({
      totalCount: 0,
      nodes: [],
      edges: [],
      pageInfo: { hasNextPage: false, hasPreviousPage: false, startCursor: null, endCursor: null },
    });
  });

  test('an empty `notIn` is no condition', async () => {
    expect(await filtered({ hoodId: { notIn: [] } })).toEqual({ ids: '4321', calls: call('') });
  });
});

test.each([[{}], [null]])('the filter %j lets the whole list through', async (filter) => {
  expect(await filtered(filter)).toEqual({ ids: '4321', calls: call('') });
});

test.each(['a&b=c', '50% #1?', 'Città + Überblick', '日本語', "O'Neill", '\\"', ' padded '])(
  'the text %j arrives as it was given',
  async (text) => {
    const { calls } = await filtered({ name: { eq: text }, description: { in: [text] } });
    expect(calls).toEqual(call(`name=eq:${text}&description=in:${text}`));
  },
);
