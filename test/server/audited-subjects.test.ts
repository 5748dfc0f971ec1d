import { expect, test } from 'vitest';
import { globalId } from '../../src/graph/node-ids.ts';
import { imports } from '../graph/scopes/scoped-gateway.ts';
import { auditFile, found, foundIn, HEADERS, LOCKED, linesOf } from '../support/audit.ts';
import { startGateway } from '../support/gateway.ts';

test('the user of a device is recorded, whom no profile was read of', async () => {
  await using file = await auditFile();
  await using gateway = await startGateway({ env: { ...LOCKED, AUDIT: file.path }, sor: { profiles: 20 } });
  const { data } = await gateway.query(
    '{ customerProfiles(first: 1, filter: { customerIdType: DEVICE_ID }) { nodes { lastUser { customerId } } } }',
    {},
    HEADERS,
  );
  const [{ lastUser }] = data.customerProfiles.nodes;
  expect(await found(lastUser.customerId, file.path)).toEqual(['certain\tsecret\tread\tdesk']);
});

const PROFILE = globalId('CustomerProfile', 'user_id:ann');
const NAMING = [
  '{ customerProfile(customerId: "ann") { customerId } }',
  '{ customerProfile(customerId: "ann", customerIdType: DEVICE_ID) { lastUser { customerId } } }',
  '{ customerProfiles(filter: { customerIds: ["bo", "ann"] }) { totalCount } }',
  `{ node(id: "${PROFILE}") { ... on CustomerProfile { firstName customerId applications { appId } } } }`,
  `{ nodes(ids: ["${PROFILE}"]) { ... on CustomerProfile { applications { appId } } } }`,
  '{ _entities(representations: [{ __typename: "CustomerProfile", customerId: "ann", customerIdType: "USER_ID" }]) { ... on CustomerProfile { attributes { values { value } } } } }',
  '{ gdprRequest(hoodId: "ann") { status } }',
  `{ node(id: "${globalId('GdprRequest', 'ann')}") { ... on GdprRequest { status } } }`,
  '{ gdprRequests(filter: { clientId: { in: ["bo", "ann"] } }) { nodes { status } } }',
  '{ gdprRequests(filter: { clientId: { neq: "ann" } }) { totalCount } }',
  '{ gdprRequests(filter: { clientId: { notIn: ["bo", "ann"] } }) { totalCount } }',
  '{ gdprRequests(search: { text: "ann", in: [CLIENT_ID] }) { totalCount } }',
  '{ attributeImport(importId: "import_1") { errors(customerId: "ann") { totalCount } } }',
];

test.each([
  ['nothing is found', {}, undefined],
  ['nothing is shown', { GATEWAY_SCOPES: 'gdpr:read' }, undefined],
  ['the API fails', {}, { kind: 'status', status: 500 }],
] as const)('whoever asks for somebody by name is recorded, also where %s', async (_, env, fault) => {
  await using gateway = await startGateway({ env: { ...LOCKED, ...env }, hood: { rows: 0 }, sor: { profiles: 3 } });
  gateway.hood.dials.fault = () => fault;
  gateway.sor.api.dials.fault = (call) => (call.line.includes('import_jobs') ? undefined : fault) ?? imports(call);
  for (const query of NAMING) {
    gateway.logged.length = 0;
    await gateway.query(query, {}, HEADERS);
    expect([query, await foundIn('ann', gateway.logged)]).toEqual([query, ['certain\tsecret\tread\tdesk']]);
  }
});

test('so is whoever has somebody asked for whom a request names', async () => {
  await using gateway = await startGateway({ env: LOCKED, sor: { profiles: 3 } });
  gateway.hood.replace('gdprRequests', [{ id: '1', subject_information: { email: 'ann' } }]);
  await gateway.query('{ gdprRequests { nodes { subjectInformation { customerProfile { city } } } } }', {}, HEADERS);
  expect(await foundIn('ann', gateway.logged)).toEqual(['certain\tsecret\tread\tdesk']);
});

test.each(['subject', 'requester'])('who reads a request is found by the address of its %s', async (owner) => {
  await using gateway = await startGateway({ env: LOCKED });
  gateway.hood.replace('gdprRequests', [{ id: '1', [`${owner}_information`]: { email: 'ann@example.com' } }]);
  await gateway.query(`{ gdprRequests { nodes { ${owner}Information { fullName } } } }`, {}, HEADERS);
  expect(await foundIn('ann@example.com', gateway.logged)).toEqual(['certain\tsecret\tread\tdesk']);
});

const WRITING: [mutation: string, input: string, id: string][] = [
  ['createGdprRequest', 'subjectInformation: { email: "ann@example.com" }', 'ann@example.com'],
  ['updateGdprRequest', 'hoodId: "1", requesterInformation: { email: "ann@example.com" }', 'ann@example.com'],
  ['renameSystemOfRecord', 'identifier: "SOR_XXXX", name: "Shop"', 'SOR_XXXX'],
  ['disableSystemOfRecord', 'identifier: "SOR_XXXX"', 'SOR_XXXX'],
  ['deleteSystemOfRecord', 'identifier: "SOR_XXXX"', 'SOR_XXXX'],
];

test.each(WRITING)('%s is found by whom or what its input names', async (mutation, input, id) => {
  await using gateway = await startGateway({ env: LOCKED });
  await gateway.query(`mutation { ${mutation}(input: { ${input} }) { __typename } }`, {}, HEADERS);
  const lines = await foundIn(id, gateway.logged);
  expect(lines[0]).toBe(`certain\tsecret\twrite ${mutation}\tdesk`);
});

test('a device that is named among installations is recorded with its user', async () => {
  await using file = await auditFile();
  await using gateway = await startGateway({ env: { ...LOCKED, AUDIT: file.path }, sor: { profiles: 4 } });
  const query = '{ customerProfiles { nodes { applications { installations { deviceId } } } } }';
  const { data } = await gateway.query(query, {}, HEADERS);
  const [, deviceId = ''] = /"deviceId":"([^"]+)"/.exec(JSON.stringify(data)) ?? [];
  expect(await found(deviceId, file.path)).toEqual(['certain\tsecret\tread\tdesk']);
});

test('a file of values may be about anybody, and so may a download', async () => {
  await using file = await auditFile();
  await using gateway = await startGateway({ env: { ...LOCKED, AUDIT: file.path }, sor: { profiles: 3 } });
  const { data } = await gateway.query(
    'mutation Export { exportCustomerProfiles(input: {}) { ... on ExportCustomerProfilesSuccess { downloadUrl } } }',
    {},
    HEADERS,
  );
  const { downloadUrl } = data.exportCustomerProfiles;
  const download = await gateway.fetch(downloadUrl.replace(/^https?:\/\/[^/]+/, ''));
  expect(download.status).toBe(200);
  await download.text();
  const lines = await linesOf(file.path);
  expect(lines.map(({ event }) => event)).toEqual(['write', 'outcome', 'download']);
  expect(await found('anybody', file.path)).toEqual([expect.stringMatching(/^possible\t.*\tdownload/)]);
});

test.each(['CustomerAttribute', 'SystemOfRecord'])('a %s is deleted with the values of anybody', async (type) => {
  await using file = await auditFile();
  await using gateway = await startGateway({ env: { ...LOCKED, AUDIT: file.path } });
  const remove = `mutation { delete${type}(input: { identifier: "SOR_XXXX" }) { __typename } }`;
  await gateway.query(remove, {}, HEADERS);
  const [write] = await found('anybody', file.path);
  expect(write).toBe(`possible\tsecret\twrite delete${type}\tdesk`);
});
