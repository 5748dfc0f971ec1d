import { describe, expect, test } from 'vitest';
import type { Fault } from '../../src/sandbox/faults.ts';
import { startGateway } from '../support/gateway.ts';
import { answering, hoodList, sorResult } from './asked.ts';
import { fakeProfile } from './fake-profiles.ts';

const ROWS = [
  { id: '1', target: 'x' },
  { id: '2', target: 'y' },
];
const PROFILES = [fakeProfile('a', { city: 'x' }), fakeProfile('b', { city: 'y' })];

const body = (value: unknown): Fault => ({ kind: 'body', body: value });

describe('lists, and rows that are looked up, come in other envelopes, for no further call', () => {
  test.each<[name: string, rows: Fault, row: Fault]>([
    ['an object of numbered rows', hoodList({ 0: ROWS[0], 7: ROWS[1] }, 2), hoodList({ 3: ROWS[0] }, 1)],
    ['`data`', body({ data: { total: 2, items: ROWS } }), body({ data: ROWS[0] })],
    ['a list in `data`', body({ total: 2, data: ROWS }), body({ data: [ROWS[0]] })],
    ['names in capitals', body({ Total: 2, Items: ROWS }), body({ TOTAL: 1, ITEMS: [ROWS[0]] })],
    ['a total with a fraction', hoodList(ROWS, '2.0'), hoodList([ROWS[0]], ' 1 ')],
    ['a row that is no list', hoodList(ROWS, 2), hoodList(ROWS[0], 1)],
  ])('Hood: %s', async (_, rows, row) => {
    await using gateway = await startGateway();
    answering(gateway.hood, ({ path }) => (path.endsWith('/1') ? row : rows));
    const { data, errors } = await gateway.query(
      '{ customerData { totalCount nodes { hoodId target } } customerDatum(hoodId: "1") { target } }',
    );
    expect(errors).toBeUndefined();
    const nodes = ROWS.map(({ id, target }) => ({ hoodId: id, target }));
    expect(data).toEqual({ customerData: { totalCount: 2, nodes }, customerDatum: { target: 'x' } });
    expect(gateway.hoodCalls()).toHaveLength(2);
  });

  test.each<[name: string, rows: Fault]>([
    ['an object of numbered profiles', sorResult({ total_profiles: 2, profiles: { 0: PROFILES[0], 7: PROFILES[1] } })],
    ['`data`', body({ success: true, data: { total_profiles: 2, profiles: PROFILES } })],
    ['a total with a fraction', sorResult({ total_profiles: '2.0', profiles: PROFILES })],
  ])('the System of Record: %s', async (_, rows) => {
    await using gateway = await startGateway();
    answering(gateway.sor.api, () => rows);
    const { data, errors } = await gateway.query(
      '{ customerProfiles { totalCount nodes { customerId } } customerProfile(customerId: "a") { city } }',
    );
    expect(errors).toBeUndefined();
    expect(data).toEqual({
      customerProfiles: { totalCount: 2, nodes: [{ customerId: 'a' }, { customerId: 'b' }] },
      customerProfile: { city: 'x' },
    });
    expect(gateway.sorCalls()).toHaveLength(2);
  });

  test('the only profile may be no list', async () => {
    await using gateway = await startGateway();
    answering(gateway.sor.api, () => sorResult({ total_profiles: 1, profiles: PROFILES[0] }));
    const { data, errors } = await gateway.query(
      '{ customerProfiles { totalCount nodes { customerId } } customerProfile(customerId: "a") { city } }',
    );
    expect(errors).toBeUndefined();
    expect(data).toEqual({
      customerProfiles: { totalCount: 1, nodes: [{ customerId: 'a' }] },
      customerProfile: { city: 'x' },
    });
  });

  test('definitions may be objects of numbered ones', async () => {
    await using gateway = await startGateway();
    const system = { identifier: 's', attributes_count: '', customer_attributes: { 3: { identifier: 'c', key: 'k' } } };
    answering(gateway.sor.api, ({ path }) =>
      path.endsWith('/removed_attributes')
        ? sorResult({ removed_attributes: { 4: { identifier: 'r' } } })
        : sorResult({ 1: system }),
    );
    const { data, errors } = await gateway.query(`{ systemsOfRecord { nodes {
      identifier attributesCount customerAttributes { key } removedAttributes { identifier }
    } } }`);
    expect(errors).toBeUndefined();
    expect(data.systemsOfRecord.nodes).toEqual([
      {
        ...{ identifier: 's', attributesCount: null },
        ...{ customerAttributes: [{ key: 'k' }], removedAttributes: [{ identifier: 'r' }] },
      },
    ]);
  });
});

test('what a request nests may come as text, as forms have it, and numbers as empty ones', async () => {
  await using gateway = await startGateway();
  const person = JSON.stringify({ email: 'ada@example.com', full_name: 'Ada' });
  const row = {
    id: '1',
    requester_information: person,
    subject_information: 'null',
    request_declaration: '{"date":"2025-01-21"}',
  };
  answering(gateway.hood, ({ path }) =>
    path.endsWith('/exports') ? hoodList([{ id: '1', size: '', attempt_count: '' }], 1) : hoodList([row], 1),
  );
  const { data, errors } = await gateway.query(`{
    gdprRequests { nodes {
      requesterInformation { email fullName } subjectInformation { email } requestDeclaration { date }
    } }
    hoodExports { nodes { size attemptCount } }
  }`);
  expect(errors).toBeUndefined();
  expect(data).toEqual({
    gdprRequests: {
      nodes: [
        {
          requesterInformation: { email: 'ada@example.com', fullName: 'Ada' },
          subjectInformation: null,
          requestDeclaration: { date: '2025-01-21' },
        },
      ],
    },
    hoodExports: { nodes: [{ size: null, attemptCount: null }] },
  });
});
