import { execFile } from 'node:child_process';
import { createReadStream, rmSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { globalId } from '../../src/graph/node-ids.ts';
import { signerFor } from '../../src/keys.ts';
import { search } from '../../src/server/audit/search.ts';
import { subjectHashes } from '../../src/server/audit/subject-hashes.ts';
import { imports } from '../graph/scopes/scoped-gateway.ts';
import { startGateway } from '../support/gateway.ts';

const run = promisify(execFile);

const SECRET = 'a secret for tests only';
const GATEWAY_SECRET = 'sixteen-letters-and-more';
const LOCKED = { AUTH: 'secret', GATEWAY_SECRET };
const HEADERS = { 'x-gateway-secret': GATEWAY_SECRET, 'apollographql-client-name': 'desk' };

/** A folder that is gone afterwards, and a path in it. */
async function auditFile() {
  const folder = await mkdtemp(join(tmpdir(), 'audit-'));
  return {
    path: join(folder, 'audit.log'),
    folder,
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}

const linesOf = async (path: string) =>
  (await readFile(path, 'utf8'))
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));

/** What is found about an id in a file of the audit, without the times. */
function found(id: string, path: string, secret = SECRET): Promise<string[]> {
  return foundIn(id, createInterface({ input: createReadStream(path) }), secret);
}

async function foundIn(
  id: string,
  given: AsyncIterable<string> | Iterable<string>,
  secret = SECRET,
): Promise<string[]> {
  const hashes = new Set(
    subjectHashes(
      signerFor(() => [secret], 'audit'),
      id,
    ),
  );
  const lines = await Array.fromAsync(search(given, hashes));
  return lines.map((line) => line.replace(/^\S+\t/, ''));
}

test('who reads a person is recorded before the answer, without the id, and can be found by it', async () => {
  await using file = await auditFile();
  await using gateway = await startGateway({ env: { ...LOCKED, AUDIT: file.path }, sor: { profiles: 20 } });
  const { data } = await gateway.query(
    'query Look { customerProfiles(first: 3) { nodes { customerId } } gdprRequests(first: 1) { nodes { hoodId status } } }',
    {},
    HEADERS,
  );
  const ids = data.customerProfiles.nodes.map(({ customerId }: { customerId: string }) => customerId);
  // Whose request it is has to be known, though nobody selects it.
  expect(gateway.hoodCalls()).toEqual(['GET /v1/hood/gdpr-requests?fields=client_id,id,status&page=1,1']);

  const [line, ...others] = await linesOf(file.path);
  expect(others).toEqual([]);
  expect(line).toMatchObject({
    audit: true,
    event: 'read',
    caller: 'secret',
    client: 'desk',
    operation: 'Look',
    hash: expect.stringMatching(/^[\da-f]{16}$/),
    subjects: { customer: 4, gdprRequest: 1 },
  });
  const text = JSON.stringify(line);
  for (const id of [...ids, data.gdprRequests.nodes[0].hoodId]) expect(text).not.toContain(id);

  for (const id of [...ids, data.gdprRequests.nodes[0].hoodId]) {
    expect(await found(id, file.path)).toEqual(['certain\tsecret\tread\tLook of desk']);
  }
  expect(await found('nobody', file.path)).toEqual([]);
  // Without the key nobody finds anything.
  expect(await found(ids[0], file.path, 'another key of at least 16')).toEqual([]);
});

test('what holds no personal data leaves no line', async () => {
  await using file = await auditFile();
  await using gateway = await startGateway({ env: { ...LOCKED, AUDIT: file.path } });
  await gateway.query('{ customerData { totalCount nodes { key } } systemsOfRecord { name } __typename }', {}, HEADERS);
  await expect(readFile(file.path)).rejects.toThrow('ENOENT');
});

test('a decision has a line before its call and one with its outcome', async () => {
  await using file = await auditFile();
  await using gateway = await startGateway({ env: { ...LOCKED, AUDIT: file.path } });
  const { data } = await gateway.query(
    '{ gdprRequests(first: 1, filter: { status: { eq: PENDING } }) { nodes { hoodId } } }',
    {},
    HEADERS,
  );
  const [{ hoodId }] = data.gdprRequests.nodes;
  const decide = `mutation Decide($id: ID!) { decideGdprRequest(input: { hoodId: $id, decision: APPROVE }) { __typename } }`;
  await gateway.query(decide, { id: hoodId }, HEADERS);
  await gateway.query(decide, { id: '999' }, HEADERS);

  const lines = (await linesOf(file.path)).slice(1);
  const about = { mutation: 'decideGdprRequest', decision: 'APPROVE', operation: 'Decide' };
  expect(lines).toMatchObject([
    { event: 'write', ...about, subjects: { gdprRequest: 1 } },
    { event: 'outcome', ...about, outcome: 'DONE' },
    { event: 'write', ...about },
    { event: 'outcome', ...about, outcome: 'REFUSED' },
  ]);
  expect(lines[0].write).toBe(lines[1].write);
  expect(await found(hoodId, file.path)).toEqual([
    'certain\tsecret\tread\tdesk',
    'certain\tsecret\twrite decideGdprRequest APPROVE\tDecide of desk',
    'certain\tsecret\toutcome decideGdprRequest APPROVE DONE\tDecide of desk',
  ]);
});

test('what cannot be recorded is not answered, and not written', async () => {
  await using file = await auditFile();
  // A folder takes no lines.
  await using gateway = await startGateway({ env: { ...LOCKED, AUDIT: file.folder }, sor: { profiles: 3 } });
  const read = await gateway.query('{ customerProfiles { nodes { customerId } } }', {}, HEADERS);
  const message = 'This gateway could not record who asks, which it must.';
  expect(read).toMatchObject({ data: null, errors: [{ message, extensions: { code: 'INTERNAL_SERVER_ERROR' } }] });

  const write = 'mutation { decideGdprRequest(input: { hoodId: "1000022", decision: APPROVE }) { __typename } }';
  const { data, errors } = await gateway.query(write, {}, HEADERS);
  expect(data).toEqual({ decideGdprRequest: null });
  expect(errors).toMatchObject([{ message, extensions: { code: 'INTERNAL_SERVER_ERROR', outcome: 'NOT_SENT' } }]);
  expect(gateway.hoodCalls()).toEqual([]);
  expect(await gateway.query('{ systemsOfRecord { __typename } }', {}, HEADERS)).not.toHaveProperty('errors');
});

test('an answer that is lost with the audit says that its write may have been carried out', async () => {
  await using file = await auditFile();
  await using gateway = await startGateway({ env: { ...LOCKED, AUDIT: file.path } });
  gateway.hood.dials.fault = ({ line }) => {
    if (line.startsWith('PATCH')) rmSync(file.folder, { recursive: true });
    return undefined;
  };
  const { data, errors } = await gateway.query(
    `mutation {
      decideGdprRequest(input: { hoodId: "1000022", decision: APPROVE }) {
        ... on DecideGdprRequestSuccess { gdprRequest { clientId } }
      }
    }`,
    {},
    HEADERS,
  );
  expect(data).toBeNull();
  expect(errors).toMatchObject([{ extensions: { code: 'INTERNAL_SERVER_ERROR', outcome: 'UNKNOWN' } }]);
});

test('lines go to the log where nothing else is set and callers are known, whatever its level', async () => {
  await using locked = await startGateway({ env: { ...LOCKED, LOG_LEVEL: 'error' }, sor: { profiles: 3 } });
  const QUERY = '{ customerProfiles { nodes { customerId } } }';
  await locked.query(QUERY, {}, HEADERS);
  expect(locked.logged.filter((line) => line.includes('"audit":true'))).toHaveLength(1);

  await using open = await startGateway({ sor: { profiles: 3 } });
  await open.query(QUERY);
  expect(open.logged.filter((line) => line.includes('"audit"'))).toEqual([]);
});

test('each part of an answer is recorded before it goes out', async () => {
  await using file = await auditFile();
  await using gateway = await startGateway({ env: { ...LOCKED, AUDIT: file.path }, sor: { profiles: 3 } });
  const response = await gateway.fetch('/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'multipart/mixed', ...HEADERS },
    body: JSON.stringify({
      query: '{ gdprRequests(first: 1) { nodes { hoodId } } ... @defer { customerProfiles { nodes { customerId } } } }',
    }),
  });
  expect(await response.text()).toContain('customerProfiles');
  const lines = await linesOf(file.path);
  const kinds = lines.flatMap(({ subjects }) => Object.keys(subjects));
  expect(kinds).toEqual(expect.arrayContaining(['gdprRequest', 'customer']));
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

test('the program finds the audit in the lines of a log too', async () => {
  await using file = await auditFile();
  await using gateway = await startGateway({ env: LOCKED, sor: { profiles: 3 } });
  const { data } = await gateway.query('{ customerProfiles(first: 1) { nodes { customerId } } }', {}, HEADERS);
  const [{ customerId }] = data.customerProfiles.nodes;
  await writeFile(file.path, `no line of ours\n${gateway.logged.join('\n')}\n`);
  const { stdout } = await run(process.execPath, ['src/audit-search.ts', customerId, file.path], { env: { SECRET } });
  expect(stdout).toMatch(/^\S+Z\tcertain\tsecret\tread\tdesk\n$/);
});

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

test('a device that is named among installations is recorded with its user', async () => {
  await using file = await auditFile();
  await using gateway = await startGateway({ env: { ...LOCKED, AUDIT: file.path }, sor: { profiles: 4 } });
  const query = '{ customerProfiles { nodes { applications { installations { deviceId } } } } }';
  const { data } = await gateway.query(query, {}, HEADERS);
  const [, deviceId = ''] = /"deviceId":"([^"]+)"/.exec(JSON.stringify(data)) ?? [];
  expect(await found(deviceId, file.path)).toEqual(['certain\tsecret\tread\tdesk']);
});

test('arguments are named wherever the fields stand that have them', async () => {
  await using file = await auditFile();
  await using gateway = await startGateway({ env: { ...LOCKED, AUDIT: file.path }, sor: { profiles: 3 } });
  const fragment = 'fragment All on Query { ... @include(if: true) { customerProfiles(first: 1) { nodes { id } } } }';
  await gateway.query(`{ ...All } ${fragment}`, {}, HEADERS);
  expect(await linesOf(file.path)).toMatchObject([{ arguments: ['customerProfiles(first)'] }]);
});

test('the program finds nobody without the key, and says so', async () => {
  await using file = await auditFile();
  await writeFile(file.path, '');
  const answer = run(process.execPath, ['src/audit-search.ts', 'anna', file.path], { env: {} });
  await expect(answer).rejects.toMatchObject({
    code: 2,
    stderr: 'AUDIT_KEY or SECRET must be set, as it was for the gateway.\n',
  });
});

test.each(['CustomerAttribute', 'SystemOfRecord'])('a %s is deleted with the values of anybody', async (type) => {
  await using file = await auditFile();
  await using gateway = await startGateway({ env: { ...LOCKED, AUDIT: file.path } });
  const remove = `mutation { delete${type}(input: { identifier: "SOR_XXXX" }) { __typename } }`;
  await gateway.query(remove, {}, HEADERS);
  const [write] = await found('anybody', file.path);
  expect(write).toBe(`possible\tsecret\twrite delete${type}\tdesk`);
});
