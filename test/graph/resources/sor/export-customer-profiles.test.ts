import { expect, test } from 'vitest';
import { type Gateway, startGateway } from '../../../support/gateway.ts';

const MUTATION = `mutation ($input: ExportCustomerProfilesInput!) {
  exportCustomerProfiles(input: $input) {
    __typename
    ... on ExportCustomerProfilesSuccess { downloadUrl expiresAt }
    ... on InvalidInputError { issues { path message } }
  }
}`;

async function exported(gateway: Gateway, input: object) {
  const { data, errors } = await gateway.query(MUTATION, { input });
  expect(errors).toBeUndefined();
  return data.exportCustomerProfiles;
}

/** The query that the API is asked with when the link is opened. */
async function askedFor(gateway: Gateway, input: object): Promise<string[]> {
  const { downloadUrl } = await exported(gateway, input);
  await (await gateway.fetch(downloadUrl)).text();
  return gateway.sorCalls();
}

test('an export is a link for five minutes, and costs no call', async () => {
  await using gateway = await startGateway({ env: { PUBLIC_URL: 'https://graph.example.com' } });
  const before = Math.floor(Date.now() / 1000) * 1000;

  const { __typename, downloadUrl, expiresAt } = await exported(gateway, {});

  expect(__typename).toBe('ExportCustomerProfilesSuccess');
  expect(downloadUrl).toMatch(
    /^https:\/\/graph\.example\.com\/profile-exports\/[\w-]+\/download\?expires=\d+&caller=[\w-]+&signature=[\w-]{43}$/,
  );
  expect(Date.parse(expiresAt) - before).toBeGreaterThanOrEqual(300_000);
  expect(Date.parse(expiresAt) - Date.now()).toBeLessThanOrEqual(300_000);
  expect(gateway.sorCalls()).toEqual([]);
  expect(downloadUrl).not.toContain(gateway.sor.token);
});

const ROUTE = 'GET /api/customer_profiles/export';

test.each<[input: object, calls: string[]]>([
  [{}, [ROUTE]],
  [{ customerIdType: null, systems: null, attributeKeys: null, updatedSince: null }, [ROUTE]],
  [
    {
      customerIdType: 'DEVICE_ID',
      systems: ['SOR-SDK_your.package.name', 'SOR_767yUpsMJoTWi0mz'],
      attributeKeys: ['favorite_team', 'é & ü'],
      updatedSince: '2020-01-02T03:04:05+01:00',
    },
    [
      `${ROUTE}?attribute_keys=favorite_team,é & ü&customer_id_type=device_id&sor_identifiers=SOR-SDK_your.package.name,SOR_767yUpsMJoTWi0mz&updated_since=2020-01-02T02:04:05.000Z`,
    ],
  ],
  [
    { systems: ['global', 'SOR_id3nt1f13r', 'SOR_767yUpsMJoTWi0mz'] },
    ['GET /api/system_of_records', `${ROUTE}?sor_identifiers=SOR_id3nt1f13r,SOR_767yUpsMJoTWi0mz`],
  ],
])('opening the link of %j asks the API for just that', async (input, calls) => {
  await using gateway = await startGateway();
  expect(await askedFor(gateway, input)).toEqual(calls);
});

test('all that is wrong is told at once', async () => {
  await using gateway = await startGateway();
  const { issues } = await exported(gateway, { systems: [], attributeKeys: ['a,b', ''] });
  expect(issues.map(({ path }: { path: string[] }) => path.join('.'))).toEqual([
    'systems',
    'attributeKeys.0',
    'attributeKeys.1',
  ]);
  const long = await exported(gateway, { attributeKeys: ['é'.repeat(1_000)] });
  expect(long.issues).toEqual([{ path: [], message: 'Expected at most 4 kB of systems and keys.' }]);
});
