import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Gateway, startGateway } from '../../../support/gateway.ts';

const row = (n: number) => ({
  customer_id: `c${n}`,
  customer_id_type: 'user_id',
  attributes: {},
  applications: [],
});

/** What the API answers for a page of changes. */
type Serve = (page: number, size: number) => { profiles: unknown[]; next: string | null };

function serve(gateway: Gateway, answer: Serve) {
  gateway.sor.api.dials.lie = ({ line }) => {
    const query = new URLSearchParams(line.slice(line.indexOf('?') + 1));
    return {
      success: true,
      result: answer(Number(query.get('page') ?? 1), Number(query.get('num_per_page'))),
    };
  };
}

async function walk(gateway: Gateway, first: number) {
  const ids: string[] = [];
  const calls: number[] = [];
  let after: string | null = null;
  for (let windows = 0; windows < 200; windows += 1) {
    const { data, errors } = await gateway.query(
      `query ($after: String) { customerProfileChanges(since: "2025-01-01T00:00:00Z", first: ${first}, after: $after) {
        nodes { profile { customerId } } pageInfo { hasNextPage endCursor } asOf
      } }`,
      { after },
    );
    expect(errors).toBeUndefined();
    const { nodes, pageInfo } = data.customerProfileChanges;
    ids.push(...nodes.map(({ profile }: { profile: { customerId: string } }) => profile.customerId));
    calls.push(gateway.sorCalls().length);
    if (!pageInfo.hasNextPage) return { ids, calls };
    after = pageInfo.endCursor;
  }
  throw new Error('The walk does not end.');
}

const NEXT = 'https://example.test/api/customer_profiles?page=2';
const all = Array.from({ length: 57 }, (_, n) => row(n));
const everybody = all.map(({ customer_id }) => customer_id);

/** Pages as the vendor's page describes them. */
const honest: Serve = (page, size) => ({
  profiles: all.slice((page - 1) * size, page * size),
  next: page * size < all.length ? NEXT : null,
});

test.each<[what: string, answer: Serve, first: number, most: number]>([
  ['a last page that says `next`', (page, size) => ({ ...honest(page, size), next: NEXT }), 10, 5],
  ['a last page that repeats for ever', (page, size) => ({ ...honest(Math.min(page, 6), size), next: NEXT }), 10, 3],
  ['pages of 2,000 rows whatever is asked', (page) => honest(page, 2000), 10, 1],
  ['pages of 7 rows whatever is asked', (page) => honest(page, 7), 10, 3],
  [
    'empty pages between others',
    (page, size) => (page % 2 ? { profiles: [], next: NEXT } : honest(page / 2, size)),
    10,
    3,
  ],
  ...[1, 2, 10].map((first): [string, Serve, number, number] => [
    `pages that begin with the row before them, by ${first}`,
    (page, size) => ({ ...honest(page, size), profiles: all.slice(Math.max(0, (page - 1) * size - 1), page * size) }),
    first,
    1,
  ]),
])('%s: all changes are met once', async (_what, answer, first, most) => {
  await using gateway = await startGateway();
  serve(gateway, answer);

  const { ids, calls } = await walk(gateway, first);

  expect(ids).toEqual(everybody);
  expect(Math.max(...calls)).toBeLessThanOrEqual(most);
});

test('pages of any length lose and repeat nobody', async () => {
  await using gateway = await startGateway();
  const lengths = fc.array(fc.oneof(fc.constant(0), fc.nat(12)), { minLength: 1, maxLength: 30 });
  await fc.assert(
    fc.asyncProperty(lengths, fc.integer({ min: 1, max: 20 }), async (lengths, first) => {
      // Twenty empty pages in a row are taken for the end.
      const pages = lengths.map((length, n) => (n % 20 === 0 ? Math.max(length, 1) : length));
      const starts = pages.map((_, n) => pages.slice(0, n).reduce((sum, length) => sum + length, 0));
      const rows = Array.from({ length: pages.reduce((sum, length) => sum + length, 0) }, (_, n) => row(n));
      serve(gateway, (page) => {
        const start = starts[page - 1] ?? rows.length;
        const profiles = rows.slice(start, start + (pages[page - 1] ?? 0));
        return { profiles, next: page < pages.length ? NEXT : null };
      });
      const { ids, calls } = await walk(gateway, first);
      expect(ids).toEqual(rows.map(({ customer_id }) => customer_id));
      expect(Math.max(...calls)).toBeLessThanOrEqual(5);
    }),
    { numRuns: 60 },
  );
});

test('a row that came since moves the others: the row that was read last says where to go on', async () => {
  await using gateway = await startGateway();
  let rows = [...all];
  serve(gateway, (page, size) => ({
    profiles: rows.slice((page - 1) * size, page * size),
    next: page * size < rows.length ? NEXT : null,
  }));
  const { data } = await gateway.query(
    '{ customerProfileChanges(since: "2025-01-01T00:00:00Z", first: 10) { pageInfo { endCursor } } }',
  );
  rows = [row(100), ...rows];

  const next = await gateway.query(
    `query ($after: String) { customerProfileChanges(since: "2025-01-01T00:00:00Z", first: 10, after: $after) {
      nodes { profile { customerId } }
    } }`,
    { after: data.customerProfileChanges.pageInfo.endCursor },
  );

  expect(next.data.customerProfileChanges.nodes[0].profile.customerId).toBe('c10');
});

test('changes of customers who were not asked for are left out', async () => {
  await using gateway = await startGateway();
  serve(gateway, honest);

  const { data } = await gateway.query(
    `{ customerProfileChanges(since: "2025-01-01T00:00:00Z", first: 60, filter: { customerIds: ["c3", "c40"] }) {
      nodes { profile { customerId } }
    } }`,
  );

  expect(data.customerProfileChanges.nodes).toEqual(['c3', 'c40'].map((customerId) => ({ profile: { customerId } })));
});
