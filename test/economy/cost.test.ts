import { expect, test } from 'vitest';
import { person } from '../../src/sandbox/people.ts';
import { BEHIND_PROXY, callersOf } from '../support/callers.ts';
import { startGateway } from '../support/gateway.ts';
import { type Part, partsOf } from '../support/parts.ts';
import { buy, cost, seen, startGate } from './paying.ts';

const LIST = '{ gdprRequests(first: 5) { nodes { hoodId } } }';
const profile = (n: number) => `{ customerProfile(customerId: "${person(n).email}") { customerId } }`;
const JOINED = '{ gdprRequests(first: 10) { nodes { customerProfile { customerId } } } }';

test('what an operation has cost is told for each API that it has to do with', async () => {
  await using gateway = await startGateway({ hood: { rows: 30 }, sor: { profiles: 90 } });

  const { cost: paid } = await buy(gateway, JOINED);

  expect(paid).toEqual({ HOOD: cost({ calls: 1 }), SOR: cost({ calls: 1 }) });
});

test.each([{}, { 'x-upstream-cost': '' }])(
  'nothing is told to a client that does not ask for it: %o',
  async (headers) => {
    await using gateway = await startGateway({ hood: { rows: 30 } });
    expect(await gateway.query(LIST, {}, headers)).not.toHaveProperty('extensions');
  },
);

test('where callers have shares each is told what they have used, and nothing of others', async () => {
  await using gateway = await startGateway({
    env: { ...BEHIND_PROXY, HOOD_RATE: '10/s,150/m', CALLER_RATE: '5/s,50/m' },
  });
  const callers = await callersOf(gateway);
  const headers = { 'x-upstream-cost': '1' };
  for (const [address, minute] of [
    ['192.0.2.1', 1],
    ['192.0.2.1', 2],
    ['192.0.2.2', 1],
  ] as const) {
    const answer = await callers(address)(LIST, headers);
    const callerUse = { second: expect.any(Number), minute };
    expect(answer).toMatchObject({ extensions: { upstream: { HOOD: { calls: 1, callerUse } } } });
  }
});

test('a log-in is paid by the operation that needs it first', async () => {
  const env = { SOR_TOKEN: '', SOR_EMAIL: 'sandbox@example.com', SOR_PASSWORD: 'sandbox' };
  await using gateway = await startGateway({ env, sor: { profiles: 90 } });
  for (const [n, calls] of [2, 1].entries()) {
    const { cost: paid, calls: made } = await buy(gateway, profile(n));
    expect(paid?.SOR).toEqual(cost({ calls, waitedMs: expect.any(Number) }));
    expect(made).toHaveLength(calls);
  }
});

test('an operation that needs no API has cost nothing', async () => {
  await using gateway = await startGateway();
  expect((await buy(gateway, '{ __typename }')).cost).toEqual({});
});

test('operations of one moment share a call that one of them pays: the same lookup waits, others go along', async () => {
  await using gateway = await startGateway({ sor: { profiles: 90 } });

  const bought = await Promise.all([0, 0, 1, 2].map((n) => buy(gateway, profile(n))));

  expect(bought.map(({ cost: paid }) => paid?.SOR)).toEqual([
    cost({ calls: 1 }),
    cost({ coalesced: 1 }),
    cost({ batched: 1 }),
    cost({ batched: 1 }),
  ]);
});

test('several lookups of one operation are its own call, and all of them go along in that of another', async () => {
  await using gateway = await startGateway({ sor: { profiles: 90 } });
  const several = (from: number) =>
    `{ ${[0, 1, 2].map((n) => `p${n}: customerProfile(customerId: "${person(from + n).email}") { customerId }`).join(' ')} }`;

  const bought = await Promise.all([buy(gateway, several(0)), buy(gateway, several(3))]);

  expect(bought.map(({ cost: paid }) => paid?.SOR)).toEqual([cost({ calls: 1 }), cost({ batched: 3 })]);
});

test('a call is paid once, also by those who do not count: whoever joins them has no call', async () => {
  await using gate = await startGate();
  await using gateway = await startGateway({ env: { HOOD_URL: gate.origin }, hood: { rows: 30 } });
  gate.leadTo(gateway.hood.origin);
  const first = gateway.query(LIST);
  await seen(gate, 1);
  const second = buy(gateway, LIST);
  await gateway.query('{ __typename }');
  gate.open();

  expect((await second).cost).toEqual({ HOOD: cost({ coalesced: 1 }) });
  expect((await first).errors).toBeUndefined();
});

test('what comes out of the cache is counted as it was asked for: pages, and each row that is looked up', async () => {
  await using gateway = await startGateway({
    env: { CACHE: 'on' },
    hood: { rows: 30 },
    sor: { profiles: 90 },
  });
  const joined = '{ gdprRequests(first: 10) { nodes { clientId customerProfile { customerId } } } }';
  const { data } = await buy(gateway, joined);
  const clients = data.gdprRequests.nodes.map(({ clientId }: { clientId: string }) => clientId);

  expect((await buy(gateway, joined)).cost).toEqual({
    HOOD: cost({ cached: 1 }),
    SOR: cost({ cached: new Set(clients).size }),
  });
});

test('a failure counts with its retries', async () => {
  await using gateway = await startGateway({ hood: { rows: 30 } });
  gateway.hood.dials.fault = () => ({ kind: 'status', status: 503 });

  const { data, errors, cost: paid, calls } = await buy(gateway, LIST);

  expect(data).toEqual({ gdprRequests: null });
  expect(errors).toHaveLength(1);
  expect(calls).toHaveLength(3);
  expect(paid).toEqual({ HOOD: cost({ calls: 3 }) });
});

test('an operation that half fails tells the cost of both halves', async () => {
  await using gateway = await startGateway({ hood: { rows: 30 } });
  gateway.sor.api.dials.fault = () => ({ kind: 'status', status: 501 });

  const { data, errors, cost: paid } = await buy(gateway, JOINED);

  expect(data.gdprRequests.nodes).toHaveLength(10);
  expect(errors?.length).toBeGreaterThan(0);
  expect(paid).toEqual({ HOOD: cost({ calls: 1 }), SOR: cost({ calls: 1 }) });
});

test('of an answer in parts the last one tells what all of them have cost', async () => {
  await using gateway = await startGateway({ hood: { rows: 30 }, sor: { profiles: 90 } });
  const query = '{ gdprRequests(first: 3) { nodes { hoodId ... @defer { customerProfile { customerId } } } } }';

  const response = await gateway.fetch('/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'multipart/mixed', 'x-upstream-cost': '1' },
    body: JSON.stringify({ query }),
  });

  const parts: (Part & { extensions?: unknown })[] = [];
  for await (const part of partsOf(response)) parts.push(part);
  const upstream = { HOOD: cost({ calls: 1 }), SOR: cost({ calls: 1 }) };
  expect(parts.length).toBeGreaterThan(1);
  expect(parts.map(({ extensions }) => extensions)).toEqual([...Array(parts.length - 1).fill(undefined), { upstream }]);
});

test('a mutation tells what its checks and its writing have cost', async () => {
  await using gateway = await startGateway();
  const { cost: paid } = await buy(
    gateway,
    'mutation { decideGdprRequest(input: { hoodId: "1000022", decision: DENY, rejectionReason: "No." }) { __typename ... on DecideGdprRequestSuccess { gdprRequest { updateTime } } } }',
  );
  expect(paid).toEqual({ HOOD: cost({ calls: 2 }) });
});

test('what the account may still call is told, and how long calls waited for their turn', async () => {
  await using gateway = await startGateway({ env: { HOOD_RATE: '2/s,150/m' }, hood: { rows: 30 } });
  const row = (n: number) => `{ gdprRequest(hoodId: "${n}") { hoodId } }`;

  const first = await buy(gateway, row(1));
  expect(first.cost).toEqual({
    HOOD: cost({ calls: 1, budgetLeft: { second: 1, minute: 149 } }),
  });
  await buy(gateway, row(2));
  const startedAt = performance.now();
  const third = await buy(gateway, row(3));
  const tookMs = performance.now() - startedAt;

  expect(third.cost?.HOOD?.calls).toBe(1);
  expect(third.cost?.HOOD?.budgetLeft?.minute).toBe(147);
  expect(third.cost?.HOOD?.waitedMs).toBeGreaterThan(500);
  expect(third.cost?.HOOD?.waitedMs).toBeLessThanOrEqual(Math.ceil(tookMs));
});
