import { describe, expect, test } from 'vitest';
import { startGateway } from '../../support/gateway.ts';
import { entities, idOf, times } from './router.ts';

const hoodIds = (count: number) => times(count, (index) => String(2_000_001 + index));

test('a thousand profiles are at most ten calls, by whichever key', async () => {
  await using gateway = await startGateway({ sor: { profiles: 1_000 } });
  const { data } = await gateway.query(
    '{ customerProfiles(first: 1000) { nodes { __typename id customerId customerIdType } } }',
  );
  const profiles: Record<string, string>[] = data.customerProfiles.nodes;
  expect(profiles.length).toBe(1_000);
  gateway.sorCalls();

  const answer = await entities(
    gateway,
    profiles.map(({ id, ...named }, index) => (index % 2 ? { __typename: named['__typename'], id } : named)),
    '... on CustomerProfile { id firstName }',
  );

  expect(answer.errors).toBeUndefined();
  expect(answer.data._entities.map(({ id }: { id: string }) => id)).toEqual(profiles.map(({ id }) => id));
  expect(gateway.sorCalls().length).toBeLessThanOrEqual(10);
});

describe.each([
  ['CustomerData', 'customerData', 'customer-data', 'target'],
  ['HoodExport', 'exports', 'exports', 'name'],
  ['ProfileProperty', 'profileProperties', 'profile-properties', 'importAliases'],
] as const)('%s', (typeName, resource, path, field) => {
  test('is ten calls for a thousand, each for the selected fields of a hundred', async () => {
    await using gateway = await startGateway({ hood: { samples: false, rows: { [resource]: 1_000 } } });
    const keys = hoodIds(1_000);

    const answer = await entities(
      gateway,
      keys.map((hoodId) => ({ __typename: typeName, hoodId })),
      `... on ${typeName} { hoodId ${field} }`,
    );

    expect(answer.errors).toBeUndefined();
    expect(answer.data._entities.map(({ hoodId }: { hoodId: string }) => hoodId)).toEqual(keys);
    const calls = gateway.hoodCalls();
    expect(calls).toHaveLength(10);
    const upstream = field === 'importAliases' ? 'id,import_aliases' : `id,${field}`;
    for (const call of calls) {
      expect(call).toMatch(new RegExp(`^GET /v1/hood/${path}\\?id=in:[\\d,]+&fields=${upstream}&page=1,100$`));
    }
  });

  test('is fetched once, however often and by whichever key it is named', async () => {
    await using gateway = await startGateway({ hood: { samples: false, rows: { [resource]: 2 } } });
    const one = { __typename: typeName, hoodId: '2000001' };
    const two = { __typename: typeName, id: idOf(typeName, '2000002') };

    const { data } = await entities(gateway, [one, two, one, two, one], `... on ${typeName} { hoodId }`);

    expect(data._entities.map(({ hoodId }: { hoodId: string }) => hoodId.at(-1)).join('')).toBe('12121');
    expect(gateway.hoodCalls()).toEqual([`GET /v1/hood/${path}?id=in:2000001,2000002&fields=id&page=1,2`]);
  });
});

test('systems and attributes by their keys are one list, of which there is one only', async () => {
  await using gateway = await startGateway();
  const { data } = await gateway.query(
    '{ systemsOfRecord { nodes { __typename identifier customerAttributes { __typename identifier } } } }',
  );
  const systems = data.systemsOfRecord.nodes.map(
    ({ customerAttributes: _own, ...system }: Record<string, unknown>) => system,
  );
  const attributes = data.systemsOfRecord.nodes.flatMap(
    ({ customerAttributes }: { customerAttributes: object[] }) => customerAttributes,
  );
  gateway.sorCalls();

  const answer = await entities(
    gateway,
    [...systems, ...attributes],
    '... on SystemOfRecord { name } ... on CustomerAttribute { key }',
  );

  expect(answer.errors).toBeUndefined();
  expect(answer.data._entities).not.toContain(null);
  expect(gateway.sorCalls()).toEqual(['GET /api/system_of_records']);
});

test('what is asked for upstream follows from the selection on the entity, fragments included', async () => {
  await using gateway = await startGateway({ sor: { profiles: 2 } });
  const { data } = await gateway.query('{ customerProfiles(first: 1) { nodes { customerId } } }');
  const [{ customerId }] = data.customerProfiles.nodes;
  gateway.sorCalls();

  await gateway.query(
    `query ($representations: [_Any!]!, $withNumber: Boolean = false) {
      _entities(representations: $representations) { ... on Node { ...Known } }
    }
    fragment Known on CustomerProfile {
      attribute(system: "SOR_767yUpsMJoTWi0mz", key: "contract_type") { string }
      attributes(systems: ["SOR_767yUpsMJoTWi0mz"], keys: ["hobbies"]) { values { set } }
      attribute2: attribute(system: "other", key: "number") @include(if: $withNumber) { number }
    }`,
    { representations: [{ __typename: 'CustomerProfile', customerId, customerIdType: 'USER_ID' }] },
  );

  expect(gateway.sorCalls()[0]).toBe(
    `GET /api/customer_profiles?attribute_keys=contract_type,hobbies&customer_id_type=user_id&customer_ids=${customerId}&num_per_page=1&sor_identifiers=SOR_767yUpsMJoTWi0mz`,
  );
});

test('joins below entities batch over all of them', async () => {
  await using gateway = await startGateway({
    hood: { samples: false, rows: { gdprRequests: 15 } },
    sor: { profiles: 50 },
  });

  const { data, errors } = await entities(
    gateway,
    hoodIds(15).map((hoodId) => ({ __typename: 'GdprRequest', hoodId })),
    '... on GdprRequest { customerProfile { id firstName } }',
  );

  expect(errors).toBeUndefined();
  expect(data._entities).not.toContain(null);
  expect(gateway.hoodCalls()).toHaveLength(15);
  expect(gateway.sorCalls().length).toBeLessThanOrEqual(2);
});

test('a failed call is an error in the place of each that it was for, all one failure', async () => {
  await using gateway = await startGateway({
    hood: { samples: false, rows: { exports: 2, customerData: 1 } },
  });
  gateway.hood.dials.fault = ({ line }) => (line.includes('exports') ? { kind: 'status', status: 400 } : undefined);

  const { data, errors } = await entities(
    gateway,
    [
      { __typename: 'HoodExport', hoodId: '2000001' },
      { __typename: 'CustomerData', hoodId: '2000001' },
      { __typename: 'HoodExport', hoodId: '2000002' },
    ],
    '__typename',
  );

  expect(data._entities).toEqual([null, { __typename: 'CustomerData' }, null]);
  expect(errors?.map(({ path }) => path)).toEqual([
    ['_entities', 0],
    ['_entities', 2],
  ]);
  expect(new Set(errors?.map(({ extensions }) => extensions['failureId'])).size).toBe(1);
});
