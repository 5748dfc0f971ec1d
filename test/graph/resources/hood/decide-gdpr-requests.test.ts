import { describe, expect, test } from 'vitest';
import { type Gateway, startGateway } from '../../../support/gateway.ts';

const METHOD = /^[A-Z]+/;
const methods = (gateway: Gateway) => gateway.hoodCalls().map((call) => METHOD.exec(call)?.[0]);

const APPROVE = { hoodId: '1000022', decision: 'APPROVE' };
const DENY = { hoodId: '1000022', decision: 'DENY', rejectionReason: 'Wrong person.' };

test('where Hood keeps reasons, an approval goes without, and later ones are not refused first', async () => {
  const approve = (gateway: Gateway, hoodId: string) =>
    gateway.query(`mutation { decideGdprRequest(input: { hoodId: "${hoodId}", decision: APPROVE }) {
      ... on DecideGdprRequestSuccess { gdprRequest { hoodId status rejectionReason } }
    } }`);
  await using gateway = await startGateway();
  const short = JSON.stringify({ status: 'approved' }).length;
  gateway.hood.dials.fault = ({ headers }) =>
    Number(headers['content-length']) > short ? { kind: 'status', status: 422 } : undefined;

  const { data } = await approve(gateway, '1000023');

  const rejectionReason = 'Proof of identity is not valid.';
  expect(data.decideGdprRequest.gdprRequest).toEqual({ hoodId: '1000023', status: 'APPROVED', rejectionReason });
  expect(methods(gateway)).toEqual(['PATCH', 'PATCH', 'GET']);
  await approve(gateway, '1000022');
  expect(methods(gateway)).toEqual(['PATCH', 'GET']);
});

describe('a decision that expects a status', () => {
  function decide(gateway: Gateway, input: Record<string, unknown>, selected = 'status') {
    return gateway.query(
      `mutation ($input: DecideGdprRequestInput!) { decideGdprRequest(input: $input) {
        __typename
        ... on UserError { code message }
        ... on ConflictError { actualStatus }
        ... on InvalidInputError { issues { path message } }
        ... on DecideGdprRequestSuccess { gdprRequest { ${selected} } }
      } }`,
      { input: { ...input, expectedStatus: 'PENDING' } },
    );
  }

  test('refuses to overwrite the one of somebody else, and says what that is', async () => {
    await using gateway = await startGateway();
    await decide(gateway, DENY);
    gateway.hoodCalls();

    const { data, errors } = await decide(gateway, APPROVE);

    expect(errors).toBeUndefined();
    expect(data.decideGdprRequest).toEqual({
      __typename: 'ConflictError',
      code: 'CONFLICT',
      message: 'The request is DENIED by now, not PENDING as expected. Nothing was written.',
      actualStatus: 'DENIED',
    });
    expect(gateway.hoodCalls()).toEqual(['GET /v1/hood/gdpr-requests/1000022?fields=id,rejection_reason,status']);
  });

  test('answers out of the request that it has read, with what it has set', async () => {
    await using gateway = await startGateway();

    const { data } = await decide(gateway, APPROVE, 'status canDecide rejectionReason informationToRemove createTime');

    expect(data.decideGdprRequest.gdprRequest).toEqual({
      status: 'APPROVED',
      canDecide: false,
      rejectionReason: null,
      informationToRemove: 'I wish to remove all indetifiable information about John Smith.',
      createTime: '2021-10-29T12:46:00Z',
    });
    expect(methods(gateway)).toEqual(['GET', 'PATCH']);
  });

  test('reads again only for when it was changed', async () => {
    await using gateway = await startGateway();
    const before = new Date();
    before.setMilliseconds(0);

    const { data } = await decide(gateway, DENY, 'status updateTime');

    expect(data.decideGdprRequest.gdprRequest.status).toBe('DENIED');
    expect(new Date(data.decideGdprRequest.gdprRequest.updateTime).getTime()).toBeGreaterThanOrEqual(before.getTime());
    expect(methods(gateway)).toEqual(['GET', 'PATCH', 'GET']);
  });

  test('never takes an answer that was kept from before', async () => {
    await using gateway = await startGateway({ env: { CACHE: 'on' } });
    await using other = await startGateway({ env: { CACHE: 'on' }, beside: gateway });
    await gateway.query('{ gdprRequest(hoodId: "1000022") { status rejectionReason } }');
    await decide(other, DENY);

    const { data } = await decide(gateway, APPROVE);

    expect(data.decideGdprRequest.actualStatus).toBe('DENIED');
  });

  test('leaves alone a reason that is not there', async () => {
    await using gateway = await startGateway();
    const row = { id: '7', status: 'pending', create_time: '2025-01-01 00:00:00' };
    gateway.hood.replace('gdprRequests', [row]);
    const short = JSON.stringify({ status: 'approved' }).length;

    const { data } = await decide(gateway, { hoodId: '7', decision: 'APPROVE' }, 'status rejectionReason');

    expect(data.decideGdprRequest.gdprRequest).toEqual({ status: 'APPROVED', rejectionReason: null });
    expect(gateway.hood.calls.map(({ headers }) => headers['content-length'])).toEqual([undefined, String(short)]);
  });

  test('of a request that is not there is a mistake in the input', async () => {
    await using gateway = await startGateway();

    const { data } = await decide(gateway, { ...APPROVE, hoodId: '5' });

    expect(data.decideGdprRequest.issues).toEqual([
      { path: ['hoodId'], message: 'Expected the id of a request that exists.' },
    ]);
    expect(methods(gateway)).toEqual(['GET']);
  });
});

describe('several decisions', () => {
  function decide(
    gateway: Gateway,
    decisions: Record<string, unknown>[],
    headers: Record<string, string> = {},
    selected = 'hoodId status',
  ) {
    return gateway.query(
      `mutation ($input: DecideGdprRequestsInput!) { decideGdprRequests(input: $input) {
        ... on InvalidInputError { issues { path message } }
        ... on DecideGdprRequestsSuccess { outcomes { hoodId result {
          __typename
          ... on InvalidInputError { issues { path message } }
          ... on UpstreamRejectedError { status }
          ... on ConflictError { actualStatus }
          ... on DecideGdprRequestSuccess { gdprRequest { ${selected} } }
        } } }
      } }`,
      { input: { decisions } },
      headers,
    );
  }
  const ids = (count: number) => Array.from({ length: count }, (_, n) => String(2_000_001 + n));
  const approvals = (count: number) => ids(count).map((hoodId) => ({ hoodId, decision: 'APPROVE' }));

  test('30 cost 30 calls where no more is selected than they say themselves', async () => {
    await using gateway = await startGateway({ hood: { rows: 30 } });

    const { data } = await decide(gateway, approvals(30));

    expect(data.decideGdprRequests.outcomes).toEqual(
      ids(30).map((hoodId) => ({
        hoodId,
        result: { __typename: 'DecideGdprRequestSuccess', gdprRequest: { hoodId, status: 'APPROVED' } },
      })),
    );
    expect(methods(gateway)).toEqual(Array(30).fill('PATCH'));
  });

  test('each has its own outcome, in the order given', async () => {
    await using gateway = await startGateway();
    await decide(gateway, [{ ...DENY, hoodId: '1000021' }]);
    gateway.hoodCalls();

    const { data, errors } = await decide(gateway, [
      { hoodId: '1000022', decision: 'DENY' },
      { hoodId: '5', decision: 'APPROVE' },
      { hoodId: '1000021', decision: 'APPROVE', expectedStatus: 'PENDING' },
      DENY,
      { hoodId: '1000023', decision: 'APPROVE' },
    ]);

    expect(errors).toBeUndefined();
    const invalid = (field: string, message: string) => ({
      __typename: 'InvalidInputError',
      issues: [{ path: [field], message }],
    });
    expect(data.decideGdprRequests.outcomes.map(({ result }: { result: unknown }) => result)).toEqual([
      invalid('rejectionReason', 'Expected a reason: a denial must have one.'),
      { __typename: 'UpstreamRejectedError', status: 404 },
      { __typename: 'ConflictError', actualStatus: 'DENIED' },
      invalid('hoodId', 'Expected each request only once.'),
      { __typename: 'DecideGdprRequestSuccess', gdprRequest: { hoodId: '1000023', status: 'APPROVED' } },
    ]);
    expect(methods(gateway).toSorted()).toEqual(['GET', 'PATCH', 'PATCH']);
  });

  test('what the budget leaves no time for was not sent, and says so where it stands', async () => {
    await using gateway = await startGateway({ env: { HOOD_RATE: '2/s,2/m' }, hood: { rows: 5 } });

    const { data, errors = [] } = await decide(gateway, approvals(5), { 'x-request-deadline': '500ms' });

    const { outcomes } = data.decideGdprRequests;
    expect(outcomes.map(({ hoodId }: { hoodId: string }) => hoodId)).toEqual(ids(5));
    const unsent = outcomes.flatMap(({ result }: { result: unknown }, index: number) => (result ? [] : [index]));
    expect(unsent).toHaveLength(5 - gateway.hoodCalls().length);
    expect(unsent.length).toBeGreaterThan(0);
    expect(errors.map(({ path, extensions }) => [path, extensions.code, extensions['outcome']])).toEqual(
      unsent.map((index: number) => [['decideGdprRequests', 'outcomes', index, 'result'], 'RATE_LIMITED', 'NOT_SENT']),
    );
  });

  test('what the deadline leaves unsent says so, and what was under way does not', async () => {
    await using gateway = await startGateway({ hood: { rows: 8 } });
    gateway.hood.dials.fault = () => ({ kind: 'silence' });

    const { errors = [] } = await decide(gateway, approvals(8), { 'x-request-deadline': '300ms' });

    const outcomes = errors.map(({ extensions }) => extensions['outcome']);
    expect(outcomes).toEqual([...Array(5).fill('UNKNOWN'), ...Array(3).fill('NOT_SENT')]);
    expect(gateway.hoodCalls()).toHaveLength(5);
  });

  test('more than 50 are a mistake of the whole input, and none at all costs no call', async () => {
    await using gateway = await startGateway();

    expect((await decide(gateway, approvals(51))).data.decideGdprRequests.issues).toEqual([
      { path: ['decisions'], message: 'Expected at most 50 decisions.' },
    ]);
    expect((await decide(gateway, [])).data.decideGdprRequests.outcomes).toEqual([]);
    expect(gateway.hoodCalls()).toEqual([]);
  });
});
