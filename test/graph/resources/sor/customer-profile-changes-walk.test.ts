import { expect, test } from 'vitest';
import { startHood } from '../../../../src/sandbox/hood/server.ts';
import { person } from '../../../../src/sandbox/people.ts';
import { type Gateway, startGateway } from '../../../support/gateway.ts';

/** Reads all changes in windows of `first`; every `asOf` and every call is kept. */
async function walk(gateway: Gateway, first: number, args = '') {
  const met: string[] = [];
  let after: string | null = null;
  for (let hasNext = true; hasNext; ) {
    const { data, errors } = await gateway.query(
      `query ($after: String) { customerProfileChanges(since: "2025-01-01T00:00:00Z", first: ${first}, after: $after ${args}) {
        nodes { profile { customerId } } pageInfo { hasNextPage hasPreviousPage endCursor }
      } }`,
      { after },
    );
    expect(errors).toBeUndefined();
    const { nodes, pageInfo } = data.customerProfileChanges;
    expect(pageInfo.hasPreviousPage).toBe(after !== null);
    met.push(...nodes.map(({ profile }: { profile: { customerId: string } }) => profile.customerId));
    after = pageInfo.endCursor;
    hasNext = pageInfo.hasNextPage;
  }
  return met;
}

const everybody = (people: number) =>
  Array.from({ length: people }, (_, n) => person(n)).flatMap(({ clientId, email, deviceId }) => [
    clientId,
    email,
    deviceId,
  ]);

test('a walk forward meets every customer once, page by page with the filters and the date on every call', async () => {
  await using gateway = await startGateway({ sor: { profiles: 24, samples: false } });

  expect(await walk(gateway, 7, 'filter: { customerIdType: USER_ID }')).toEqual(
    everybody(8).filter((_, index) => index % 3 !== 2),
  );

  const query = 'customer_id_type=user_id&num_per_page=7&page=';
  const since = '&updated_since=2025-01-01T00:00:00.000Z';
  expect(gateway.sorCalls()).toEqual([1, 2, 3].map((page) => `GET /api/customer_profiles?${query}${page}${since}`));
});

test.each([1, 3, 4, 5, 7])(
  'a server that gives at most %i rows a page loses and repeats nobody',
  async (maxPageSize) => {
    await using gateway = await startGateway({
      sor: { profiles: 24, samples: false, settings: { maxPageSize } },
    });

    expect(await walk(gateway, 7)).toEqual(everybody(8));
    expect(await walk(gateway, 5)).toEqual(everybody(8));
  },
);

test('what the API calls the next page is never followed to another host', async () => {
  await using elsewhere = await startHood({ rows: 0 });
  await using gateway = await startGateway({ sor: { profiles: 24, samples: false } });
  const { origin } = gateway.sor.api;
  gateway.sor.api.dials.lie = (_call, honest) =>
    JSON.parse(JSON.stringify(honest).replaceAll(origin, elsewhere.origin));

  expect(await walk(gateway, 10)).toEqual(everybody(8));

  expect(elsewhere.calls).toEqual([]);
  expect(gateway.sorCalls()).toHaveLength(3);
});
