import { expect, test } from 'vitest';
import { type Gateway, type GatewayOptions, startGateway } from '../../../support/gateway.ts';

const LIST = 'GET /v1/hood/profile-properties?';
const KEY_FIELDS = 'id,label,property,target';

/** A gateway with one custom system, `S`, that has these keys, and these properties in Hood. */
async function withKeys(
  keys: readonly string[],
  properties: readonly Record<string, unknown>[],
  options: GatewayOptions = {},
): Promise<Gateway> {
  const gateway = await startGateway({ ...options, sor: { profiles: 0, samples: false, ...options.sor } });
  gateway.sor.insertSystems([
    {
      ...{ identifier: 'S', name: 'S', type: 'custom', apiKeys: [] },
      attributes: keys.map((key) => ({ key, type: 'String', identifier: `FACA_${key}` })),
    },
  ]);
  gateway.hood.replace(
    'profileProperties',
    properties.map((row, index) => ({ id: String(index + 1), ...row })),
  );
  return gateway;
}

const DEFINITIONS = '{ systemsOfRecord { nodes { customerAttributes { key property { label piData } } } } }';

test('the properties of all attributes are one call', async () => {
  await using gateway = await withKeys(
    ['city', 'region', 'unknown'],
    [
      { label: 'region', pi_data: 1 },
      { label: 'city', pi_data: 0 },
      { label: 'other', pi_data: 0 },
    ],
  );

  const { data, errors } = await gateway.query(DEFINITIONS);

  expect(errors).toBeUndefined();
  expect(data.systemsOfRecord.nodes[0].customerAttributes).toEqual([
    { key: 'city', property: { label: 'city', piData: false } },
    { key: 'region', property: { label: 'region', piData: true } },
    { key: 'unknown', property: null },
  ]);
  expect(gateway.hoodCalls()).toEqual([
    `${LIST}label=in:city,region,unknown&fields=id,label,pi_data,property,target&page=1,3`,
  ]);
  expect(gateway.sorCalls()).toEqual(['GET /api/system_of_records']);
});

test('the properties of all values of a list of profiles are one call, each key asked for once', async () => {
  await using gateway = await startGateway({ sor: { profiles: 60, samples: false } });
  gateway.hood.replace('profileProperties', [{ id: '1', label: 'first_name', pi_data: 1 }]);

  const { data, errors } =
    await gateway.query(`{ customerProfiles(first: 20, filter: { customerIdType: USER_ID }) { nodes {
    attributes(systems: ["global"], keys: ["first_name", "country"]) { values { key property { piData } } }
    attribute(system: "global", key: "first_name") { property { hoodId } }
  } } }`);

  expect(errors).toBeUndefined();
  expect(gateway.hoodCalls()).toHaveLength(1);
  expect(gateway.hoodCalls()).toEqual([]);
  for (const { attributes, attribute } of data.customerProfiles.nodes) {
    expect(attribute).toEqual({ property: { hoodId: '1' } });
    expect(attributes[0].values).toContainEqual({ key: 'first_name', property: { piData: true } });
    expect(attributes[0].values).toContainEqual({ key: 'country', property: null });
  }
});

test('a key with a comma, or none, has no property, without a call', async () => {
  await using gateway = await withKeys(['a,b', ','], [{ label: 'a,b' }, { label: 'a' }]);

  const { data, errors } = await gateway.query(DEFINITIONS);

  expect(errors).toBeUndefined();
  expect(data.systemsOfRecord.nodes[0].customerAttributes).toEqual([
    { key: 'a,b', property: null },
    { key: ',', property: null },
  ]);
  expect(gateway.hoodCalls()).toEqual([]);
});

test('keys are cut into calls by their length alone, 4 kB each', async () => {
  const short = Array.from({ length: 300 }, (_, n) => `key_${n}`);
  await using gateway = await withKeys(short, [{ label: 'key_7' }, { label: 'key_299' }]);

  const few = await gateway.query(DEFINITIONS);

  expect(gateway.hoodCalls()).toHaveLength(1);
  const found = (data: typeof few.data) =>
    data.systemsOfRecord.nodes[0].customerAttributes
      .filter(({ property }: { property: unknown }) => property !== null)
      .map(({ key }: { key: string }) => key);
  expect(found(few.data)).toEqual(['key_7', 'key_299']);
});

test('long keys take several calls, none of them longer than 4 kB of keys', async () => {
  const long = Array.from({ length: 100 }, (_, n) => `${'é'.repeat(20)}_${n}`);
  await using gateway = await withKeys(long, [{ label: long[0] }, { label: long[99] }]);

  const { data } = await gateway.query(DEFINITIONS);

  const properties = data.systemsOfRecord.nodes[0].customerAttributes.map(
    ({ property }: { property: unknown }) => property,
  );
  expect(properties[0]).toMatchObject({ label: long[0] });
  expect(properties[99]).toMatchObject({ label: long[99] });
  expect(gateway.hood.calls).toHaveLength(4);
  for (const { rawTarget } of gateway.hood.calls) expect(rawTarget.length).toBeLessThan(4_200);
});

test('more properties than one page holds are read on', async () => {
  const keys = Array.from({ length: 250 }, (_, n) => `k${n}`);
  await using gateway = await withKeys(
    keys,
    keys.map((label) => ({ label })),
  );

  const { data } = await gateway.query(DEFINITIONS);

  expect(
    data.systemsOfRecord.nodes[0].customerAttributes.map(({ property }: { property: unknown }) => property),
  ).toEqual(keys.map((label) => ({ label, piData: null })));
  expect(gateway.hoodCalls().map((line) => /page=.*/.exec(line)?.[0])).toEqual([
    'page=1,100',
    'page=1,100',
    'page=1,50',
  ]);
});

test.each<[row: Record<string, unknown>]>([
  [{ label: 'city' }],
  [{ property: 'city', label: null }],
  [{ target: 'city' }],
  [{ label: 'city', property: 'other', target: 'other' }],
])('a property goes by its label, else by its older names: %j', async (row) => {
  await using gateway = await withKeys(['city'], []);
  gateway.hood.dials.fault = () => ({ kind: 'body', body: { total: 1, items: [{ id: '1', ...row }] } });

  const { data } = await gateway.query(
    '{ systemsOfRecord { nodes { customerAttributes { property { hoodId } } } } profileProperties { nodes { customerAttributes { key } } } }',
  );

  expect(data.systemsOfRecord.nodes[0].customerAttributes).toEqual([{ property: { hoodId: '1' } }]);
  expect(data.profileProperties.nodes).toEqual([{ customerAttributes: [{ key: 'city' }] }]);
});

test('properties that were not asked for, and rows that are none, are never used', async () => {
  await using gateway = await withKeys(['city', 'region'], []);
  const items = [null, { id: '1', label: 'other' }, { label: 'city' }, { id: '3', label: 'region' }];
  gateway.hood.dials.fault = () => ({ kind: 'body', body: { total: items.length, items } });

  const { data, errors } = await gateway.query(DEFINITIONS);

  expect(errors).toBeUndefined();
  expect(data.systemsOfRecord.nodes[0].customerAttributes).toEqual([
    { key: 'city', property: null },
    { key: 'region', property: { label: 'region', piData: null } },
  ]);
  expect(gateway.hoodCalls()).toHaveLength(1);
});

test('the attributes of all properties are one list of systems, from all of them', async () => {
  await using gateway = await withKeys(
    ['city', 'region'],
    [{ label: 'city' }, { label: 'none' }, { target: 'region' }, { description: 'without a key' }],
  );
  gateway.sor.insertSystems([
    {
      ...{ identifier: 'T', name: 'T', type: 'app', apiKeys: [] },
      attributes: [{ key: 'city', type: 'Set', identifier: 'FACA_T' }],
    },
  ]);

  const { data, errors } = await gateway.query(
    '{ profileProperties { nodes { hoodId customerAttributes { identifier systemIdentifier } } } }',
  );

  expect(errors).toBeUndefined();
  const city = { identifier: 'FACA_city', systemIdentifier: 'S' };
  expect(data.profileProperties.nodes).toHaveLength(4);
  expect(data.profileProperties.nodes).toEqual(
    expect.arrayContaining([
      { hoodId: '1', customerAttributes: [city, { identifier: 'FACA_T', systemIdentifier: 'T' }] },
      { hoodId: '2', customerAttributes: [] },
      { hoodId: '3', customerAttributes: [{ identifier: 'FACA_region', systemIdentifier: 'S' }] },
      { hoodId: '4', customerAttributes: [] },
    ]),
  );
  expect(gateway.hoodCalls()).toEqual([`${LIST}fields=${KEY_FIELDS}&page=1,20`]);
  expect(gateway.sorCalls()).toEqual(['GET /api/system_of_records']);
});

test('there and back: properties, their attributes and their properties are three calls', async () => {
  await using gateway = await withKeys(['city'], [{ label: 'city', pi_data: 1 }]);

  const { data } = await gateway.query(
    '{ profileProperties { nodes { label customerAttributes { key property { piData } } } } }',
  );

  expect(data.profileProperties.nodes).toEqual([
    { label: 'city', customerAttributes: [{ key: 'city', property: { piData: true } }] },
  ]);
  expect(gateway.sorCalls()).toHaveLength(1);
  expect(gateway.hoodCalls()).toHaveLength(2);
});

test('Hood being down nulls the properties alone: one failure, one line in the log', async () => {
  await using gateway = await withKeys(['city', 'region'], []);
  gateway.hood.dials.fault = () => ({ kind: 'status', status: 501 });

  const { data, errors } = await gateway.query(DEFINITIONS);

  expect(data.systemsOfRecord.nodes[0].customerAttributes).toEqual([
    { key: 'city', property: null },
    { key: 'region', property: null },
  ]);
  expect(errors).toHaveLength(2);
  expect(new Set(errors?.map(({ extensions }) => extensions.failureId)).size).toBe(1);
  expect(gateway.logged.filter((line) => line.includes('upstream call failed'))).toHaveLength(1);
});

test('the System of Record being down nulls the attributes alone', async () => {
  await using gateway = await withKeys([], [{ label: 'city' }, { label: 'region' }]);
  gateway.sor.api.dials.fault = () => ({ kind: 'status', status: 501 });

  const { data, errors } = await gateway.query(
    '{ profileProperties { nodes { customerAttributes { key } } totalCount } }',
  );

  expect(data.profileProperties).toEqual({
    nodes: Array(2).fill({ customerAttributes: null }),
    totalCount: 2,
  });
  expect(errors).toHaveLength(2);
  expect(new Set(errors?.map(({ extensions }) => extensions.failureId)).size).toBe(1);
  expect(gateway.logged.filter((line) => line.includes('upstream call failed'))).toHaveLength(1);
});
