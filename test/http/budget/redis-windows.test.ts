import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SPANS as DEFAULT_SPANS } from '../../../src/http/budget/account-limits.ts';
import { hasRedis, startRedis } from '../../support/redis.ts';
import { requires } from '../../support/requirement.ts';
import { after, SHORT, saturate, startReplicas } from './replicas.ts';
import { busiest } from './simulation.ts';

/** Only the shared log is in question here: no stall of a busy machine may be taken for a failure. */
const PATIENT = { answerMs: 5_000, silenceMs: 10_000 };

const SPANS = SHORT.spans ?? DEFAULT_SPANS;

describe.skipIf(!requires('redis-server', hasRedis)).concurrent('replicas with one Redis', () => {
  /** Calls of two replicas: who makes each, when, and how long the answer takes. */
  const demand = fc.array(
    fc.record({
      replica: fc.nat(1),
      atMs: fc.nat(2_500),
      takesMs: fc.nat(150),
      priority: fc.constantFrom('interactive' as const, 'background' as const),
    }),
    { minLength: 10, maxLength: 60 },
  );

  test('whatever is asked of which of them, no window of the API ever counts too many', async () => {
    await using redis = await startRedis();
    let account = 0;
    const play = async (calls: typeof demand extends fc.Arbitrary<infer Calls> ? Calls : never) => {
      await using stack = new AsyncDisposableStack();
      account += 1;
      const replicas = await startReplicas(2, {
        url: redis.url,
        account: `account ${account}`,
        times: PATIENT,
      });
      for (const replica of replicas) stack.use(replica);
      const sending = calls.map(async ({ replica, atMs, ...call }) => {
        await after(atMs);
        return (await replicas[replica]?.call(call)) ?? Number.NaN;
      });
      // With `return` alone the replicas would be disposed of before a single call is sent.
      return await Promise.all(sending);
    };
    // All at once, each with an account of its own: real time cannot be hurried.
    const demands = fc.array(demand, { minLength: 8, maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(demands, async (demands) => {
        for (const sent of await Promise.all(demands.map(play))) {
          expect(busiest(sent, SPANS.secondMs)).toBeLessThanOrEqual(SHORT.perSecond);
          expect(busiest(sent, SPANS.minuteMs)).toBeLessThanOrEqual(SHORT.perMinute);
        }
      }),
      // To make a failure smaller takes longer than anybody waits.
      { numRuns: 1, endOnFailure: true },
    );
  });

  test('under load they use the account up together', async () => {
    await using redis = await startRedis();
    await using stack = new AsyncDisposableStack();
    const replicas = await startReplicas(3, { url: redis.url, times: PATIENT });
    for (const replica of replicas) stack.use(replica);
    const from = performance.now();
    const callers = replicas.flatMap((replica) => [replica, replica]);
    const sent = (await Promise.all(callers.map((replica) => saturate(replica, from + 5_000)))).flat();
    const second = sent.filter((at) => at >= from + SPANS.minuteMs && at < from + 2 * SPANS.minuteMs);
    expect(second.length).toBeGreaterThanOrEqual(0.8 * SHORT.perMinute);
    expect(busiest(sent, SPANS.secondMs)).toBeLessThanOrEqual(SHORT.perSecond);
    expect(busiest(sent, SPANS.minuteMs)).toBeLessThanOrEqual(SHORT.perMinute);
  });

  test('callers of a busy replica and the only one of another all get their parts', async () => {
    await using redis = await startRedis();
    await using stack = new AsyncDisposableStack();
    const until = performance.now() + 6_000;
    // One account alone would be a matter of luck: places fall free some at a time.
    const accounts = ['a', 'b', 'c', 'd', 'e', 'f'].map(async (account) => {
      const [busy, quiet] = await startReplicas(2, { url: redis.url, account, times: PATIENT });
      if (!busy || !quiet) throw new Error('Expected two replicas');
      stack.use(busy);
      stack.use(quiet);
      const callers = [...Array<typeof busy>(9).fill(busy), quiet];
      return await Promise.all(callers.map(async (replica) => (await saturate(replica, until)).length));
    });
    const served = (await Promise.all(accounts)).reduce((sums, more) => sums.map((sum, n) => sum + (more[n] ?? 0)));
    const mean = served.reduce((sum, count) => sum + count, 0) / served.length;
    expect(Math.min(...served)).toBeGreaterThanOrEqual(0.5 * mean);
    expect(Math.max(...served)).toBeLessThanOrEqual(3 * mean);
  });

  test('background calls of one replica leave the places to interactive ones of another', async () => {
    await using redis = await startRedis();
    await using stack = new AsyncDisposableStack();
    const [one, other] = await startReplicas(2, { url: redis.url, times: PATIENT });
    if (!one || !other) throw new Error('Expected two replicas');
    stack.use(one);
    stack.use(other);
    const until = performance.now() + 4_000;
    const [back, front] = await Promise.all([
      saturate(one, until, { priority: 'background' }),
      Promise.all([saturate(other, until), saturate(other, until), saturate(other, until)]),
    ]);
    expect(front.flat().length).toBeGreaterThan(4 * back.length);
  });

  test('those who wait do not ask again and again, however many they are', async () => {
    await using redis = await startRedis();
    const [replica] = await startReplicas(1, {
      url: redis.url,
      times: PATIENT,
      limits: { ...SHORT, perSecond: 1 },
    });
    if (!replica) throw new Error('Expected a replica');
    await using _ = replica;
    const { client } = replica.connection;
    const from = performance.now();
    await client.config('RESETSTAT');
    await Promise.all(Array.from({ length: 6 }, () => replica.call()));
    const [, count] = /cmdstat_eval:calls=(\d+)/.exec(await client.info('commandstats')) ?? [];
    const beats = (performance.now() - from) / 100;
    // For each call a place, a look before it, and the report that it is over.
    expect(Number(count)).toBeLessThan(beats + 6 * 4);
  });

  test('a call that somebody waits for does not wait as long as a background call was told to', async () => {
    await using redis = await startRedis();
    const spans = { ...SPANS, minuteMs: 4_000 };
    const limits = { ...SHORT, perMinute: 4, spans };
    const [replica] = await startReplicas(1, { url: redis.url, times: PATIENT, limits });
    if (!replica) throw new Error('Expected a replica');
    await using _ = replica;
    await replica.call({ priority: 'background' });
    const from = performance.now();
    const back = replica.call({ priority: 'background' });
    // By now Redis has said when to ask again for it.
    await replica.connection.client.ping();
    const front = await replica.call();
    expect(front - from).toBeLessThan(500);
    expect((await back) - front).toBeGreaterThan(500);
  });
});
