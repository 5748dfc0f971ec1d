import { expect, test, vi } from 'vitest';
import { person } from '../../src/sandbox/people.ts';
import { type Gateway, startGateway } from '../support/gateway.ts';
import { movableClock } from '../support/movable-clock.ts';
import { buy, cost, seen } from './paying.ts';

const { clientId, firstName, lastName } = person(0);
const PROFILE = `{ customerProfile(customerId: "${clientId}") { firstName } }`;
const LIST = '{ gdprRequests(first: 5) { nodes { hoodId } } }';
const SYSTEMS = '{ systemsOfRecord { nodes { name } } }';

const TTL = 'profiles=10s,gdpr-requests=10s,systems=10s,customer-data=10s,values=10s,imports=10s';

function startCaching(env: Record<string, string> = {}): Promise<Gateway> {
  return startGateway({
    env: { CACHE: 'on', CACHE_TTL: TTL, ...env },
    hood: { rows: 20 },
    sor: { profiles: 3_000 },
  });
}

const KINDS: [what: string, query: string][] = [
  ['a list', LIST],
  ['a row', '{ gdprRequest(hoodId: "1000022") { status } }'],
  ['a row that is looked up with others', '{ customerDatum(hoodId: "100") { target } }'],
  ['a profile', PROFILE],
  ['a list of profiles', '{ customerProfiles(first: 3) { nodes { customerId } } }'],
  ['the systems of record', SYSTEMS],
  ['the imports', '{ attributeImports(first: 3) { nodes { importId } } }'],
];

test.each(KINDS)('%s that was just read is not read again, by whichever operation', async (_, query) => {
  await using gateway = await startCaching();
  using clock = movableClock();
  const first = await buy(gateway, query);
  clock.pass(9_000);

  const second = await buy(gateway, query.replace('{', 'query Another {'));

  expect(first.errors).toBeUndefined();
  expect(first.calls).toHaveLength(1);
  expect(second.calls).toEqual([]);
  expect(second.data).toEqual(first.data);
  expect(Object.values(second.cost ?? {})).toEqual([cost({ cached: 1 })]);
});

test.each(KINDS)('%s that is a little old is answered at once, and read anew behind the answer', async (_, query) => {
  await using gateway = await startCaching();
  using clock = movableClock();
  const first = await buy(gateway, query);
  clock.pass(10_000);
  // Were it waited for, there would be no answer.
  for (const { dials } of [gateway.hood, gateway.sor.api]) dials.fault = () => ({ kind: 'status', status: 400 });

  const stale = await gateway.query(query, {}, { 'x-upstream-cost': '1' });

  expect(stale.errors).toBeUndefined();
  expect(stale.data).toEqual(first.data);
  const { upstream } = (stale as { extensions?: { upstream?: object } }).extensions ?? {};
  expect(Object.values(upstream ?? {})).toEqual([cost({ cached: 1, stale: 1 })]);
  await expect.poll(() => [...gateway.hoodCalls(), ...gateway.sorCalls()]).toHaveLength(1);
});

test.each(KINDS)('%s that is too old is read again', async (_, query) => {
  await using gateway = await startCaching();
  using clock = movableClock();
  await buy(gateway, query);
  clock.pass(20_000);

  const expired = await buy(gateway, query);

  expect(expired.calls).toHaveLength(1);
  expect(Object.values(expired.cost ?? {})).toEqual([cost({ calls: 1 })]);
});

test('what was read anew behind an answer counts from then on', async () => {
  await using gateway = await startCaching();
  using clock = movableClock();
  await buy(gateway, PROFILE);
  clock.pass(10_000);
  await gateway.query(PROFILE);
  clock.pass(9_000);

  // Until its answer is there, the old one is still used.
  await expect.poll(async () => (await buy(gateway, PROFILE)).cost).toEqual({ SOR: cost({ cached: 1 }) });
});

test('a stale answer is read anew once, however many clients get it', async () => {
  await using gateway = await startCaching();
  using clock = movableClock();
  await buy(gateway, LIST);
  clock.pass(10_000);
  gateway.hood.dials.latencyMs = 200;

  await Promise.all(Array.from({ length: 30 }, () => gateway.query(LIST)));

  await seen(gateway.hood, 1);
  expect(gateway.hoodCalls()).toHaveLength(1);
});

test('each kind counts for as long as it is configured to', async () => {
  await using gateway = await startCaching({ CACHE_TTL: 'profiles=30s,systems=0s' });
  using clock = movableClock();
  for (const query of [PROFILE, SYSTEMS]) await buy(gateway, query);
  expect((await buy(gateway, SYSTEMS)).calls).toHaveLength(1);
  clock.pass(29_000);
  expect((await buy(gateway, PROFILE)).calls).toEqual([]);
});

test.each([-3_600_000, 3_600_000])(
  'a wall clock that steps by %i ms keeps nothing alive, and ends nothing',
  async (step) => {
    await using gateway = await startCaching();
    using clock = movableClock();
    const now = Date.now;
    const wall = vi.spyOn(Date, 'now').mockImplementation(() => now() + step);
    try {
      await buy(gateway, LIST);
      wall.mockImplementation(now);
      clock.pass(9_000);
      expect((await buy(gateway, LIST)).calls).toEqual([]);
      wall.mockImplementation(() => now() + step);
      clock.pass(11_000);
      expect((await buy(gateway, LIST)).calls).toHaveLength(1);
    } finally {
      wall.mockRestore();
    }
  },
);

test('switched off, nothing is kept', async () => {
  await using gateway = await startCaching({ CACHE: 'off' });
  const costs = [];
  for (const query of [LIST, LIST, PROFILE, PROFILE]) costs.push((await buy(gateway, query)).calls.length);
  expect(costs).toEqual([1, 1, 1, 1]);
});

test('that there is nothing is kept as well', async () => {
  await using gateway = await startCaching();
  const nobody = '{ customerProfile(customerId: "nobody") { customerId } }';
  expect((await buy(gateway, nobody)).calls).toHaveLength(1);
  expect(await buy(gateway, nobody)).toMatchObject({ data: { customerProfile: null }, calls: [] });
});

test('a row that was read with few fields never answers for more, one with many answers for fewer', async () => {
  await using gateway = await startCaching();
  const profile = (fields: string) => `{ customerProfile(customerId: "${clientId}") { ${fields} } }`;
  const calls = async (query: string) => (await buy(gateway, query)).calls.length;

  expect(await calls(profile('firstName'))).toBe(1);
  const wide = await buy(gateway, profile('firstName lastName'));
  expect(wide.calls).toHaveLength(1);
  expect(wide.data).toEqual({ customerProfile: { firstName, lastName } });
  expect(await calls(profile('lastName'))).toBe(0);
  expect(await calls(profile('attributes { values { key } }'))).toBe(1);
  expect(await calls(profile('firstName'))).toBe(0);

  expect(await calls('{ gdprRequests(first: 5) { nodes { hoodId } } }')).toBe(1);
  expect(await calls('{ gdprRequests(first: 5) { nodes { hoodId status } } }')).toBe(1);
  expect(await calls('{ gdprRequests(first: 5) { nodes { statusText } } }')).toBe(0);
});

test('two screens that want different fields of the same rows do not push each other out', async () => {
  await using gateway = await startCaching();
  const screens = [
    `{ customerProfile(customerId: "${clientId}") { firstName } }`,
    `{ customerProfile(customerId: "${clientId}") { lastName } }`,
    '{ gdprRequests(first: 5) { nodes { status } } }',
    '{ gdprRequests(first: 5) { nodes { clientId } } }',
  ];
  for (const screen of screens) await buy(gateway, screen);

  const again = [];
  for (const screen of screens) again.push((await buy(gateway, screen)).calls);

  expect(again).toEqual([[], [], [], []]);
});

test.each(['no-cache', 'no-store', 'max-age=0, no-cache'])(
  'a client that sends Cache-Control: %s is given nothing that was read before, and others its answer',
  async (header) => {
    await using gateway = await startCaching();
    await buy(gateway, LIST);

    const fresh = await buy(gateway, LIST, {}, { 'cache-control': header });

    expect(fresh.calls).toHaveLength(1);
    expect(fresh.cost).toEqual({ HOOD: cost({ calls: 1 }) });
    expect((await buy(gateway, LIST)).calls).toEqual([]);
  },
);

test('what does not fit into the memory is read again, the least recently used first', async () => {
  await using gateway = await startCaching({ CACHE_MEMORY: '1' });
  const people = (from: number) =>
    `{ ${Array.from({ length: 30 }, (_, n) => `p${n}: customerProfile(customerId: "${person(from + n).clientId}") { attributes { values { key } } }`).join(' ')} }`;
  for (let from = 0; from < 900; from += 30) await buy(gateway, people(from));

  expect((await buy(gateway, people(870))).calls).toEqual([]);
  expect((await buy(gateway, people(0))).calls).toHaveLength(1);
});
