import { expect, test } from 'vitest';
import { type Gateway, startGateway } from '../../../support/gateway.ts';

const OUTCOME = `
  __typename
  ... on InvalidInputError { message issues { path message } }
  ... on UpstreamRejectedError { message api status }
`;

function update(gateway: Gateway, input: Record<string, unknown>, selection = 'hoodId') {
  return gateway.query(
    `mutation ($input: UpdateProfilePropertyInput!) {
      updateProfileProperty(input: $input) {
        ... on UpdateProfilePropertySuccess { profileProperty { ${selection} } } ${OUTCOME}
      }
    }`,
    { input },
  );
}

/** A row that may be changed. */
const OWN = {
  id: '7',
  label: 'tier',
  data_type: 'text',
  example: 'gold',
  description: 'Loyalty tier.',
  export_alias: 'tier',
  pi_data: 0,
  system: 0,
  importable: 1,
  exportable: 1,
};

test('a change is written, then the property is read as it now is', async () => {
  await using gateway = await startGateway();
  gateway.hood.replace('profileProperties', [OWN]);

  const { data, errors } = await update(
    gateway,
    { hoodId: '7', description: 'Changed.', exportAlias: 'level', piData: true, importable: false },
    'description exportAlias piData importable exportable example',
  );

  expect(errors).toBeUndefined();
  expect(gateway.hoodCalls()).toEqual([
    'PATCH /v1/hood/profile-properties/7',
    'GET /v1/hood/profile-properties?id=in:7&fields=description,example,export_alias,exportable,id,importable,pi_data&page=1,1',
  ]);
  expect(data.updateProfileProperty.profileProperty).toEqual({
    description: 'Changed.',
    exportAlias: 'level',
    piData: true,
    importable: false,
    exportable: true,
    example: 'gold',
  });
});

test('null empties a text', async () => {
  await using gateway = await startGateway();
  gateway.hood.replace('profileProperties', [OWN]);

  const { data } = await update(gateway, { hoodId: '7', example: null }, 'example description');

  expect(data.updateProfileProperty.profileProperty).toEqual({ example: null, description: 'Loyalty tier.' });
});

test('a change that selects nothing of the property is one call', async () => {
  await using gateway = await startGateway();
  gateway.hood.replace('profileProperties', [OWN]);

  await gateway.query('mutation { updateProfileProperty(input: { hoodId: "7", exportable: false }) { __typename } }');

  expect(gateway.hoodCalls()).toEqual(['PATCH /v1/hood/profile-properties/7']);
});

test.each<[mistake: string, input: Record<string, unknown>, issues: [path: string[], message: string][]]>([
  ['no change at all', { hoodId: '7' }, [[[], 'Expected at least one field to change.']]],
  ['a flag that is null', { hoodId: '7', piData: null }, [[['piData'], 'Expected true or false, not null.']]],
  [
    'an id that no path can hold, and no change',
    { hoodId: '..' },
    [
      [['hoodId'], 'Expected an id that Hood gave out.'],
      [[], 'Expected at least one field to change.'],
    ],
  ],
  [
    'an id, a flag and a text that are wrong',
    { hoodId: '', exportable: null, description: 'x'.repeat(2001) },
    [
      [['hoodId'], 'Expected an id that Hood gave out.'],
      [['description'], 'Expected at most 2000 characters.'],
      [['exportable'], 'Expected true or false, not null.'],
    ],
  ],
])('%s is bad input, and nothing is written', async (_mistake, input, issues) => {
  await using gateway = await startGateway();

  const { data, errors } = await update(gateway, input);

  expect(errors).toBeUndefined();
  expect(data.updateProfileProperty.__typename).toBe('InvalidInputError');
  expect(data.updateProfileProperty.issues).toEqual(issues.map(([path, message]) => ({ path, message })));
  expect(gateway.hoodCalls()).toEqual([]);
});

test.each<[what: string, id: string, row: Record<string, unknown>, status: number]>([
  ['one of Hood’s own properties', '7', { ...OWN, system: 1 }, 400],
  ['a property that does not exist', '8', OWN, 404],
])('a change of %s is a refusal as data', async (_what, hoodId, row, status) => {
  await using gateway = await startGateway();
  gateway.hood.replace('profileProperties', [row]);

  const { data, errors } = await update(gateway, { hoodId, example: 'x' });

  expect(errors).toBeUndefined();
  expect(data.updateProfileProperty).toMatchObject({
    __typename: 'UpstreamRejectedError',
    api: 'HOOD',
    status,
  });
  expect(gateway.hoodCalls()).toEqual([`PATCH /v1/hood/profile-properties/${hoodId}`]);
});
