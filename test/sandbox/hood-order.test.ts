import fc from 'fast-check';
import { expect, test } from 'vitest';
import { generatedGdprRequests } from '../../src/sandbox/hood/generated-gdpr-requests.ts';
import { generatedRow } from '../../src/sandbox/hood/generated-row.ts';
import { startHood } from '../../src/sandbox/hood/server.ts';
import { call, column, send } from './hood-client.ts';

const EMPTY = { rows: 0, samples: false, limits: 'none' } as const;
const MOST_ROWS = 30;

interface Row {
  id: number;
  create_time: string | null;
  update_time: string | null;
  status: string | null;
}

/** Few different values, so that most rows are equal in something. */
const times = fc.option(fc.constantFrom('2025-01-01 00:00:00', '2025-01-02 00:00:00', '2025-01-02T00:00:00Z', 'soon'));
const rowsOfAnyOrder = fc
  .array(fc.tuple(times, times, fc.option(fc.constantFrom('pending', 'denied'))), { maxLength: MOST_ROWS })
  .map((rows) =>
    rows.map(([create_time, update_time, status], index): Row => {
      return { id: index + 1, create_time, update_time, status };
    }),
  );
const orders = fc.tuple(
  fc.shuffledSubarray<'create_time' | 'update_time'>(['create_time', 'update_time'], { minLength: 1 }),
  fc.array(fc.boolean(), { minLength: 2, maxLength: 2 }),
);
const FILTERS: Record<string, (status: string | null) => boolean> = {
  '': () => true,
  'status=neq:pending': (status) => status !== null && status !== 'pending',
  'status=nin:pending,approved': (status) => status !== null && status !== 'pending',
  'status=nin:a,b,c,pending': (status) => status !== null && status !== 'pending',
  'status=is:': (status) => status !== null,
};

/** Rows without a value are before all others; equal ones are in the order of their ids, as the last field goes. */
function inOrder(one: Row, other: Row, sort: readonly string[]): number {
  for (const key of sort) {
    const field = key.replace('-', '') as 'create_time' | 'update_time';
    const [left, right] = [instant(one[field]), instant(other[field])];
    if (left !== right) return left < right === key.startsWith('-') ? 1 : -1;
  }
  return sort.at(-1)?.startsWith('-') ? other.id - one.id : one.id - other.id;
}

/** What is no time is after all times. */
function instant(time: string | null): string {
  return (time ?? '').replace(/^(.{10})T(.{8})Z$/, '$1 $2');
}

test('every page of every order, filtered or not, is that part of the sorted rows', async () => {
  await using hood = await startHood(EMPTY);
  const property = fc.asyncProperty(
    rowsOfAnyOrder,
    orders,
    fc.constantFrom(...Object.keys(FILTERS)),
    fc.integer({ min: 1, max: 7 }),
    async (rows, [fields, descending], filter, size) => {
      hood.replace('gdprRequests', rows as unknown as Record<string, unknown>[]);
      const sort = fields.map((field, index) => `${descending[index] ? '-' : ''}${field}`);
      const expected = rows
        .filter(({ status }) => FILTERS[filter]?.(status))
        .toSorted((one, other) => inOrder(one, other, sort))
        .map(({ id }) => id);
      for (let page = 1; page === 1 || (page - 1) * size < expected.length; page++) {
        const { body } = await call(hood, `gdpr-requests?sort=${sort}&page=${page},${size}&${filter}`);
        expect(body.total).toBe(expected.length);
        expect(body.items.map(({ id }) => id)).toEqual(expected.slice((page - 1) * size, page * size));
      }
    },
  );
  await fc.assert(property, { numRuns: 150 });
});

test('so is every page of a list of 10,000 rows', async () => {
  const count = 10_000;
  const rows = { customerData: 0, gdprRequests: count, exports: 0, profileProperties: 0 };
  await using hood = await startHood({ rows, samples: false, limits: 'none' });
  const all = Array.from({ length: count }, (_, n) => {
    const { id, create_time, update_time = null, status } = generatedRow(generatedGdprRequests, n);
    return { id: Number(id), create_time, update_time, status } as Row;
  });
  for (const [first, second] of [
    ['create_time', 'update_time'],
    ['update_time', 'create_time'],
  ]) {
    for (const signs of ['  ', ' -', '- ', '--']) {
      const sort = [`${signs[0]}${first}`, `${signs[1]}${second}`].map((key) => key.trim());
      const sorted = all.toSorted((one, other) => inOrder(one, other, sort));
      for (const filter of ['', 'status=neq:pending', 'create_time=lt:2021-01-31&update_time=is:']) {
        const expected = sorted.filter((row) => meets(row, filter));
        expect(expected.length).toBeGreaterThan(4000);
        const last = Math.ceil(expected.length / 100);
        for (const page of [1, 2, 41, Math.ceil(last / 2), last - 30, last]) {
          const { body } = await call(hood, `gdpr-requests?sort=${sort}&page=${page},100&${filter}`);
          expect(body.total).toBe(expected.length);
          expect(body.items.map(({ id }) => Number(id))).toEqual(
            expected.slice((page - 1) * 100, page * 100).map(({ id }) => id),
          );
        }
      }
    }
  }
});

function meets({ status, create_time, update_time }: Row, filter: string): boolean {
  if (filter === 'status=neq:pending') return status !== 'pending';
  return filter === '' || ((create_time ?? '') < '2021-01-31' && update_time !== null);
}

test('a changed or created row has its place in every order and list', async () => {
  const flag = fc.constantFrom(0, 1);
  const flags = fc.record({ pi_data: flag, importable: flag, exportable: flag });
  const property = fc.asyncProperty(
    fc.array(flags, { minLength: 1, maxLength: 12 }),
    fc.array(fc.tuple(fc.option(fc.nat(11)), flags), { maxLength: 6 }),
    async (rows, changes) => {
      const present = rows.map((row, index) => ({ id: index + 1, ...row }));
      hood.replace('profileProperties', present);
      await expectAllPages(present);
      for (const [place, change] of changes) {
        if (place === null) {
          const label = `property ${present.length}`;
          const { body } = await send(hood, 'POST', 'profile-properties', { label, ...change });
          present.push({ id: Number(body['id']), ...change });
        } else {
          const row = present[place % present.length];
          await send(hood, 'PATCH', `profile-properties/${row?.id}`, change);
          Object.assign(row ?? {}, change);
        }
        await expectAllPages(present);
      }
    },
  );
  await using hood = await startHood(EMPTY);
  await fc.assert(property, { numRuns: 40 });

  async function expectAllPages(rows: { id: number; pi_data: number; importable: number }[]) {
    const sorted = rows.toSorted(
      (one, other) => other.pi_data - one.pi_data || one.importable - other.importable || one.id - other.id,
    );
    const ids = (some: typeof rows) => some.map(({ id }) => id);
    const found = async (query: string) => (await column(hood, `profile-properties?${query}&page=1,100`)).map(Number);
    expect(await found('sort=-pi_data,importable')).toEqual(ids(sorted));
    expect(await found('sort=importable&pi_data=0')).toEqual(ids(sorted.filter(({ pi_data }) => pi_data === 0)));
  }
});
