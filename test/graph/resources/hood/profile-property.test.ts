import { expect, test } from 'vitest';
import { startGateway } from '../../../support/gateway.ts';

const ROW = {
  id: '1000105',
  company_id: '7196310',
  target: 'my_region',
  label: 'my_region',
  data_type: 'text',
  example: 'northern_europe',
  description: 'Custom region information.',
  import_aliases: ['region_name'],
  export_alias: 'region_name',
  pi_data: 1,
  system: 1,
  importable: 1,
  exportable: 0,
  create_time: '2025-01-29 12:47:00',
  update_time: '2025-01-30 14:27:26',
};

const EVERYTHING = `
  id hoodId companyId target label dataType dataTypeText example description importAliases exportAlias
  piData system importable exportable createTime updateTime
`;

test('a property as the vendor documents it comes back whole', async () => {
  await using gateway = await startGateway();
  gateway.hood.replace('profileProperties', [ROW]);

  const { data, errors } = await gateway.query(`{ profileProperties { totalCount nodes { ${EVERYTHING} } } }`);

  expect(errors).toBeUndefined();
  expect(gateway.hoodCalls()).toEqual([
    'GET /v1/hood/profile-properties?fields=company_id,create_time,data_type,description,example,export_alias,exportable,id,import_aliases,importable,label,pi_data,property,system,target,update_time&page=1,20',
  ]);
  expect(data.profileProperties).toEqual({
    totalCount: 1,
    nodes: [
      {
        id: Buffer.from('ProfileProperty:1000105').toString('base64url'),
        hoodId: '1000105',
        companyId: '7196310',
        target: 'my_region',
        label: 'my_region',
        dataType: 'TEXT',
        dataTypeText: 'text',
        example: 'northern_europe',
        description: 'Custom region information.',
        importAliases: ['region_name'],
        exportAlias: 'region_name',
        piData: true,
        system: true,
        importable: true,
        exportable: false,
        createTime: '2025-01-29T12:47:00Z',
        updateTime: '2025-01-30T14:27:26Z',
      },
    ],
  });
});

test('whatever a row leaves out is null', async () => {
  await using gateway = await startGateway();
  gateway.hood.replace('profileProperties', [{ id: '1' }]);

  const { data, errors } = await gateway.query(`{ profileProperties { nodes { ${EVERYTHING} } } }`);

  expect(errors).toBeUndefined();
  const { id, hoodId, ...rest } = data.profileProperties.nodes[0];
  expect({ id, hoodId }).toEqual({ id: 'UHJvZmlsZVByb3BlcnR5OjE', hoodId: '1' });
  expect(new Set(Object.values(rest))).toEqual(new Set([null]));
});

test.each<[where: string, row: Record<string, unknown>, label: string | null]>([
  ['label', { label: 'a', property: 'b', target: 'c' }, 'a'],
  ['property, as the vendor’s list prints it', { property: 'b', target: 'c' }, 'b'],
  ['target, as the oldest rows have it', { target: 'c' }, 'c'],
  ['property beside a null label', { label: null, property: 'b' }, 'b'],
  ['nowhere', {}, null],
])('the label is found in %s', async (_where, row, label) => {
  await using gateway = await startGateway();
  gateway.hood.replace('profileProperties', [{ id: '1', ...row }]);

  const { data } = await gateway.query('{ profileProperties { nodes { label } } }');

  expect(data.profileProperties.nodes).toEqual([{ label }]);
  expect(gateway.hoodCalls()).toEqual(['GET /v1/hood/profile-properties?fields=id,label,property,target&page=1,20']);
});

test.each<[written: unknown, dataType: string | null, text: string | null]>([
  ['text', 'TEXT', 'text'],
  ['number', 'NUMBER', 'number'],
  ['date', 'DATE', 'date'],
  ['data', 'UNKNOWN', 'data'],
  ['toString', 'UNKNOWN', 'toString'],
  [null, null, null],
])('the data type %j is %j', async (written, dataType, text) => {
  await using gateway = await startGateway();
  gateway.hood.replace('profileProperties', [{ id: '1', data_type: written }]);

  const { data } = await gateway.query('{ profileProperties { nodes { dataType dataTypeText } } }');

  expect(data.profileProperties.nodes).toEqual([{ dataType, dataTypeText: text }]);
});

test.each<[written: unknown, aliases: string[] | null]>([
  [
    ['a', 'b'],
    ['a', 'b'],
  ],
  [[], []],
  [['a', null, 5], ['a']],
  ['a', null],
  [{}, null],
  [null, null],
])('import aliases written as %j are %j', async (written, aliases) => {
  await using gateway = await startGateway();
  gateway.hood.replace('profileProperties', [{ id: '1', import_aliases: written }]);

  const { data, errors } = await gateway.query('{ profileProperties { nodes { importAliases } } }');

  expect(errors).toBeUndefined();
  expect(data.profileProperties.nodes).toEqual([{ importAliases: aliases }]);
});

test('a property is looked up by a filter, since Hood has no address for a single one', async () => {
  await using gateway = await startGateway();
  gateway.hood.replace('profileProperties', [ROW]);

  const { data } = await gateway.query(
    '{ profileProperty(hoodId: "1000105") { example } missing: profileProperty(hoodId: "5") { label } }',
  );

  expect(data).toEqual({ profileProperty: { example: 'northern_europe' }, missing: null });
  expect(gateway.hoodCalls()).toEqual([
    'GET /v1/hood/profile-properties?id=in:1000105,5&fields=example,id,label,property,target&page=1,2',
  ]);
});

test('filters, search and order reach Hood in its own words', async () => {
  await using gateway = await startGateway({ hood: { rows: { profileProperties: 100 } } });

  const { errors } = await gateway.query(`{
    profileProperties(
      first: 5
      filter: {
        hoodId: { neq: "1" } target: { neq: "a" } label: { notIn: ["a", "b"] } dataType: { in: [TEXT, DATE] }
        example: { isNull: true } piData: { neq: false } system: { eq: false } importable: { eq: true }
        exportable: { neq: true } createTime: { lt: "2030-01-01T00:00:00Z" } updateTime: { gt: "2020-01-01T00:00:00Z" }
      }
      search: { text: "Élan", in: [DESCRIPTION, TARGET, LABEL] }
      orderBy: [
        { field: DATA_TYPE } { field: PI_DATA } { field: IMPORTABLE } { field: EXPORTABLE, direction: DESC }
        { field: CREATE_TIME } { field: UPDATE_TIME }
      ]
    ) { nodes { label } }
  }`);

  expect(errors).toBeUndefined();
  expect(gateway.hoodCalls()).toEqual([
    `GET /v1/hood/profile-properties?${[
      'id=neq:1',
      'target=neq:a',
      'label=nin:a,b',
      'data_type=in:text,date',
      'example=isn:',
      'pi_data=neq:0',
      'system=eq:0',
      'importable=eq:1',
      'exportable=neq:1',
      'create_time=lt:2030-01-01 00:00:00',
      'update_time=gt:2020-01-01 00:00:00',
      'fields=id,label,property,target',
      'page=1,5',
      'q=Élan',
      'q_fields=description,target,label',
      'sort=data_type,pi_data,importable,-exportable,create_time,update_time',
    ].join('&')}`,
  ]);
});
