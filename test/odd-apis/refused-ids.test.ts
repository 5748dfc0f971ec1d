import { describe, expect, test, vi } from 'vitest';
import type { Fault } from '../../src/sandbox/faults.ts';
import { type Gateway, startGateway } from '../support/gateway.ts';
import { aliased, answering, hoodList, listed, numbered, pageOf, sorResult } from './asked.ts';
import { fakeProfile, named, serveProfiles } from './fake-profiles.ts';

interface Lookup {
  /** The operation that looks these up. */
  query: (ids: readonly string[]) => string;
  /** The calls of its API since the last time. */
  calls: (gateway: Gateway) => string[];
}

/** A lookup of either API, by lists of ids. */
const LOOKUPS: Record<string, Lookup> = {
  'rows of Hood': {
    query: (ids) => aliased(ids, (id) => `customerDatum(hoodId: "${id}") { target }`),
    calls: (gateway) => gateway.hoodCalls(),
  },
  exports: {
    query: (ids) => aliased(ids, (id) => `hoodExport(hoodId: "${id}") { name }`),
    calls: (gateway) => gateway.hoodCalls(),
  },
  profiles: {
    query: (ids) =>
      aliased(ids, (id) => `customerProfile(customerId: "${id}") { customerId attributes { systemIdentifier } }`),
    calls: (gateway) => gateway.sorCalls(),
  },
};

/** From here on a list of ids with one of the bad ones comes to `fault`; all others are found. */
function refuse(gateway: Gateway, bad: ReadonlySet<string>, fault: Fault): void {
  answering(gateway.hood, (asked) => {
    // One that is asked for alone may stand in the path.
    const [, , , , alone] = asked.path.split('/');
    const ids = alone === undefined ? listed(asked, 'id') : [alone];
    if (ids.some((id) => bad.has(id))) return fault;
    return hoodList(
      pageOf(
        ids.map((id) => ({ id, target: id, name: id })),
        asked,
      ),
      ids.length,
    );
  });
  answering(gateway.sor.api, (asked) => {
    const ids = listed(asked, 'customer_ids');
    if (ids.some((id) => bad.has(id))) return fault;
    const profiles = pageOf(
      ids.map((id) => fakeProfile(id)),
      asked,
    );
    return sorResult({ total_profiles: ids.length, total_pages: 1, profiles });
  });
}

const status = (code: number, body?: object): Fault => ({
  kind: 'status',
  status: code,
  ...(body && { body }),
});

/** What became of each id: found, or the code of its error. */
async function outcomes(gateway: Gateway, { query, calls }: Lookup, ids: readonly string[]) {
  calls(gateway);
  const { data, errors = [] } = await gateway.query(query(ids));
  const codes = new Map(errors.map(({ path, extensions }) => [path?.[0], extensions.code]));
  const of = Object.fromEntries(
    ids.map((id, index) => [id, data[`k${index}`] ? 'found' : (codes.get(`k${index}`) ?? 'null')]),
  );
  const made = calls(gateway);
  return { of, calls: made.length, distinct: new Set(made).size };
}

const expected = (ids: readonly string[], bad: ReadonlySet<string>, code: string) =>
  Object.fromEntries(ids.map((id) => [id, bad.has(id) ? code : 'found']));

/** What it may cost to tell `bad` refused ids among so many. */
const bound = (bad: number, ids: number) => 2 * bad * Math.log2(ids) + 2;

describe.each(Object.entries(LOOKUPS))('%s', (_, lookup) => {
  test.each([
    [100, ['3', '20', '41', '77', '98']],
    [100, ['1']],
    [60, ['30', '31']],
    [16, ['1', '16']],
    [100, ['1', '2', '3', '5', '8', '14', '26', '51']],
    // Each half that is read first has one of these, and so have other places that lie evenly.
    [32, ['1', '2', '3', '5', '9', '17', '10', '18', '26']],
    [8, ['1', '2', '3', '5']],
    [4, ['1', '2', '3']],
    [4, ['1', '2', '3', '4']],
    [2, ['2']],
    [1, ['1']],
  ])('of %i ids only those fail that are refused with 400: %j', async (count, refused) => {
    // Those that are tried alone are the last ones.
    using _chance = vi.spyOn(Math, 'random').mockReturnValue(0.99);
    await using gateway = await startGateway();
    const [ids, bad] = [numbered(count), new Set(refused)];
    refuse(gateway, bad, status(400));

    const { of, calls } = await outcomes(gateway, lookup, ids);

    expect(of).toEqual(expected(ids, bad, 'UPSTREAM_REJECTED'));
    expect(calls).toBeLessThanOrEqual(bound(bad.size, count));
  });

  test.each<[string, number, string, Fault, string]>([
    ['comes to 500', 60, '23', status(500), 'UPSTREAM_UNAVAILABLE'],
    ['comes to 503', 60, '60', status(503), 'UPSTREAM_UNAVAILABLE'],
    ['cuts the connection', 60, '1', { kind: 'reset' }, 'UPSTREAM_UNAVAILABLE'],
    ['is refused with 422', 60, '5', status(422), 'UPSTREAM_REJECTED'],
    ['has JSON that breaks off', 60, '9', { kind: 'truncated' }, 'UPSTREAM_BAD_RESPONSE'],
    ['has JSON that cannot be read', 60, '9', { kind: 'text', text: '{"a":}' }, 'UPSTREAM_BAD_RESPONSE'],
    ["has a proxy's page", 60, '44', { kind: 'html', status: 200 }, 'UPSTREAM_BAD_RESPONSE'],
  ])('one id that %s fails alone among %i', async (__, count, one, fault, code) => {
    await using gateway = await startGateway();
    const [ids, bad] = [numbered(count), new Set([one])];
    refuse(gateway, bad, fault);

    const { of, distinct } = await outcomes(gateway, lookup, ids);

    expect(of).toEqual(expected(ids, bad, code));
    // A call that failed may have been tried again.
    expect(distinct).toBeLessThanOrEqual(bound(1, count));
  });

  test.each([400, 500])('an id that came to %i alone is asked for alone within the next minute', async (code) => {
    await using gateway = await startGateway();
    const [ids, bad] = [numbered(60), new Set(['23'])];
    refuse(gateway, bad, status(code));
    await outcomes(gateway, lookup, ids);

    const { of, distinct } = await outcomes(gateway, lookup, ids);

    expect(of).toEqual(expected(ids, bad, code === 400 ? 'UPSTREAM_REJECTED' : 'UPSTREAM_UNAVAILABLE'));
    expect(distinct).toBeLessThanOrEqual(2);
  });

  test('slow answers are waited for as often as a list has halves of halves', async () => {
    const latencyMs = 200;
    await using gateway = await startGateway();
    const [ids, bad] = [numbered(100), new Set(['3', '20', '41', '77', '98'])];
    refuse(gateway, bad, status(400));
    const begun: { at: number; round: number }[] = [];
    for (const { dials } of [gateway.hood, gateway.sor.api]) {
      const answer = dials.fault;
      dials.latencyMs = latencyMs;
      dials.fault = (call) => {
        const at = performance.now();
        const before = begun.filter((earlier) => earlier.at + latencyMs <= at).map(({ round }) => round);
        begun.push({ at, round: 1 + Math.max(0, ...before) });
        return answer?.(call);
      };
    }

    const { of } = await outcomes(gateway, lookup, ids);

    expect(of).toEqual(expected(ids, bad, 'UPSTREAM_REJECTED'));
    expect(Math.max(...begun.map(({ round }) => round))).toBeLessThanOrEqual(1 + Math.ceil(Math.log2(100)) + 1);
  });

  test('where all of a list come to 500 it is not taken apart to the end', async () => {
    await using gateway = await startGateway();
    const ids = numbered(64);
    refuse(gateway, new Set(ids), status(500));
    const { of, distinct } = await outcomes(gateway, lookup, ids);
    expect(new Set(Object.values(of))).toEqual(new Set(['UPSTREAM_UNAVAILABLE']));
    expect(distinct).toBeLessThanOrEqual(3);
  });

  test('a list is not taken apart where the credential is refused', async () => {
    await using gateway = await startGateway();
    const ids = numbered(64);
    refuse(gateway, new Set(ids), status(401));
    const { of, calls } = await outcomes(gateway, lookup, ids);
    expect(new Set(Object.values(of))).toEqual(new Set(['UPSTREAM_UNAVAILABLE']));
    expect(calls).toBe(1);
  });

  test('at 60 calls the rest of a list fails with those that are refused', async () => {
    await using gateway = await startGateway();
    // All on one page of either API, and so one list.
    const ids = numbered(96);
    refuse(gateway, new Set(ids.filter((id) => Number(id) % 2 === 0)), status(400));
    const { of, calls } = await outcomes(gateway, lookup, ids);
    expect(calls).toBeLessThanOrEqual(61);
    expect(Object.values(of).filter((outcome) => !/^found$|^UPSTREAM_REJECTED$/.test(outcome))).toEqual([]);
    expect(ids.filter((id) => Number(id) % 2 === 0 && of[id] === 'found')).toEqual([]);
  });

  test('a list that is taken apart closes the route for nobody', async () => {
    await using gateway = await startGateway();
    const bad = new Set(['3', '41', '77']);
    refuse(gateway, bad, status(500));
    // Where a route has just answered others, a list is taken apart although both its halves fail.
    await outcomes(gateway, lookup, ['before', 'that']);
    const { of } = await outcomes(gateway, lookup, numbered(90));
    expect(of).toEqual(expected(numbered(90), bad, 'UPSTREAM_UNAVAILABLE'));

    const others = numbered(10, 'other-');
    expect((await outcomes(gateway, lookup, others)).of).toEqual(expected(others, new Set(), ''));
  });

  test.each([
    ['one of them', new Set(['3'])],
    ['all', new Set(numbered(5))],
  ])('404 for a list of which %s is unknown is none, for one call', async (__, unknown) => {
    await using gateway = await startGateway();
    refuse(gateway, unknown, status(404, { success: false, error_message: 'Not found', title: 'Not found.' }));
    const { of, calls } = await outcomes(gateway, lookup, numbered(5));
    for (const id of unknown) expect(of[id]).toBe('null');
    expect(Object.values(of).filter((outcome) => outcome.startsWith('UPSTREAM'))).toEqual([]);
    expect(calls).toBe(1);
  });
});

test.each([
  [['1'], 4],
  [['33', '2'], 8],
])('refused are %j of 64, and every %ith is unknown: who is missing is asked for once, whole', async (bad, every) => {
  const ids = numbered(64);
  const unknown = ids.filter((id) => Number(id) % every === 0);
  await using gateway = await startGateway();
  serveProfiles(gateway, { people: named(ids.filter((id) => !unknown.includes(id))), leavesOut: true, refused: bad });

  const { data, errors } = await gateway.query(
    aliased(ids, (id) => `customerProfile(customerId: "${id}") { firstName }`),
  );

  expect(errors).toHaveLength(bad.length);
  expect(ids.filter((_, index) => !data[`k${index}`])).toEqual(
    ids.filter((id) => unknown.includes(id) || bad.includes(id)),
  );
  expect(gateway.sorCalls().length).toBeLessThanOrEqual(2 * bad.length * Math.log2(64) + 2);
});

test('404 for a list in a window is a window without rows', async () => {
  await using gateway = await startGateway();
  gateway.hood.dials.fault = () => status(404);
  gateway.sor.api.dials.fault = () => status(404);
  const { data, errors } = await gateway.query(`{
    gdprRequests(filter: { clientId: { eq: "x" } }) { nodes { hoodId } pageInfo { hasNextPage } }
    customerProfiles(filter: { customerIds: ["x"] }) { nodes { customerId } pageInfo { hasNextPage } }
  }`);
  expect(errors).toBeUndefined();
  const none = { nodes: [], pageInfo: { hasNextPage: false } };
  expect(data).toEqual({ gdprRequests: none, customerProfiles: none });
});
