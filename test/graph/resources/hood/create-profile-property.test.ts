import { expect, test } from 'vitest';
import { type Gateway, startGateway } from '../../../support/gateway.ts';

const OUTCOME = `
  __typename
  ... on InvalidInputError { message issues { path message } }
  ... on UpstreamRejectedError { message api status }
`;

function create(gateway: Gateway, input: Record<string, unknown>, selection = 'hoodId') {
  return gateway.query(
    `mutation ($input: CreateProfilePropertyInput!) {
      createProfileProperty(input: $input) {
        ... on CreateProfilePropertySuccess { profileProperty { ${selection} } } ${OUTCOME}
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

test('the creation that the vendor documents gives the documented property in one call', async () => {
  await using gateway = await startGateway();

  const { data, errors } = await create(
    gateway,
    {
      label: 'my_region',
      dataType: 'TEXT',
      example: 'northern_europe',
      description:
        'Custom region information associated with the profile. Can be used to group or filter profiles based on regional segmentation defined by your organization.',
      exportAlias: 'region_name',
      piData: true,
      importable: true,
      exportable: true,
    },
    'id hoodId companyId label dataType importAliases exportAlias piData system createTime updateTime',
  );

  expect(errors).toBeUndefined();
  expect(gateway.hoodCalls()).toEqual(['POST /v1/hood/profile-properties']);
  expect(data.createProfileProperty).toEqual({
    __typename: 'CreateProfilePropertySuccess',
    profileProperty: {
      id: Buffer.from('ProfileProperty:1000105').toString('base64url'),
      hoodId: '1000105',
      companyId: '7196310',
      label: 'my_region',
      dataType: 'TEXT',
      importAliases: ['region_name'],
      exportAlias: 'region_name',
      piData: true,
      system: true,
      createTime: '2025-01-29T12:47:00Z',
      updateTime: '2025-01-30T14:27:26Z',
    },
  });
});

test('a label is enough, and null is the same as leaving a field out', async () => {
  await using gateway = await startGateway();
  const defaults = { dataType: 'TEXT', example: null, exportAlias: null, piData: false, importable: true };
  const selection = 'dataType example exportAlias piData importable';

  const plain = await create(gateway, { label: 'a' }, selection);
  const nulls = await create(
    gateway,
    { label: 'b', dataType: null, example: null, description: null, exportAlias: null, piData: null },
    selection,
  );

  expect(plain.data.createProfileProperty.profileProperty).toEqual(defaults);
  expect(nulls.data.createProfileProperty.profileProperty).toEqual(defaults);
});

test('what Hood leaves out of its answer is read afterwards, if it was asked for', async () => {
  await using gateway = await startGateway();
  gateway.hood.replace('profileProperties', [OWN]);
  gateway.hood.dials.fault = ({ line }) =>
    line.startsWith('POST') ? { kind: 'status', status: 201, body: { id: '7', label: 'tier' } } : undefined;

  const partial = await create(gateway, { label: 'tier' }, 'hoodId example');
  expect(partial.data.createProfileProperty.profileProperty).toEqual({ hoodId: '7', example: 'gold' });
  expect(gateway.hoodCalls()).toEqual([
    'POST /v1/hood/profile-properties',
    'GET /v1/hood/profile-properties?id=in:7&fields=example,id&page=1,1',
  ]);

  await create(gateway, { label: 'tier' }, 'hoodId');
  expect(gateway.hoodCalls()).toEqual(['POST /v1/hood/profile-properties']);
});

const FOUND =
  'GET /v1/hood/profile-properties?label=eq:tier&fields=create_time,id,label,property,target&page=1,2&sort=-create_time';

test.each([
  ['nothing', undefined],
  ['null', null],
  ['an object without an id', {}],
])('a creation that is answered with %s succeeded: the property is found by its label', async (_, answer) => {
  await using gateway = await startGateway();
  gateway.hood.dials.lie = ({ line }, honest) => (line.startsWith('POST') ? answer : honest);

  const { data, errors } = await create(gateway, { label: 'tier' }, 'hoodId label');

  expect(errors).toBeUndefined();
  expect(data.createProfileProperty).toEqual({
    __typename: 'CreateProfilePropertySuccess',
    profileProperty: { hoodId: expect.stringMatching(/^\d+$/), label: 'tier' },
  });
  expect(gateway.hoodCalls()).toEqual(['POST /v1/hood/profile-properties', FOUND]);
});

const NEW = { ...OWN, id: '8', create_time: new Date().toISOString().slice(0, 19).replace('T', ' ') };

test.each<[name: string, rows: object[], hoodId: string | undefined]>([
  ['the newest of several', [OWN, NEW], '8'],
  ['none of several that are as new', [{ ...NEW, id: '9' }, NEW], undefined],
  ['none that is older than a day', [{ ...OWN, create_time: '2025-02-01 00:00:00' }], undefined],
  ['none of another label', [{ ...OWN, label: 'other' }], undefined],
  ['none where there is none', [], undefined],
])('a creation that is answered with nothing gives %s', async (_, rows, hoodId) => {
  await using gateway = await startGateway();
  gateway.hood.dials.fault = ({ line }) =>
    line.startsWith('POST')
      ? { kind: 'status', status: 204 }
      : { kind: 'body', body: { total: rows.length, items: rows } };

  const { data, errors } = await create(gateway, { label: 'tier' });

  expect(errors).toBeUndefined();
  expect(data.createProfileProperty).toEqual({
    __typename: 'CreateProfilePropertySuccess',
    profileProperty: hoodId === undefined ? null : { hoodId },
  });
});

test('a creation whose property cannot be read again is a success all the same', async () => {
  await using gateway = await startGateway();
  gateway.hood.dials.fault = ({ line }) => ({ kind: 'status', status: line.startsWith('POST') ? 201 : 501 });

  const { data, errors } = await create(gateway, { label: 'tier' });

  expect(data.createProfileProperty).toEqual({
    __typename: 'CreateProfilePropertySuccess',
    profileProperty: null,
  });
  expect(errors).toMatchObject([{ path: ['createProfileProperty', 'profileProperty'] }]);
  expect(errors?.[0]?.extensions).not.toHaveProperty('outcome');
});

test('a label that is taken is a refusal as data', async () => {
  await using gateway = await startGateway();
  await create(gateway, { label: 'tier' });

  const { data, errors } = await create(gateway, { label: 'tier' });

  expect(errors).toBeUndefined();
  expect(data.createProfileProperty).toEqual({
    __typename: 'UpstreamRejectedError',
    message: 'Hood rejected the request with status 400: Bad request. The request body is not valid.',
    api: 'HOOD',
    status: 400,
  });
});

test('every mistake of a creation is told at once, without a call', async () => {
  await using gateway = await startGateway();

  const { data, errors } = await create(gateway, { label: ' ', description: 'x'.repeat(2001) });

  expect(errors).toBeUndefined();
  expect(data.createProfileProperty).toEqual({
    __typename: 'InvalidInputError',
    message: 'Expected a label that is not empty (and 1 more).',
    issues: [
      { path: ['label'], message: 'Expected a label that is not empty.' },
      { path: ['description'], message: 'Expected at most 2000 characters.' },
    ],
  });
  expect(gateway.hoodCalls()).toEqual([]);
});

test.each([409, 422])('status %i of a creation is data', async (status) => {
  await using gateway = await startGateway();
  gateway.hood.dials.fault = () => ({ kind: 'status', status });

  const { data, errors } = await create(gateway, { label: 'tier' });

  expect(errors).toBeUndefined();
  expect(data.createProfileProperty).toMatchObject({ __typename: 'UpstreamRejectedError', status });
});

test.each<[status: number, code: string]>([
  [401, 'UPSTREAM_UNAVAILABLE'],
  [429, 'RATE_LIMITED'],
  [500, 'UPSTREAM_UNAVAILABLE'],
])('status %i of a creation is an error, and it is sent only once', async (status, code) => {
  await using gateway = await startGateway();
  gateway.hood.dials.fault = () => ({ kind: 'status', status, headers: { 'retry-after': '60' } });

  const { data, errors } = await create(gateway, { label: 'tier' });

  expect(data).toEqual({ createProfileProperty: null });
  expect(errors).toMatchObject([{ extensions: { code, upstream: { api: 'HOOD', status } } }]);
  expect(gateway.hoodCalls()).toEqual(['POST /v1/hood/profile-properties']);
});
