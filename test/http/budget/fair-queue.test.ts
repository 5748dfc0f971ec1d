import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FairQueue } from '../../../src/http/budget/fair-queue.ts';

interface Item {
  readonly name: string;
}

/** Whose an item is: `A1` is the first operation of the caller A. */
type Name = string;

const operations = new Map<Name, object>();

const ownerOf = (name: Name) => {
  operations.set(name, operations.get(name) ?? {});
  return { caller: { name: name.slice(0, 1), isRouter: false }, operation: operations.get(name) };
};

/** A queue with items of these owners, and the order in which it gives them out. */
function queueOf(...names: Name[]) {
  const queue = new FairQueue<Item>();
  const push = (name: Name, item: Item = { name }) => {
    queue.push(ownerOf(name), item);
    return item;
  };
  for (const name of names) push(name);
  const served = (count = queue.size) => Array.from({ length: count }, () => queue.shift()?.name).join(' ');
  return { queue, push, served };
}

test('callers take turns, whoever came first with however many', () => {
  const { queue, served } = queueOf('A1', 'A1', 'A1', 'A1', 'B1', 'B1', 'C1');
  expect(served()).toBe('A1 B1 C1 A1 B1 A1 A1');
  expect(queue.shift()).toBeUndefined();
});

test('a caller with many operations has as many turns as one with a single one, and they take turns in these', () => {
  const { served } = queueOf('A1', 'A1', 'A1', 'A2', 'A2', 'A3', 'B1', 'B1', 'B1');
  expect(served()).toBe('A1 B1 A2 B1 A3 B1 A1 A2 A1');
});

test('a caller who has just been served comes after those who wait, and so does an operation', () => {
  const { push, served } = queueOf('A1', 'A2', 'B1');
  expect(served(1)).toBe('A1');
  for (const name of ['A1', 'C1']) push(name);
  expect(served()).toBe('B1 A2 C1 A1');
});

test('calls without a caller or an operation are each for themselves', () => {
  const queue = new FairQueue<Item>();
  for (const name of ['a', 'b']) queue.push({ caller: { name: 'A', isRouter: false } }, { name });
  const shared = {};
  for (const name of ['c', 'd']) queue.push({ operation: shared }, { name });
  queue.push({}, { name: 'e' });
  expect(Array.from({ length: 5 }, () => queue.shift()?.name).join('')).toBe('acebd');
});

test('however many newcomers there are, whoever waits is served', () => {
  const { push, served } = queueOf('A1', 'A1', 'A1');
  let waited = '';
  for (let newcomer = 0; newcomer < 20; newcomer++) {
    push(String.fromCodePoint(1000 + 2 * newcomer));
    push(String.fromCodePoint(1001 + 2 * newcomer));
    waited += served(1);
  }
  expect(waited.match(/A1/g)).toHaveLength(3);
});

test('an item that several wait for is served at the first of their turns, once', () => {
  const { queue, push, served } = queueOf('A1', 'A1');
  const shared = push('A1', { name: 'shared' });
  for (const name of ['A1', 'B1']) push(name);
  expect(queue.ahead(shared)).toBe(3);
  push('C1', shared);
  push('C1', shared);
  expect([queue.size, queue.callers, queue.ahead(shared)]).toEqual([5, 3, 2]);
  expect(served()).toBe('A1 B1 shared A1 A1');
  expect(queue.callers).toBe(0);
});

const names = fc.constantFrom('A1', 'A2', 'A3', 'B1', 'B2', 'C1', 'D1');
const steps = fc.array(fc.option(names, { nil: undefined, freq: 2 }), { maxLength: 120 });

/** Pushes an item for each name, and takes one out where there is none. Calls `served` with what waited then. */
function play(steps: readonly (Name | undefined)[], served: (item: Item, waiting: readonly Item[]) => void = () => {}) {
  const { queue, push } = queueOf();
  const waiting: Item[] = [];
  for (const name of steps) {
    if (name !== undefined) {
      waiting.push(push(name));
      continue;
    }
    const item = queue.shift();
    expect(item === undefined).toBe(waiting.length === 0);
    if (!item) continue;
    served(item, waiting);
    waiting.splice(waiting.indexOf(item), 1);
  }
  expect(queue.size).toBe(waiting.length);
  return { queue, push, waiting };
}

test.each([
  ['caller', 1],
  ['operation of a caller', 2],
])('no %s is served twice while another one waits', (_, length) => {
  fc.assert(
    fc.property(steps, (steps) => {
      /** How often others were served since somebody began to wait, or was served. */
      const passed = new Map<Name, Map<Name, number>>();
      play(steps, (item, waiting) => {
        const own = item.name.slice(0, length);
        passed.delete(own);
        const others = new Set(waiting.map(({ name }) => name.slice(0, length))).difference(new Set([own]));
        for (const other of passed.keys()) if (!others.has(other)) passed.delete(other);
        for (const other of others) {
          if (other.slice(0, length - 1) !== own.slice(0, length - 1)) continue;
          const counts = passed.get(other) ?? new Map<Name, number>();
          passed.set(other, counts.set(own, (counts.get(own) ?? 0) + 1));
          expect(counts.get(own)).toBe(1);
        }
      });
    }),
  );
});

test('what one operation asks for is served in its order', () => {
  fc.assert(
    fc.property(steps, (steps) => {
      play(steps, (item, waiting) => expect(waiting.find(({ name }) => name === item.name)).toBe(item));
    }),
  );
});

test('what is ahead of an item is exactly what is served before it, if nobody else comes', () => {
  fc.assert(
    fc.property(steps, names, (steps, name) => {
      const { queue, push } = play(steps);
      const mine = push(name);
      for (let ahead = queue.ahead(mine); ahead > 0; ahead--) expect(queue.shift()).not.toBe(mine);
      expect(queue.shift()).toBe(mine);
    }),
  );
});

test('of items that several wait for no more is ahead than what is said, and each is served once', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(names, names), { minLength: 1, maxLength: 40 }), fc.nat(), (pairs, index) => {
      const { queue, push } = queueOf();
      const items = pairs.map(([first, second]) => push(second, push(first)));
      const mine = items[index % items.length] as Item;
      const ahead = queue.ahead(mine);
      const served = Array.from(items, () => queue.shift());
      expect(new Set(served)).toEqual(new Set(items));
      expect(served.indexOf(mine)).toBeLessThanOrEqual(ahead);
      expect([queue.size, queue.callers, queue.shift()]).toEqual([0, 0, undefined]);
    }),
  );
});

test('those who leave are gone, and the others keep their order', () => {
  const { queue, served } = queueOf('A1', 'B1', 'C1', 'A1', 'B1');
  expect(queue.remove(({ name }) => name === 'B1')).toHaveLength(2);
  expect([queue.size, queue.callers, [...queue].length]).toEqual([3, 2, 3]);
  expect(served()).toBe('A1 C1 A1');
});
