import { expect, test } from 'vitest';
import { startGateway } from '../../../support/gateway.ts';

const SYSTEM = 'SOR-SDK_2a116e0767a7dc76e85d566';

test('a call carries the token, and asks for version 2 as the page does: without naming a version', async () => {
  await using gateway = await startGateway();
  await gateway.query('{ customerProfiles(first: 1) { nodes { customerId } } }');
  const [call] = gateway.sor.api.calls;
  expect(call?.headers).toMatchObject({ accept: 'application/json', authorization: `Token ${gateway.sor.token}` });
});

test('the error of the page tells its status and its sentence', async () => {
  await using gateway = await startGateway();
  const body = { status: '400', success: false, error_message: 'Param xxxxx is not valid' };
  gateway.sor.api.dials.fault = () => ({ kind: 'status', status: 400, body });

  const { data, errors } = await gateway.query('{ customerProfiles { totalCount } }');

  expect(data).toEqual({ customerProfiles: null });
  expect(errors).toMatchObject([
    {
      message: 'System of Record rejected the request with status 400: Param xxxxx is not valid.',
      extensions: { upstream: { api: 'SOR', status: 400, title: 'Param xxxxx is not valid' } },
    },
  ]);
});

test('one customer is viewed with the systems and keys that are selected', async () => {
  await using gateway = await startGateway();
  const result = [
    {
      customer_id: 'weber,maximillian',
      customer_id_type: 'user_id',
      attributes: { [SYSTEM]: { favorite_team: 'PSG' } },
      applications: [],
    },
  ];
  gateway.sor.api.dials.fault = () => ({ kind: 'body', body: { success: true, result } });

  const { data, errors } = await gateway.query(`{ customerProfile(customerId: "weber,maximillian") {
    customerId
    attributes(systems: ["${SYSTEM}"], keys: ["favorite_team"]) { systemIdentifier values { key value } }
  } }`);

  expect(errors).toBeUndefined();
  expect(gateway.sorCalls()).toEqual([
    `GET /api/customer_profiles/weber,maximillian?attribute_keys=favorite_team&customer_id_type=user_id&sor_identifiers=${SYSTEM}`,
  ]);
  expect(data.customerProfile).toEqual({
    customerId: 'weber,maximillian',
    attributes: [{ systemIdentifier: SYSTEM, values: [{ key: 'favorite_team', value: 'PSG' }] }],
  });
});

test('a value that was removed before `since` is no change, one that was removed later is', async () => {
  await using gateway = await startGateway();
  const before = Date.parse('2019-06-01T00:00:00Z');
  const later = Date.parse('2020-06-01T00:00:00Z');
  const removed = (since: number) => ({ value: null, since, held: since - 1_000 });
  gateway.sor.insertProfiles([
    {
      customerId: 'jeanne',
      updated: later,
      values: { SOR_XXXX: { contract_type: removed(before), favorite_team: removed(later), city: 'Porto' } },
    },
  ]);

  const { data } = await gateway.query(
    '{ customerProfileChanges(since: "2020-01-01T00:00:00Z") { nodes { changes(keys: ["contract_type", "favorite_team"]) { key removed } } } }',
  );

  expect(data.customerProfileChanges.nodes).toEqual([{ changes: [{ key: 'favorite_team', removed: true }] }]);
});
