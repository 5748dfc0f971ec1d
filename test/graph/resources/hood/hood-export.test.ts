import { expect, test } from 'vitest';
import { startGateway } from '../../../support/gateway.ts';

const id = (key: string) => Buffer.from(`HoodExport:${key}`).toString('base64url');

test('an export as the vendor prints it comes back whole', async () => {
  await using gateway = await startGateway();

  const { data, errors } = await gateway.query(`{
    hoodExports(first: 1) {
      totalCount
      nodes {
        id hoodId companyId creatorId resource status name description size extension mimeType
        attemptCount downloadCount failureReason expireTime createTime updateTime
      }
    }
  }`);

  expect(errors).toBeUndefined();
  expect(gateway.hoodCalls()).toEqual([
    'GET /v1/hood/exports?fields=attempt_count,company_id,create_time,creator_id,description,download_count,expire_time,extension,failure_reason,id,mime_type,name,resource,size,status,update_time&page=1,1',
  ]);
  expect(data.hoodExports).toEqual({
    totalCount: 5,
    nodes: [
      {
        id: id('1000000'),
        hoodId: '1000000',
        companyId: '1000001',
        creatorId: '1000001',
        resource: 'quick-reports',
        status: 'ready',
        name: 'Christmas list - 22.05.2025 11:44:32',
        description: 'help here',
        size: 125,
        extension: 'csv',
        mimeType: 'text/csv',
        attemptCount: 1,
        downloadCount: 1,
        failureReason: 'Export failed due to an internal error. Please try again later.',
        expireTime: '2099-07-30T12:50:13Z',
        createTime: '2021-07-30T12:50:13Z',
        updateTime: '2021-07-30T12:50:13Z',
      },
    ],
  });
});

test('the link to the file is one of the gateway, costs no call, and needs little of the row', async () => {
  await using gateway = await startGateway({ env: { PUBLIC_URL: 'https://graph.example.com' } });

  const { data } = await gateway.query('{ hoodExports(first: 1) { nodes { downloadUrl } } }');

  expect(gateway.hoodCalls()).toEqual(['GET /v1/hood/exports?fields=expire_time,id,status&page=1,1']);
  const [{ downloadUrl }] = data.hoodExports.nodes;
  expect(downloadUrl).toMatch(
    /^https:\/\/graph\.example\.com\/exports\/1000000\/download\?expires=\d+&caller=[\w-]+&signature=[\w-]{43}$/,
  );
  expect(downloadUrl).not.toContain(gateway.hood.token);
});

test.each<[spelling: string, row: Record<string, unknown>, reason: string | null]>([
  ['failure_reason', { failure_reason: 'Disk full.' }, 'Disk full.'],
  ['failed_reason', { failed_reason: 'Disk full.' }, 'Disk full.'],
  ['both', { failure_reason: 'The newer.', failed_reason: 'The older.' }, 'The newer.'],
  ['a null beside the other', { failure_reason: null, failed_reason: 'Disk full.' }, 'Disk full.'],
  ['neither', {}, null],
])('the reason of a failure is found in %s', async (_spelling, row, reason) => {
  await using gateway = await startGateway();
  gateway.hood.replace('exports', [{ id: '1', ...row }]);

  const { data } = await gateway.query('{ hoodExports { nodes { failureReason } } }');

  expect(data.hoodExports.nodes).toEqual([{ failureReason: reason }]);
  expect(gateway.hoodCalls()).toEqual(['GET /v1/hood/exports?fields=failure_reason,id&page=1,20']);
});

test('a ready export may carry the reason of an earlier failure: its status stays what Hood says', async () => {
  await using gateway = await startGateway();

  const { data } = await gateway.query('{ hoodExport(hoodId: "1000000") { status failureReason } }');

  expect(data.hoodExport.status).toBe('ready');
  expect(data.hoodExport.failureReason).not.toBeNull();
});

test('numbers written as text are numbers, and sizes may pass 32 bits', async () => {
  await using gateway = await startGateway();
  gateway.hood.replace('exports', [{ id: '1', size: '8589934592', attempt_count: '3', download_count: null }]);

  const { data, errors } = await gateway.query('{ hoodExports { nodes { size attemptCount downloadCount } } }');

  expect(errors).toBeUndefined();
  expect(data.hoodExports.nodes).toEqual([{ size: 8_589_934_592, attemptCount: 3, downloadCount: null }]);
});

test('a value of another type fails alone, at its own place, and is not quoted', async () => {
  await using gateway = await startGateway();
  gateway.hood.replace('exports', [{ id: '1', name: { secret: 'x' }, attempt_count: 'many', status: 'ready' }]);

  const { data, errors } = await gateway.query('{ hoodExports { nodes { name attemptCount status } } }');

  expect(data.hoodExports.nodes).toEqual([{ name: null, attemptCount: null, status: 'ready' }]);
  expect(errors?.map(({ path, extensions }) => [path?.join('.'), extensions.code])).toEqual([
    ['hoodExports.nodes.0.name', 'UPSTREAM_BAD_RESPONSE'],
    ['hoodExports.nodes.0.attemptCount', 'UPSTREAM_BAD_RESPONSE'],
  ]);
  expect(JSON.stringify(errors)).not.toMatch(/secret|many/);
});

test('a time that cannot be read keeps its text', async () => {
  await using gateway = await startGateway();
  gateway.hood.replace('exports', [
    { id: '1', create_time: 'soon', update_time: '0000-00-00 00:00:00', expire_time: '' },
  ]);

  const { data } = await gateway.query(`{ hoodExports { nodes {
    createTime createTimeText updateTime updateTimeText expireTime expireTimeText
  } } }`);

  expect(data.hoodExports.nodes).toEqual([
    {
      createTime: null,
      createTimeText: 'soon',
      updateTime: null,
      updateTimeText: '0000-00-00 00:00:00',
      expireTime: null,
      expireTimeText: '',
    },
  ]);
  expect(gateway.hoodCalls()).toEqual(['GET /v1/hood/exports?fields=create_time,expire_time,id,update_time&page=1,20']);
});

test('a time that means never is null', async () => {
  await using gateway = await startGateway();
  gateway.hood.replace('exports', [{ id: '1', expire_time: '1970-01-01 00:00:00', update_time: '' }]);

  const { data } = await gateway.query('{ hoodExports { nodes { hoodId expireTime updateTime } } }');

  expect(data.hoodExports.nodes).toEqual([{ hoodId: '1', expireTime: null, updateTime: null }]);
});

test('whatever a row leaves out is null', async () => {
  await using gateway = await startGateway();
  gateway.hood.replace('exports', [{ id: '1' }]);

  const { data, errors } = await gateway.query(`{
    hoodExports { nodes {
      companyId creatorId resource status name description size extension mimeType
      attemptCount downloadCount failureReason expireTime createTime updateTime
    } }
  }`);

  expect(errors).toBeUndefined();
  expect(new Set(Object.values(data.hoodExports.nodes[0]))).toEqual(new Set([null]));
});

test('a search in named fields asks for those alone, in Hood’s spelling', async () => {
  await using gateway = await startGateway({ hood: { rows: { exports: 100 }, samples: false } });

  const { data } = await gateway.query(`{
    found: hoodExports(search: { text: "internal error", in: [FAILURE_REASON] }) { nodes { failureReason } }
  }`);

  expect(gateway.hoodCalls()).toEqual([
    'GET /v1/hood/exports?fields=failure_reason,id&page=1,20&q=internal error&q_fields=failed_reason',
  ]);
  expect(data.found.nodes.length).toBeGreaterThan(0);
  for (const { failureReason } of data.found.nodes) expect(failureReason).toContain('internal error');
});

test('a search without fields names all that can be searched', async () => {
  await using gateway = await startGateway();

  await gateway.query('{ hoodExports(search: { text: "list" }) { nodes { hoodId } } }');

  expect(gateway.hoodCalls()).toEqual([
    'GET /v1/hood/exports?fields=id&page=1,20&q=list&q_fields=id,resource,name,description,failed_reason',
  ]);
});

test('every field that Hood sorts exports by can be ordered by', async () => {
  await using gateway = await startGateway();
  const { data } = await gateway.query('{ __type(name: "HoodExportOrderField") { enumValues { name } } }');
  const fields: string[] = data.__type.enumValues.map(({ name }: { name: string }) => name);

  const { errors } = await gateway.query(
    'query ($orderBy: [HoodExportOrder!]) { hoodExports(orderBy: $orderBy) { nodes { hoodId } } }',
    { orderBy: fields.map((field) => ({ field })) },
  );

  expect(errors).toBeUndefined();
  expect(gateway.hoodCalls()).toEqual([
    'GET /v1/hood/exports?fields=id&page=1,20&sort=resource,status,name,size,extension,mime_type,attempt_count,download_count,expire_time,create_time,update_time',
  ]);
});

test('every filter of exports is one that Hood accepts', async () => {
  await using gateway = await startGateway();

  const { data, errors } = await gateway.query(`{
    hoodExports(filter: {
      hoodId: { notIn: ["1"] } creatorId: { eq: "1000001" } resource: { eq: "quick-reports" } status: { in: ["ready"] }
      name: { eq: "Christmas list - 22.05.2025 11:44:32" } description: { neq: "a, b" } size: { gte: 125, lte: 125 }
      extension: { neq: "json" } mimeType: { eq: "text/csv" } attemptCount: { lt: 2 } downloadCount: { in: [0, 1] }
      failureReason: { isNull: false } expireTime: { gt: "2021-01-01T00:00:00Z" }
      createTime: { lte: "2025-01-01T00:00:00Z" } updateTime: { isNull: false }
    }) { totalCount }
  }`);

  expect(errors).toBeUndefined();
  expect(data.hoodExports.totalCount).toBe(5);
  expect(gateway.hoodCalls()).toEqual([
    `GET /v1/hood/exports?${[
      'id=nin:1',
      'creator_id=eq:1000001',
      'resource=eq:quick-reports',
      'status=in:ready',
      'name=eq:Christmas list - 22.05.2025 11:44:32',
      'description=neq:a, b',
      'size=rf:125,125',
      'extension=neq:json',
      'mime_type=eq:text/csv',
      'attempt_count=lt:2',
      'download_count=in:0,1',
      'failure_reason=is:',
      'expire_time=gt:2021-01-01 00:00:00',
      'create_time=lte:2025-01-01 00:00:00',
      'update_time=is:',
    ].join('&')}&fields=id&page=1,1`,
  ]);
});

test('one export is read by its id, several by one call', async () => {
  await using gateway = await startGateway();

  const one = await gateway.query('{ hoodExport(hoodId: "999999") { id name } }');
  expect(gateway.hoodCalls()).toEqual(['GET /v1/hood/exports/999999?fields=id,name']);
  expect(one.data.hoodExport).toEqual({ id: id('999999'), name: 'Christmas list - 22.05.2025 11:44:32' });

  const two = await gateway.query(
    '{ a: hoodExport(hoodId: "999998") { hoodId } b: hoodExport(hoodId: "3") { hoodId } }',
  );
  expect(gateway.hoodCalls()).toEqual(['GET /v1/hood/exports?id=in:999998,3&fields=id&page=1,2']);
  expect(two.data).toEqual({ a: { hoodId: '999998' }, b: null });
});
