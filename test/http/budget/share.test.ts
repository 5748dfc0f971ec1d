import fc from 'fast-check';
import { expect, test } from 'vitest';
import { limitsOf, portionOf } from '../../../src/http/budget/shared-account.ts';

const counts = fc.integer({ min: 1, max: 40 });

test('all parts together may call no more than the account, as long as there is a call for each', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 40, max: 500 }),
      fc.integer({ min: 40, max: 5_000 }),
      counts,
      (perSecond, perMinute, parts) => {
        const part = limitsOf({ perSecond, perMinute }, parts);
        expect(part.perSecond * parts).toBeLessThanOrEqual(perSecond);
        expect(part.perMinute * parts).toBeLessThanOrEqual(perMinute);
        expect((part.perMinute + 1) * parts).toBeGreaterThan(perMinute);
      },
    ),
  );
});

test('with more parts than calls each has one in a longer time', () => {
  const { perSecond, spans } = limitsOf({ perSecond: 2, perMinute: 150 }, 5);
  expect(perSecond).toBe(1);
  expect(spans).toMatchObject({ secondMs: 2_500, minuteMs: 60_000 });
});

test('what a part may still call is at most its part of what is free', () => {
  fc.assert(
    fc.property(fc.integer({ min: 40, max: 200 }), fc.nat(200), counts, (perMinute, held, parts) => {
      const overAt = Array.from({ length: Math.min(held, perMinute) }, (_, index) => index);
      const { perMinute: limit } = limitsOf({ perSecond: 100, perMinute }, parts);
      const free = Math.max(0, limit - portionOf(overAt, parts).length);
      expect(free * parts).toBeLessThanOrEqual(perMinute - overAt.length);
    }),
  );
});
