import { expect, test } from 'vitest';
import type { Fault } from '../../../../src/sandbox/faults.ts';
import { startGateway } from '../../../support/gateway.ts';

const MISSING: [name: string, fault: Fault][] = [
  ['404', { kind: 'status', status: 404 }],
  ['a 200 with the status 404 as text', { kind: 'body', body: { success: false, status: '404' } }],
  ['a 200 with the status 404', { kind: 'body', body: { success: false, status: 404 } }],
  ['a 200 with the error code 404', { kind: 'body', body: { success: false, errorCode: 404 } }],
  ['no result', { kind: 'body', body: { success: true, result: null } }],
];

test.each(MISSING)('%s is null for whatever may be missing', async (_, fault) => {
  await using gateway = await startGateway();
  gateway.sor.api.dials.fault = () => fault;

  const { data, errors } = await gateway.query(`{
    systemOfRecord(identifier: "SOR_x") { name }
    customerAttribute(identifier: "FACA_x") { key }
  }`);

  expect(errors).toBeUndefined();
  expect(data).toEqual({ systemOfRecord: null, customerAttribute: null });
  expect(gateway.sorCalls()).toHaveLength(2);
});

test.each<[name: string, body: object, code: string, status?: number]>([
  ['another refusal', { success: false, status: '400' }, 'UPSTREAM_REJECTED', 400],
  ['a failure without a status', { success: false }, 'UPSTREAM_REJECTED', 200],
  ['a failure with the status 500', { success: false, status: '500' }, 'UPSTREAM_UNAVAILABLE', 500],
  ['another shape', { result: null }, 'UPSTREAM_BAD_RESPONSE'],
])('%s is an error with the status that the body names', async (_, body, code, status) => {
  await using gateway = await startGateway();
  gateway.sor.api.dials.fault = () => ({ kind: 'body', body });
  const { errors } = await gateway.query('{ systemOfRecord(identifier: "SOR_x") { name } }');
  expect(errors).toMatchObject([{ extensions: { code, upstream: status === undefined ? {} : { status } } }]);
});

test('a write that a 200 calls refused with a status has that status', async () => {
  await using gateway = await startGateway();
  gateway.sor.api.dials.fault = () => ({ kind: 'body', body: { success: false, status: '404' } });
  const { data } = await gateway.query(`mutation { deleteSystemOfRecord(input: { identifier: "SOR_x" }) {
    ... on UpstreamRejectedError { status code }
  } }`);
  expect(data.deleteSystemOfRecord).toEqual({ status: 404, code: 'UNKNOWN_ID' });
});

test('a write that a 200 calls failed with the status 500 may have been carried out', async () => {
  await using gateway = await startGateway();
  gateway.sor.api.dials.fault = () => ({ kind: 'body', body: { success: false, status: '500' } });
  const { errors } = await gateway.query(
    'mutation { renameSystemOfRecord(input: { identifier: "SOR_x", name: "New" }) { __typename } }',
  );
  expect(errors).toMatchObject([{ extensions: { code: 'UPSTREAM_UNAVAILABLE', outcome: 'UNKNOWN' } }]);
  expect(gateway.sorCalls()).toHaveLength(1);
});
