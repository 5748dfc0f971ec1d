import { describe, expect, test } from 'vitest';
import type { Fault } from '../../../../src/sandbox/faults.ts';
import { type Gateway, startGateway } from '../../../support/gateway.ts';

const DECIDE = `
  mutation ($input: DecideGdprRequestInput!) {
    decideGdprRequest(input: $input) {
      __typename
      ... on DecideGdprRequestSuccess { gdprRequest { hoodId status rejectionReason } }
      ... on InvalidInputError { message issues { path message } }
      ... on UpstreamRejectedError { message api status traceId }
    }
  }
`;

function decide(gateway: Gateway, input: Record<string, unknown>) {
  return gateway.query(DECIDE, { input });
}

const methods = (gateway: Gateway) => gateway.hoodCalls().map((call) => call.split(' ')[0]);

test('a denial is written with its reason, in the only call', async () => {
  await using gateway = await startGateway();

  const { data, errors } = await decide(gateway, {
    hoodId: '1000022',
    decision: 'DENY',
    rejectionReason: 'Wrong person.',
  });

  expect(errors).toBeUndefined();
  expect(gateway.hoodCalls()).toEqual(['PATCH /v1/hood/gdpr-requests/1000022']);
  expect(data.decideGdprRequest).toEqual({
    __typename: 'DecideGdprRequestSuccess',
    gdprRequest: { hoodId: '1000022', status: 'DENIED', rejectionReason: 'Wrong person.' },
  });
});

test('an approval empties the reason of an earlier denial, in the same call', async () => {
  await using gateway = await startGateway();

  const { data } = await decide(gateway, { hoodId: '1000023', decision: 'APPROVE' });

  const decided = { hoodId: '1000023', status: 'APPROVED', rejectionReason: null };
  expect(data.decideGdprRequest.gdprRequest).toEqual(decided);
  expect(gateway.hoodCalls()).toEqual(['PATCH /v1/hood/gdpr-requests/1000023']);
  const after = await gateway.query('{ gdprRequest(hoodId: "1000023") { hoodId status rejectionReason } }');
  expect(after.data.gdprRequest).toEqual(decided);
});

test('what the decision does not say is read again, once', async () => {
  await using gateway = await startGateway();

  const { data } = await gateway.query(`mutation {
    decideGdprRequest(input: { hoodId: "1000022", decision: APPROVE }) {
      ... on DecideGdprRequestSuccess { gdprRequest { status canDecide subjectInformation { fullName } } }
    }
  }`);

  expect(data.decideGdprRequest.gdprRequest).toEqual({
    status: 'APPROVED',
    canDecide: false,
    subjectInformation: { fullName: 'John Smith' },
  });
  expect(gateway.hoodCalls()).toEqual([
    'PATCH /v1/hood/gdpr-requests/1000022',
    'GET /v1/hood/gdpr-requests/1000022?fields=id,status,subject_information',
  ]);
});

test('a request that nobody selects is not read again', async () => {
  await using gateway = await startGateway();

  const { data } = await gateway.query(`mutation {
    decideGdprRequest(input: { hoodId: "1000022", decision: APPROVE }) {
      __typename
      ... on DecideGdprRequestSuccess { gdprRequest @include(if: false) { status } }
    }
  }`);

  expect(data.decideGdprRequest).toEqual({ __typename: 'DecideGdprRequestSuccess' });
  expect(gateway.hoodCalls()).toEqual(['PATCH /v1/hood/gdpr-requests/1000022']);
});

test('two decisions of one operation follow each other, and each shows its own outcome', async () => {
  await using gateway = await startGateway();

  const { data } = await gateway.query(`mutation {
    first: decideGdprRequest(input: { hoodId: "1000022", decision: APPROVE }) { ...Outcome }
    second: decideGdprRequest(input: { hoodId: "1000022", decision: DENY, rejectionReason: "No." }) { ...Outcome }
  } fragment Outcome on DecideGdprRequestSuccess { gdprRequest { status } }`);

  expect(data).toEqual({
    first: { gdprRequest: { status: 'APPROVED' } },
    second: { gdprRequest: { status: 'DENIED' } },
  });
  expect(methods(gateway)).toEqual(['PATCH', 'PATCH']);
});

test('a decision stands although the request could not be read again', async () => {
  await using gateway = await startGateway();
  gateway.hood.dials.fault = ({ line }) => (line.startsWith('GET') ? { kind: 'status', status: 400 } : undefined);

  const { data, errors } = await gateway.query(`mutation {
    decideGdprRequest(input: { hoodId: "1000022", decision: APPROVE }) {
      __typename
      ... on DecideGdprRequestSuccess { gdprRequest { updateTime } }
    }
  }`);

  expect(data.decideGdprRequest).toEqual({ __typename: 'DecideGdprRequestSuccess', gdprRequest: null });
  expect(errors).toMatchObject([
    { path: ['decideGdprRequest', 'gdprRequest'], extensions: { code: 'UPSTREAM_REJECTED' } },
  ]);
});

describe('bad input is data, and nothing is written', () => {
  const expectIssues = async (input: Record<string, unknown>, issues: { path: string[]; message: string }[]) => {
    await using gateway = await startGateway();
    const { data, errors } = await decide(gateway, input);
    expect(errors).toBeUndefined();
    expect(data.decideGdprRequest).toEqual({
      __typename: 'InvalidInputError',
      message: issues
        .map(({ message }) => message)
        .join()
        .replace(/\.,.*$/, ` (and ${issues.length - 1} more).`),
      issues,
    });
    expect(gateway.hoodCalls()).toEqual([]);
  };
  const noReason = { path: ['rejectionReason'], message: 'Expected a reason: a denial must have one.' };
  const noId = { path: ['hoodId'], message: 'Expected an id that Hood gave out.' };

  test.each([undefined, null, '', '  \n'])('a denial with the reason %j', async (rejectionReason) => {
    await expectIssues({ hoodId: '1', decision: 'DENY', rejectionReason }, [noReason]);
  });

  test('an approval with a reason', async () => {
    await expectIssues({ hoodId: '1', decision: 'APPROVE', rejectionReason: 'Because.' }, [
      { path: ['rejectionReason'], message: 'Expected no reason: only a denial has one.' },
    ]);
  });

  test('a reason of more than 500 characters', async () => {
    await expectIssues({ hoodId: '1', decision: 'DENY', rejectionReason: 'x'.repeat(501) }, [
      { path: ['rejectionReason'], message: 'Expected at most 500 characters.' },
    ]);
  });

  test.each(['', '.', '..'])('the id %j, which no path can hold', async (hoodId) => {
    await expectIssues({ hoodId, decision: 'APPROVE' }, [noId]);
  });

  test('all mistakes are told at once', async () => {
    await expectIssues({ hoodId: '..', decision: 'DENY' }, [noId, noReason]);
  });
});

test('500 characters count as people count them, not as UTF-16 does', async () => {
  await using gateway = await startGateway();
  const rejectionReason = '🙂'.repeat(500);

  const { data } = await decide(gateway, { hoodId: '1000022', decision: 'DENY', rejectionReason });

  expect(data.decideGdprRequest.gdprRequest.rejectionReason).toBe(rejectionReason);
});

test('a request that does not exist is a refusal as data', async () => {
  await using gateway = await startGateway();

  const { data, errors } = await decide(gateway, { hoodId: '5', decision: 'APPROVE' });

  expect(errors).toBeUndefined();
  expect(data.decideGdprRequest).toEqual({
    __typename: 'UpstreamRejectedError',
    message: 'Hood rejected the request with status 404: Not found. The requested resource does not exist.',
    api: 'HOOD',
    status: 404,
    traceId: '99a84211-f73d-4ff8-acdf-eb3e06bb9d62',
  });
  expect(gateway.hoodCalls()).toEqual(['PATCH /v1/hood/gdpr-requests/5']);
});

test('every mistake that a caller can mend reads as a UserError', async () => {
  await using gateway = await startGateway();

  const { data } = await gateway.query(`mutation {
    refused: decideGdprRequest(input: { hoodId: "5", decision: APPROVE }) { ... on UserError { message } }
    wrong: decideGdprRequest(input: { hoodId: "5", decision: DENY }) { ... on UserError { message } }
    right: decideGdprRequest(input: { hoodId: "1000022", decision: APPROVE }) { ... on UserError { message } }
  }`);

  expect(data).toEqual({
    refused: {
      message: 'Hood rejected the request with status 404: Not found. The requested resource does not exist.',
    },
    wrong: { message: 'Expected a reason: a denial must have one.' },
    right: {},
  });
});

test.each([400, 404, 409, 422])('status %i of the write is data', async (status) => {
  await using gateway = await startGateway();
  gateway.hood.dials.fault = () => ({ kind: 'status', status });

  const { data, errors } = await decide(gateway, { hoodId: '1000022', decision: 'APPROVE' });

  expect(errors).toBeUndefined();
  expect(data.decideGdprRequest).toEqual({
    __typename: 'UpstreamRejectedError',
    message: `Hood rejected the request with status ${status}.`,
    api: 'HOOD',
    status,
    traceId: null,
  });
});

test.each<[what: string, fault: Fault, code: string]>([
  ['401', { kind: 'status', status: 401 }, 'UPSTREAM_UNAVAILABLE'],
  ['403', { kind: 'status', status: 403 }, 'UPSTREAM_UNAVAILABLE'],
  ['429', { kind: 'status', status: 429, headers: { 'retry-after': '70' } }, 'RATE_LIMITED'],
  ['500', { kind: 'status', status: 500 }, 'UPSTREAM_UNAVAILABLE'],
  ['503', { kind: 'status', status: 503 }, 'UPSTREAM_UNAVAILABLE'],
  ['418', { kind: 'status', status: 418 }, 'UPSTREAM_REJECTED'],
  ['a cut connection', { kind: 'reset' }, 'UPSTREAM_UNAVAILABLE'],
])('%s of the write is an error, and the write is never made twice', async (_what, fault, code) => {
  await using gateway = await startGateway();
  gateway.hood.dials.fault = () => fault;

  const { data, errors } = await decide(gateway, { hoodId: '1000022', decision: 'APPROVE' });

  expect(data).toEqual({ decideGdprRequest: null });
  expect(errors).toMatchObject([{ path: ['decideGdprRequest'], extensions: { code } }]);
  if (code === 'RATE_LIMITED') expect(errors?.[0]?.extensions.retryAfter).toBe(70);
  expect(gateway.hoodCalls()).toEqual(['PATCH /v1/hood/gdpr-requests/1000022']);
});

test('an id with a slash stays in its segment', async () => {
  await using gateway = await startGateway();

  await decide(gateway, { hoodId: '../exports/1?x#y', decision: 'APPROVE' });

  expect(gateway.hood.calls.map(({ rawTarget }) => rawTarget)).toEqual([
    '/v1/hood/gdpr-requests/%2E%2E%2Fexports%2F1%3Fx%23y',
  ]);
});
