import fc from 'fast-check';
import { expect, test } from 'vitest';
import { covers, type Projection, union } from '../../../src/http/cache/projection.ts';

const names = fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 4 });
/** A parameter may be left out, be undefined or name some of four. */
const projection: fc.Arbitrary<Projection> = fc.record(
  { keys: fc.option(names, { nil: undefined }), systems: fc.option(names, { nil: undefined }) },
  { requiredKeys: [] },
);

/** What a projection asks for, whichever way it is written. */
function meaning({ keys, systems }: Projection) {
  const named = (list: readonly string[] | undefined) => list?.toSorted() ?? 'everything';
  return { keys: named(keys), systems: named(systems) };
}

test('covering is a partial order: each covers itself, transitively, and two that cover each other are alike', () => {
  fc.assert(
    fc.property(projection, projection, projection, (one, two, three) => {
      expect(covers(one, one)).toBe(true);
      if (covers(one, two) && covers(two, three)) expect(covers(one, three)).toBe(true);
      if (covers(one, two) && covers(two, one)) expect(meaning(one)).toEqual(meaning(two));
    }),
  );
});

test('one covers another just when it has every name of each of its parameters', () => {
  fc.assert(
    fc.property(projection, projection, (wide, narrow) => {
      const has = (parameter: 'keys' | 'systems') => {
        const [all, some] = [wide[parameter], narrow[parameter]];
        return all === undefined || some?.every((name) => all.includes(name)) === true;
      };
      expect(covers(wide, narrow)).toBe(has('keys') && has('systems'));
    }),
  );
});

test('the union covers both, and is covered by whatever covers both', () => {
  fc.assert(
    fc.property(projection, projection, projection, (one, two, bound) => {
      const united = union(one, two);
      expect(covers(united, one) && covers(united, two)).toBe(true);
      if (covers(bound, one) && covers(bound, two)) expect(covers(bound, united)).toBe(true);
    }),
  );
});

test('the order of uniting does not matter, nor does uniting again', () => {
  fc.assert(
    fc.property(projection, projection, projection, (one, two, three) => {
      expect(meaning(union(one, two))).toEqual(meaning(union(two, one)));
      expect(meaning(union(union(one, two), three))).toEqual(meaning(union(one, union(two, three))));
      expect(meaning(union(one, one))).toEqual(meaning(one));
    }),
  );
});

test('everything covers all, and names that are united are sorted', () => {
  expect(covers({}, { keys: ['a'] })).toBe(true);
  expect(covers({ keys: undefined }, {})).toBe(true);
  expect(covers({ keys: [] }, {})).toBe(false);
  expect(union({ keys: ['c', 'a'] }, { keys: ['b'] })).toEqual({ keys: ['a', 'b', 'c'] });
});
