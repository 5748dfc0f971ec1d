import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Gateway, startGateway } from '../../support/gateway.ts';

interface Request {
  id: string;
  status: string;
  create_time: string | null;
}

const LIST = 'GET /v1/hood/gdpr-requests?';

const second = (n: number) => new Date(Date.UTC(2025, 0, 1) + n * 1000).toISOString().slice(0, 19).replace('T', ' ');

const request = (id: number, at: number | null, status = 'pending'): Request => ({
  id: String(id),
  status,
  create_time: at === null ? null : second(at),
});

const QUERY = `query ($first: Int, $after: String, $direction: HoodOrderDirection!, $filter: GdprRequestFilter) {
  gdprRequests(first: $first, after: $after, filter: $filter, orderBy: { field: CREATE_TIME, direction: $direction }) {
    totalCount nodes { hoodId } pageInfo { hasNextPage hasPreviousPage endCursor }
  }
}`;

interface Walked {
  ids: string[];
  calls: string[][];
  totals: number[];
}

/** Reads all windows; `between` happens after each of them, and may ask for more rows than there were. */
async function walk(
  gateway: Gateway,
  variables: { first: number; direction?: 'ASC' | 'DESC'; filter?: object },
  between: (shown: string[]) => void = () => {},
): Promise<Walked> {
  const walked: Walked = { ids: [], calls: [], totals: [] };
  let after: string | null = null;
  for (let windows = 0; windows < 200; windows += 1) {
    const { data, errors } = await gateway.query(QUERY, { direction: 'ASC', ...variables, after });
    expect(errors).toBeUndefined();
    const { nodes, pageInfo, totalCount } = data.gdprRequests;
    const shown = nodes.map(({ hoodId }: { hoodId: string }) => hoodId);
    walked.ids.push(...shown);
    walked.totals.push(totalCount);
    walked.calls.push(gateway.hoodCalls());
    between(shown);
    if (!pageInfo.hasNextPage) return walked;
    after = pageInfo.endCursor;
  }
  throw new Error('The walk does not end.');
}

async function startWith(rows: Request[], hood: object = {}, env: Record<string, string> = {}) {
  const gateway = await startGateway({ hood: { samples: false, ...hood }, env });
  const show = (now: readonly Request[]) => gateway.hood.replace('gdprRequests', now as never);
  show(rows);
  return Object.assign(gateway, { show });
}

const pending = { filter: { status: { eq: 'PENDING' } } };

test('requests that are decided five at a time are all met once, while others come and go', async () => {
  let rows = Array.from({ length: 27 }, (_, n) => request(n, Math.floor(n / 3)));
  await using gateway = await startWith(rows);
  let created = 0;

  const { ids, calls } = await walk(gateway, { first: 5, ...pending }, (shown) => {
    // Five are decided; a row that was decided before is removed for each one that is created.
    rows = rows.map((row) => (shown.includes(row.id) ? { ...row, status: 'approved' } : row));
    const gone = rows.find(({ status }) => status !== 'pending');
    if (gone && created < 3) rows = [...rows.filter((row) => row !== gone), request(100 + created, 50 + created++)];
    gateway.show(rows);
  });

  expect(ids).toEqual([...Array.from({ length: 27 }, (_, n) => String(n)), '100', '101', '102']);
  // Rows without a time may stand behind the last one of a list that has changed.
  expect(calls.map(({ length }) => length)).toEqual([1, 1, 1, 1, 1, 2]);
  expect(calls[1]).toEqual([
    `${LIST}status=eq:pending&create_time=gte:${second(1)}&fields=create_time,id&page=1,7&sort=create_time`,
  ]);
});

test('the way back goes by `lte`, and the caller’s own bounds stay', async () => {
  await using gateway = await startWith(Array.from({ length: 12 }, (_, n) => request(n, n)));
  const filter = { createTime: { gt: '2025-01-01T00:00:01Z', lte: '2025-01-01T00:00:09Z' } };

  const { ids, calls, totals } = await walk(gateway, { first: 4, direction: 'DESC', filter });

  expect(ids).toEqual(['9', '8', '7', '6', '5', '4', '3', '2']);
  expect(totals).toEqual([8, 8]);
  expect(calls).toEqual([
    [`${LIST}create_time=rr:${second(1)},${second(9)}&fields=create_time,id&page=1,4&sort=-create_time`],
    [`${LIST}create_time=rr:${second(1)},${second(6)}&fields=create_time,id&page=1,5&sort=-create_time`],
  ]);
});

test.each([
  ['equality', { createTime: { eq: `${second(3).replace(' ', 'T')}Z` } }, ['1,2', '2,2', '3,2']],
  ['no value', { createTime: { isNull: true } }, ['1,2', '1,4', '1,6']],
])('with a filter of the time by %s windows are found without a range', async (_what, filter, pages) => {
  await using gateway = await startWith([
    ...Array.from({ length: 6 }, (_, n) => request(n, 3)),
    ...Array.from({ length: 6 }, (_, n) => request(10 + n, null)),
  ]);

  const { ids, calls } = await walk(gateway, { first: 2, filter });

  expect(new Set(ids).size).toBe(6);
  expect(calls.flat().map((line) => /page=([^&]+)/.exec(line)?.[1])).toEqual(pages);
});

test('an API that ignores the range is read by position', async () => {
  const rows = Array.from({ length: 23 }, (_, n) => request(n, n));
  await using gateway = await startWith(rows);
  gateway.hood.dials.lie = ({ line }, honest) => {
    const [, page = '1', size = '1'] = /page=(\d+),(\d+)/.exec(line) ?? [];
    if (!line.includes('create_time=')) return honest;
    return { total: 23, items: rows.slice((Number(page) - 1) * Number(size), Number(page) * Number(size)) };
  };

  const { ids, calls } = await walk(gateway, { first: 5 });

  expect(ids).toEqual(rows.map(({ id }) => id));
  expect(Math.max(...calls.map(({ length }) => length))).toBeLessThanOrEqual(3);
});

test('a row that is left out of a page that was cut loses and repeats nothing', async () => {
  const rows = Array.from({ length: 200 }, (_, n) => request(n, n));
  await using gateway = await startWith(rows);
  gateway.hood.dials.lie = (_call, honest) => {
    const { total, items } = honest as { total: number; items: Request[] };
    return { total, items: items.filter(({ id }) => id !== '100') };
  };

  const { ids } = await walk(gateway, { first: 20 });

  expect(ids).toEqual(rows.map(({ id }) => id).filter((id) => id !== '100'));
});

test.each(['ASC', 'DESC'] as const)('rows without a time are met too, in order %s', async (direction) => {
  const rows = [...[3, 3, 4, 5, 5, 5, 8], ...Array(7).fill(null)].map((at, n) => request(n, at));
  await using gateway = await startWith(rows);
  for (const first of [1, 2, 3, 5, 7, 14]) {
    const { ids } = await walk(gateway, { first, direction });
    expect(ids.toSorted()).toEqual(rows.map(({ id }) => id).toSorted());
  }
});

test('rows that come before the last one in its own second push it onto a larger page, not out of sight', async () => {
  const rows = Array.from({ length: 12 }, (_, n) => request(100 + n, 1));
  await using gateway = await startWith(rows);
  let isFirst = true;

  const { ids } = await walk(gateway, { first: 2 }, () => {
    if (isFirst) gateway.show([...Array.from({ length: 5 }, (_, n) => request(n + 1, 1)), ...rows]);
    isFirst = false;
  });

  expect(ids).toEqual(rows.map(({ id }) => id));
});

test('an edited cursor is another place of the list, whatever its numbers are', async () => {
  await using gateway = await startWith(Array.from({ length: 9 }, (_, n) => request(n, n)));
  const { data } = await gateway.query(QUERY, { first: 2, direction: 'ASC' });
  const bytes = Buffer.from(data.gdprRequests.pageInfo.endCursor, 'base64url');
  for (let place = 8; place < bytes.length; place += 1) {
    for (const value of [0, 255]) {
      const edited = Buffer.from(bytes);
      edited[place] = value;
      const after = edited.toString('base64url');
      const query = QUERY.replace('totalCount', '');
      const { errors } = await gateway.query(query, { first: 2, direction: 'ASC', after });
      const codes = errors?.map(({ extensions }) => extensions.code) ?? [];
      // Pages that far are what the stand-in refuses.
      expect(['', 'UPSTREAM_REJECTED']).toContain(codes.join());
    }
  }
});

test('whatever happens meanwhile, each row that stays is met once, also where many are of one second', async () => {
  const change = fc.record({
    removes: fc.array(fc.nat(60), { maxLength: 4 }),
    creates: fc.array(fc.nat(9), { maxLength: 4 }),
  });
  const scene = fc.record({
    times: fc.array(fc.nat(9), { maxLength: 40 }),
    first: fc.integer({ min: 1, max: 9 }),
    maximum: fc.constantFrom(10, 25, 100),
    direction: fc.constantFrom('ASC' as const, 'DESC' as const),
    decides: fc.boolean(),
    changes: fc.array(change, { maxLength: 8 }),
  });
  await using gateway = await startWith([]);
  await using small = await startWith([], { maxPageSize: 10 }, { HOOD_MAX_PAGE_SIZE: '25' });
  await fc.assert(
    fc.asyncProperty(scene, async ({ times, first, maximum, direction, decides, changes }) => {
      const used = maximum === 100 ? gateway : small;
      let rows = times.map((at, n) => request(n, at));
      used.show(rows);
      const pendingChanges = [...changes];
      const removed = new Set<string>();
      const secondOf = new Map(rows.map(({ id, create_time }) => [id, create_time]));
      const goneSeconds = new Set<string | null>();
      let created = 1000;
      const { ids } = await walk(used, { first, direction, ...pending }, (shown) => {
        const { removes, creates } = pendingChanges.shift() ?? { removes: [], creates: [] };
        const gone = removes.flatMap((at) => rows[at % Math.max(1, rows.length)]?.id ?? []);
        for (const id of [...gone, ...(decides ? shown : [])]) {
          removed.add(id);
          goneSeconds.add(secondOf.get(id) ?? null);
        }
        const added = creates.map((at) => request(created++, at));
        for (const { id, create_time } of added) secondOf.set(id, create_time);
        rows = [...rows.filter(({ id }) => !removed.has(id)), ...added];
        used.show(rows);
      });
      for (const [n] of times.entries()) {
        const times = ids.filter((id) => id === String(n)).length;
        if (!removed.has(String(n))) expect(times).toBeGreaterThanOrEqual(1);
        // Rows of the very same second as one that has gone may come again.
        if (!goneSeconds.has(secondOf.get(String(n)) ?? null)) expect(times).toBeLessThanOrEqual(1);
      }
    }),
    { numRuns: 60 },
  );
});
