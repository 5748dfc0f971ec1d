import fc from 'fast-check';
import { expect, test } from 'vitest';
import { lookEveryMs, Patience } from '../../src/server/patience.ts';

/** After how many looks it is over with a client that moves so many bytes between two of them. */
function looksUntilOver(patienceMs: number, bytesOf: (look: number) => number, most = 1_000): number {
  const patience = new Patience(patienceMs, 5_000);
  let moved = 5_000;
  for (let look = 1; look <= most; look += 1) {
    moved += bytesOf(look);
    if (patience.isOver(moved)) return look;
  }
  return Infinity;
}

const patienceMs = fc.integer({ min: 100, max: 3_600_000 });

test('a client that moves at least 250 bytes a second is never cut, in whatever bursts within the patience', () => {
  fc.assert(
    fc.property(patienceMs, fc.integer({ min: 1, max: 9 }), (ms, looks) => {
      const burst = Math.ceil((looks * lookEveryMs(ms)) / 4);
      expect(looksUntilOver(ms, (look) => (look % looks === 0 ? burst : 0))).toBe(Infinity);
    }),
  );
});

test('a client that moves at half of that is cut, however it spreads its bytes', () => {
  fc.assert(
    fc.property(patienceMs, fc.integer({ min: 1, max: 9 }), (ms, looks) => {
      const burst = Math.floor((looks * lookEveryMs(ms)) / 8);
      expect(looksUntilOver(ms, (look) => (look % looks === 0 ? burst : 0))).toBeLessThan(40);
    }),
  );
});

test('a client that does nothing is cut after its patience, also one that was quick until then', () => {
  expect(looksUntilOver(15_000, () => 0)).toBe(10);
  expect(looksUntilOver(15_000, (look) => (look <= 5 ? 1e9 : 0))).toBe(14);
});
