import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FairQueue } from '../../../src/http/budget/fair-queue.ts';

interface Item {
  caller: number;
  number: number;
}

type Step = { push: number } | 'shift';

const CALLERS = 4;

const steps = fc.array(
  fc.oneof<fc.Arbitrary<Step>[]>(
    fc.nat(CALLERS - 1).map((push) => ({ push })),
    fc.constant('shift' as const),
  ),
  { maxLength: 120 },
);

/** A queue with as many callers as wanted, and what it gave out. */
function queueOf() {
  const queue = new FairQueue<Item>();
  const callers = Array.from({ length: CALLERS }, () => ({}));
  const callerOf = (index: number) => callers[index] ?? callers;
  let pushed = 0;
  return {
    queue,
    callerOf,
    push: (caller: number) => queue.push(callerOf(caller), { caller, number: pushed++ }),
  };
}

test('callers take turns, whoever came first with however many', () => {
  const { queue, push } = queueOf();
  for (const caller of [0, 0, 0, 0, 1, 1, 2]) push(caller);
  const order = Array.from({ length: 7 }, () => queue.shift()?.caller);
  expect(order).toEqual([0, 1, 2, 0, 1, 0, 0]);
  expect(queue.shift()).toBeUndefined();
});

test('a caller who has just been served comes after those who wait', () => {
  const { queue, push } = queueOf();
  for (const caller of [0, 1]) push(caller);
  expect(queue.shift()?.caller).toBe(0);
  push(0);
  push(2);
  expect([queue.shift()?.caller, queue.shift()?.caller, queue.shift()?.caller]).toEqual([1, 0, 2]);
});

test('however many newcomers there are, whoever waits is served', () => {
  const { queue, push } = queueOf();
  for (let call = 0; call < 3; call++) push(0);
  const served: number[] = [];
  for (let newcomer = 0; newcomer < 20; newcomer++) {
    queue.push({}, { caller: 1, number: 0 });
    queue.push({}, { caller: 1, number: 0 });
    served.push(queue.shift()?.caller ?? -1);
  }
  expect(served.filter((caller) => caller === 0)).toHaveLength(3);
});

test('nobody is served twice while somebody else waits who was not served meanwhile, and each in order', () => {
  fc.assert(
    fc.property(steps, (steps) => {
      const { queue, push } = queueOf();
      const waiting = Array.from({ length: CALLERS }, () => [] as number[]);
      /** How often others were served since a caller began to wait or was served. */
      const passed = Array.from({ length: CALLERS }, () => new Map<number, number>());
      let pushed = 0;
      for (const step of steps) {
        if (step !== 'shift') {
          if (waiting[step.push]?.length === 0) passed[step.push]?.clear();
          waiting[step.push]?.push(pushed++);
          push(step.push);
          continue;
        }
        const item = queue.shift();
        if (!item) {
          expect(waiting.flat()).toEqual([]);
          continue;
        }
        expect(item.number).toBe(waiting[item.caller]?.shift());
        passed[item.caller]?.clear();
        for (const [caller, counts] of passed.entries()) {
          if (caller === item.caller || waiting[caller]?.length === 0) continue;
          const times = (counts.get(item.caller) ?? 0) + 1;
          counts.set(item.caller, times);
          // Once in the round that was under way already, once in the one that both are in.
          expect(times).toBeLessThanOrEqual(2);
        }
      }
      expect(queue.size).toBe(waiting.flat().length);
    }),
  );
});

test('what is ahead of a caller is exactly what is served before it, if nobody else comes', () => {
  fc.assert(
    fc.property(steps, fc.nat(CALLERS - 1), (steps, caller) => {
      const { queue, callerOf, push } = queueOf();
      for (const step of steps) step === 'shift' ? queue.shift() : push(step.push);
      const ahead = queue.ahead(callerOf(caller));
      const mine = { caller, number: -1 };
      queue.push(callerOf(caller), mine);
      for (let served = 0; served < ahead; served++) expect(queue.shift()).not.toBe(mine);
      expect(queue.shift()).toBe(mine);
    }),
  );
});

test('those who leave are gone, and the others keep their order', () => {
  const { queue, push } = queueOf();
  for (const caller of [0, 1, 2, 0, 1]) push(caller);
  expect(queue.remove(({ caller }) => caller === 1).map(({ number }) => number)).toEqual([1, 4]);
  expect(queue.size).toBe(3);
  expect([...queue].map(({ number }) => number)).toEqual([0, 2, 3]);
  expect([queue.shift()?.number, queue.shift()?.number, queue.shift()?.number]).toEqual([0, 2, 3]);
});

test('callers count, and not what each of them asks for', () => {
  const { queue, push } = queueOf();
  expect(queue.callers).toBe(0);
  for (const caller of [0, 1, 2]) push(caller);
  expect(queue.callers).toBe(3);
  for (const caller of [0, 0, 0, 0]) push(caller);
  // Whoever is to be served in this round and in the next is counted in both.
  expect(queue.callers).toBeLessThanOrEqual(4);
  for (let served = 0; served < 7; served++) queue.shift();
  expect(queue.callers).toBe(0);
});
