import { json } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { serve } from '../../../../src/sandbox/server.ts';
import { startGateway } from '../../../support/gateway.ts';

/** What the page on creating profile properties sends, and is answered with. */
const SENT = {
  label: 'my_region',
  data_type: 'text',
  example: 'northern_europe',
  description:
    'Custom region information associated with the profile. Can be used to group or filter profiles based on regional segmentation defined by your organization.',
  export_alias: 'region_name',
  pi_data: 1,
  importable: 1,
  exportable: 1,
};
const ANSWERED = {
  id: '1000105',
  company_id: '7196310',
  target: 'my_region',
  ...SENT,
  import_aliases: ['region_name'],
  system: 1,
  create_time: '2025-01-29 12:47:00',
  update_time: '2025-01-30 14:27:26',
};

test('a new property is sent as the page prints it, and comes back whole', async () => {
  const bodies: unknown[] = [];
  await using hood = await serve(async ({ stream }) => {
    bodies.push(await json(stream));
    return { status: 201, json: ANSWERED };
  });
  await using gateway = await startGateway({ env: { HOOD_URL: hood.origin } });

  const { data, errors } = await gateway.query(
    `mutation ($input: CreateProfilePropertyInput!) { createProfileProperty(input: $input) {
      ... on CreateProfilePropertySuccess { profileProperty {
        id hoodId companyId target label dataType dataTypeText example description importAliases exportAlias
        piData system importable exportable createTime updateTime
      } }
    } }`,
    {
      input: {
        label: 'my_region',
        dataType: 'TEXT',
        example: SENT.example,
        description: SENT.description,
        exportAlias: 'region_name',
        piData: true,
        importable: true,
        exportable: true,
      },
    },
  );

  expect(errors).toBeUndefined();
  expect(bodies).toEqual([SENT]);
  expect(hood.calls.map(({ line }) => line)).toEqual(['POST /v1/hood/profile-properties']);
  expect(data.createProfileProperty.profileProperty).toEqual({
    id: Buffer.from('ProfileProperty:1000105').toString('base64url'),
    hoodId: '1000105',
    companyId: '7196310',
    target: 'my_region',
    label: 'my_region',
    dataType: 'TEXT',
    dataTypeText: 'text',
    example: SENT.example,
    description: SENT.description,
    importAliases: ['region_name'],
    exportAlias: 'region_name',
    piData: true,
    system: true,
    importable: true,
    exportable: true,
    createTime: '2025-01-29T12:47:00Z',
    updateTime: '2025-01-30T14:27:26Z',
  });
});

test('the second answer of the page on customer data counts five keys, and its one key comes back', async () => {
  await using gateway = await startGateway();
  const item = {
    id: '1000105',
    company_id: '7196310',
    target: 'data_key',
    pi_data: 1,
    create_time: '2025-01-29 12:47:00',
    update_time: '2025-01-30 14:27:26',
  };
  gateway.hood.dials.fault = () => ({ kind: 'body', body: { total: 5, items: [item] } });

  const { data, errors } = await gateway.query(
    '{ customerData(first: 1) { totalCount nodes { hoodId companyId target piData createTime updateTime } } }',
  );

  expect(errors).toBeUndefined();
  expect(data.customerData).toEqual({
    totalCount: 5,
    nodes: [
      {
        hoodId: '1000105',
        companyId: '7196310',
        target: 'data_key',
        piData: true,
        createTime: '2025-01-29T12:47:00Z',
        updateTime: '2025-01-30T14:27:26Z',
      },
    ],
  });
});

test('every call to Hood carries its token as a bearer', async () => {
  await using gateway = await startGateway();
  await gateway.query('{ hoodExports(first: 1) { nodes { hoodId } } }');
  expect(gateway.hood.calls.map(({ headers }) => headers.authorization)).toEqual([`Bearer ${gateway.hood.token}`]);
});

test.each(['customerData', 'gdprRequests', 'hoodExports'])(
  'windows of %s have all their rows although Hood’s setting allows smaller pages only',
  async (list) => {
    await using gateway = await startGateway({ hood: { maxPageSize: 2, defaultPageSize: 1 } });

    const { data, errors } = await gateway.query(
      `{ ${list}(first: 4) { totalCount nodes { hoodId } pageInfo { hasNextPage } } }`,
    );

    expect(errors).toBeUndefined();
    expect(data[list]).toMatchObject({ totalCount: 5, pageInfo: { hasNextPage: true } });
    expect(new Set(data[list].nodes.map(({ hoodId }: { hoodId: string }) => hoodId)).size).toBe(4);
    for (const call of gateway.hoodCalls()) expect(call).toMatch(/page=\d+,\d+/);
  },
);

test.each(['customerData', 'gdprRequests', 'hoodExports', 'profileProperties'])(
  'a search of %s without a field leaves the choice to Hood',
  async (list) => {
    await using gateway = await startGateway();
    const { errors } = await gateway.query(`{ ${list}(search: { text: "sou", default: true }) { totalCount } }`);
    expect(errors).toBeUndefined();
    expect(gateway.hoodCalls()).toEqual([expect.stringMatching(/&q=sou$/)]);
  },
);
