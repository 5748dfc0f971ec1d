import { expect, test } from 'vitest';
import { startGateway } from '../../../support/gateway.ts';

const APP = 'SOR-SDK_your.package.name';
const CUSTOM = 'SOR_767yUpsMJoTWi0mz';
const REJECTED = '__typename ... on UpstreamRejectedError { api status }';
const REFUSED = { __typename: 'UpstreamRejectedError', api: 'SOR', status: 400 };

test.each([
  ['GLOBAL', ['Global SoR for Your Entity']],
  ['CUSTOM', ['Insurance back office', 'My Custom SoR']],
  ['APP', ['SOR for app ABC', 'SOR for app DEF', 'SOR for app Sandbox', 'SOR for app XYZ']],
])('the systems of the type %s are listed, and no others', async (type, names) => {
  await using gateway = await startGateway();
  const { data } = await gateway.query(`{ systemsOfRecord(type: ${type}) { nodes { name type } } }`);
  expect(data.systemsOfRecord.nodes.map((node: { type: string }) => node.type)).toContain(type);
  expect(data.systemsOfRecord.nodes.map(({ name }: { name: string }) => name).sort()).toEqual(names);
});

test('a type of system that the API does not know is a mistake of the caller, without a call', async () => {
  await using gateway = await startGateway();
  const { errors } = await gateway.query('{ systemsOfRecord(type: PARTNER) { totalCount } }');
  expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
  expect(gateway.sorCalls()).toEqual([]);
});

test('a system of an app is neither renamed nor deleted: the refusal is data, and the system stays', async () => {
  await using gateway = await startGateway();

  const { data, errors } = await gateway.query(`mutation {
    renameSystemOfRecord(input: { identifier: "${APP}", name: "Mine" }) { ${REJECTED} }
    deleteSystemOfRecord(input: { identifier: "${APP}" }) { ${REJECTED} }
  }`);

  expect(errors).toBeUndefined();
  expect(data).toEqual({ renameSystemOfRecord: REFUSED, deleteSystemOfRecord: REFUSED });
  expect(await gateway.query(`{ systemOfRecord(identifier: "${APP}") { name } }`)).toEqual({
    data: { systemOfRecord: { name: 'SOR for app XYZ' } },
  });
});

test('a system that is disabled cannot be disabled again', async () => {
  await using gateway = await startGateway();

  const { data } = await gateway.query(`mutation {
    once: disableSystemOfRecord(input: { identifier: "${CUSTOM}" }) { ${REJECTED} }
    twice: disableSystemOfRecord(input: { identifier: "${CUSTOM}" }) { ${REJECTED} }
  }`);

  expect(data).toEqual({ once: { __typename: 'DisableSystemOfRecordSuccess' }, twice: REFUSED });
});
