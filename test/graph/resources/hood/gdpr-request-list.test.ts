import { expect, test } from 'vitest';
import { startGateway } from '../../../support/gateway.ts';

test('filters and orders reach Hood in its own words', async () => {
  await using gateway = await startGateway({ hood: { rows: { gdprRequests: 200 } } });

  const { data, errors } = await gateway.query(`{
    gdprRequests(
      first: 3
      filter: {
        clientId: { neq: "17368658975598751634" }
        status: { in: [PENDING, DENIED] }
        createTime: { gte: "2021-01-04T08:10:00Z", lt: "2021-01-04T09:00:00+00:00" }
        updateTime: { lte: "2031-01-01T01:00:00+01:00" }
      }
      orderBy: [{ field: UPDATE_TIME, direction: DESC }, { field: CREATE_TIME, direction: ASC }]
    ) { totalCount nodes { createTime status } }
  }`);

  expect(errors).toBeUndefined();
  expect(gateway.hoodCalls()).toEqual([
    'GET /v1/hood/gdpr-requests?client_id=neq:17368658975598751634&status=in:pending,denied&create_time=rl:2021-01-04 08:10:00,2021-01-04 09:00:00&update_time=lte:2031-01-01 00:00:00&fields=create_time,id,status&page=1,3&sort=-update_time,create_time',
  ]);
  expect(data.gdprRequests.nodes).toHaveLength(3);
  for (const { createTime, status } of data.gdprRequests.nodes) {
    expect(createTime >= '2021-01-04T08:10:00Z' && createTime < '2021-01-04T09:00:00Z').toBe(true);
    expect(['PENDING', 'DENIED']).toContain(status);
  }
});

test.each([
  ['{ text: "john" }', 'q=john'],
  ['{ text: "john", default: true }', 'q=john'],
  ['{ text: "17368", in: [CLIENT_ID] }', 'q=17368&q_fields=client_id'],
])('the search %s reaches Hood, whose page names no field for it', async (search, parameters) => {
  await using gateway = await startGateway();

  const { data, errors } = await gateway.query(`{ gdprRequests(search: ${search}) { nodes { hoodId } } }`);

  expect(errors).toBeUndefined();
  expect(data.gdprRequests.nodes).toHaveLength(5);
  expect(gateway.hoodCalls()).toEqual([`GET /v1/hood/gdpr-requests?fields=id&page=1,20&${parameters}`]);
});

test.each<[status: Record<string, unknown>, condition: string, ids: string]>([
  [{ eq: 'PENDING' }, 'eq:pending', '41'],
  [{ neq: 'PENDING' }, 'neq:pending', '32'],
  [{ in: ['APPROVED', 'DENIED'] }, 'in:approved,denied', '32'],
  [{ notIn: ['APPROVED'] }, 'nin:approved', '421'],
  [{ isNull: false }, 'is:', '4321'],
])('a status filter of %j is written as Hood writes statuses', async (status, condition, ids) => {
  await using gateway = await startGateway();
  gateway.hood.replace('gdprRequests', [
    { id: '4', status: 'pending' },
    { id: '3', status: 'approved' },
    { id: '2', status: 'denied' },
    { id: '1', status: 'pending' },
  ]);

  const { data } = await gateway.query(
    'query ($filter: GdprRequestFilter) { gdprRequests(filter: $filter) { nodes { hoodId } } }',
    { filter: { status } },
  );

  expect(gateway.hoodCalls()).toEqual([`GET /v1/hood/gdpr-requests?status=${condition}&fields=id&page=1,20`]);
  expect(data.gdprRequests.nodes.map(({ hoodId }: { hoodId: string }) => hoodId).join('')).toBe(ids);
});

test('requests of several people are found by their exact client ids', async () => {
  await using gateway = await startGateway();

  const { data } = await gateway.query(`{
    gdprRequests(filter: { clientId: { in: ["17368658975598752000", "17368658975598751999"] } }) {
      nodes { hoodId clientId }
    }
  }`);

  expect(gateway.hoodCalls()).toEqual([
    'GET /v1/hood/gdpr-requests?client_id=in:17368658975598752000,17368658975598751999&fields=client_id,id&page=1,20',
  ]);
  expect(data.gdprRequests.nodes).toEqual([{ hoodId: '1000023', clientId: '17368658975598752000' }]);
});
