import { expect, test } from 'vitest';
import { type Gateway, startGateway } from '../../../support/gateway.ts';

const GLOBAL = 'SOR_id3nt1f13r';
const APP_SYSTEM = 'SOR-SDK_2a116e0767a7dc76e85d566';
const CHANGES = 'GET /api/customer_profiles?';
const LIST = 'GET /api/system_of_records';

/** A gateway to which thirty customers with an app have changed. */
async function withChanges(): Promise<Gateway> {
  const gateway = await startGateway();
  const updated = Date.parse('2030-01-01T00:00:00Z');
  const customers = Array.from({ length: 30 }, (_, index) => ({
    ...{ customerId: `c${index}`, updated, values: { [GLOBAL]: { city: 'Porto' }, SOR_XXXX: { languages: ['a'] } } },
    installations: [{ appId: 'FAAPPLI_1', systemIdentifier: APP_SYSTEM, deviceId: `D${index}` }],
  }));
  gateway.sor.insertProfiles(customers);
  gateway.hood.replace('profileProperties', [{ id: '1', label: 'city', pi_data: 1 }]);
  return gateway;
}

async function changesOf(gateway: Gateway, selection: string) {
  const { data, errors } = await gateway.query(
    `{ customerProfileChanges(since: "2029-01-01T00:00:00Z", first: 30) { nodes { ${selection} } } }`,
  );
  expect(errors).toBeUndefined();
  expect(data.customerProfileChanges.nodes).toHaveLength(30);
  return data.customerProfileChanges.nodes;
}

test('the definitions, systems and properties of all changes are one call each', async () => {
  await using gateway = await withChanges();

  const nodes = await changesOf(
    gateway,
    'changes { key definition { valueType } property { piData } systemOfRecord { type } }',
  );

  expect(new Set(nodes.map((node: unknown) => JSON.stringify(node)))).toEqual(
    new Set([
      JSON.stringify({
        changes: [
          {
            key: 'city',
            definition: { valueType: 'STRING' },
            property: { piData: true },
            systemOfRecord: { type: 'GLOBAL' },
          },
          { key: 'languages', definition: { valueType: 'SET' }, property: null, systemOfRecord: { type: 'CUSTOM' } },
        ],
      }),
    ]),
  );
  expect(gateway.sorCalls()).toEqual([expect.stringContaining(CHANGES), LIST]);
  expect(gateway.hoodCalls()).toHaveLength(1);
});

test('the applications of a change are used, not asked for again', async () => {
  await using gateway = await withChanges();

  const nodes = await changesOf(gateway, 'profile { customerId applications { appId installations { deviceId } } }');

  expect(nodes[7].profile).toEqual({
    customerId: 'c7',
    applications: [{ appId: 'FAAPPLI_1', installations: [{ deviceId: 'D7' }] }],
  });
  expect(gateway.sorCalls()).toHaveLength(1);
});

test('whatever else is selected of the customers is looked up, with their applications, by one call', async () => {
  await using gateway = await withChanges();

  const nodes = await changesOf(gateway, 'profile { city applications { appId } }');

  expect(nodes[7].profile).toEqual({ city: 'Porto', applications: [{ appId: 'FAAPPLI_1' }] });
  expect(gateway.sorCalls()).toHaveLength(2);
});

test('an API that leaves applications out of its changes is asked for them', async () => {
  await using gateway = await withChanges();
  gateway.sor.api.dials.lie = ({ line }, honest) => {
    if (!line.includes('updated_since')) return honest;
    return JSON.parse(JSON.stringify(honest), (name, value) => (name === 'applications' ? undefined : value));
  };

  const nodes = await changesOf(gateway, 'profile { applications { appId } }');

  expect(nodes[7].profile).toEqual({ applications: [{ appId: 'FAAPPLI_1' }] });
  expect(gateway.sorCalls()).toHaveLength(2);
});
