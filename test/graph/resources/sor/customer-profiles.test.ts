import { expect, test } from 'vitest';
import { person } from '../../../../src/sandbox/people.ts';
import { startGateway } from '../../../support/gateway.ts';

const LIST = 'GET /api/customer_profiles?';

/** The ids of the first generated profiles, in the API's order. */
const idsOf = (people: number) =>
  Array.from({ length: people }, (_, n) => person(n)).flatMap(({ clientId, email, deviceId }) => [
    clientId,
    email,
    deviceId,
  ]);

test('a window is one page, with only what is selected', async () => {
  await using gateway = await startGateway({ sor: { profiles: 90, samples: false } });

  const { data, errors } = await gateway.query(`{
    customerProfiles(first: 4) {
      totalCount
      pageInfo { hasNextPage hasPreviousPage }
      nodes { customerId customerIdType country }
    }
  }`);

  expect(errors).toBeUndefined();
  expect(gateway.sorCalls()).toEqual([`${LIST}attribute_keys=country&num_per_page=4&page=1`]);
  const { clientId, email, deviceId } = person(0);
  expect(data.customerProfiles).toEqual({
    totalCount: 90,
    pageInfo: { hasNextPage: true, hasPreviousPage: false },
    nodes: [
      { customerId: clientId, customerIdType: 'USER_ID', country: expect.any(String) },
      { customerId: email, customerIdType: 'USER_ID', country: expect.any(String) },
      { customerId: deviceId, customerIdType: 'DEVICE_ID', country: expect.any(String) },
      { customerId: person(1).clientId, customerIdType: 'USER_ID', country: expect.any(String) },
    ],
  });
});

test('systems and keys that every selection names are pushed', async () => {
  await using gateway = await startGateway({ sor: { profiles: 9, samples: false } });

  const { data } = await gateway.query(`{ customerProfiles(first: 3, filter: { customerIdType: USER_ID }) { nodes {
    attributes(systems: ["SOR_767yUpsMJoTWi0mz"], keys: ["contract_type"]) { systemIdentifier values { key } }
  } } }`);

  expect(gateway.sorCalls()).toEqual([
    `${LIST}attribute_keys=contract_type&customer_id_type=user_id&num_per_page=3&page=1&sor_identifiers=SOR_767yUpsMJoTWi0mz`,
  ]);
  expect(data.customerProfiles.nodes).toContainEqual({
    attributes: [{ systemIdentifier: 'SOR_767yUpsMJoTWi0mz', values: [{ key: 'contract_type' }] }],
  });
});

test('any window that one page can hold is one call, from the start and from the end', async () => {
  await using gateway = await startGateway({ sor: { profiles: 90, samples: false } });
  const ids = idsOf(30);
  const read = async (args: string) => {
    const { data } = await gateway.query(
      `{ customerProfiles(${args}) { edges { cursor node { customerId } } pageInfo { hasNextPage hasPreviousPage endCursor } } }`,
    );
    const { edges, pageInfo } = data.customerProfiles;
    return {
      ids: edges.map(({ node }: { node: { customerId: string } }) => node.customerId),
      edges,
      pageInfo,
    };
  };

  const first = await read('first: 7');
  const second = await read(`first: 7, after: "${first.pageInfo.endCursor}"`);
  const before = await read(`last: 3, before: "${second.edges[0].cursor}"`);
  const tail = await read('last: 5');

  expect(first.ids).toEqual(ids.slice(0, 7));
  expect(second.ids).toEqual(ids.slice(7, 14));
  expect(before.ids).toEqual(ids.slice(4, 7));
  expect(tail.ids).toEqual(ids.slice(85));
  expect(tail.pageInfo).toMatchObject({ hasNextPage: false, hasPreviousPage: true });
  expect(gateway.sorCalls()).toEqual([
    `${LIST}num_per_page=7&page=1`,
    `${LIST}num_per_page=7&page=2`,
    `${LIST}num_per_page=4&page=2`,
    `${LIST}num_per_page=10000&page=1`,
  ]);
});

test('a walk through all pages meets every profile once, also where the server gives smaller pages', async () => {
  await using gateway = await startGateway({
    sor: { profiles: 45, samples: false, settings: { maxPageSize: 4 } },
  });
  const met: string[] = [];
  let after: string | null = null;
  for (let hasNext = true; hasNext; ) {
    const { data } = await gateway.query(
      'query ($after: String) { customerProfiles(first: 7, after: $after) { nodes { customerId } pageInfo { hasNextPage endCursor } } }',
      { after },
    );
    const { nodes, pageInfo } = data.customerProfiles;
    met.push(...nodes.map(({ customerId }: { customerId: string }) => customerId));
    after = pageInfo.endCursor;
    hasNext = pageInfo.hasNextPage;
  }

  expect(met).toEqual(idsOf(15));
});

test('the total alone transfers one row', async () => {
  await using gateway = await startGateway({ sor: { profiles: 90, samples: false } });

  const { data } = await gateway.query('{ customerProfiles(filter: { customerIdType: DEVICE_ID }) { totalCount } }');

  expect(data.customerProfiles).toEqual({ totalCount: 30 });
  expect(gateway.sorCalls()).toEqual([`${LIST}customer_id_type=device_id&num_per_page=1&page=1`]);
});

test('a cursor of another filter is refused', async () => {
  await using gateway = await startGateway({ sor: { profiles: 9 } });
  const { data } = await gateway.query('{ customerProfiles(first: 1) { pageInfo { endCursor } } }');
  const { endCursor } = data.customerProfiles.pageInfo;

  const other = await gateway.query(
    `{ customerProfiles(after: "${endCursor}", filter: { customerIdType: USER_ID }) { totalCount } }`,
  );

  expect(other.errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
});

test('a page is at most as large as the gateway is configured for', async () => {
  await using gateway = await startGateway({ env: { SOR_MAX_PAGE_SIZE: '50' }, sor: { profiles: 90 } });

  const fits = await gateway.query('{ customerProfiles(first: 50) { nodes { customerId } } }');
  const tooMany = await gateway.query('{ customerProfiles(first: 51) { nodes { customerId } } }');

  expect(fits.data.customerProfiles.nodes).toHaveLength(50);
  expect(tooMany.errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
});

test('rows that name nobody fail alone, each at its place, all as one failure', async () => {
  await using gateway = await startGateway();
  const good = { customer_id: 'a', customer_id_type: 'user_id', attributes: {}, applications: [] };
  const odd = [null, 7, 'text', [], {}, { ...good, customer_id: '' }, { ...good, customer_id_type: 'person' }];
  const profiles = [good, ...odd, { ...good, customer_id: 'b' }];
  gateway.sor.api.dials.fault = () => ({
    kind: 'body',
    body: { success: true, result: { total_pages: 1, total_profiles: profiles.length, profiles } },
  });

  const { data, errors } = await gateway.query('{ customerProfiles { totalCount nodes { customerId } } }');

  expect(data.customerProfiles).toEqual({
    totalCount: 9,
    nodes: [{ customerId: 'a' }, ...Array(7).fill(null), { customerId: 'b' }],
  });
  expect(errors?.map(({ path }) => path?.join('.'))).toEqual(
    odd.map((_, index) => `customerProfiles.nodes.${index + 1}`),
  );
  expect(new Set(errors?.map(({ extensions }) => extensions.failureId)).size).toBe(1);
  expect(errors?.[0]?.extensions).toMatchObject({
    code: 'UPSTREAM_BAD_RESPONSE',
    upstream: { api: 'SOR', route: '/api/customer_profiles' },
  });
  expect(gateway.logged.filter((line) => line.includes('upstream call failed'))).toHaveLength(1);
});

test.each<[result: unknown]>([[null], [[]], [{}], [{ profiles: {} }], ['text']])(
  'the result %j is no list: the field is null, with an error',
  async (result) => {
    await using gateway = await startGateway();
    gateway.sor.api.dials.fault = () => ({ kind: 'body', body: { success: true, result } });

    const { data, errors } = await gateway.query('{ customerProfiles { nodes { customerId } } }');

    expect(data).toEqual({ customerProfiles: null });
    expect(errors).toMatchObject([{ path: ['customerProfiles'], extensions: { code: 'UPSTREAM_BAD_RESPONSE' } }]);
  },
);

test.each<[body: unknown, code: string]>([
  [{ success: false, error_message: 'Param page is not valid' }, 'UPSTREAM_REJECTED'],
  [{ success: true, errorCode: 17, errorMessage: 'Not now', result: { profiles: [] } }, 'UPSTREAM_REJECTED'],
  [{ success: true, errorCode: '17', result: { profiles: [] } }, 'UPSTREAM_REJECTED'],
  [{ result: { profiles: [] } }, 'UPSTREAM_BAD_RESPONSE'],
  [{ success: 'false', result: { profiles: [] } }, 'UPSTREAM_REJECTED'],
  [{ success: 'yes', result: { profiles: [] } }, 'UPSTREAM_BAD_RESPONSE'],
  [null, 'UPSTREAM_BAD_RESPONSE'],
])('a 200 that says %j failed all the same', async (body, code) => {
  await using gateway = await startGateway();
  gateway.sor.api.dials.fault = () => ({ kind: 'body', body });

  const { data, errors } = await gateway.query('{ customerProfiles { nodes { customerId } } }');

  expect(data).toEqual({ customerProfiles: null });
  expect(errors).toMatchObject([{ extensions: { code, upstream: { api: 'SOR' } } }]);
});

test.each([0, '0', null])('an error code of %j is none', async (errorCode) => {
  await using gateway = await startGateway();
  gateway.sor.api.dials.fault = () => ({
    kind: 'body',
    body: { success: true, errorCode, result: { total_profiles: 0, profiles: [] } },
  });

  const { data, errors } = await gateway.query('{ customerProfiles { nodes { customerId } } }');

  expect({ data, errors }).toEqual({ data: { customerProfiles: { nodes: [] } }, errors: undefined });
});
