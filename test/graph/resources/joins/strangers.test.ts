import { expect, test } from 'vitest';
import { startGateway } from '../../../support/gateway.ts';
import { idOf, type Node, ofPeople, withRequests } from './people-with-requests.ts';

const REQUESTS = 'gdprRequests(first: 2) { totalCount nodes { hoodId clientId } pageInfo { hasNextPage } }';

/** An API that ignores `client_id`: every page is one of everybody's requests. */
async function ignoringTheFilter(people: number, requests: number, total?: number) {
  const gateway = await withRequests(people, () => requests);
  const rows = Array.from({ length: people * requests }, (_, n) => ({
    id: `${n % people}-${Math.floor(n / people)}`,
    client_id: idOf(n % people),
  }));
  gateway.hood.dials.lie = ({ line }) => {
    const [, page = '1', size = '1'] = /page=(\d+),(\d+)/.exec(line) ?? [];
    const start = (Number(page) - 1) * Number(size);
    return { total: total ?? rows.length, items: rows.slice(start, start + Number(size)) };
  };
  return gateway;
}

test('one customer’s requests are theirs alone, where the API ignores whose were asked for', async () => {
  await using gateway = await ignoringTheFilter(4, 5);

  const { data, errors } = await gateway.query(`{ customerProfile(customerId: "${idOf(1)}") { ${REQUESTS} } }`);

  expect(errors).toBeUndefined();
  expect(data.customerProfile.gdprRequests).toEqual({
    totalCount: 5,
    nodes: ['1-0', '1-1'].map((hoodId) => ({ hoodId, clientId: idOf(1) })),
    pageInfo: { hasNextPage: true },
  });
  expect(gateway.hoodCalls()).toHaveLength(2);
});

test('their last ones, those behind a cursor and how many there are go by their own rows too', async () => {
  await using gateway = await ignoringTheFilter(4, 5);
  const ask = async (selection: string) => {
    const { data, errors } = await gateway.query(
      `{ customerProfile(customerId: "${idOf(2)}") { gdprRequests${selection} } }`,
    );
    expect(errors).toBeUndefined();
    return data.customerProfile.gdprRequests;
  };

  expect(await ask('{ totalCount }')).toEqual({ totalCount: 5 });
  expect((await ask('(last: 2) { nodes { hoodId } }')).nodes).toEqual([{ hoodId: '2-3' }, { hoodId: '2-4' }]);
  const { pageInfo } = await ask('(first: 3) { pageInfo { endCursor } }');
  expect((await ask(`(first: 3, after: "${pageInfo.endCursor}") { nodes { hoodId } }`)).nodes).toEqual([
    { hoodId: '2-3' },
    { hoodId: '2-4' },
  ]);
});

test('a batch takes what came where the total counts everybody’s', async () => {
  await using gateway = await ignoringTheFilter(40, 2, 900);

  const { data, errors } = await gateway.query(ofPeople(40, REQUESTS));

  expect(errors).toBeUndefined();
  expect(data.customerProfiles.nodes).toHaveLength(40);
  for (const { customerId, gdprRequests } of data.customerProfiles.nodes as Node[]) {
    expect(gdprRequests.totalCount).toBe(2);
    expect(gdprRequests.nodes.map(({ clientId }) => clientId)).toEqual([customerId, customerId]);
  }
  expect(gateway.hoodCalls()).toHaveLength(2);
});

test('a filtered list of profiles has only those that were asked for', async () => {
  await using gateway = await startGateway();
  const row = (customer_id: string, customer_id_type = 'user_id') => ({
    ...{ customer_id, customer_id_type, attributes: {}, applications: [] },
  });
  gateway.sor.api.dials.lie = () => ({
    success: true,
    result: { total_profiles: 4, profiles: [row('y'), row('x'), row('z'), row('x', 'device_id')] },
  });

  const { data, errors } = await gateway.query(
    `{ any: customerProfiles(filter: { customerIds: ["x"] }) { totalCount nodes { customerId customerIdType } }
       users: customerProfiles(filter: { customerIds: ["x"], customerIdType: USER_ID }) { nodes { customerIdType } }
       nobody: customerProfiles(filter: { customerIds: ["w"] }) { totalCount nodes { customerId } pageInfo { hasNextPage } } }`,
  );

  expect(errors).toBeUndefined();
  expect(data.any).toEqual({
    totalCount: 2,
    nodes: [
      { customerId: 'x', customerIdType: 'USER_ID' },
      { customerId: 'x', customerIdType: 'DEVICE_ID' },
    ],
  });
  expect(data.users.nodes).toEqual([{ customerIdType: 'USER_ID' }]);
  expect(data.nobody).toEqual({ totalCount: 0, nodes: [], pageInfo: { hasNextPage: false } });
});
