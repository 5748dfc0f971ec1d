import { expect, test } from 'vitest';
import { type Gateway, startGateway } from '../../../support/gateway.ts';

const methods = (gateway: Gateway) => gateway.hoodCalls().map((call) => call.split(' ')[0]);

function approve(gateway: Gateway, hoodId = '1000022', headers: Record<string, string> = {}) {
  const operation = `mutation { decideGdprRequest(input: { hoodId: "${hoodId}", decision: APPROVE }) {
    __typename ... on UserError { message }
  } }`;
  return gateway.query(operation, {}, headers);
}

/** Hood refuses every write with this sentence. */
function refuseWith(gateway: Gateway, message: string, status = 400) {
  const body = { code: status, title: 'Bad request.', message };
  gateway.hood.dials.fault = ({ line }) => (line.startsWith('PATCH') ? { kind: 'status', status, body } : undefined);
}

test.each(['Already decided.', 'The request is closed.', 'There is no such person.'])(
  'an approval that Hood refuses for another reason is sent once: %s',
  async (reason) => {
    await using gateway = await startGateway();
    for (const status of [400, 422]) {
      refuseWith(gateway, reason, status);

      const { data } = await approve(gateway);

      expect(data.decideGdprRequest.message).toBe(
        `Hood rejected the request with status ${status}: Bad request. ${reason}`,
      );
      expect(methods(gateway)).toEqual(['PATCH']);
    }
  },
);

test.each(['rejection_reason: must be text', 'The request is not valid.', 'The request body is not valid.'])(
  'one that may be refused for the reason that it empties is sent again without: %s',
  async (reason) => {
    await using gateway = await startGateway();
    refuseWith(gateway, reason);

    await approve(gateway);

    expect(methods(gateway)).toEqual(['PATCH', 'PATCH']);
  },
);

test('once Hood has let a reason be emptied, no refusal is about that', async () => {
  await using gateway = await startGateway();
  await approve(gateway);
  refuseWith(gateway, 'The request is not valid.');
  gateway.hoodCalls();

  await approve(gateway, '1000023');

  expect(methods(gateway)).toEqual(['PATCH']);
});

test('of two decisions at once that expect the same status one is a conflict', async () => {
  await using gateway = await startGateway();
  const decide = (decision: string) =>
    gateway.query(`mutation { decideGdprRequest(input: { hoodId: "1000022", expectedStatus: PENDING, ${decision} }) {
      __typename ... on ConflictError { actualStatus }
    } }`);

  const [first, second] = await Promise.all([
    decide('decision: APPROVE'),
    decide('decision: DENY, rejectionReason: "x"'),
  ]);

  expect(first.data.decideGdprRequest).toEqual({ __typename: 'DecideGdprRequestSuccess' });
  expect(second.data.decideGdprRequest).toEqual({ __typename: 'ConflictError', actualStatus: 'APPROVED' });
  expect(methods(gateway)).toEqual(['GET', 'PATCH', 'GET']);
});

test('of many decisions at one moment each sees what became of those before it, also where one of them failed', async () => {
  await using gateway = await startGateway();
  let writes = 0;
  gateway.hood.dials.fault = ({ line }) =>
    line.startsWith('PATCH') && ++writes === 1 ? { kind: 'status', status: 500 } : undefined;
  const decide = () =>
    gateway.query(`mutation { decideGdprRequest(input: { hoodId: "1000022", expectedStatus: PENDING, decision: APPROVE }) {
      __typename
    } }`);

  const [failed, ...others] = await Promise.all(Array.from({ length: 6 }, decide));

  expect(failed?.errors).toMatchObject([{ extensions: { outcome: 'UNKNOWN' } }]);
  expect(others.map(({ data }) => data.decideGdprRequest.__typename)).toEqual([
    'DecideGdprRequestSuccess',
    ...Array(4).fill('ConflictError'),
  ]);
  expect(methods(gateway)).toEqual(['GET', 'PATCH', 'GET', 'PATCH', ...Array(4).fill('GET')]);
});

test('one that hangs stops neither the next one nor those on other requests', async () => {
  await using gateway = await startGateway();
  let calls = 0;
  gateway.hood.dials.fault = ({ line }) =>
    line.endsWith('/1000022') && ++calls === 1 ? { kind: 'silence' } : undefined;
  let hasEnded = false;

  const hanging = approve(gateway, '1000022', { 'x-request-deadline': '500ms' }).finally(() => {
    hasEnded = true;
  });
  const next = approve(gateway);
  const other = await approve(gateway, '1000023');

  expect(hasEnded).toBe(false);
  expect((await hanging).errors).toMatchObject([{ extensions: { code: 'UPSTREAM_TIMEOUT' } }]);
  for (const { data } of [other, await next]) {
    expect(data.decideGdprRequest).toEqual({ __typename: 'DecideGdprRequestSuccess' });
  }
});

test('a decision that waits for another one ends with its own patience, and those behind it wait on', async () => {
  await using gateway = await startGateway({ hood: { rows: 5 } });
  const { promise: asked, resolve: isAsked } = Promise.withResolvers<void>();
  let writes = 0;
  gateway.hood.dials.fault = ({ line }) => {
    if (!line.startsWith('PATCH')) return undefined;
    isAsked();
    writes += 1;
    return writes === 1 ? { kind: 'silence' } : undefined;
  };
  const order: string[] = [];
  const noted = async (name: string, deadline: string) => {
    const answer = await approve(gateway, '1000022', { 'x-request-deadline': deadline });
    order.push(name);
    return answer;
  };
  const silent = noted('silent', '1500ms');
  await asked;
  const hasty = noted('hasty', '200ms');
  const patient = noted('patient', '9s');

  expect((await hasty).errors).toMatchObject([{ extensions: { code: 'UPSTREAM_TIMEOUT', outcome: 'NOT_SENT' } }]);
  expect(methods(gateway)).toEqual(['PATCH']);
  expect((await silent).errors).toMatchObject([{ extensions: { outcome: 'UNKNOWN' } }]);
  expect((await patient).data.decideGdprRequest.__typename).toBe('DecideGdprRequestSuccess');
  expect(order).toEqual(['hasty', 'silent', 'patient']);
});
