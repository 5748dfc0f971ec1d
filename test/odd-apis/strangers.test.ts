import { describe, expect, test } from 'vitest';
import { type Gateway, startGateway } from '../support/gateway.ts';
import { type Asked, answering, hoodList, pageOf, sorResult } from './asked.ts';
import { type FakeProfile, fakeProfile, named, serveProfiles } from './fake-profiles.ts';

const PEOPLE = ['alice', 'bob', 'carol', 'dan'];

/** Twenty requests, every fourth one Alice's. */
const REQUESTS = Array.from({ length: 20 }, (_, index) => ({
  id: String(index + 1),
  client_id: PEOPLE[index % 4],
  status: 'pending',
  create_time: `2025-01-01 00:00:${String(index).padStart(2, '0')}`,
}));

const ALICES = REQUESTS.filter(({ client_id }) => client_id === 'alice').map(({ id }) => id);

/** A gateway that knows these four; Hood passes over which of them it was asked for. */
async function withIgnoredFilter(total?: unknown): Promise<Gateway> {
  const gateway = await startGateway();
  serveProfiles(gateway, { people: named(PEOPLE) });
  answering(gateway.hood, (asked) => {
    const rows = asked.query.get('sort')?.startsWith('-') ? REQUESTS.toReversed() : REQUESTS;
    return hoodList(pageOf(rows, asked), total);
  });
  return gateway;
}

const idsIn = ({ nodes }: { nodes: { hoodId: string }[] }) => nodes.map(({ hoodId }) => hoodId);

describe.each([20, '20', undefined])('where Hood ignores whose requests are asked for, with the total %j', (total) => {
  test.each(['', '(first: 20)', '(first: 3)', '(first: 2, orderBy: { field: CREATE_TIME })'])(
    'one customer has no requests of others: gdprRequests%s',
    async (args) => {
      await using gateway = await withIgnoredFilter(total);
      const { data, errors } = await gateway.query(
        `{ customerProfile(customerId: "alice") { gdprRequests${args} { nodes { hoodId clientId } } } }`,
      );
      expect(errors).toBeUndefined();
      const { nodes } = data.customerProfile.gdprRequests;
      expect(nodes.filter(({ clientId }: { clientId: string }) => clientId !== 'alice')).toEqual([]);
      expect(ALICES).toEqual(expect.arrayContaining(idsIn({ nodes })));
    },
  );

  test('all requests of one customer on the page come, and are counted alone', async () => {
    await using gateway = await withIgnoredFilter(total);
    const { data, errors } = await gateway.query(
      '{ customerProfile(customerId: "alice") { gdprRequests(first: 20) { totalCount nodes { hoodId } } } }',
    );
    expect(errors).toBeUndefined();
    expect(idsIn(data.customerProfile.gdprRequests)).toEqual(ALICES);
    expect([ALICES.length, null]).toContain(data.customerProfile.gdprRequests.totalCount);
  });

  test('the windows of one customer that follow have no requests of others either', async () => {
    await using gateway = await withIgnoredFilter(total);
    const window = (after: string) =>
      gateway.query(`{ customerProfile(customerId: "alice") {
        gdprRequests(first: 4${after}) { nodes { clientId } pageInfo { endCursor } }
      } }`);
    const { data } = await window('');
    const cursor = data.customerProfile.gdprRequests.pageInfo.endCursor;
    expect(cursor).toEqual(expect.any(String));
    const later = await window(`, after: "${cursor}"`);
    expect(later.errors).toBeUndefined();
    for (const { clientId } of later.data.customerProfile.gdprRequests.nodes) expect(clientId).toBe('alice');
  });

  test('several customers have their own requests each', async () => {
    await using gateway = await withIgnoredFilter(total);
    const { data, errors } = await gateway.query(
      '{ customerProfiles(filter: { customerIds: ["alice", "bob"] }) { nodes { customerId gdprRequests { nodes { clientId } } } } }',
    );
    expect(errors).toBeUndefined();
    expect(data.customerProfiles.nodes).toHaveLength(2);
    for (const { customerId, gdprRequests } of data.customerProfiles.nodes) {
      for (const { clientId } of gdprRequests.nodes) expect(clientId).toBe(customerId);
    }
  });
});

test('how many there are of some ids is never how many there are of all', async () => {
  await using gateway = await withIgnoredFilter(20);
  const { data, errors } = await gateway.query(`{
    some: gdprRequests(filter: { hoodId: { in: ["1", "3"] } }) { totalCount }
    listed: profileProperties(filter: { hoodId: { in: ["1", "3"] } }) { totalCount }
    other: gdprRequests(filter: { hoodId: { eq: "7" } }) { totalCount }
    bobs: gdprRequests(filter: { clientId: { eq: "bob" } }) { totalCount }
  }`);
  expect(errors).toBeUndefined();
  expect(data).toEqual({
    some: { totalCount: 2 },
    listed: { totalCount: 2 },
    other: { totalCount: 1 },
    bobs: { totalCount: 5 },
  });
});

test('of customers who are asked for by id only those are counted', async () => {
  await using gateway = await startGateway();
  const profiles = strangers('x', 'alice', 'y');
  const count = (ids: string) => gateway.query(`{ customerProfiles(filter: { customerIds: ${ids} }) { totalCount } }`);
  serveProfiles(gateway, {
    people: {},
    answer: (_, asked) => sorResult({ total_profiles: 3, profiles: pageOf(profiles, asked) }),
  });
  for (const [ids, totalCount] of [
    ['["alice"]', 1],
    ['["x"]', 1],
    ['["nobody"]', 0],
    ['["x", "y"]', 2],
  ]) {
    const { data, errors } = await count(String(ids));
    expect(errors).toBeUndefined();
    expect(data.customerProfiles).toEqual({ totalCount });
  }
});

const strangers = (...ids: string[]) => ids.map((id) => fakeProfile(id, { first_name: id }));

test.each<[string, FakeProfile[], string[]]>([
  ['two strangers', strangers('bob', 'carol'), []],
  ['two strangers and her', strangers('bob', 'alice', 'carol'), ['alice']],
  ['a device of her id', [{ ...fakeProfile('alice'), customer_id_type: 'device_id' }], []],
])('profiles that are asked for by id and type are those alone, though %s come', async (_, profiles, expected) => {
  await using gateway = await startGateway();
  serveProfiles(gateway, {
    people: {},
    answer: () => sorResult({ total_pages: 1, total_profiles: profiles.length, profiles }),
  });

  const { data, errors } = await gateway.query(`{
    list: customerProfiles(filter: { customerIds: ["alice"], customerIdType: USER_ID }) { nodes { customerId } }
    one: customerProfile(customerId: "alice") { customerId }
  }`);

  expect(errors).toBeUndefined();
  expect(data.list.nodes).toEqual(expected.map((customerId) => ({ customerId })));
  expect(data.one).toEqual(expected.length > 0 ? { customerId: 'alice' } : null);
});

test('profiles that are asked for by id are those alone, in a later window too', async () => {
  await using gateway = await startGateway();
  const all = strangers('x', 'alice', 'y', 'bob', 'z', 'carol');
  serveProfiles(gateway, {
    people: {},
    answer: (_, asked) => sorResult({ total_profiles: all.length, profiles: pageOf(all, asked) }),
  });
  const met: string[] = [];
  for (let after = '', hasNext = true; hasNext; ) {
    const { data, errors } =
      await gateway.query(`{ customerProfiles(first: 2${after}, filter: { customerIds: ["alice", "bob", "carol"] }) {
      nodes { customerId } pageInfo { endCursor hasNextPage }
    } }`);
    expect(errors).toBeUndefined();
    const { nodes, pageInfo } = data.customerProfiles;
    met.push(...nodes.map(({ customerId }: { customerId: string }) => customerId));
    after = pageInfo.endCursor ? `, after: "${pageInfo.endCursor}"` : after;
    hasNext = pageInfo.hasNextPage && met.length < 10;
  }
  expect(met.filter((id) => !PEOPLE.includes(id))).toEqual([]);
});

test('the errors of an import about one customer, or of one import, are no others', async () => {
  await using gateway = await startGateway();
  const error = (job_id: string, customer_id: string) => ({
    job_id,
    customer_id,
    key: 'age',
    message: 'bad',
  });
  const attribute_errors = [
    error('import_1', 'bob'),
    error('import_1', 'alice'),
    error('import_2', 'alice'),
    error('import_2', 'carol'),
  ];
  answering(gateway.sor.api, ({ path }) => {
    if (path.endsWith('/import_jobs')) return sorResult({ import_1: '2025-01-02 11:12:13' });
    return path.endsWith('/import_errors') ? sorResult({ attribute_errors }) : undefined;
  });

  const { data, errors } = await gateway.query(`{ attributeImport(importId: "import_1") {
    hers: errors(customerId: "alice") { totalCount nodes { customerId key } }
    all: errors { totalCount nodes { customerId } }
  } }`);

  expect(errors).toBeUndefined();
  expect(data.attributeImport.hers).toEqual({ totalCount: 1, nodes: [{ customerId: 'alice', key: 'age' }] });
  expect(data.attributeImport.all).toEqual({
    totalCount: 2,
    nodes: [{ customerId: 'bob' }, { customerId: 'alice' }],
  });
});

const another: Record<string, (asked: Asked) => ReturnType<typeof hoodList>> = {
  'customerDatum(hoodId: "1") { hoodId }': () => hoodList([{ id: '2', target: 'b' }], 1),
  'gdprRequest(hoodId: "1") { hoodId }': () => hoodList([{ id: '2', status: 'pending' }], 1),
  'hoodExport(hoodId: "1") { hoodId }': () => hoodList([{ id: '2', name: 'b' }], 1),
  'profileProperty(hoodId: "1") { hoodId }': () => hoodList([{ id: '2', label: 'b' }], 1),
  'systemOfRecord(identifier: "a") { identifier name }': () => sorResult({ identifier: 'b', name: 'B' }),
  'customerAttribute(identifier: "a") { identifier key }': () => sorResult({ identifier: 'b', key: 'b' }),
  'customerProfile(customerId: "a,b") { customerId }': () => sorResult([fakeProfile('c')]),
};

test.each(Object.entries(another))('another one that comes is nobody: %s', async (query, answer) => {
  await using gateway = await startGateway();
  answering(gateway.hood, answer);
  answering(gateway.sor.api, answer);
  const { data, errors } = await gateway.query(`{ one: ${query} }`);
  expect([data, errors]).toEqual([{ one: null }, undefined]);
});
