import { Redis } from 'ioredis';
import { describe, expect, test, vi } from 'vitest';
import { person } from '../../../src/sandbox/people.ts';
import { type Answer, type Gateway, startGateway } from '../../support/gateway.ts';
import { hasRedis, startRedis } from '../../support/redis.ts';
import { requires } from '../../support/requirement.ts';

/** A replica that has found Redis. */
async function startReplica(url: string, beside?: Gateway, env: Record<string, string> = {}): Promise<Gateway> {
  const data = beside ? { beside } : { hood: { rows: 40 }, sor: { profiles: 40 } };
  // Nothing that takes a machine under load long is to count as stale.
  const cache = { CACHE: 'on', CACHE_TTL: 'profiles=10m,values=10m,gdpr-requests=10m,customer-data=10m' };
  const gateway = await startGateway({ env: { REDIS_URL: url, REPLICAS: '2', ...cache, ...env }, ...data });
  await vi.waitFor(() => expect(gateway.logged.join()).toContain('Redis is there'));
  return gateway;
}

/** Waits until Redis has so many answers: nobody else waits for that. */
async function hasAnswers(redis: Redis, count: number): Promise<void> {
  await vi.waitFor(async () => expect(await redis.keys('*:answer:*')).toHaveLength(count));
}

async function connect(url: string): Promise<Redis & AsyncDisposable> {
  const client = new Redis(url);
  return Object.assign(client, { [Symbol.asyncDispose]: async () => client.disconnect() });
}

const PEOPLE = [person(3), person(4), person(5)];
const SYSTEM = 'SOR_767yUpsMJoTWi0mz';
const PROFILES = `{ ${PEOPLE.map(
  ({ email }, n) => `p${n}: customerProfile(customerId: "${email}") {
    customerId firstName lastName city attributes(systems: ["${SYSTEM}"]) { values { key value exactNumber } }
  }`,
).join(' ')} }`;
const REQUESTS = '{ gdprRequests(first: 5) { nodes { hoodId clientId status requesterInformation { email } } } }';

const DATED = `{ customerProfile(customerId: "${person(6).email}") {
  attributes(systems: ["${SYSTEM}"]) { values { key value since elements { value since } } }
} }`;

const APPROVE = 'mutation { decideGdprRequest(input: { hoodId: "1000022", decision: APPROVE }) { __typename } }';

const callsOf = (gateway: Gateway) => [...gateway.hoodCalls(), ...gateway.sorCalls()];

/** Waits until what one of them reads is an answer of the other's, without a call. */
async function shares(one: Gateway, other: Gateway, profiles: Answer): Promise<void> {
  await vi.waitFor(
    async () => {
      expect(await one.query(PROFILES)).toEqual(profiles);
      callsOf(one);
      expect(await other.query(PROFILES)).toEqual(profiles);
      expect(callsOf(one)).toEqual([]);
    },
    { timeout: 20_000, interval: 100 },
  );
}

describe.runIf(requires('redis-server', hasRedis))('replicas with one Redis', () => {
  test('what one replica has read, another answers without a call, whole and exact', async () => {
    await using redis = await startRedis();
    await using client = await connect(redis.url);
    await using one = await startReplica(redis.url);
    await using other = await startReplica(redis.url, one);

    const profiles = await one.query(PROFILES);
    const requests = await one.query(REQUESTS);
    const dated = await one.query(DATED);
    expect([profiles.errors, requests.errors, dated.errors]).toEqual([undefined, undefined, undefined]);
    expect(JSON.stringify(profiles.data)).toMatch(/"exactNumber":"90071992547\d{5}"/);
    expect(JSON.stringify(dated.data)).toMatch(/"since":"\d{4}-/);
    const { length: calls } = callsOf(one);
    await hasAnswers(client, calls + PEOPLE.length - 1);

    expect(await other.query(PROFILES)).toEqual(profiles);
    expect(await other.query(REQUESTS)).toEqual(requests);
    expect(await other.query(DATED)).toEqual(dated);
    expect(callsOf(one)).toEqual([]);
  });

  test.each([
    ['another token of the same API', { SOR_TOKEN: 'another-token' }],
    ['another token of the other API', { HOOD_TOKEN: 'another-token' }],
    ['another secret', { SECRET: 'another secret for tests' }],
  ])('a replica with %s gets none of it', async (_what, env) => {
    await using redis = await startRedis();
    await using client = await connect(redis.url);
    await using one = await startReplica(redis.url);
    await using stranger = await startReplica(redis.url, one, env);
    await one.query(PROFILES);
    await hasAnswers(client, PEOPLE.length);
    callsOf(one);

    await stranger.query(PROFILES);
    expect(callsOf(one)).toHaveLength(1);
  });

  test('a write through one replica is seen through the others at once', async () => {
    await using redis = await startRedis();
    await using client = await connect(redis.url);
    await using one = await startReplica(redis.url);
    await using other = await startReplica(redis.url, one);
    const query = '{ gdprRequest(hoodId: "1000022") { status } }';
    expect((await one.query(query)).data.gdprRequest.status).not.toBe('APPROVED');
    await hasAnswers(client, 1);

    await other.query(APPROVE);
    callsOf(one);

    expect((await one.query(query)).data.gdprRequest.status).toBe('APPROVED');
    expect(callsOf(one)).toHaveLength(1);
    await vi.waitFor(async () => {
      expect((await other.query(query)).data.gdprRequest.status).toBe('APPROVED');
      expect(callsOf(one)).toEqual([]);
    });
  });

  test('while values settle that one replica has sent, the others keep nothing of that customer', async () => {
    await using redis = await startRedis();
    await using client = await connect(redis.url);
    await using one = await startReplica(redis.url);
    await using other = await startReplica(redis.url, one);
    const [{ email: customerId }] = PEOPLE as [(typeof PEOPLE)[number]];
    await one.query(PROFILES);
    await hasAnswers(client, PEOPLE.length);

    const change = { customerId, key: 'client_type', change: { string: 'Gold' } };
    const { data } = await other.query(
      `mutation ($input: SetAttributeValuesInput!) { setAttributeValues(input: $input) { __typename } }`,
      { input: { systemOfRecord: SYSTEM, changes: [change] } },
    );
    expect(data.setAttributeValues.__typename).toBe('SetAttributeValuesSuccess');
    callsOf(one);

    for (const gateway of [one, other, one]) {
      await gateway.query(PROFILES);
      expect(callsOf(one)).toEqual([expect.stringContaining(`customer_ids=${customerId}&`)]);
    }
  });

  test('without Redis both go on as if nothing had been read, and share again when it is back', async () => {
    await using redis = await startRedis({ password: 'a-password-of-redis' });
    await using one = await startReplica(redis.url);
    await using other = await startReplica(redis.url, one);
    const profiles = await one.query(PROFILES);

    await redis.kill();
    await vi.waitFor(() => expect(one.logged.join()).toContain('Redis is away'));
    callsOf(one);
    expect(await Promise.all([one.query(PROFILES), other.query(PROFILES)])).toEqual([profiles, profiles]);
    expect(callsOf(one)).toHaveLength(2);
    expect((await one.query(APPROVE)).data.decideGdprRequest.__typename).toBe('DecideGdprRequestSuccess');

    await redis.restart();
    await shares(one, other, profiles);
    expect(`${one.logged}${other.logged}`).not.toContain('a-password-of-redis');
  });

  test('a Redis that hangs fails nothing and delays next to nothing', async () => {
    await using redis = await startRedis();
    await using one = await startReplica(redis.url);
    await using other = await startReplica(redis.url, one);
    const profiles = await one.query(PROFILES);

    redis.pause();
    const startedAt = performance.now();
    for (let n = 0; n < 20; n += 1) expect(await one.query(PROFILES)).toEqual(profiles);
    expect((await one.query(APPROVE)).data.decideGdprRequest.__typename).toBe('DecideGdprRequestSuccess');
    // Were each to wait for it, they would take longer than that even if nothing else took any time.
    expect(performance.now() - startedAt).toBeLessThan(2_000);

    redis.resume();
    await shares(one, other, profiles);
  });

  test('nothing that Redis holds says who was asked for, or what the answer was', async () => {
    await using redis = await startRedis();
    await using client = await connect(redis.url);
    await using one = await startReplica(redis.url, undefined, { HOOD_RATE: '100/s,1000/m' });
    const profiles = await one.query(PROFILES);
    const requests = await one.query(REQUESTS);
    await hasAnswers(client, PEOPLE.length + 1);

    const told = [...textsIn(profiles.data), ...textsIn(requests.data), one.hood.token, one.sor.token];
    expect(told.length).toBeGreaterThan(40);
    const held = await everythingIn(client);
    expect(held.length).toBeGreaterThan(PEOPLE.length + 1);
    expect(told.filter((text) => held.some((part) => part.includes(text)))).toEqual([]);
    expect(held.some((part) => /customer|profile|gdpr|attributes/i.test(part.toString('latin1')))).toBe(false);
  });
});

/** Every text in an answer that is long enough not to be met by chance. */
function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return value.length > 4 ? [value] : [];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
}

/** All keys, and all that stands under them. */
async function everythingIn(redis: Redis): Promise<Buffer[]> {
  const keys = await redis.keysBuffer('*');
  const dumps = await Promise.all(keys.map((key) => redis.dumpBuffer(key)));
  const strings = await Promise.all(keys.map((key) => redis.getBuffer(key).catch(() => null)));
  return [...keys, ...dumps, ...strings].filter((part) => part !== null);
}
