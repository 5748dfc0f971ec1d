import { expect, test } from 'vitest';
import { startGateway } from '../../../support/gateway.ts';

const GLOBAL = 'SOR_id3nt1f13r';
const REMOVED = 'GET /api/removed_attributes?';

test('removed attributes as the vendor prints them come back whole, by one call', async () => {
  await using gateway = await startGateway();

  const { data, errors } = await gateway.query(`{ systemOfRecord(identifier: "${GLOBAL}") {
    removedAttributes {
      identifier key label valueType valueTypeText createdAt updatedAt disabled removed
      systemIdentifier internalId systemInternalId
    }
  } }`);

  expect(errors).toBeUndefined();
  expect(gateway.sorCalls()).toEqual([
    `GET /api/system_of_records/${GLOBAL}`,
    `${REMOVED}system_of_record_identifier=${GLOBAL}`,
  ]);
  expect(data.systemOfRecord.removedAttributes).toEqual([
    {
      ...{ identifier: 'FACA_FgzfBvu', key: 'attr1', label: 'attributeTest1', valueType: 'NUMBER' },
      ...{ createdAt: '2019-09-03T16:01:55.852Z', updatedAt: '2020-01-06T11:00:26.082Z', disabled: false },
      ...{ valueTypeText: 'Number', removed: true, systemIdentifier: GLOBAL },
      ...{ internalId: '32500', systemInternalId: '1' },
    },
    {
      ...{ identifier: 'FACA_2BmN8T0', key: 'attr2', label: 'attributeTest2', valueType: 'STRING' },
      ...{ createdAt: '2019-09-25T14:52:04.261Z', updatedAt: '2019-12-26T16:54:33.275Z', disabled: false },
      ...{ valueTypeText: 'String', removed: true, systemIdentifier: GLOBAL },
      ...{ internalId: '33050', systemInternalId: '1' },
    },
  ]);
});

test('`since` is sent as whole seconds, and each alias asks for itself', async () => {
  await using gateway = await startGateway();

  const { data } = await gateway.query(`{ systemOfRecord(identifier: "${GLOBAL}") {
    late: removedAttributes(since: "2019-12-30T02:00:00.900+02:00") { key }
    later: removedAttributes(since: "2020-02-01T00:00:00Z") { key }
    same: removedAttributes(since: "2020-02-01T00:00:00.500Z") { key }
  } }`);

  expect(data.systemOfRecord).toEqual({ late: [{ key: 'attr1' }], later: [], same: [] });
  expect(gateway.sorCalls().slice(1)).toEqual([
    `${REMOVED}since=1577664000&system_of_record_identifier=${GLOBAL}`,
    `${REMOVED}since=1580515200&system_of_record_identifier=${GLOBAL}`,
  ]);
});

test('a moment before 1970, which the API cannot be told, asks for all', async () => {
  await using gateway = await startGateway();

  const { data, errors } = await gateway.query(`{ systemOfRecord(identifier: "${GLOBAL}") {
    removedAttributes(since: "1969-12-31T23:59:59Z") { key }
  } }`);

  expect(errors).toBeUndefined();
  expect(data.systemOfRecord.removedAttributes).toEqual([{ key: 'attr1' }, { key: 'attr2' }]);
  expect(gateway.sorCalls().slice(1)).toEqual([`${REMOVED}since=0&system_of_record_identifier=${GLOBAL}`]);
});

test('a failure nulls the removed attributes of its system alone', async () => {
  await using gateway = await startGateway();
  gateway.sor.api.dials.fault = ({ line }) =>
    line === `${REMOVED}system_of_record_identifier=${GLOBAL}` ? { kind: 'status', status: 400 } : undefined;

  const { data, errors } = await gateway.query(
    '{ systemsOfRecord(first: 2) { nodes { identifier removedAttributes { key } } } }',
  );

  expect(data.systemsOfRecord.nodes).toEqual([
    { identifier: GLOBAL, removedAttributes: null },
    { identifier: 'SOR-SDK_2a116e0767a7dc76e85d566', removedAttributes: [] },
  ]);
  expect(errors?.map(({ path }) => path)).toEqual([['systemsOfRecord', 'nodes', 0, 'removedAttributes']]);
});

test('rows without an identifier are left out; what is no list is an error', async () => {
  await using gateway = await startGateway();
  const answerWith = (result: unknown) => {
    gateway.sor.api.dials.fault = ({ line }) =>
      line.startsWith(REMOVED) ? { kind: 'body', body: { success: true, result } } : undefined;
  };
  const query = `{ systemOfRecord(identifier: "${GLOBAL}") {
    removedAttributes {
      identifier key valueType valueTypeText createdAt disabled removed internalId systemOfRecord { type }
    }
  } }`;

  answerWith([null, 7, { key: 'x' }, { identifier: [9] }, { identifier: 'A', created_at: 'soon', value_type: 'Geo' }]);
  const { data, errors } = await gateway.query(query);
  expect(errors).toBeUndefined();
  expect(data.systemOfRecord.removedAttributes).toEqual([
    {
      ...{ identifier: 'A', key: null, valueType: 'UNKNOWN', valueTypeText: 'Geo', createdAt: null },
      ...{ disabled: null, removed: null, internalId: null, systemOfRecord: { type: 'GLOBAL' } },
    },
  ]);

  answerWith({});
  const none = await gateway.query(query);
  expect(none.data.systemOfRecord).toEqual({ removedAttributes: null });
  expect(none.errors).toMatchObject([{ extensions: { code: 'UPSTREAM_BAD_RESPONSE' } }]);
});
