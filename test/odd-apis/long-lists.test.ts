import { expect, test } from 'vitest';
import { type Gateway, startGateway } from '../support/gateway.ts';
import { answering, askEach, hoodList, listed, numbered, pageOf, sorResult } from './asked.ts';
import { fakeProfile } from './fake-profiles.ts';

/** From here on lists of more ids than so many are refused with 400. */
function takeAtMost(gateway: Gateway, most: number): void {
  answering(gateway.hood, (asked) => {
    const [, , , , alone] = asked.path.split('/');
    const ids = alone === undefined ? listed(asked, 'id') : [alone];
    if (alone === undefined && ids.length > most) return { kind: 'status', status: 400 };
    return hoodList(
      ids.map((id) => ({ id, target: id })),
      ids.length,
    );
  });
  answering(gateway.sor.api, (asked) => {
    const ids = listed(asked, 'customer_ids');
    if (ids.length > most) return { kind: 'status', status: 400 };
    return sorResult({ total_pages: 1, profiles: ids.map((id) => fakeProfile(id)) });
  });
}

const FIELDS = {
  hood: (id: string) => `customerDatum(hoodId: "${id}") { target }`,
  sor: (id: string) => `customerProfile(customerId: "${id}") { customerId }`,
};

/** The calls that it takes to look up so many, and how many of them fail. */
async function lookUp(gateway: Gateway, api: keyof typeof FIELDS, count: number) {
  const { errors = [] } = await askEach(gateway, numbered(count), FIELDS[api]);
  return { calls: gateway.hoodCalls().length + gateway.sorCalls().length, failed: errors.length };
}

test.each<[keyof typeof FIELDS, most: number, count: number, later: number]>([
  ['hood', 12, 100, 12],
  ['sor', 10, 100, 17],
  ['sor', 30, 100, 4],
  // None at all.
  ['hood', 0, 20, 20],
])('%s takes lists of %i ids at most: that is found out once', async (api, most, count, later) => {
  await using gateway = await startGateway();
  takeAtMost(gateway, most);
  expect(await lookUp(gateway, api, count)).toMatchObject({ failed: 0 });

  for (const _ of [1, 2]) {
    const { calls, failed } = await lookUp(gateway, api, count);
    expect(failed).toBe(0);
    expect(calls).toBeLessThanOrEqual(later);
  }
});

test.each(['hood', 'sor'] as const)('a list of %s that is refused once makes no later one shorter', async (api) => {
  await using gateway = await startGateway();
  takeAtMost(gateway, 50);
  expect(await lookUp(gateway, api, 100)).toMatchObject({ calls: 3, failed: 0 });
  takeAtMost(gateway, 100);
  expect(await lookUp(gateway, api, 100)).toEqual({ calls: 1, failed: 0 });
});

test('an id that is refused makes no later list shorter', async () => {
  await using gateway = await startGateway();
  answering(gateway.sor.api, (asked) => {
    const ids = listed(asked, 'customer_ids');
    if (ids.includes('7')) return { kind: 'status', status: 400 };
    return sorResult({ total_pages: 1, profiles: ids.map((id) => fakeProfile(id)) });
  });
  expect(await lookUp(gateway, 'sor', 60)).toMatchObject({ failed: 1 });
  // It is asked for alone.
  expect(await lookUp(gateway, 'sor', 60)).toEqual({ calls: 2, failed: 1 });
});

test('where no lists are taken a key is asked for by its path, also while calls wait for their turns', async () => {
  await using gateway = await startGateway({ env: { HOOD_RATE: '10/s,600/m' } });
  takeAtMost(gateway, 0);
  expect(await lookUp(gateway, 'hood', 4)).toMatchObject({ failed: 0 });
  expect(await lookUp(gateway, 'hood', 12)).toEqual({ calls: 12, failed: 0 });
});

test('lists of customers whose requests are asked for are as long as they may be, too', async () => {
  await using gateway = await startGateway();
  const people = numbered(40).map((id) => fakeProfile(id));
  answering(gateway.sor.api, (asked) => sorResult({ total_pages: 1, profiles: pageOf(people, asked) }));
  answering(gateway.hood, (asked) => {
    const clients = listed(asked, 'client_id');
    if (clients.length > 10) return { kind: 'status', status: 400 };
    return hoodList(
      clients.map((client_id) => ({ id: `of ${client_id}`, client_id })),
      clients.length,
    );
  });
  const query = '{ customerProfiles(first: 40) { nodes { customerId gdprRequests(first: 2) { nodes { hoodId } } } } }';
  for (const most of [10, 4, 4]) {
    gateway.hoodCalls();
    const { data, errors } = await gateway.query(query);
    expect(errors).toBeUndefined();
    for (const { customerId, gdprRequests } of data.customerProfiles.nodes) {
      expect(gdprRequests.nodes).toEqual([{ hoodId: `of ${customerId}` }]);
    }
    expect(gateway.hoodCalls().length).toBeLessThanOrEqual(most);
  }
});
