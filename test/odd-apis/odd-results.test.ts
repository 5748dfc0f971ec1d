import { expect, test } from 'vitest';
import type { Fault } from '../../src/sandbox/faults.ts';
import { startGateway } from '../support/gateway.ts';
import { aliased, answering, numbered, sorResult } from './asked.ts';

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
