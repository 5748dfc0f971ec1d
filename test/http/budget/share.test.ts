import fc from 'fast-check';
import { expect, onTestFinished, test, vi } from 'vitest';
import { type AccountLimits, SPANS } from '../../../src/http/budget/account-limits.ts';
import { RedisCallAllocator } from '../../../src/http/budget/redis-call-allocator.ts';
import type { RedisClient } from '../../../src/http/redis/redis-connection.ts';
import { ManualClock } from './manual-clock.ts';
import { busiest } from './simulation.ts';

const UNTIL_MS = 150_000;

/** A Redis that is never reached. */
const AWAY = { status: 'end', on: () => AWAY, off: () => AWAY } as unknown as RedisClient;

/** When so many replicas without Redis send, each of which always has a call; an answer takes `takesMs`. */
async function sentAlone(replicas: number, limits: AccountLimits, takesMs: number) {
  const clock = new ManualClock();
  const sent: number[] = [];
  await using stack = new AsyncDisposableStack();
  for (let replica = 0; replica < replicas; replica += 1) {
    const allocator = stack.use(new RedisCallAllocator({ client: AWAY, account: 'account', limits, replicas }));
    let asking: object = {};
    const serve = () => {
      clearTimeout(asking as NodeJS.Timeout);
      const taken = allocator.take('interactive', { calls: 1, callers: 1 });
      if (taken instanceof Promise) throw new Error('Expected an answer without Redis');
      if (typeof taken === 'number') {
        asking = clock.after(taken, serve);
        return;
      }
      sent.push(clock.time);
      clock.after(takesMs, () => {
        taken[0]?.settle({ status: 200, headers: {} });
        serve();
      });
      serve();
    };
    serve();
  }
  await clock.moveTo(UNTIL_MS);
  return sent;
}

test('replicas without Redis send no more together than the account may, and most of that', async () => {
  const beat = vi.spyOn(globalThis, 'setInterval').mockReturnValue({ unref() {} } as NodeJS.Timeout);
  onTestFinished(() => beat.mockRestore());
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 8 }),
      fc.integer({ min: 8, max: 12 }),
      fc.integer({ min: 60, max: 150 }),
      fc.nat(900),
      async (replicas, perSecond, perMinute, takesMs) => {
        const sent = await sentAlone(replicas, { perSecond, perMinute }, takesMs);
        expect(busiest(sent, SPANS.secondMs)).toBeLessThanOrEqual(perSecond);
        expect(busiest(sent, SPANS.minuteMs)).toBeLessThanOrEqual(perMinute);
        const inSecondMinute = sent.filter((at) => at >= SPANS.minuteMs && at < 2 * SPANS.minuteMs);
        expect(inSecondMinute.length).toBeGreaterThanOrEqual(0.8 * Math.floor(perMinute / replicas) * replicas);
      },
    ),
    { numRuns: 30 },
  );
});

test('where there are more replicas than calls in a second, each of them has one in a longer time', async () => {
  const beat = vi.spyOn(globalThis, 'setInterval').mockReturnValue({ unref() {} } as NodeJS.Timeout);
  onTestFinished(() => beat.mockRestore());
  const sent = await sentAlone(5, { perSecond: 2, perMinute: 150 }, 20);
  expect(sent.length / UNTIL_MS).toBeGreaterThan(0.0015);
  expect(sent.length / UNTIL_MS).toBeLessThanOrEqual(0.002);
});
