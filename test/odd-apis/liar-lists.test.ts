import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Gateway } from '../support/gateway.ts';
import { runs } from '../support/thorough.ts';
import {
  bound,
  compare,
  expectSameRows,
  fixedScene,
  listScene,
  ROWS,
  type Scene,
  SEED,
  scene,
  startHonest,
} from './lied-to.ts';
import { ID_FIELDS, idsOf, type ListName, readWindow, walk } from './walking.ts';

let sandbox: Gateway;

/** The times of each row of Hood. */
const times = new Map<string, Record<string, string>>();

beforeAll(async () => {
  sandbox = await startHonest();
  for (const name of hoodLists) {
    const { data } = await sandbox.query(`{ list: ${name}(first: ${ROWS}) {
      nodes { id: ${ID_FIELDS[name]} CREATE_TIME: createTime UPDATE_TIME: updateTime }
    } }`);
    for (const node of data.list.nodes) times.set(`${name} ${node.id}`, node);
  }
});

afterAll(() => sandbox[Symbol.asyncDispose]());

const hoodLists: ListName[] = ['gdprRequests', 'customerData', 'hoodExports', 'profileProperties'];
const list = fc.constantFrom<ListName>(...hoodLists, 'customerProfiles');
const order = fc.constantFrom('', 'CREATE_TIME, direction: ASC', 'CREATE_TIME, direction: DESC', 'UPDATE_TIME');
const size = fc.integer({ min: 3, max: 20 });

/** When a row stands in an order of time; undefined in other orders. */
const timeIn = (name: ListName, by: string) => (id: string) => times.get(`${name} ${id}`)?.[by.split(',')[0] ?? ''];

const argsOf = (name: ListName, by: string) => (by && name !== 'customerProfiles' ? `orderBy: { field: ${by} }` : '');

/** Reads the first row of a list whose pages all have one size. */
async function showPageSize(gateway: Gateway, name: ListName, { pageSize }: Scene): Promise<void> {
  if (pageSize !== undefined) await readWindow(gateway, name, 'first: 1');
}

/** `LIAR_RUNS=<number>` tries as many. */
const RUNS = {
  seed: SEED,
  numRuns: Number(process.env['LIAR_RUNS'] ?? runs(20, 200)),
};

/** For a machine that has much else to do. */
const PATIENCE_MS = 60_000 * Math.ceil(RUNS.numRuns / 40);

describe('whatever lists say of themselves', () => {
  test(
    'a walk forward meets what honest ones give, and no window costs much more',
    async () => {
      await fc.assert(
        fc.asyncProperty(listScene, list, order, size, async (drawn, name, by, rows) => {
          const args = argsOf(name, by);
          const { honest, liedTo, leftOut } = await compare(sandbox, drawn, async (gateway, lie) => {
            await showPageSize(gateway, name, drawn);
            lie();
            return walk(gateway, name, { size: rows, args, between: lie });
          });
          expect(idsOf(honest)).toHaveLength(ROWS);
          expectSameRows(idsOf(liedTo), idsOf(honest), leftOut, timeIn(name, by));
          const dearest = Math.max(...honest.map(({ calls }) => calls.length));
          for (const { calls, ids } of liedTo) {
            expect(calls.length).toBeLessThanOrEqual(bound(dearest));
            expect(ids).toEqual([...new Set(ids)]);
          }
        }),
        RUNS,
      );
    },
    PATIENCE_MS,
  );

  test(
    'a walk backward from a cursor does so too',
    async () => {
      await fc.assert(
        fc.asyncProperty(listScene, list, order, size, async (drawn, name, by, rows) => {
          const args = argsOf(name, by);
          const { honest, liedTo, leftOut } = await compare(sandbox, drawn, async (gateway, lie) => {
            await showPageSize(gateway, name, drawn);
            const { ids, endCursor } = await readWindow(gateway, name, `first: 20 ${args}`);
            const windows: Awaited<ReturnType<typeof readWindow>>[] = [];
            for (let before = endCursor, hasMore = true; hasMore; ) {
              if (windows.length > 100) throw new Error('The walk does not end.');
              lie();
              const window = await readWindow(gateway, name, `last: ${rows}, before: $cursor ${args}`, before);
              windows.push(window);
              hasMore = window.hasPreviousPage;
              before = window.startCursor ?? before;
            }
            return { ids, windows };
          });
          expect(liedTo.ids).toEqual(honest.ids);
          // The row of the cursor is a neighbour as well.
          const met = [...idsOf(liedTo.windows), ...honest.ids.slice(-1)];
          expectSameRows(met, honest.ids, leftOut, timeIn(name, by));
          const dearest = Math.max(...honest.windows.map(({ calls }) => calls.length));
          for (const { calls } of liedTo.windows) expect(calls.length).toBeLessThanOrEqual(bound(dearest));
        }),
        RUNS,
      );
    },
    PATIENCE_MS,
  );

  test(
    'a walk backward from the end does so where the end is known',
    async () => {
      const totals = ['honest', 'text', 'tooHigh'] as const;
      const told = scene({ largest: [3, 7, 20, 100], maximum: [20, 100], totals, cuts: true });
      await fc.assert(
        fc.asyncProperty(
          fc.oneof(told, fixedScene(totals)),
          list,
          fc.integer({ min: 5, max: 20 }),
          async (drawn, name, rows) => {
            const { honest, liedTo, leftOut } = await compare(sandbox, drawn, async (gateway, lie) => {
              await showPageSize(gateway, name, drawn);
              lie();
              return walk(gateway, name, { size: rows, backward: true, between: lie });
            });
            expectSameRows(idsOf(liedTo), idsOf(honest), leftOut);
            const dearest = Math.max(...honest.map(({ calls }) => calls.length));
            for (const { calls } of liedTo) expect(calls.length).toBeLessThanOrEqual(bound(dearest));
          },
        ),
        RUNS,
      );
    },
    PATIENCE_MS,
  );
});
