import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import type { Fault } from '../../src/sandbox/faults.ts';
import { serve } from '../../src/sandbox/server.ts';
import { CUSTOM, IMPORT, operation } from '../graph/resources/sor/attribute-files.ts';
import { startGateway } from '../support/gateway.ts';
import { upload } from '../support/upload.ts';
import { answering, hoodList, sorResult } from './asked.ts';
import { fakeProfile, serveProfiles } from './fake-profiles.ts';

const body = (json: unknown): Fault => ({ kind: 'body', body: json });

describe.each<[string, Fault]>([
  ['a failure that says 404 in its body, as text', body({ success: false, status: '404' })],
  ['a failure that says 404 in its body', body({ success: false, status: 404, error_message: 'Not found' })],
  ['a failure that says 404 in words', body({ success: 'False', status: '404 Not Found' })],
  ['a success without a result', body({ success: true, result: null })],
  ['a success that leaves its result out', body({ success: 'TRUE' })],
  ['404', { kind: 'status', status: 404, body: { success: false, error_message: 'Not found' } }],
  ['410', { kind: 'status', status: 410, body: { success: false, error_message: 'Gone' } }],
])('%s is nothing found', (_, fault) => {
  test.each([
    'systemOfRecord(identifier: "x") { name }',
    'customerAttribute(identifier: "x") { key }',
    'customerProfile(customerId: "a,b") { firstName }',
    'customerProfile(customerId: "a") { attributes { systemIdentifier } }',
  ])('%s', async (field) => {
    await using gateway = await startGateway();
    gateway.sor.api.dials.fault = () => fault;
    const { data, errors } = await gateway.query(`{ one: ${field} }`);
    expect([data, errors]).toEqual([{ one: null }, undefined]);
    expect(gateway.sorCalls()).toHaveLength(1);
  });
});

/** Written into JSON as it is. */
const raw = (text: string) => (JSON as unknown as { rawJSON(text: string): unknown }).rawJSON(text);

test.each(['1e400', '-1e400', '1E+999'])('a value of %s is null, and the rest of the profile stays', async (number) => {
  await using gateway = await startGateway();
  serveProfiles(gateway, {
    people: {},
    answer: () =>
      sorResult({
        total_profiles: 1,
        profiles: [
          {
            ...fakeProfile('a', { first_name: 'Ada' }),
            attributes: { S: { big: raw(number), city: 'Oslo' } },
          },
        ],
      }),
  });
  const { data, errors } = await gateway.query(`{ customerProfile(customerId: "a") {
    attribute(system: "S", key: "big") { value number }
    attributes { values { key value } }
  } }`);
  expect(errors).toBeUndefined();
  expect(data.customerProfile.attribute.number).toBeNull();
  expect(data.customerProfile.attribute.value).toBeNull();
  expect(data.customerProfile.attributes[0].values).toEqual(expect.arrayContaining([{ key: 'city', value: 'Oslo' }]));
});

test('numbers that a field cannot hold are null, and their rows stay', async () => {
  await using gateway = await startGateway();
  answering(gateway.hood, () =>
    hoodList([{ id: '1', name: 'a', size: raw('1e400'), attempt_count: 3_000_000_000 }], 1),
  );
  gateway.sor.api.dials.fault = () => sorResult([{ identifier: 'S', name: 'S', attributes_count: 3_000_000_000 }]);
  const { data, errors } = await gateway.query(`{
    hoodExports { nodes { name size attemptCount } }
    systemsOfRecord { nodes { name attributesCount } }
  }`);
  expect(errors).toBeUndefined();
  expect(data.hoodExports.nodes).toEqual([{ name: 'a', size: null, attemptCount: null }]);
  expect(data.systemsOfRecord.nodes).toEqual([{ name: 'S', attributesCount: null }]);
});

test.each<[string, unknown]>([
  [
    'objects with the names of the errors',
    [
      { import_id: 'i1', date: '2025-01-02 11:12:13' },
      { import_id: 'i2', date: '2025-01-03 11:12:13' },
    ],
  ],
  ['objects of one pair each', [{ i1: '2025-01-02 11:12:13' }, { i2: '2025-01-03 11:12:13' }]],
  ['one map, as documented', { i1: '2025-01-02 11:12:13', i2: '2025-01-03 11:12:13' }],
  ['a map of objects', { i1: { date: '2025-01-02 11:12:13' }, i2: { started: '2025-01-03 11:12:13', size: 3 } }],
  [
    'a list with a name',
    { import_jobs: [{ job_id: 'i1', time: '2025-01-02 11:12:13' }, { i2: '2025-01-03 11:12:13' }] },
  ],
])('imports that come as %s have their own ids and times', async (_, jobs) => {
  await using gateway = await startGateway();
  gateway.sor.api.dials.fault = () => sorResult(jobs);
  const { data, errors } = await gateway.query(
    '{ attributeImports { nodes { importId startedAt } } attributeImport(importId: "i1") { importId } }',
  );
  expect(errors).toBeUndefined();
  expect(data.attributeImports.nodes).toEqual([
    { importId: 'i2', startedAt: '2025-01-03T11:12:13Z' },
    { importId: 'i1', startedAt: '2025-01-02T11:12:13Z' },
  ]);
  expect(data.attributeImport).toEqual({ importId: 'i1' });
});

test.each([
  ['2025-01-01T00:00:00+0000', '2025-01-01 00:00:00'],
  ['2025-01-01T02:00:00+0200', '2025-01-01 00:00:00'],
  ['2024-12-31T19:00:00-05', '2025-01-01 00:00:00'],
  ['2025-01-01T05:30:00+05:30', '2025-01-01 00:00:00'],
  ['2025-01-01t00:00:00z', '2025-01-01 00:00:00'],
])('a moment may be written as %s', async (written, sent) => {
  await using gateway = await startGateway();
  const literal = `{ gdprRequests(filter: { createTime: { gte: "${written}" } }) { totalCount } }`;
  const variable = 'query ($at: DateTime) { gdprRequests(filter: { createTime: { gte: $at } }) { totalCount } }';
  for (const { errors } of [await gateway.query(literal), await gateway.query(variable, { at: written })]) {
    expect(errors).toBeUndefined();
  }
  expect(gateway.hoodCalls()).toEqual([1, 2].map(() => expect.stringContaining(`create_time=gte:${sent}`)));
});

test.each<[string, string]>([
  [
    'other fields',
    '{ a: gdprRequests(first: 5) { nodes { status } } b: gdprRequests(first: 5) { nodes { hoodId clientId } } }',
  ],
  [
    'other fields of profiles',
    '{ a: customerProfiles(first: 5) { nodes { firstName } } b: customerProfiles(first: 5) { nodes { city customerId } } }',
  ],
  [
    'other fields and the total',
    '{ a: hoodExports(first: 3) { totalCount nodes { status } } b: hoodExports(first: 3) { nodes { name } totalCount } }',
  ],
])('two aliases of one page with %s are one call', async (_, query) => {
  await using gateway = await startGateway({ hood: { rows: 30 }, sor: { profiles: 30 } });
  const { data, errors } = await gateway.query(query);
  expect(errors).toBeUndefined();
  expect([data.a, data.b]).not.toContain(null);
  expect(gateway.hoodCalls().length + gateway.sorCalls().length).toBe(1);
});

const BOM = '\uFEFF';
const LINES = 'jeanne,client_type,Gold\n';

test.each<[string, string]>([
  ['in quotes', `"user_id","attribute_key","value"\n${LINES}`],
  ['partly in quotes', `user_id,"attribute_key",value\r\n${LINES}`],
  ['behind a byte order mark', `${BOM}user_id,attribute_key,value\n${LINES}`],
  ['in quotes behind a byte order mark', `${BOM}"user_id","attribute_key","value"\n${LINES}`],
])('a file whose first line is %s is taken, plain or gzipped, however it is cut', async (_, csv) => {
  await using gateway = await startGateway();
  const origin = await gateway.listen();
  const bytes = [...Buffer.from(csv)].map((byte) => Buffer.of(byte));
  for (const file of [[csv], [gzipSync(csv)], bytes]) {
    const { data, errors } = await upload(origin, operation(), file);
    expect(errors).toBeUndefined();
    expect(data.importAttributeValues).toMatchObject({ __typename: 'ImportAttributeValuesSuccess' });
  }
  expect(gateway.sorCalls().filter((line) => line === IMPORT)).toHaveLength(3);
});

test('errors of an import that are asked for at once do not hide those that come later', async () => {
  await using gateway = await startGateway({ env: { CACHE: 'on' } });
  const query = `mutation ($input: ImportAttributeValuesInput!) { importAttributeValues(input: $input) {
    ... on ImportAttributeValuesSuccess { attributeImport { importId errors { totalCount nodes { key } } } }
  } }`;
  const csv = `user_id,attribute_key,value\njeanne,loyalty_points,many\n${LINES}`;
  const { data } = await upload(await gateway.listen(), operation({}, query), [csv]);
  const { importId, errors } = data.importAttributeValues.attributeImport;
  expect(errors.totalCount).toBe(0);

  await gateway.sor.settle();

  const poll = `{ attributeImport(importId: "${importId}") { errors { nodes { key } } } }`;
  expect((await gateway.query(poll)).data.attributeImport.errors.nodes).toEqual([{ key: 'loyalty_points' }]);
});

test('a deletion has no body', async () => {
  const seen: Record<string, unknown>[] = [];
  await using sor = await serve(({ headers, method }) => {
    if (method === 'DELETE') seen.push(headers);
    return { status: 200, json: { success: true, result: [] } };
  });
  await using gateway = await startGateway({ env: { SOR_URL: sor.origin } });
  await gateway.query(`mutation {
    a: deleteCustomerAttribute(input: { identifier: "x" }) { __typename }
    b: deleteSystemOfRecord(input: { identifier: "y" }) { __typename }
  }`);
  expect(seen).toHaveLength(2);
  for (const headers of seen) {
    expect(headers).not.toHaveProperty('content-type');
    expect(headers).not.toHaveProperty('transfer-encoding');
    expect(headers['content-length'] ?? '0').toBe('0');
  }
});

test('in the values of one customer a full stop of the id is written as the vendor writes it', async () => {
  await using gateway = await startGateway();
  const customerId = 'robert.hill@mymail.org';
  gateway.sor.insertProfiles([{ customerId: 'a.b', values: { [CUSTOM]: { client_type: 'Gold' } } }]);
  for (const id of [customerId, 'a.b']) {
    await gateway.query(
      `{ customerProfile(customerId: "${id}") { attribute(system: "${id === 'a.b' ? CUSTOM : 'global'}", key: "${id === 'a.b' ? 'client_type' : 'first_name'}") { since } } }`,
    );
  }
  const targets = gateway.sor.api.calls
    .map(({ rawTarget }) => rawTarget)
    .filter((target) => /attribute_values\?/.test(target));
  expect(targets).toHaveLength(2);
  expect(targets[0]).toContain('customer_id=robert%2Ehill%40mymail%2Eorg');
  expect(targets[1]).toContain('customer_id=a%2Eb');
});

test.each([200, 204])(
  'a list that is answered with %d and no body is an error, unlike one without rows',
  async (status) => {
    await using gateway = await startGateway();
    answering(gateway.hood, () => ({ kind: 'status', status }));
    const { data, errors } = await gateway.query('{ gdprRequests { totalCount nodes { hoodId } } }');
    expect(data?.gdprRequests ?? null).toBeNull();
    expect(errors?.map(({ extensions }) => extensions?.code)).toEqual(['UPSTREAM_BAD_RESPONSE']);
  },
);
