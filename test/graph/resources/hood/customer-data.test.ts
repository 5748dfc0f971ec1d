import { expect, test } from 'vitest';
import { startGateway } from '../../../support/gateway.ts';

const id = (key: string) => Buffer.from(`CustomerData:${key}`).toString('base64url');

test('the page that the vendor prints comes back as the graph writes it', async () => {
  await using gateway = await startGateway();

  const { data } = await gateway.query(`{
    customerData(first: 3) {
      totalCount
      nodes { id hoodId companyId target piData createTime updateTime }
    }
  }`);

  expect(gateway.hoodCalls()).toEqual([
    'GET /v1/hood/customer-data?fields=company_id,create_time,id,pi_data,target,update_time&page=1,3',
  ]);
  const row = (hoodId: string, target: string, piData: boolean, time: string) => ({
    id: id(hoodId),
    hoodId,
    companyId: '6197120',
    target,
    piData,
    createTime: time,
    updateTime: time,
  });
  expect(data.customerData).toEqual({
    totalCount: 5,
    nodes: [
      row('343776', 'mina_test', false, '2025-02-06T11:33:46Z'),
      row('343775', 'asdasdasdasdads', true, '2025-02-06T11:30:07Z'),
      row('343774', 'testasdasda', true, '2025-02-06T11:15:10Z'),
    ],
  });
});

test.each<[spelling: unknown, flag: boolean | null]>([
  [0, false],
  [1, true],
  ['0', false],
  ['1', true],
  [false, false],
  [true, true],
  [null, null],
  [undefined, null],
  [2, null],
  ['yes', null],
  ['', null],
  [[], null],
])('a flag that Hood writes as %j is %j', async (spelling, flag) => {
  await using gateway = await startGateway();
  gateway.hood.replace('customerData', [{ id: '7', pi_data: spelling }]);

  const { data, errors } = await gateway.query('{ customerData { nodes { hoodId piData } } }');

  expect(errors).toBeUndefined();
  expect(data.customerData.nodes).toEqual([{ hoodId: '7', piData: flag }]);
});

test.each<[written: unknown, time: string | null]>([
  ['2025-02-06 11:33:46', '2025-02-06T11:33:46Z'],
  ['2024-02-29 00:00:00', '2024-02-29T00:00:00Z'],
  ['2025-02-06T11:33:46Z', '2025-02-06T11:33:46Z'],
  ['2025-02-06 11:33:46 UTC', '2025-02-06T11:33:46Z'],
  ['1970-01-01 00:00:00', null],
  ['0000-00-00 00:00:00', null],
  ['2025-02-29 11:33:46', null],
  ['2025-02-06 25:00:00', null],
  ['30.02.2021', null],
  ['soon', null],
  ['', null],
  [1_738_841_626, null],
  [null, null],
  [undefined, null],
  [{}, null],
])('a time that Hood writes as %j is %j, and its row stays', async (written, time) => {
  await using gateway = await startGateway();
  gateway.hood.replace('customerData', [
    { id: '7', target: 'kept', create_time: written, update_time: '2025-02-06 11:33:46' },
  ]);

  const { data, errors } = await gateway.query('{ customerData { nodes { target createTime updateTime } } }');

  expect(errors).toBeUndefined();
  expect(data.customerData.nodes).toEqual([{ target: 'kept', createTime: time, updateTime: '2025-02-06T11:33:46Z' }]);
});

test('whatever a row leaves out is null', async () => {
  await using gateway = await startGateway();
  gateway.hood.replace('customerData', [{ id: '7' }]);

  const { data, errors } = await gateway.query(
    '{ customerData { nodes { id hoodId companyId target piData createTime updateTime } } }',
  );

  expect(errors).toBeUndefined();
  expect(data.customerData.nodes).toEqual([
    {
      id: id('7'),
      hoodId: '7',
      companyId: null,
      target: null,
      piData: null,
      createTime: null,
      updateTime: null,
    },
  ]);
});

test('one key is read by its id', async () => {
  await using gateway = await startGateway();

  const { data } = await gateway.query('{ customerDatum(hoodId: "343775") { id target } }');

  expect(data.customerDatum).toEqual({ id: id('343775'), target: 'asdasdasdasdads' });
  expect(gateway.hoodCalls()).toEqual(['GET /v1/hood/customer-data/343775?fields=id,target']);
});

test('a key that does not exist is null without an error', async () => {
  await using gateway = await startGateway();

  const answer = await gateway.query('{ customerDatum(hoodId: "5") { target } }');

  expect(answer).toEqual({ data: { customerDatum: null } });
  expect(gateway.hoodCalls()).toEqual(['GET /v1/hood/customer-data/5?fields=id,target']);
});

test('a key of another id than the one asked for is never used', async () => {
  await using gateway = await startGateway();
  gateway.hood.dials.fault = () => ({
    kind: 'body',
    body: { total: 1, items: [{ id: '6', target: 'other' }] },
  });

  expect(await gateway.query('{ customerDatum(hoodId: "5") { target } }')).toEqual({
    data: { customerDatum: null },
  });
});

test('several keys by their ids are one call for all that any of them needs', async () => {
  await using gateway = await startGateway();

  const { data } = await gateway.query(`{
    newest: customerDatum(hoodId: "343776") { target }
    again: customerDatum(hoodId: "343776") { piData }
    older: customerDatum(hoodId: "343774") { companyId }
    missing: customerDatum(hoodId: "5") { target }
  }`);

  expect(gateway.hoodCalls()).toEqual([
    'GET /v1/hood/customer-data?id=in:343776,5,343774&fields=company_id,id,pi_data,target&page=1,3',
  ]);
  expect(data).toEqual({
    newest: { target: 'mina_test' },
    again: { piData: false },
    older: { companyId: '6197120' },
    missing: null,
  });
});

test('every order and the search reach Hood in its own words', async () => {
  await using gateway = await startGateway();

  const { data, errors } = await gateway.query(`{
    customerData(
      first: 2
      search: { text: "key" }
      orderBy: [{ field: TARGET, direction: DESC }, { field: PI_DATA }, { field: CREATE_TIME }, { field: UPDATE_TIME, direction: DESC }]
    ) { nodes { target } }
  }`);

  expect(errors).toBeUndefined();
  expect(gateway.hoodCalls()).toEqual([
    'GET /v1/hood/customer-data?fields=id,target&page=1,2&q=key&q_fields=target&sort=-target,pi_data,create_time,-update_time',
  ]);
  expect(data.customerData.nodes).toEqual([{ target: 'first_key' }, { target: 'data_key' }]);
});

test('every filter is one that Hood documents', async () => {
  await using gateway = await startGateway();

  const { data, errors } = await gateway.query(`{
    customerData(filter: {
      hoodId: { in: ["343776", "343775", "343770"] }
      target: { neq: "mina_test" }
      piData: { eq: true }
      createTime: { gte: "2025-02-06T00:00:00Z" }
      updateTime: { isNull: false }
    }) { totalCount nodes { hoodId } }
  }`);

  expect(errors).toBeUndefined();
  expect(gateway.hoodCalls()).toEqual([
    'GET /v1/hood/customer-data?id=in:343776,343775,343770&target=neq:mina_test&pi_data=eq:1&create_time=gte:2025-02-06 00:00:00&update_time=is:&fields=id&page=1,20',
  ]);
  expect(data.customerData).toEqual({ totalCount: 1, nodes: [{ hoodId: '343775' }] });
});
