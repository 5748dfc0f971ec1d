import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import type { Fault } from '../../src/sandbox/faults.ts';
import { startGateway } from '../support/gateway.ts';
import { aliased, answering, numbered, pageOf, sorResult } from './asked.ts';
import { fakeProfile } from './fake-profiles.ts';
import { idsOf, walk } from './walking.ts';

const CUSTOM = 'SOR_767yUpsMJoTWi0mz';

const body = (json: unknown): Fault => ({ kind: 'body', body: json });

test('imports that come as a list of ids have these and no times', async () => {
  await using gateway = await startGateway();
  gateway.sor.api.dials.fault = () => sorResult(['i1', 2]);
  const { data, errors } = await gateway.query('{ attributeImports { nodes { importId startedAt } } }');
  expect(errors).toBeUndefined();
  expect(data.attributeImports.nodes).toEqual([
    { importId: '2', startedAt: null },
    { importId: 'i1', startedAt: null },
  ]);
});

test.each<[string, Fault]>([
  ['404', { kind: 'status', status: 404 }],
  ['no result', body({ success: true, result: null })],
  ['a failure that says 404', body({ success: false, status: '404' })],
])('what is answered with %s where a list belongs to something is none', async (_, fault) => {
  await using gateway = await startGateway();
  answering(gateway.sor.api, ({ path }) => {
    if (path === '/api/attribute_values/import_jobs') return sorResult({ i1: '2025-01-02 11:12:13' });
    return /removed_attributes|import_errors/.test(path) ? fault : undefined;
  });
  const { data, errors } = await gateway.query(`{
    attributeImport(importId: "i1") { errors { totalCount nodes { key } } }
    systemOfRecord(identifier: "${CUSTOM}") { removedAttributes { key } }
  }`);
  expect(errors).toBeUndefined();
  expect(data).toEqual({
    attributeImport: { errors: { totalCount: 0, nodes: [] } },
    systemOfRecord: { removedAttributes: [] },
  });
});

test.each([null, [], {}])('an answer that says %j where it says whether it is well is read once', async (success) => {
  await using gateway = await startGateway();
  gateway.sor.api.dials.fault = () => body({ success, result: { profiles: [] } });
  const { errors } = await gateway.query(aliased(numbered(9), (id) => `customerProfile(customerId: "${id}") { city }`));
  expect(errors?.map(({ extensions }) => extensions.code)).toEqual(Array(9).fill('UPSTREAM_BAD_RESPONSE'));
  expect(gateway.sorCalls()).toHaveLength(1);
});

describe('a status in the body of a 200', () => {
  const logIn = { SOR_TOKEN: '', SOR_EMAIL: 'a@example.com', SOR_PASSWORD: 'a-password' };
  const people = numbered(57).map((id) => fakeProfile(id));

  test.each([
    ['401', 2],
    ['429', 1],
    ['408', 1],
    ['503', 1],
  ])('%s counts as one of HTTP: what passes is tried again', async (status, logIns) => {
    await using gateway = await startGateway({ env: logIn });
    let asked = 0;
    answering(gateway.sor.api, (call) => {
      if (call.path === '/api/login') return sorResult({ auth_token: 'a-token' });
      const isLate = call.page === 3 && asked++ === 0;
      return isLate ? body({ success: false, status }) : sorResult({ profiles: pageOf(people, call) });
    });
    const windows = await walk(gateway, 'customerProfiles', { size: 20 });
    expect(idsOf(windows)).toEqual(numbered(57));
    const calls = windows.flatMap(({ calls }) => calls);
    expect(calls.filter((line) => line.includes('/api/login'))).toHaveLength(logIns);
  });

  test.each([
    ['401', 'UPSTREAM_UNAVAILABLE'],
    ['429', 'RATE_LIMITED'],
  ])('%s is nothing about the keys that were asked for', async (status, code) => {
    await using gateway = await startGateway();
    answering(gateway.sor.api, () => body({ success: false, status }));
    const profile = (id: string) => `customerProfile(customerId: "${id}") { city }`;
    const { errors = [] } = await gateway.query(aliased(numbered(30), profile));
    expect(new Set(errors.map(({ extensions }) => extensions.code))).toEqual(new Set([code]));
    // What is refused as too many is tried three times.
    expect(gateway.sorCalls().length).toBeLessThanOrEqual(3);
  });

  test('410 says that there is nothing, as 404 does', async () => {
    await using gateway = await startGateway();
    answering(gateway.sor.api, () => body({ success: false, status: 410 }));
    const { data, errors } = await gateway.query(`{ systemOfRecord(identifier: "${CUSTOM}") { name } }`);
    expect({ data, errors }).toEqual({ data: { systemOfRecord: null }, errors: undefined });
  });
});

test.each<[disabled: unknown, read: boolean | null]>([
  ['false', false],
  ['true', true],
  ['True', true],
  [0, false],
  ['maybe', null],
])('a system that is disabled: %j', async (disabled, read) => {
  await using gateway = await startGateway();
  const attribute = { identifier: 'a', key: 'k', disabled };
  gateway.sor.api.dials.fault = () => sorResult([{ identifier: 's', disabled, customer_attributes: [attribute] }]);
  const { data, errors } = await gateway.query(
    '{ systemsOfRecord { nodes { disabled customerAttributes { disabled } } } }',
  );
  expect(errors).toBeUndefined();
  expect(data.systemsOfRecord.nodes).toEqual([{ disabled: read, customerAttributes: [{ disabled: read }] }]);
});

test.each(['USER_ID', 'userId', 'User ID', 'user'])('a profile whose type of id is %s is found', async (type) => {
  await using gateway = await startGateway();
  const row = { ...fakeProfile('a'), customer_id_type: type };
  gateway.sor.api.dials.fault = () => sorResult({ profiles: [row], total_profiles: 1 });
  const { data } = await gateway.query('{ customerProfile(customerId: "a") { customerId customerIdType } }');
  expect(data.customerProfile).toEqual({ customerId: 'a', customerIdType: 'USER_ID' });
});

test('an empty list of Hood may be null', async () => {
  await using gateway = await startGateway();
  gateway.hood.dials.fault = () => body({ total: 0, items: null });
  const { data, errors } = await gateway.query('{ gdprRequests { totalCount nodes { hoodId } } }');
  expect(errors).toBeUndefined();
  expect(data.gdprRequests).toEqual({ totalCount: 0, nodes: [] });
});

test('a compressed answer that ends in the middle is asked for again', async () => {
  await using gateway = await startGateway();
  const bytes = gzipSync(JSON.stringify({ total: 0, items: [] }));
  const cut: Fault = {
    kind: 'answer',
    answer: (response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end(bytes.subarray(0, -12)),
  };
  const faults = [cut];
  gateway.hood.dials.fault = () => faults.shift() ?? body({ total: 0, items: [] });
  const { errors } = await gateway.query('{ gdprRequests { totalCount } }');
  expect(errors).toBeUndefined();
  expect(gateway.hoodCalls()).toHaveLength(2);
});

test.each<[name: string, rows: (row: object) => object[], there: boolean]>([
  ['that row', (row) => [row], true],
  ['that row and others', (row) => [{ ...row, identifier: 'x' }, row], true],
  ['no row', () => [], false],
  ['another row', (row) => [{ ...row, identifier: 'x' }], false],
])('one row that comes as a list of %s', async (_, rows, there) => {
  await using gateway = await startGateway();
  answering(gateway.sor.api, ({ path }) =>
    sorResult(rows({ identifier: path.split('/').at(-1), name: 'A', key: 'a' })),
  );
  const { data, errors } = await gateway.query(
    '{ systemOfRecord(identifier: "s") { name } customerAttribute(identifier: "c") { key } }',
  );
  expect(errors).toBeUndefined();
  const found = { systemOfRecord: { name: 'A' }, customerAttribute: { key: 'a' } };
  expect(data).toEqual(there ? found : { systemOfRecord: null, customerAttribute: null });
});

test('a creation that is answered with a list of the row has it, for one call', async () => {
  await using gateway = await startGateway();
  const item = { kind: 'status', status: 201, body: [{ id: 'new', target: 'size' }] } as const;
  answering(gateway.hood, () => item);
  answering(gateway.sor.api, () => sorResult([{ identifier: 'SOR_new', name: 'New' }]));
  const { data, errors } = await gateway.query(`mutation {
    key: createCustomerData(input: { target: "size" }) {
      ... on CreateCustomerDataSuccess { customerDatum { hoodId target } }
    }
    system: createSystemOfRecord(input: { name: "New" }) {
      ... on CreateSystemOfRecordSuccess { systemOfRecord { identifier name } }
    }
  }`);
  expect(errors).toBeUndefined();
  expect(data).toEqual({
    key: { customerDatum: { hoodId: 'new', target: 'size' } },
    system: { systemOfRecord: { identifier: 'SOR_new', name: 'New' } },
  });
  expect([...gateway.hoodCalls(), ...gateway.sorCalls()]).toHaveLength(2);
});

test('values are written with the one key of a system that is no list, and their receipt may be a number', async () => {
  await using gateway = await startGateway();
  answering(gateway.sor.api, () => sorResult([{ identifier: 's', type: 'custom', api_keys: 'a-key' }]));
  gateway.sor.feed.dials.fault = () => sorResult({ requestId: 17 });
  const { data, errors } = await gateway.query(`mutation {
    setAttributeValues(input: {
      systemOfRecord: "s", declareMissing: true
      changes: [{ customerId: "a", key: "k", change: { string: "v" } }]
    }) { ... on SetAttributeValuesSuccess { requestIds } ... on UserError { message } }
  }`);
  expect(errors).toBeUndefined();
  expect(data.setAttributeValues).toEqual({ requestIds: ['17'] });
});

const DATED = { k: { value: 'dated', since: '2020-01-01T00:00:00Z' } };

test.each<[what: string, answer: (own: object) => unknown, value: string]>([
  ['capitals in the type of id', (own) => ({ ...own, customer_id_type: 'USER_ID' }), 'dated'],
  ['no type of id', (own) => ({ ...own, customer_id_type: undefined }), 'dated'],
  ['a list of them', (own) => [own], 'dated'],
  [
    'those of a device of the same id, in capitals',
    (own) => ({ ...own, customer_id_type: 'DEVICE_ID' }),
    'of the profile',
  ],
])('values of a customer that come with %s', async (_, answer, value) => {
  await using gateway = await startGateway();
  const own = { customer_id: 'a', customer_id_type: 'user_id', attribute_values: DATED };
  const profile = { ...fakeProfile('a'), attributes: { SOR_x: { k: 'of the profile' } } };
  answering(gateway.sor.api, ({ path }) =>
    sorResult(path === '/api/attribute_values' ? answer(own) : { total_profiles: 1, profiles: [profile] }),
  );
  const { data, errors } = await gateway.query(
    '{ customerProfile(customerId: "a") { attribute(system: "SOR_x", key: "k") { string since } } }',
  );
  expect(errors).toBeUndefined();
  expect(data.customerProfile.attribute.string).toBe(value);
});
