import { expect, test } from 'vitest';
import { idOf, ofPeople, withRequests } from './people-with-requests.ts';

const LIST = 'GET /v1/hood/gdpr-requests?';

test.each(['after: "CURSOR"', 'last: 2', 'last: 2, before: "CURSOR"', 'before: "CURSOR"'])(
  'windows that do not start at the first row (%s) are single calls',
  async (args) => {
    await using gateway = await withRequests(2, () => 6);
    const ids = [idOf(0), idOf(1)];
    const { data } = await gateway.query(
      `{ ${ids.map((id, n) => `p${n}: customerProfile(customerId: "${id}") { gdprRequests(first: 3) { edges { cursor node { hoodId } } } }`).join(' ')} }`,
    );
    gateway.hoodCalls();
    const cursors = [data.p0, data.p1].map(({ gdprRequests }) => gdprRequests.edges[2].cursor);

    const answer = await gateway.query(
      `{ ${ids
        .map(
          (id, n) =>
            `p${n}: customerProfile(customerId: "${id}") { gdprRequests(${args.replace('CURSOR', cursors[n])}) { nodes { clientId hoodId } } }`,
        )
        .join(' ')} }`,
    );

    expect(answer.errors).toBeUndefined();
    expect(new Set(gateway.hoodCalls().map((line) => /client_id=[^&]+/.exec(line)?.[0]))).toEqual(
      new Set(ids.map((id) => `client_id=eq:${id}`)),
    );
    for (const [n, id] of ids.entries()) {
      const { nodes } = answer.data[`p${n}`].gdprRequests;
      expect(nodes.length).toBeGreaterThan(0);
      expect(nodes.every(({ clientId }: { clientId: string }) => clientId === id)).toBe(true);
    }
  },
);

test('a cursor of a batched answer continues in a single call, and meets the next row', async () => {
  await using gateway = await withRequests(5, () => 7);
  const { data } = await gateway.query(
    ofPeople(5, 'gdprRequests(first: 3) { nodes { hoodId } pageInfo { endCursor } }'),
  );
  gateway.hoodCalls();

  for (const { customerId, gdprRequests } of data.customerProfiles.nodes) {
    const met = gdprRequests.nodes.map(({ hoodId }: { hoodId: string }) => hoodId);
    let after = gdprRequests.pageInfo.endCursor;
    for (let hasNext = true; hasNext; ) {
      const next = await gateway.query(
        `query ($after: String) { customerProfile(customerId: "${customerId}") {
          gdprRequests(first: 3, after: $after) { nodes { hoodId } pageInfo { endCursor hasNextPage } }
        } }`,
        { after },
      );
      expect(gateway.hoodCalls()).toEqual([expect.stringContaining(`client_id=eq:${customerId}`)]);
      const { nodes, pageInfo } = next.data.customerProfile.gdprRequests;
      met.push(...nodes.map(({ hoodId }: { hoodId: string }) => hoodId));
      after = pageInfo.endCursor;
      hasNext = pageInfo.hasNextPage;
    }
    expect(met).toHaveLength(7);
    expect(new Set(met).size).toBe(7);
  }
});

test('aliases with the same filter and order share a call; others are a call of their own', async () => {
  await using gateway = await withRequests(4, () => 4);

  const { data, errors } = await gateway.query(
    ofPeople(
      4,
      `all: gdprRequests { nodes { status } }
       few: gdprRequests(first: 1, filter: null) { nodes { hoodId } }
       denied: gdprRequests(filter: { status: { eq: DENIED } }) { nodes { status } }
       newest: gdprRequests(first: 1, orderBy: [{ field: CREATE_TIME, direction: DESC }]) { nodes { createTime } }`,
    ),
  );

  expect(errors).toBeUndefined();
  const calls = gateway.hoodCalls();
  const ids = calls[0] && /in:([^&]+)/.exec(calls[0])?.[1];
  expect(calls.sort()).toEqual(
    [
      `${LIST}client_id=in:${ids}&fields=client_id,id,status&page=1,100`,
      `${LIST}client_id=in:${ids}&status=eq:denied&fields=client_id,id,status&page=1,100`,
      `${LIST}client_id=in:${ids}&fields=client_id,create_time,id&page=1,100&sort=-create_time`,
    ].sort(),
  );
  for (const { all, few, denied, newest } of data.customerProfiles.nodes) {
    expect(all.nodes).toHaveLength(4);
    expect(few.nodes).toHaveLength(1);
    expect(denied.nodes).toEqual([{ status: 'DENIED' }, { status: 'DENIED' }]);
    expect(newest.nodes).toEqual([{ createTime: '2025-01-13T00:00:00Z' }]);
  }
});

test('customers are cut into calls by the length of their ids alone', async () => {
  await using gateway = await withRequests(250, () => 0);
  const ids = Array.from({ length: 250 }, (_, n) =>
    Buffer.from(`CustomerProfile:user_id:${idOf(n)}`).toString('base64url'),
  );

  const { data } = await gateway.query(
    `query ($ids: [ID!]!) { nodes(ids: $ids) { ... on CustomerProfile {
      a: gdprRequests { totalCount } b: gdprRequests(first: 1) { nodes { hoodId } }
    } } }`,
    { ids },
  );

  expect(data.nodes).toEqual(Array(250).fill({ a: { totalCount: 0 }, b: { nodes: [] } }));
  const calls = gateway.hoodCalls();
  const asked = calls.flatMap((line) => /in:([^&]+)/.exec(line)?.[1]?.split(',') ?? []);
  expect(calls).toHaveLength(2);
  expect(asked).toHaveLength(250);
  for (const line of calls) expect(line.length).toBeLessThan(4_100);
});

test('a customer id with a comma is asked for alone', async () => {
  await using gateway = await withRequests(2, () => 1);
  gateway.sor.insertProfiles([{ customerId: 'a,b' }]);
  gateway.hood.insert('gdprRequests', [{ id: 'comma', client_id: 'a,b' }]);

  const { data, errors } = await gateway.query(
    `{ ${['a,b', idOf(0), idOf(1)].map((id, n) => `p${n}: customerProfile(customerId: "${id}") { gdprRequests { nodes { clientId } } }`).join(' ')} }`,
  );

  expect(errors).toBeUndefined();
  for (const [n, id] of ['a,b', idOf(0), idOf(1)].entries()) {
    expect(data[`p${n}`].gdprRequests.nodes).toEqual([{ clientId: id }]);
  }
  expect(gateway.hoodCalls().map((line) => /client_id=[^&]+/.exec(line)?.[0])).toContain('client_id=eq:a,b');
});
