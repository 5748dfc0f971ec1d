import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Places } from '../../src/server/load-shedding.ts';
import { movableClock } from '../support/movable-clock.ts';

const caller = (name: string, isRouter = false) => ({ name, isRouter });

/** Takes places for a caller for as long as there are any; tells how many that were. */
function takeAll(places: Places, name: string, isRouter = false): number {
  let taken = 0;
  while (places.take({}, caller(name, isRouter)) === 'taken') taken += 1;
  return taken;
}

test('alone a caller has all places, however long it is refused more', () => {
  const places = new Places(10);
  expect(takeAll(places, 'A')).toBe(10);
  expect(places.take({}, caller('A'))).toBe('none');
});

test('while others find none, a caller has half of them, then all again', () => {
  using clock = movableClock();
  const places = new Places(10);
  const holders = Array.from({ length: 10 }, () => ({}));
  for (const holder of holders) places.take(holder, caller('A'));
  expect(places.take({}, caller('B'))).toBe('none');
  for (const holder of holders) places.leave(holder);
  expect(takeAll(places, 'A')).toBe(5);
  expect(places.take({}, caller('A'))).toBe('none for you');
  clock.pass(5_001);
  expect(takeAll(places, 'A')).toBe(5);
});

test('two who want all leave a third to others', () => {
  const places = new Places(12);
  const holders = Array.from({ length: 12 }, () => ({}));
  for (const [index, holder] of holders.entries()) places.take(holder, caller(index % 2 ? 'A' : 'B'));
  for (const name of ['A', 'B', 'C']) places.take({}, caller(name));
  for (const holder of holders) places.leave(holder);
  for (let round = 0; round < 12; round++) for (const name of ['A', 'B']) places.take({}, caller(name));
  expect(places.taken).toBe(8);
});

test('the place that falls free is for whoever has none, even where there is a single one', () => {
  for (const most of [1, 2, 3, 10]) {
    const places = new Places(most);
    const first = {};
    places.take(first, caller('A'));
    takeAll(places, 'A');
    places.take({}, caller('B'));
    places.leave(first);
    if (most > 1) expect(places.take({}, caller('A'))).toBe('none for you');
    expect(places.take({}, caller('B'))).toBe('taken');
  }
});

test('a router may have all of them', () => {
  const places = new Places(10);
  const held = {};
  places.take(held, caller('A'));
  expect(takeAll(places, 'R', true)).toBe(9);
  expect(places.take({}, caller('B'))).toBe('none');
  places.leave(held);
  expect(takeAll(places, 'R', true)).toBe(1);
});

const step = fc.record({
  name: fc.constantFrom('A', 'B', 'C', 'R'),
  /** The operation of that number ends first. */
  ends: fc.option(fc.nat(30), { nil: undefined }),
  passMs: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 6_000 })),
});

test('whatever comes: no caller goes beyond half while another was refused within 5 s, and nobody without a place waits for one that is free', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 9 }), fc.array(step, { maxLength: 80 }), (most, steps) => {
      using clock = movableClock();
      const places = new Places(most);
      const held: { name: string; holder: object }[] = [];
      const refusedAt = new Map<string, number>();
      const begun = performance.now();
      for (const { name, ends, passMs } of steps) {
        clock.pass(passMs);
        // A busy machine passes some time as well.
        const time = performance.now() - begun;
        const [over] = ends === undefined ? [] : held.splice(ends % (held.length + 1), 1);
        if (over) places.leave(over.holder);
        const holder = {};
        const own = held.filter((each) => each.name === name).length;
        const place = places.take(holder, caller(name, name === 'R'));
        const sinceOthers = Math.min(...[...refusedAt].map(([other, at]) => (other === name ? Infinity : time - at)));
        const isWanted = sinceOthers < 4_900;
        if (held.length === most) expect(place).toBe('none');
        else if (name === 'R' || own === 0) expect(place).toBe('taken');
        else if (isWanted && own + 1 > most / 2) expect(place).toBe('none for you');
        else if (sinceOthers < 5_100) expect(place).not.toBe('none');
        else expect(place).toBe('taken');
        if (place === 'none') refusedAt.set(name, time);
        if (place === 'taken') held.push({ name, holder });
        expect(places.taken).toBe(held.length);
      }
    }),
  );
});
