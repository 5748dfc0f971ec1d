import { expect, test } from 'vitest';
import { person } from '../../src/sandbox/people.ts';
import { startSor } from '../../src/sandbox/sor/server.ts';
import { type Answer, callerOf, idsOf, listed } from './sor-caller.ts';

const PATH = '/api/customer_profiles';
const CUSTOM = 'SOR_767yUpsMJoTWi0mz';

test('named customers that did not change are left out of their changes', async () => {
  await using sor = await startSor({ profiles: 0 });
  const named = { customer_ids: 'robert.hill@mymail.org,maximillian' };
  const answer = await callerOf(sor).get(PATH, { ...named, updated_since: '2018-01-01' });
  expect(idsOf(answer)).toEqual(['robert.hill@mymail.org']);
  expect(listed(answer).next).toBeNull();
});

test('changes are followed page by page to the end, each named customer once', async () => {
  await using sor = await startSor({ profiles: 100 });
  const { feed, get } = callerOf(sor);
  const since = '2025-01-01T00:45:00Z';
  const change = (customer_id: string) => ({
    customer_id,
    attribute_key: 'contract_type',
    attribute_value: 'X',
  });
  await feed({
    sor: CUSTOM,
    api_key: 'tBqL8qvvAhfyAQ',
    customer_attribute_values: [person(1).email, person(30).clientId, 'newcomer'].map(change),
  });
  await sor.settle();

  const pages: Answer[] = [];
  for (let next: string | null | undefined = 'first'; next; ) {
    const page = await get(PATH, { updated_since: since, num_per_page: 4, page: pages.length + 1 });
    pages.push(page);
    next = listed(page).next;
    if (next) expect(next).toBe(`${sor.api.origin}${PATH}?page=${pages.length + 1}`);
  }

  expect(pages).toHaveLength(3);
  // Generated profiles change every half minute: the 90th is the first at or after 00:45.
  const expected = [person(1).email, ...Array.from({ length: 10 }, (_, n) => idAt(90 + n)), 'newcomer'];
  expect(pages.flatMap(idsOf).toSorted()).toEqual(expected.toSorted());
  expect(listed(pages[0] as Answer)).not.toHaveProperty('total_profiles');
  const changes = pages.flatMap((page) => listed(page).profiles);
  expect(changes.find(({ customer_id }) => customer_id === person(1).email)?.attributes[CUSTOM]).toEqual({
    contract_type: { value: 'X', removed: false },
  });
});

test('a change list leaves out a removal that no other change accompanies, unless so set', async () => {
  await using sor = await startSor({ profiles: 0 });
  const [before, after] = [Date.parse('2020-01-01'), Date.parse('2022-01-01')];
  sor.insertProfiles([
    {
      customerId: 'leaver',
      updated: after,
      values: { SOR_XXXX: { city: { value: null, since: after, held: before } } },
    },
  ]);
  const { get } = callerOf(sor);
  const block = async () => {
    const answer = await get(PATH, { updated_since: '2021-01-01', sor_identifiers: 'SOR_XXXX' });
    return listed(answer).profiles[0]?.attributes['SOR_XXXX'];
  };
  expect(await block()).toEqual({});
});

function idAt(position: number): string {
  const { clientId, email, deviceId } = person(Math.floor(position / 3));
  return [clientId, email, deviceId][position % 3] as string;
}
