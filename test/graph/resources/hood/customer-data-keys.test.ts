import { expect, test } from 'vitest';
import { startGateway } from '../../../support/gateway.ts';

test('what only the full view has comes when it is selected', async () => {
  await using gateway = await startGateway({ hood: { rows: { customerData: 1 }, samples: false } });

  const { data, errors } = await gateway.query(`{
    customerData { nodes { target label dataType dataTypeText description example exportAlias } }
  }`);

  expect(errors).toBeUndefined();
  expect(gateway.hoodCalls()).toEqual([
    'GET /v1/hood/customer-data?fields=data_type,description,example,export_alias,id,label,target&page=1,20',
  ]);
  expect(data.customerData.nodes).toEqual([
    {
      target: 'first_name',
      label: 'first_name',
      dataType: 'TEXT',
      dataTypeText: 'text',
      description: 'Data key number 0.',
      example: 'example 0',
      exportAlias: 'first_name_alias',
    },
  ]);
});

test('rows without these fields have nulls there, and a kind that nobody knows is UNKNOWN', async () => {
  await using gateway = await startGateway();
  gateway.hood.replace('customerData', [{ id: '1' }, { id: '2', data_type: 'set' }]);

  const { data, errors } = await gateway.query(`{
    customerData(orderBy: { field: TARGET }) { nodes { label dataType dataTypeText description property { label } customerAttributes { key } } }
  }`);

  expect(errors).toBeUndefined();
  const nothing = { label: null, description: null, property: null, customerAttributes: [] };
  expect(data.customerData.nodes).toEqual([
    { ...nothing, dataType: null, dataTypeText: null },
    { ...nothing, dataType: 'UNKNOWN', dataTypeText: 'set' },
  ]);
  expect(gateway.hoodCalls()).toHaveLength(1);
});

test('the properties and attributes of many keys are one call each', async () => {
  await using gateway = await startGateway({ hood: { rows: 30, samples: false } });

  const { data, errors } = await gateway.query(`{
    customerData(first: 30) { nodes { target property { label dataType } customerAttributes { key valueType } } }
  }`);

  expect(errors).toBeUndefined();
  const [list, properties, ...others] = gateway.hoodCalls();
  expect(list).toMatch(/^GET \/v1\/hood\/customer-data\?/);
  expect(properties).toMatch(/^GET \/v1\/hood\/profile-properties\?label=in:/);
  expect(others).toEqual([]);
  expect(gateway.sorCalls()).toEqual(['GET /api/system_of_records']);
  const team = data.customerData.nodes.find(({ target }: { target: string }) => target === 'favorite_team');
  expect(team).toEqual({
    target: 'favorite_team',
    property: { label: 'favorite_team', dataType: 'TEXT' },
    customerAttributes: Array(2).fill({ key: 'favorite_team', valueType: 'STRING' }),
  });
});

test.each([
  ['PI_DATA', 'q=1&q_fields=pi_data'],
  ['TARGET, PI_DATA', 'q=1&q_fields=target,pi_data'],
])('a search in %s reaches Hood', async (fields, parameters) => {
  await using gateway = await startGateway();

  await gateway.query(`{ customerData(search: { text: "1", in: [${fields}] }) { nodes { hoodId } } }`);

  expect(gateway.hoodCalls()).toEqual([`GET /v1/hood/customer-data?fields=id&page=1,20&${parameters}`]);
});
