import { describe, expect, test } from 'vitest';
import { startGateway } from '../support/gateway.ts';
import { answering, hoodList, sorResult } from './asked.ts';

describe('words of enums count in whatever case, and with whatever signs between them', () => {
  test.each([
    ['Pending', 'PENDING', true],
    ['PENDING', 'PENDING', true],
    ['Approved', 'APPROVED', false],
    ['on hold', 'UNKNOWN', false],
  ])('a request that is %s', async (text, status, canDecide) => {
    await using gateway = await startGateway();
    const row = { id: '1', status: text, submission_reason: 'Consent_Withdrawal' };
    answering(gateway.hood, () => hoodList([row], 1));
    const { data, errors } = await gateway.query(
      '{ gdprRequests { nodes { status statusText canDecide submissionReason } } }',
    );
    expect(errors).toBeUndefined();
    expect(data.gdprRequests.nodes).toEqual([
      { status, statusText: text, canDecide, submissionReason: 'CONSENT_WITHDRAWAL' },
    ]);
  });

  test('the expected status of a decision', async () => {
    await using gateway = await startGateway();
    answering(gateway.hood, ({ method }) =>
      method === 'GET' ? hoodList([{ id: '1', status: 'PENDING' }], 1) : { kind: 'status', status: 204 },
    );
    const { data, errors } = await gateway.query(`mutation {
      decideGdprRequest(input: { hoodId: "1", decision: APPROVE, expectedStatus: PENDING }) { __typename }
    }`);
    expect(errors).toBeUndefined();
    expect(data.decideGdprRequest.__typename).toBe('DecideGdprRequestSuccess');
  });

  test('kinds of properties, and the status of an export', async () => {
    await using gateway = await startGateway();
    answering(gateway.hood, ({ path }) =>
      path.endsWith('exports')
        ? hoodList([{ id: '1', status: 'READY' }], 1)
        : hoodList(
            ['Text', 'NUMBER', 'Date', 'json'].map((data_type, id) => ({ id, data_type })),
            4,
          ),
    );
    const { data, errors } = await gateway.query(
      '{ profileProperties { nodes { dataType } } hoodExports { nodes { downloadUrl } } }',
    );
    expect(errors).toBeUndefined();
    expect(data.profileProperties.nodes.map(({ dataType }: { dataType: string }) => dataType)).toEqual([
      ...['TEXT', 'NUMBER', 'DATE', 'UNKNOWN'],
    ]);
    expect(data.hoodExports.nodes[0].downloadUrl).toMatch(/^http/);
  });

  const SYSTEMS = [
    {
      identifier: 'g',
      type: 'GLOBAL',
      customer_attributes: [
        { identifier: 'a', key: 'a', value_type: 'STRING' },
        { identifier: 'b', key: 'b', value_type: 'date_time' },
      ],
    },
    { identifier: 'c', type: 'Custom', api_keys: ['k'], customer_attributes: [] },
  ];

  test('types of systems and kinds of attributes, also where lists are filtered by them', async () => {
    await using gateway = await startGateway();
    answering(gateway.sor.api, () => sorResult(SYSTEMS));
    const { data, errors } = await gateway.query(`{
      systemsOfRecord { nodes { identifier type } }
      custom: systemsOfRecord(type: CUSTOM) { nodes { identifier } }
      global: systemOfRecord(identifier: "global") { identifier }
      customerAttributes(filter: { valueType: [DATE_TIME, SET] }) { nodes { key valueType } }
    }`);
    expect(errors).toBeUndefined();
    expect(data).toEqual({
      systemsOfRecord: {
        nodes: [
          { identifier: 'g', type: 'GLOBAL' },
          { identifier: 'c', type: 'CUSTOM' },
        ],
      },
      custom: { nodes: [{ identifier: 'c' }] },
      global: { identifier: 'g' },
      customerAttributes: { nodes: [{ key: 'b', valueType: 'DATE_TIME' }] },
    });
    expect(gateway.sorCalls()).toHaveLength(1);
  });

  test('the kind of an attribute whose value is set', async () => {
    await using gateway = await startGateway();
    const attribute = { identifier: 'x', key: 'tags', value_type: 'SET' };
    answering(gateway.sor.api, () => sorResult([{ ...SYSTEMS[1], customer_attributes: [attribute] }]));
    const { data, errors } = await gateway.query(`mutation { setAttributeValues(input: {
      systemOfRecord: "c", changes: [{ customerId: "a", key: "tags", change: { number: 1 } }]
    }) { ... on InvalidInputError { issues { code } } } }`);
    expect(errors).toBeUndefined();
    expect(data.setAttributeValues.issues).toEqual([{ code: 'WRONG_TYPE' }]);
  });
});

describe('flags count in every form', () => {
  test.each([
    ['True', true],
    ['1', true],
    [1, true],
    ['FALSE', false],
    [0, false],
    ['', null],
  ])('%j', async (given, flag) => {
    await using gateway = await startGateway();
    const row = { id: '1', pi_data: given, system: given, importable: given, exportable: given };
    answering(gateway.hood, () => hoodList([row], 1));
    const changed = { customer_id: 'a', customer_id_type: 'user_id' };
    const attributes = { SOR_x: { key: { value: 'v', removed: given } } };
    answering(gateway.sor.api, ({ path }) =>
      path === '/api/customer_profiles'
        ? sorResult({ profiles: [{ ...changed, attributes }], next: null })
        : sorResult([{ identifier: 'r', removed: given, disabled: given }]),
    );
    const { data, errors } = await gateway.query(`{
      profileProperties { nodes { piData system importable exportable } }
      systemsOfRecord { nodes { disabled removedAttributes { removed disabled } } }
      customerProfileChanges(since: "2025-01-01T00:00:00Z") { nodes { changes { removed } } }
    }`);
    expect(errors).toBeUndefined();
    expect(data.profileProperties.nodes).toEqual([{ piData: flag, system: flag, importable: flag, exportable: flag }]);
    expect(data.systemsOfRecord.nodes).toEqual([
      { disabled: flag, removedAttributes: [{ removed: flag, disabled: flag }] },
    ]);
    expect(data.customerProfileChanges.nodes).toEqual([{ changes: [{ removed: flag === true }] }]);
  });
});

test.each(['2025-02-06 11:33:46 GMT', '2025-02-06T11:33:46Z', '2025-02-06 13:33:46+02:00'])(
  'a time that is written as %s',
  async (create_time) => {
    await using gateway = await startGateway();
    answering(gateway.hood, () => hoodList([{ id: '1', create_time }], 1));
    const { data } = await gateway.query('{ customerData { nodes { createTime } } }');
    expect(data.customerData.nodes).toEqual([{ createTime: '2025-02-06T11:33:46Z' }]);
  },
);
