import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Gateway, startGateway } from '../support/gateway.ts';
import { runs } from '../support/thorough.ts';
import { RequestList, request } from './request-list.ts';
import { type ReadWindow, walk } from './walking.ts';

/** What happens to a list between two windows. Rows are named by their place among those that are there. */
const change: fc.Arbitrary<Change> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('decide' as const), at: fc.nat(60) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('remove' as const), at: fc.nat(60) }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('create' as const), at: fc.nat(14) }) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('decideAllThatWereRead' as const), at: fc.nat(60) }),
  },
);

interface Change {
  kind: 'decide' | 'remove' | 'create' | 'decideAllThatWereRead';
  at: number;
}

interface Scene {
  /** When each request was created. */
  seconds: number[];
  size: number;
  isDescending: boolean;
  field: 'CREATE_TIME' | 'UPDATE_TIME';
  /** What happens behind each window. */
  turns: Change[][];
}

const scene: fc.Arbitrary<Scene> = fc.record({
  // Few seconds and many rows: most have company in their second.
  seconds: fc.array(fc.nat(12), { maxLength: 60, size: 'max' }),
  size: fc.integer({ min: 1, max: 9 }),
  isDescending: fc.boolean(),
  field: fc.constantFrom('CREATE_TIME' as const, 'UPDATE_TIME' as const),
  turns: fc.array(fc.array(change, { maxLength: 5, size: 'max' }), { maxLength: 12, size: 'max' }),
});

/** A walk, and what its list went through. */
class Observed {
  readonly list: RequestList;
  /** Rows whose place was behind the windows that had been read when they came. */
  readonly cameBehind = new Set<string>();
  /** Seconds of rows that ended a window and were gone before the next one. */
  readonly goneEnds = new Set<string>();
  readonly original: ReadonlySet<string>;
  readonly #column: 'create_time' | 'update_time';
  readonly #isDescending: boolean;
  readonly #times = new Map<string, string>();
  #next = 1_000;

  constructor({ seconds, field, isDescending }: Scene) {
    this.list = new RequestList(seconds.map((at, index) => request(index + 1, at)));
    this.original = new Set(this.list.rows.map(({ id }) => id));
    this.#column = field === 'CREATE_TIME' ? 'create_time' : 'update_time';
    this.#isDescending = isDescending;
    for (const row of this.list.rows) this.#times.set(row.id, row[this.#column] ?? '');
  }

  timeOf(id: string): string {
    return this.#times.get(id) ?? '';
  }

  isPending(id: string): boolean {
    return this.list.rows.some((row) => row.id === id && row.status === 'pending');
  }

  change({ kind, at }: Change, { ids }: ReadWindow): void {
    const row = this.list.rows[at % Math.max(1, this.list.rows.length)];
    if (kind === 'create') this.#create(at, ids.at(-1));
    else if (kind === 'decideAllThatWereRead') for (const id of ids) this.list.decide(id, 'approved');
    else if (row && kind === 'decide') this.list.decide(row.id, 'denied');
    else if (row) this.list.remove(row.id);
  }

  /** To be called when all changes between two windows are done; tells whether the end of the first is gone. */
  noteEnd(id = ''): boolean {
    const isGone = !this.isPending(id);
    if (isGone) this.goneEnds.add(this.timeOf(id));
    return isGone;
  }

  #create(at: number, end: string | undefined): void {
    const row = request(this.#next++, at);
    this.list.rows.push(row);
    this.#times.set(row.id, row[this.#column] ?? '');
    const [mine, read] = [this.timeOf(row.id), end === undefined ? '' : this.timeOf(end)];
    if (this.#isDescending ? mine < read : mine > read) this.cameBehind.add(row.id);
  }
}

const ARGS = 'filter: { status: { eq: PENDING } }';

async function observe(gateway: Gateway, drawn: Scene) {
  const observed = new Observed(drawn);
  observed.list.serve(gateway);
  const turns = [...drawn.turns];
  const followsGoneEnd = [false];
  const direction = drawn.isDescending ? 'DESC' : 'ASC';
  const windows = await walk(gateway, 'gdprRequests', {
    size: drawn.size,
    args: `${ARGS} orderBy: { field: ${drawn.field}, direction: ${direction} }`,
    between: (window) => {
      for (const one of turns.shift() ?? []) observed.change(one, window);
      followsGoneEnd.push(observed.noteEnd(window.ids.at(-1)));
    },
  });
  return { observed, windows, followsGoneEnd };
}

test('while rows come and go, a walk in order of time leaves out none that stayed, and repeats none but of a second whose last one went', async () => {
  await using gateway = await startGateway();
  const numRuns = runs(80, 500);
  let several = 0;
  await fc.assert(
    fc.asyncProperty(scene, async (drawn) => {
      const { observed, windows, followsGoneEnd } = await observe(gateway, drawn);
      const met = windows.flatMap(({ ids }) => ids);

      const stayed = [...observed.original, ...observed.cameBehind].filter((id) => observed.isPending(id));
      expect(stayed.filter((id) => !met.includes(id))).toEqual([]);
      const repeated = met.filter((id, index) => met.indexOf(id) < index);
      expect(repeated.filter((id) => !observed.goneEnds.has(observed.timeOf(id)))).toEqual([]);
      for (const [index, { ids, calls, hasNextPage }] of windows.entries()) {
        expect(new Set(ids).size).toBe(ids.length);
        // Where the row of the cursor is gone, it may have to be looked for among many of its second, and behind the
        // last one rows without a time may stand, where no range finds them.
        const more = (followsGoneEnd[index] ? 2 : 0) + (hasNextPage ? 0 : 1);
        expect(calls.length).toBeLessThanOrEqual(1 + more);
      }
      const times = met.map((id) => observed.timeOf(id));
      expect(times).toEqual(times.toSorted((a, b) => (drawn.isDescending ? -1 : 1) * (a < b ? -1 : a > b ? 1 : 0)));
      if (windows.length > 3) several += 1;
    }),
    { numRuns },
  );
  expect(several).toBeGreaterThan(numRuns / 3);
});

const numbers = (count: number) => Array.from({ length: count }, (_, index) => index + 1);

test.each([
  { count: 150, size: 100, largest: 100 },
  { count: 150, size: 99, largest: 100 },
  { count: 60, size: 50, largest: 20 },
  { count: 7, size: 3, largest: 2 },
  { count: 5, size: 2, largest: 1 },
])('a desk that decides all it reads meets every request of one second: %o', async ({ count, size, largest }) => {
  await using gateway = await startGateway();
  const list = new RequestList(
    numbers(count).map((n) => request(n, 1)),
    { largest },
  );
  list.serve(gateway);
  const windows = await walk(gateway, 'gdprRequests', {
    size,
    args: `${ARGS} orderBy: { field: CREATE_TIME }`,
    between: ({ ids }) => {
      for (const id of ids) list.decide(id, 'approved');
    },
  });
  expect(windows.flatMap(({ ids }) => ids)).toEqual(numbers(count).map(String));
});

test.each([150, 320])('%d requests of one second are met once while others of them are decided', async (count) => {
  await using gateway = await startGateway();
  const list = new RequestList(numbers(count).map((n) => request(n, 1)));
  list.serve(gateway);
  const windows = await walk(gateway, 'gdprRequests', {
    size: 40,
    args: `${ARGS} orderBy: { field: CREATE_TIME }`,
    between: ({ ids }) => {
      for (const id of ids.slice(0, 5).slice(0, ids.length - 1)) list.decide(id, 'approved');
    },
  });
  expect(windows.flatMap(({ ids }) => ids)).toEqual(numbers(count).map(String));
});

test('more requests of one second than a page holds cost one call a window while nothing changes', async () => {
  await using gateway = await startGateway();
  new RequestList(numbers(300).map((n) => request(n, 1))).serve(gateway);
  const windows = await walk(gateway, 'gdprRequests', { size: 20, args: `${ARGS} orderBy: { field: CREATE_TIME }` });
  expect(windows.map(({ ids, calls }) => [ids.length, calls.length])).toEqual(numbers(15).map(() => [20, 1]));
});

test.each<[string, (list: RequestList, id: string) => void]>([
  ['decided', (list, id) => list.decide(id, 'approved')],
  ['removed', (list, id) => list.remove(id)],
])('requests without a time follow the last one that has one, also once that is %s', async (_, change) => {
  for (const count of [2, 5]) {
    await using gateway = await startGateway();
    const list = new RequestList(numbers(count).map((n) => request(n, n === 1 ? 5 : null)));
    list.serve(gateway);
    const windows = await walk(gateway, 'gdprRequests', {
      size: 1,
      args: `${ARGS} orderBy: { field: CREATE_TIME, direction: DESC }`,
      between: ({ ids }) => {
        for (const id of ids) change(list, id);
      },
    });
    expect(windows.flatMap(({ ids }) => ids)).toEqual(numbers(count).map(String));
  }
});

test.each([
  { created: [5, 5, 5] },
  // As many as have no time, in the end.
  { created: [1, 2] },
  { created: [5] },
])(
  'requests without a time come last also while others are created, window by window: $created',
  async ({ created }) => {
    await using gateway = await startGateway();
    const list = new RequestList(numbers(18).map((n) => request(n, n <= 15 ? 1_000 - n : null)));
    list.serve(gateway);
    const left = [...created];
    const windows = await walk(gateway, 'gdprRequests', {
      size: 5,
      args: `${ARGS} orderBy: { field: CREATE_TIME, direction: DESC }`,
      between: () => {
        for (let come = left.shift() ?? 0; come > 0; come--)
          list.rows.push(request(100 + list.rows.length, 500 - list.rows.length));
      },
    });
    const met = windows.flatMap(({ ids }) => ids);
    expect(met.toSorted()).toEqual(list.rows.map(({ id }) => id).toSorted());
  },
);
