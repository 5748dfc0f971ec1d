import { describe, expect, test } from 'vitest';
import { type Gateway, startGateway } from '../support/gateway.ts';
import { type Asked, answering, hoodList, listed, numbered, pageOf, sorResult } from './asked.ts';
import { fakeProfile, named, serveProfiles } from './fake-profiles.ts';
import { idsOf, walk } from './walking.ts';

interface Row {
  id: string;
  client_id: string;
}

/** Every seventh row belongs to one of the people, in turn. */
function rowsAmongOthers(count: number, people: readonly string[]): Row[] {
  return numbered(count).map((id, index) => ({
    id,
    client_id: (index % 7 === 0 && people[(index / 7) % people.length]) || `stranger ${id}`,
  }));
}

/** Which conditions on the client Hood passes over. */
type Ignored = 'none' | 'in' | 'all';

function serveRequests({ hood }: Gateway, rows: readonly Row[], ignored: Ignored, hasTotal = true): void {
  const isMet = (asked: Asked) =>
    ignored === 'none' || (ignored === 'in' && /^eq:/.test(asked.query.get('client_id') ?? ''));
  answering(hood, (asked) => {
    const clients = isMet(asked) ? listed(asked, 'client_id') : [];
    const found = clients.length > 0 ? rows.filter(({ client_id }) => clients.includes(client_id)) : rows;
    return hoodList(pageOf(found, asked), hasTotal ? found.length : undefined);
  });
}

interface Window {
  totalCount: number | null;
  nodes: { hoodId: string }[];
  pageInfo: { hasNextPage: boolean; hasPreviousPage: boolean; startCursor: string | null; endCursor: string | null };
}

const WINDOW = '{ totalCount nodes { hoodId } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } }';

const hoodIds = ({ nodes }: Window) => nodes.map(({ hoodId }) => hoodId);

/** The first windows of everybody's requests, and how many calls they were. */
async function firstWindows(gateway: Gateway, people: readonly string[], first: number) {
  gateway.hoodCalls();
  const { data, errors } = await gateway.query(
    `{ customerProfiles(first: ${people.length}) { nodes { customerId gdprRequests(first: ${first}) ${WINDOW} } } }`,
  );
  expect(errors).toBeUndefined();
  const nodes: { customerId: string; gdprRequests: Window }[] = data.customerProfiles.nodes;
  const windows = new Map(nodes.map(({ customerId, gdprRequests }) => [customerId, gdprRequests]));
  return { windows, calls: gateway.hoodCalls().length };
}

/** A window of one customer's requests. */
async function windowOf(gateway: Gateway, customer: string, args: string): Promise<Window> {
  const { data, errors } = await gateway.query(
    `{ customerProfile(customerId: "${customer}") { gdprRequests(${args}) ${WINDOW} } }`,
  );
  expect(errors).toBeUndefined();
  expect(gateway.hoodCalls().length).toBeLessThanOrEqual(6);
  return data.customerProfile.gdprRequests;
}

describe('where Hood ignores whose requests are asked for', () => {
  const people = [...numbered(24, 'p'), 'p@example.com'];

  test.each<[number, number, Ignored, boolean]>([
    [1_000, 20, 'all', true],
    [1_000, 20, 'all', false],
    [1_000, 1, 'all', true],
    [250, 1, 'all', true],
    [250, 20, 'all', false],
    [90, 1, 'all', true],
    [1_000, 20, 'in', true],
    [1_000, 1, 'in', true],
    [1_000, 20, 'none', true],
  ])(
    'each of 25 meets their own of %i by %i: %s conditions are ignored, total %s',
    async (count, first, ignored, hasTotal) => {
      await using gateway = await startGateway();
      serveProfiles(gateway, { people: named(people) });
      const rows = rowsAmongOthers(count, people);
      serveRequests(gateway, rows, ignored, hasTotal);

      const { windows, calls } = await firstWindows(gateway, people, first);

      expect(calls).toBeLessThanOrEqual(ignored === 'in' ? people.length + 2 : 6);
      for (const customer of ['p1', 'p2', 'p24']) {
        const own = rows.filter(({ client_id }) => client_id === customer).map(({ id }) => id);
        if (count > 700) expect(windows.get('p@example.com')).not.toBeNull();
        let window = windows.get(customer) as Window;
        expect([own.length, null]).toContain(window.totalCount);
        const met = hoodIds(window);
        while (window.pageInfo.hasNextPage) {
          window = await windowOf(gateway, customer, `first: ${first}, after: "${window.pageInfo.endCursor}"`);
          met.push(...hoodIds(window));
        }
        expect(met).toEqual(own);
      }
    },
  );

  test('one customer meets their own backward, also where none of them is on a page', async () => {
    await using gateway = await startGateway();
    serveProfiles(gateway, { people: named(['alice']) });
    const rows = numbered(500).map((id) => ({ id, client_id: Number(id) % 240 === 1 ? 'alice' : 'bob' }));
    serveRequests(gateway, rows, 'all');
    let window = await windowOf(gateway, 'alice', 'last: 1');
    const met = hoodIds(window);
    while (window.pageInfo.hasPreviousPage) {
      window = await windowOf(gateway, 'alice', `last: 1, before: "${window.pageInfo.startCursor}"`);
      met.unshift(...hoodIds(window));
    }
    expect(met).toEqual(['1', '241', '481']);
  });
});

test('where SOR ignores which customers are asked for, those on later pages come as well', async () => {
  await using gateway = await startGateway({ env: { SOR_MAX_PAGE_SIZE: '20' } });
  const profiles = numbered(70).map((id) => fakeProfile(id));
  answering(gateway.sor.api, (asked) => sorResult({ total_profiles: 70, profiles: pageOf(profiles, asked) }));

  const args = 'filter: { customerIds: ["5", "30", "66", "nobody"] }';
  const windows = await walk(gateway, 'customerProfiles', { size: 2, args });

  expect(idsOf(windows)).toEqual(['5', '30', '66']);
  for (const { calls } of windows) expect(calls.length).toBeLessThanOrEqual(2);
});
