import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { person } from '../../src/sandbox/people.ts';
import type { Gateway } from '../support/gateway.ts';
import { runs } from '../support/thorough.ts';
import { aliased } from './asked.ts';
import { bound, compare, expectSameRows, lookupScene, ROWS, SEED, startHonest } from './lied-to.ts';
import { ID_FIELDS, type ListName, readWindow, takeCalls } from './walking.ts';

let sandbox: Gateway;

beforeAll(async () => {
  sandbox = await startHonest();
});

afterAll(() => sandbox[Symbol.asyncDispose]());

/** An operation that finds things by keys, and what of its answer belongs to which row of the APIs. */
async function find(gateway: Gateway, query: string) {
  takeCalls(gateway);
  const { data, errors } = await gateway.query(query);
  expect(errors).toBeUndefined();
  return { data, calls: takeCalls(gateway).length };
}

const people = fc.uniqueArray(fc.nat(25), { minLength: 1, maxLength: 25 });

describe('whatever lookups are answered with', () => {
  test.each<[ListName, string]>([
    ['customerData', 'customerDatum'],
    ['hoodExports', 'hoodExport'],
    ['profileProperties', 'profileProperty'],
  ])('rows of %s are found by their ids', async (name, lookup) => {
    const known = (await readWindow(sandbox, name, `first: ${ROWS}`)).ids;
    await fc.assert(
      fc.asyncProperty(
        lookupScene,
        fc.subarray(known, { minLength: 1, maxLength: 30 }),
        fc.boolean(),
        async (drawn, some, withUnknown) => {
          const ids = withUnknown ? [...some, '999999999'] : some;
          const field = ID_FIELDS[name];
          const query = aliased(ids, (id) => `${lookup}(hoodId: "${id}") { ${field} createTime }`);
          const { honest, liedTo, leftOut } = await compare(sandbox, drawn, (gateway, lie) => {
            lie();
            return find(gateway, query);
          });
          for (const [index, id] of ids.entries()) {
            if (leftOut.has(id)) continue;
            expect(liedTo.data[`k${index}`], id).toEqual(honest.data[`k${index}`]);
          }
          expect(liedTo.calls).toBeLessThanOrEqual(bound(honest.calls));
        },
      ),
      { seed: SEED, numRuns: runs(25, 100) },
    );
  });

  test('profiles are found by their customers', async () => {
    await fc.assert(
      fc.asyncProperty(lookupScene, people, async (drawn, numbers) => {
        const ids = numbers.map((n) => person(n).clientId);
        const query = aliased(ids, (id) => `customerProfile(customerId: "${id}") { customerId firstName }`);
        const { honest, liedTo, leftOut } = await compare(sandbox, drawn, (gateway, lie) => {
          lie();
          return find(gateway, query);
        });
        for (const [index, id] of ids.entries()) {
          if (!leftOut.has(id)) expect(liedTo.data[`k${index}`], id).toEqual(honest.data[`k${index}`]);
        }
        expect(liedTo.calls).toBeLessThanOrEqual(bound(honest.calls));
      }),
      { seed: SEED, numRuns: runs(40, 100) },
    );
  });

  test('joined profiles are those of the requests beside them', async () => {
    await fc.assert(
      fc.asyncProperty(lookupScene, fc.integer({ min: 2, max: 20 }), async (drawn, first) => {
        const query = `{ gdprRequests(first: ${first}) { nodes { hoodId clientId customerProfile { customerId firstName } } } }`;
        const { honest, liedTo, leftOut } = await compare(sandbox, drawn, (gateway, lie) => {
          lie();
          return find(gateway, query);
        });
        const joined = new Map(honest.data.gdprRequests.nodes.map((node: { hoodId: string }) => [node.hoodId, node]));
        for (const node of liedTo.data.gdprRequests.nodes) {
          if (leftOut.has(node.clientId) || !joined.has(node.hoodId)) continue;
          expect(node).toEqual(joined.get(node.hoodId));
        }
        expect(liedTo.calls).toBeLessThanOrEqual(bound(honest.calls));
      }),
      { seed: SEED, numRuns: runs(40, 100) },
    );
  });

  test("customers' own requests are all theirs, and all there", async () => {
    await fc.assert(
      fc.asyncProperty(lookupScene, people, async (drawn, numbers) => {
        const ids = JSON.stringify(numbers.map((n) => person(n).clientId));
        const query = `{ customerProfiles(first: 20, filter: { customerIds: ${ids} }) {
          nodes { customerId gdprRequests(first: 20) { nodes { hoodId clientId } } }
        } }`;
        const { honest, liedTo, leftOut } = await compare(sandbox, drawn, (gateway, lie) => {
          lie();
          return find(gateway, query);
        });
        const rowsOf = ({ data }: typeof honest) =>
          data.customerProfiles.nodes.flatMap(
            ({
              customerId,
              gdprRequests,
            }: {
              customerId: string;
              gdprRequests: { nodes: { hoodId: string; clientId: string }[] };
            }) =>
              gdprRequests.nodes.map(({ hoodId, clientId }) => {
                expect(clientId).toBe(customerId);
                return hoodId;
              }),
          );
        const customersMet = liedTo.data.customerProfiles.nodes.map(
          ({ customerId }: { customerId: string }) => customerId,
        );
        const missing = honest.data.customerProfiles.nodes.length - customersMet.length;
        expect(missing).toBeLessThanOrEqual(leftOut.size * 2);
        if (missing <= 0) expectSameRows(rowsOf(liedTo), rowsOf(honest), leftOut);
        expect(liedTo.calls).toBeLessThanOrEqual(bound(honest.calls));
      }),
      { seed: SEED, numRuns: runs(40, 100) },
    );
  });
});
