import fc from 'fast-check';
import { expect, test } from 'vitest';
import { template } from '../../../src/http/client/path.ts';
import { RetryBudget } from '../../../src/http/client/retry.ts';
import type { Fault } from '../../../src/sandbox/faults.ts';
import { serve } from '../../../src/sandbox/server.ts';
import { ManualClock } from '../budget/manual-clock.ts';
import { failureOf, hoodClient } from './hood-client.ts';

/** How many retries it allows at once. */
function allowed(budget: RetryBudget): number {
  let count = 0;
  while (budget.take()) count += 1;
  return count;
}

function called(budget: RetryBudget, times: number): void {
  for (let call = 0; call < times; call++) budget.called();
}

test.each([
  [0, 10],
  [1, 10],
  [100, 10],
  [150, 15],
  [159, 15],
  [1_000, 100],
])('%d calls a minute have %d retries', (calls, retries) => {
  new ManualClock();
  const budget = new RetryBudget();
  called(budget, calls);
  expect(allowed(budget)).toBe(retries);
});

test('what is more than a minute ago no longer counts, for or against', () => {
  const clock = new ManualClock();
  const budget = new RetryBudget();
  called(budget, 1_000);
  expect(allowed(budget)).toBe(100);
  clock.time = 54_999;
  expect(allowed(budget)).toBe(0);
  clock.time = 60_000;
  expect(allowed(budget)).toBe(10);
});

test('a retry is allowed exactly while the last minute has room for it, however calls and retries come', () => {
  const event = fc.record({ afterMs: fc.nat(9_000), calls: fc.nat(60), retries: fc.nat(30) });
  fc.assert(
    fc.property(fc.array(event, { maxLength: 60 }), (events) => {
      const clock = new ManualClock();
      const budget = new RetryBudget();
      const past: { step: number; isRetry: boolean }[] = [];
      for (const { afterMs, calls, retries } of events) {
        clock.time += afterMs;
        const step = Math.floor(clock.time / 5_000);
        called(budget, calls);
        for (let call = 0; call < calls; call++) past.push({ step, isRetry: false });
        for (let retry = 0; retry < retries; retry++) {
          const minute = past.filter((one) => one.step > step - 12);
          const made = minute.filter(({ isRetry }) => isRetry).length;
          const hasRoom = made < 10 || made + 1 <= (minute.length - made) / 10;
          expect(budget.take()).toBe(hasRoom);
          if (hasRoom) past.push({ step, isRetry: true });
        }
      }
    }),
  );
});

test('calls that fail share it, and fail at once when it is used up', async () => {
  const unavailable: Fault = { kind: 'status', status: 503 };
  await using server = await serve(() => ({ status: 200, json: {} }));
  server.dials.fault = () => unavailable;
  await using client = hoodClient(server, { retryBudget: new RetryBudget() });
  const calls = Array.from({ length: 20 }, () => client.get({ route: template('/'), path: '/' }));
  for (const error of await Promise.all(calls.map(failureOf))) expect(error).toMatchObject({ status: 503 });
  expect(server.calls).toHaveLength(20 + 10);
});

test('with one call in ten that fails, all of them are retried', async () => {
  await using server = await serve(() => ({ status: 200, json: {} }));
  let count = 0;
  server.dials.fault = () => (count++ % 11 === 9 ? { kind: 'status', status: 503 } : undefined);
  await using client = hoodClient(server, { retryBudget: new RetryBudget() });
  for (let call = 0; call < 200; call++) await client.get({ route: template('/'), path: '/' });
  expect(server.calls).toHaveLength(200 + 20);
});
