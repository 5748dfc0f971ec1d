import { expect, test } from 'vitest';
import type { Fault } from '../../src/sandbox/faults.ts';
import { startGateway } from '../support/gateway.ts';
import { answering, hoodList, numbered, pageOf, sorResult } from './asked.ts';
import { idsOf, walk } from './walking.ts';

const NOTHING: Fault = { kind: 'status', status: 204 };
const body = (value: unknown): Fault => ({ kind: 'body', body: value });

test.each<[name: string, answer: Fault, totalCount: number | null]>([
  ['null', hoodList(null), null],
  ['null for both', hoodList(null, null), null],
  ['an object', hoodList({}, 0), 0],
  ['left out', body({ total: '0' }), 0],
])('a list of Hood without rows may be %s', async (_name, answer, totalCount) => {
  await using gateway = await startGateway();
  gateway.hood.dials.fault = () => answer;
  const { data, errors } = await gateway.query('{ hoodExports { totalCount nodes { hoodId } } }');
  expect(errors).toBeUndefined();
  expect(data.hoodExports).toEqual({ totalCount, nodes: [] });
  expect(gateway.hoodCalls().length).toBeLessThanOrEqual(2);
});

test.each([
  ['null', { profiles: null, total_profiles: 0 }],
  ['null beside no total', { profiles: null }],
  ['left out', { total_profiles: 0, total_pages: 0 }],
])('a list of profiles without rows may be %s', async (_name, result) => {
  await using gateway = await startGateway();
  gateway.sor.api.dials.fault = () => sorResult(result);
  const { data, errors } = await gateway.query(
    '{ customerProfiles { nodes { customerId } } customerProfile(customerId: "a") { customerId } }',
  );
  expect(errors).toBeUndefined();
  expect(data).toEqual({ customerProfiles: { nodes: [] }, customerProfile: null });
});

test('errors of an import may be null where there are none', async () => {
  await using gateway = await startGateway();
  answering(gateway.sor.api, ({ path }) =>
    sorResult(path.endsWith('import_jobs') ? { one: '2025-01-01 00:00:00' } : { attribute_errors: null }),
  );
  const { data } = await gateway.query('{ attributeImports { nodes { errors { totalCount } } } }');
  expect(data.attributeImports.nodes).toEqual([{ errors: { totalCount: 0 } }]);
});

test.each<[name: string, emptyPage: Fault]>([
  ['null', hoodList(null)],
  ['null beside a total', hoodList(null, 61)],
  ['204', NOTHING],
])('pages behind the end may be %s: every row comes', async (_name, emptyPage) => {
  await using gateway = await startGateway();
  const rows = numbered(60).map((id) => ({ id }));
  answering(gateway.hood, (asked) => {
    const page = pageOf(rows, asked);
    return page.length > 0 ? hoodList(page) : emptyPage;
  });
  for (const size of [7, 20]) {
    const windows = await walk(gateway, 'gdprRequests', { size });
    expect(idsOf(windows)).toEqual(numbered(60));
    expect(Math.max(...windows.map(({ calls }) => calls.length))).toBeLessThanOrEqual(4);
  }
});

test('systems whose attributes are null are not viewed one by one, unless some are counted', async () => {
  await using gateway = await startGateway();
  const systems = numbered(5, 's').map((identifier) => ({
    identifier,
    attributes_count: 0,
    customer_attributes: null,
  }));
  const query = '{ systemsOfRecord { nodes { customerAttributes { identifier } } } }';
  gateway.sor.api.dials.fault = () => sorResult(systems);
  const { data } = await gateway.query(query);
  expect(data.systemsOfRecord.nodes).toEqual(systems.map(() => ({ customerAttributes: [] })));
  expect(gateway.sorCalls()).toHaveLength(1);
  const [first] = systems.map((system) => ({ ...system, attributes_count: 1 }));
  answering(gateway.sor.api, ({ path }) =>
    sorResult(path.endsWith('s1') ? { ...first, customer_attributes: [{ identifier: 'a' }] } : [first]),
  );
  const viewed = await gateway.query(query);
  expect(viewed.data.systemsOfRecord.nodes).toEqual([{ customerAttributes: [{ identifier: 'a' }] }]);
});

test.each([[[]], [null]])('dated values %j are none, and take nothing from the profile', async (attribute_values) => {
  await using gateway = await startGateway();
  const customer = { customer_id: 'a', customer_id_type: 'user_id' };
  const profile = { ...customer, attributes: { own: { length: 2 } } };
  answering(gateway.sor.api, ({ path }) =>
    sorResult(
      path.endsWith('_values') ? { ...customer, attribute_values } : { profiles: [profile], total_profiles: 1 },
    ),
  );
  const { data, errors } = await gateway.query(
    '{ customerProfile(customerId: "a") { attributes { values { key value since } } } }',
  );
  expect(errors).toBeUndefined();
  expect(data.customerProfile.attributes).toEqual([{ values: [{ key: 'length', value: 2, since: null }] }]);
});
