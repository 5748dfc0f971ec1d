import { expect, test, vi } from 'vitest';
import { person } from '../../src/sandbox/people.ts';
import { type Gateway, startGateway } from '../support/gateway.ts';
import { type Gate, seen, startGate } from './paying.ts';

const LIST = '{ gdprRequests(first: 5) { nodes { hoodId } } }';
const WIDE = '{ gdprRequests(first: 5) { nodes { hoodId status clientId } } }';
const { clientId, firstName, lastName } = person(0);
const profile = (selection: string) => `{ customerProfile(customerId: "${clientId}") { ${selection} } }`;

/** A gateway in front of one API whose calls wait. */
async function startGated(api: 'hood' | 'sor'): Promise<AsyncDisposable & { gateway: Gateway; gate: Gate }> {
  await using stack = new AsyncDisposableStack();
  const gate = stack.use(await startGate());
  const env = api === 'hood' ? { HOOD_URL: gate.origin } : { SOR_URL: gate.origin };
  const gateway = stack.use(await startGateway({ env, hood: { rows: 20 }, sor: { profiles: 9 } }));
  gate.leadTo(api === 'hood' ? gateway.hood.origin : gateway.sor.api.origin);
  const held = stack.move();
  return { gateway, gate, [Symbol.asyncDispose]: () => held[Symbol.asyncDispose]() };
}

/** The same operation from many clients at once. */
const crowd = (gateway: Gateway, query: string) => Promise.all(Array.from({ length: 200 }, () => gateway.query(query)));

/** By then all operations that came before wait for their calls. */
async function begun(gateway: Gateway): Promise<void> {
  await gateway.query('{ __typename }');
  // An operation hands its reads on when it has asked for all of them.
  await new Promise(setImmediate);
}

/** An operation whose client can leave. */
function client(gateway: Gateway, query: string, headers: Record<string, string> = {}) {
  const leaving = new AbortController();
  const answer = Promise.resolve(
    gateway.fetch('/graphql', {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json', ...headers },
      body: JSON.stringify({ query }),
      signal: leaving.signal,
    }),
  ).then((response) => response.json());
  // Nobody reads what a client that has left would have got.
  answer.catch(() => undefined);
  return { answer, leave: () => leaving.abort() };
}

test('two hundred clients with the same list cost one call', async () => {
  await using gateway = await startGateway({ hood: { rows: 20 } });

  const answers = await crowd(gateway, LIST);

  expect(gateway.hoodCalls()).toEqual(['GET /v1/hood/gdpr-requests?fields=id&page=1,5']);
  expect(answers[0]?.data.gdprRequests.nodes).toHaveLength(5);
  expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
});

test('two hundred clients with the same profile cost one call', async () => {
  await using gateway = await startGateway({ sor: { profiles: 9 } });

  const answers = await crowd(gateway, profile('firstName'));

  expect(gateway.sorCalls()).toHaveLength(1);
  expect(answers.map(({ data }) => data)).toEqual(answers.map(() => ({ customerProfile: { firstName } })));
});

test.each([
  ['a list that is under way with more of each row serves one with less', WIDE, LIST, 1],
  ['a list that is under way with less of each row does not serve one with more', LIST, WIDE, 2],
])('%s', async (_, first, second, calls) => {
  await using running = await startGated('hood');
  const { gateway, gate } = running;
  const earlier = gateway.query(first);
  await seen(gate, 1);
  const later = gateway.query(second);
  await begun(gateway);
  gate.open();

  const answers = (await Promise.all([earlier, later])).map(({ data }) => data.gdprRequests.nodes);

  expect(gateway.hoodCalls()).toHaveLength(calls);
  const rows = expect.arrayContaining([{ hoodId: expect.any(String) }]);
  const wideRows = expect.arrayContaining([expect.objectContaining({ status: expect.any(String) })]);
  expect(answers).toEqual(first === WIDE ? [wideRows, rows] : [rows, wideRows]);
});

test.each([
  ['a profile that is under way with more attributes serves one with fewer', 'firstName lastName', 'lastName', 1],
  ['a profile that is under way with fewer does not serve one with more', 'lastName', 'firstName lastName', 2],
])('%s', async (_, first, second, calls) => {
  await using running = await startGated('sor');
  const { gateway, gate } = running;
  const earlier = gateway.query(profile(first));
  await seen(gate, 1);
  const later = gateway.query(profile(second));
  await begun(gateway);
  gate.open();

  const answers = (await Promise.all([earlier, later])).map(({ data }) => data.customerProfile);

  expect(gateway.sorCalls()).toHaveLength(calls);
  expect(answers).toEqual(
    calls === 1 ? [{ firstName, lastName }, { lastName }] : [{ lastName }, { firstName, lastName }],
  );
});

test.each<['hood' | 'sor', string]>([
  ['hood', LIST],
  ['sor', profile('firstName')],
])('a client that leaves while its call to %s is under way takes nobody along', async (api, query) => {
  await using running = await startGated(api);
  const { gateway, gate } = running;
  const first = client(gateway, query);
  await seen(gate, 1);
  const others = [client(gateway, query), client(gateway, query)];
  await begun(gateway);
  first.leave();
  await begun(gateway);
  gate.open();

  for (const { answer } of others) {
    const { data, errors } = await answer;
    expect(errors).toBeUndefined();
    expect(Object.values(data)).toEqual([expect.any(Object)]);
  }
  expect(gate.calls.map(({ status, aborted }) => ({ status, aborted }))).toEqual([{ status: 200, aborted: false }]);
});

test('a call that nobody waits for any more is cut', async () => {
  await using running = await startGated('hood');
  const { gateway, gate } = running;
  const clients = [client(gateway, LIST), client(gateway, LIST)];
  await seen(gate, 1);
  for (const { leave } of clients) leave();

  await vi.waitFor(() => expect(gate.calls.map(({ aborted }) => aborted)).toEqual([true]));
});

test('a client in a hurry is told of the timeout while the others get the answer of the same call', async () => {
  await using running = await startGated('hood');
  const { gateway, gate } = running;
  const hasty = client(gateway, LIST, { 'x-request-deadline': '300ms' });
  await seen(gate, 1);
  const patient = client(gateway, LIST);

  expect(await hasty.answer).toMatchObject({
    data: { gdprRequests: null },
    errors: [{ path: ['gdprRequests'], extensions: { code: 'UPSTREAM_TIMEOUT' } }],
  });
  gate.open();
  expect((await patient.answer).data.gdprRequests.nodes).toHaveLength(5);
  expect(gate.calls).toHaveLength(1);
});
