import { expect, test } from 'vitest';
import { type Gateway, startGateway } from '../../../support/gateway.ts';

const START = Date.parse('2026-01-01T00:00:00Z');

function retry(gateway: Gateway, hoodId: string, selection = 'hoodExport { hoodId status attemptCount } operationId') {
  return gateway.query(
    `mutation ($hoodId: ID!) {
      retryHoodExport(input: { hoodId: $hoodId }) {
        __typename
        ... on RetryHoodExportSuccess { ${selection} }
        ... on UserError { code message }
      }
    }`,
    { hoodId },
  );
}

test('an export that failed is made again, and its file is there a moment later', async () => {
  let now = START;
  await using gateway = await startGateway({ hood: { now: () => now }, env: { CACHE: 'on' } });
  gateway.hood.replace('exports', [{ id: '1', status: 'failed', attempt_count: 1, failure_reason: 'No.' }]);
  const read = async () => {
    const { data } = await gateway.query('{ hoodExport(hoodId: "1") { status attemptCount failureReason } }');
    return data.hoodExport;
  };
  expect(await read()).toEqual({ status: 'failed', attemptCount: 1, failureReason: 'No.' });
  gateway.hoodCalls();

  const { data, errors } = await retry(gateway, '1');
  expect(errors).toBeUndefined();
  expect(data.retryHoodExport).toEqual({
    __typename: 'RetryHoodExportSuccess',
    hoodExport: { hoodId: '1', status: 'running', attemptCount: 2 },
    operationId: expect.stringMatching(/^[\da-f-]{36}$/),
  });
  expect(gateway.hoodCalls()).toEqual([
    'POST /v1/hood/exports/1/retry',
    'GET /v1/hood/exports/1?fields=attempt_count,id,status',
  ]);

  now += 3_000;
  const headers = { 'cache-control': 'no-cache' };
  const after = await gateway.query('{ hoodExport(hoodId: "1") { status failureReason downloadUrl } }', {}, headers);
  expect(after.data.hoodExport).toMatchObject({ status: 'ready', failureReason: null });
});

test('nothing is sent but the call itself, once, and only ids are answered without another one', async () => {
  await using gateway = await startGateway();
  gateway.hood.replace('exports', [{ id: '1', status: 'expired' }]);
  const { data } = await retry(gateway, '1', 'hoodExport { id hoodId }');
  expect(data.retryHoodExport.hoodExport.hoodId).toBe('1');
  expect(gateway.hood.calls[0]?.headers).not.toHaveProperty('content-type');
  expect(gateway.hoodCalls()).toEqual(['POST /v1/hood/exports/1/retry']);
});

test.each([
  ['an answer without an operation', { kind: 'status', status: 202 }],
  ['an operation without an id', { kind: 'body', body: { status: 'running' } }],
] as const)('%s is a success all the same', async (_, fault) => {
  await using gateway = await startGateway();
  gateway.hood.dials.fault = () => fault;
  const { data, errors } = await retry(gateway, '1', 'operationId');
  expect(errors).toBeUndefined();
  expect(data.retryHoodExport).toEqual({ __typename: 'RetryHoodExportSuccess', operationId: null });
});

test.each([
  ['1', 'REJECTED'],
  ['2', 'UNKNOWN_ID'],
  ['..', 'UNKNOWN_ID'],
])('of the export %s, which cannot be made again, the mistake is %s', async (hoodId, code) => {
  await using gateway = await startGateway();
  gateway.hood.replace('exports', [{ id: '1', status: 'running' }]);
  const { data, errors } = await retry(gateway, hoodId);
  expect(errors).toBeUndefined();
  expect(data.retryHoodExport.code).toBe(code);
  expect(gateway.hoodCalls()).toHaveLength(hoodId === '..' ? 0 : 1);
});

test('what became of a call that was cut is not known, and it is not sent twice', async () => {
  await using gateway = await startGateway();
  gateway.hood.dials.fault = () => ({ kind: 'reset' });
  const { data, errors } = await retry(gateway, '1');
  expect(data.retryHoodExport).toBeNull();
  expect(errors?.[0]?.extensions).toMatchObject({ code: 'UPSTREAM_UNAVAILABLE', outcome: 'UNKNOWN' });
  expect(gateway.hoodCalls()).toHaveLength(1);
});
