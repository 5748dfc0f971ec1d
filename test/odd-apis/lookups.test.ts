import { expect, test } from 'vitest';
import type { Fault } from '../../src/sandbox/faults.ts';
import { type Gateway, startGateway } from '../support/gateway.ts';
import { aliased, answering, askEach, hoodList, listed, numbered, pageOf, sorResult } from './asked.ts';
import { type FakeProfiles, fakeProfile, named, serveProfiles } from './fake-profiles.ts';

const JOIN = '{ gdprRequests(first: 50) { nodes { clientId customerProfile { firstName } } } }';

/** Requests of 50 customers. */
function requestsOf(ids: readonly string[]) {
  return ids.map((client_id, index) => ({ id: String(index + 1), client_id, status: 'pending' }));
}

/** First names by client id, of a joined list. */
function namesIn(data: {
  gdprRequests: { nodes: { clientId: string; customerProfile: { firstName: string } | null }[] };
}): Record<string, string | null> {
  const { nodes } = data.gdprRequests;
  return Object.fromEntries(
    nodes.map(({ clientId, customerProfile }) => [clientId, customerProfile?.firstName ?? null]),
  );
}

/** Pages do not matter where ids are given: everybody who was found is on each. */
const everybodyAtOnce =
  (total?: (asked: number, found: number) => unknown): NonNullable<FakeProfiles['answer']> =>
  (found, asked) =>
    sorResult({
      ...(total && { total_profiles: total(listed(asked, 'customer_ids').length, found.length) }),
      total_pages: 1,
      profiles: found,
    });

/** Asks for profiles, and tells how many calls that took; everybody but `unknown` must have come. */
async function lookUp(gateway: Gateway, ids: readonly string[], unknown: readonly string[], field: string) {
  const selection = (id: string) => `customerProfile(customerId: "${id}") { customerId ${field} }`;
  const { data, errors } = await askEach(gateway, ids, selection);
  expect(errors).toBeUndefined();
  expect(Object.values<{ customerId: string } | null>(data).map((profile) => profile?.customerId)).toEqual(
    ids.map((id) => (unknown.includes(id) ? undefined : id)),
  );
  return gateway.sorCalls().length;
}

test.each([
  ['as many as were asked for', (asked: number) => asked],
  ['as many as came', (_: number, found: number) => found],
])('one unknown customer among 50 costs a joined list no further call; the total is %s', async (_, total) => {
  const ids = numbered(50, 'customer-');
  await using gateway = await startGateway();
  gateway.hood.replace('gdprRequests', requestsOf(ids));
  serveProfiles(gateway, { people: named(ids.slice(1)), answer: everybodyAtOnce(total) });

  const expected = Object.fromEntries(ids.map((id) => [id, `name of ${id}`]));
  const first = await gateway.query(JOIN);
  expect(first.errors).toBeUndefined();
  expect(namesIn(first.data)).toEqual({ ...expected, [ids[0] ?? '']: null });
  expect(gateway.hoodCalls()).toHaveLength(1);
  // Once in its life a gateway finds out whether profiles without the asked attributes are left out.
  expect(gateway.sorCalls().length).toBeLessThanOrEqual(2);

  for (let again = 0; again < 3; again += 1) {
    const { data } = await gateway.query(JOIN);
    expect(namesIn(data)).toEqual({ ...expected, [ids[0] ?? '']: null });
    expect([gateway.hoodCalls().length, gateway.sorCalls().length]).toEqual([1, 1]);
  }
});

test.each<[string, ((asked: number, found: number) => unknown) | undefined]>([
  ['as text', (_, found) => String(found)],
  ['that of all customers', () => 12_000],
  ['missing', undefined],
  ['null', () => null],
  ['as many as were asked for', (asked) => asked],
])('300 lookups of which one is unknown are one call where pages are ignored and the total is %s', async (_, total) => {
  const ids = numbered(300, 'c');
  await using gateway = await startGateway();
  serveProfiles(gateway, {
    people: named(ids.filter((id) => id !== 'c70')),
    answer: everybodyAtOnce(total),
  });

  // Nothing is narrowed, so nothing has to be found out.
  expect(await lookUp(gateway, ids, ['c70'], 'attributes { systemIdentifier }')).toBe(1);
  expect(await lookUp(gateway, ids, ['c70'], 'firstName')).toBeLessThanOrEqual(2);
  expect(await lookUp(gateway, ids, ['c70'], 'firstName')).toBe(1);
});

test.each([50, 100])('a last page that repeats for ever ends a lookup, with pages of %i', async (largest) => {
  const ids = numbered(300, 'c');
  await using gateway = await startGateway();
  const last = Math.ceil(300 / largest);
  serveProfiles(gateway, {
    people: named(ids.slice(0, 299)),
    answer: (found, asked) =>
      sorResult({
        total_profiles: 300,
        profiles: pageOf(found, { ...asked, page: Math.min(asked.page, last) }, largest),
      }),
  });

  expect(await lookUp(gateway, ids, ['c300'], 'attributes { systemIdentifier }')).toBeLessThanOrEqual(last + 1);
});

test.each<[string, unknown]>([
  ['as many as were asked for', 30],
  ['missing', undefined],
  ['that of the whole collection', 3_000],
  ['as many as came, as text', '29'],
])(
  '30 keys of Hood of which one is missing are one call where pages are ignored and the total is %s',
  async (_, total) => {
    await using gateway = await startGateway();
    answering(gateway.hood, (asked) => {
      const found = listed(asked, 'id').filter((id) => id !== '13');
      return hoodList(
        found.map((id) => ({ id, target: `key ${id}`, label: `key ${id}`, name: `key ${id}` })),
        total,
      );
    });
    const ids = numbered(30);
    const expected = (field: string) =>
      Object.fromEntries(ids.map((id, index) => [`k${index}`, id === '13' ? null : { [field]: `key ${id}` }]));

    for (const [lookup, field] of [
      ['customerDatum', 'target'],
      ['profileProperty', 'label'],
      ['hoodExport', 'name'],
    ] as const) {
      const { data, errors } = await gateway.query(aliased(ids, (id) => `${lookup}(hoodId: "${id}") { ${field} }`));
      expect(errors).toBeUndefined();
      expect(data).toEqual(expected(field));
      expect(gateway.hoodCalls()).toHaveLength(1);
    }
  },
);

test('where the filter by label is ignored, 30 properties cost two calls at most, and none is a wrong one', async () => {
  const labels = numbered(3_000, 'label-');
  const near = labels.slice(0, 10);
  const far = labels.filter((_, index) => index % 150 === 149);
  const attributes = [...near, ...far].map((key) => ({
    key,
    type: 'String' as const,
    identifier: `FACA_${key}`,
  }));
  await using gateway = await startGateway({ sor: { profiles: 0, samples: false } });
  gateway.sor.insertSystems([{ identifier: 'S', name: 'S', type: 'custom', apiKeys: [], attributes }]);
  answering(gateway.hood, (asked) =>
    hoodList(
      pageOf(labels, asked, 100).map((label) => ({ id: label, label })),
      labels.length,
    ),
  );

  const { data, errors } = await gateway.query(
    '{ systemOfRecord(identifier: "S") { customerAttributes { key property { label } } } }',
  );

  expect(errors).toBeUndefined();
  expect(gateway.hoodCalls().length).toBeLessThanOrEqual(2);
  const rows: { key: string; property: { label: string } | null }[] = data.systemOfRecord.customerAttributes;
  expect(rows).toHaveLength(30);
  for (const { key, property } of rows) expect([null, key]).toContain(property?.label ?? null);
  expect(rows.filter(({ property }) => property).map(({ key }) => key)).toEqual(expect.arrayContaining(near));
});

test('one of three customers who is unknown costs an honest API one call more in the life of the gateway', async () => {
  await using gateway = await startGateway({ sor: { profiles: 6, samples: false } });
  const known = gateway.query('{ customerProfiles(filter: { customerIdType: USER_ID }) { nodes { customerId } } }');
  const [a, b] = (await known).data.customerProfiles.nodes.map(({ customerId }: { customerId: string }) => customerId);
  gateway.hood.replace('gdprRequests', requestsOf([a, 'nobody', b]));
  gateway.sorCalls();

  for (const most of [2, 1, 1]) {
    const { data } = await gateway.query(JOIN);
    expect(Object.values(namesIn(data)).filter(Boolean)).toHaveLength(2);
    expect(gateway.sorCalls().length).toBeLessThanOrEqual(most);
  }
});

test('where profiles without the asked attributes are left out, those missing are asked for once more, whole', async () => {
  const ids = numbered(20, 'c');
  await using gateway = await startGateway();
  serveProfiles(gateway, { people: { ...named(ids), nameless: { city: 'Oslo' } }, leavesOut: true });
  const asked = [...ids, 'nameless', 'nobody'];

  // The list, the question that tells, and those that are missing without a narrowing.
  expect(await lookUp(gateway, asked, ['nobody'], 'firstName')).toBeLessThanOrEqual(3);
  expect(await lookUp(gateway, asked, ['nobody'], 'firstName')).toBe(2);
  expect(await lookUp(gateway, ids, [], 'firstName')).toBe(1);
});

test.each<[string, Fault]>([
  ['comes to 500', { kind: 'status', status: 500 }],
  ['is answered with a page', { kind: 'html' }],
])('where the question that tells %s each time, it is given up', async (_, fault) => {
  const ids = numbered(20, 'c');
  await using gateway = await startGateway();
  serveProfiles(gateway, { people: named(ids), leavesOut: true });
  const { fault: honest } = gateway.sor.api.dials;
  gateway.sor.api.dials.fault = (call) => (call.line.includes('no_such_key') ? fault : honest?.(call));

  for (const calls of [3, 3, 2, 2])
    expect(await lookUp(gateway, [...ids, 'nobody'], ['nobody'], 'firstName')).toBe(calls);
});

test('who is left out by systems is found though it was learned that nobody is by keys', async () => {
  const ids = numbered(20, 'c');
  await using gateway = await startGateway();
  serveProfiles(gateway, { people: named(ids), leavesOut: 'by systems' });
  expect(await lookUp(gateway, [...ids, 'nobody'], ['nobody'], 'firstName')).toBe(2);

  // One of them has values in the system, and the others have none.
  const field = 'attributes(systems: ["SOR_c1"]) { systemIdentifier }';
  // The list, the systems, the question that tells, and those that are missing.
  expect(await lookUp(gateway, [...ids, 'nobody'], ['nobody'], field)).toBeLessThanOrEqual(4);
  expect(await lookUp(gateway, [...ids, 'nobody'], ['nobody'], field)).toBe(2);
});

test('while nobody is known nothing is learned, and a nameless customer is found all the same', async () => {
  await using gateway = await startGateway();
  serveProfiles(gateway, { people: { nameless: { city: 'Oslo' } }, leavesOut: true });

  expect(await lookUp(gateway, ['nobody'], ['nobody'], 'firstName')).toBeLessThanOrEqual(2);
  expect(await lookUp(gateway, ['nameless'], [], 'firstName')).toBeLessThanOrEqual(3);
});

test('of a wide and a narrow row of one id in one answer the wide one counts, whichever comes first', async () => {
  await using gateway = await startGateway();
  const wide = { id: '1', target: 'wide', pi_data: 1 };
  for (const items of [
    [{ id: '1' }, wide],
    [wide, { id: '1' }],
  ]) {
    answering(gateway.hood, () => hoodList(items, 2));
    const { data } = await gateway.query('{ customerDatum(hoodId: "1") { target piData } }');
    expect(data.customerDatum).toEqual({ target: 'wide', piData: true });
  }
  const full = fakeProfile('c', { first_name: 'Ada', city: 'Oslo' });
  for (const profiles of [
    [fakeProfile('c'), full],
    [full, fakeProfile('c')],
  ]) {
    serveProfiles(gateway, { people: {}, answer: () => sorResult({ profiles }) });
    const { data } = await gateway.query('{ customerProfile(customerId: "c") { firstName city } }');
    expect(data.customerProfile).toEqual({ firstName: 'Ada', city: 'Oslo' });
  }
});
