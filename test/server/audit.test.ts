import { execFile } from 'node:child_process';
import { rmSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { signerFor } from '../../src/keys.ts';
import { subjectHashes } from '../../src/server/audit/search.ts';
import { auditFile, found, foundIn, HEADERS, LOCKED, linesOf, SECRET } from '../support/audit.ts';
import { startGateway } from '../support/gateway.ts';

const run = promisify(execFile);

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

test('the program finds the audit in the lines of a log too', async () => {
  await using file = await auditFile();
  await using gateway = await startGateway({ env: LOCKED, sor: { profiles: 3 } });
  const { data } = await gateway.query('{ customerProfiles(first: 1) { nodes { customerId } } }', {}, HEADERS);
  const [{ customerId }] = data.customerProfiles.nodes;
  await writeFile(file.path, `no line of ours\n${gateway.logged.join('\n')}\n`);
  const { stdout } = await run(process.execPath, ['src/audit-search.ts', customerId, file.path], { env: { SECRET } });
  expect(stdout).toMatch(/^\S+Z\tcertain\tsecret\tread\tdesk\n$/);
});

test('arguments are named wherever the fields stand that have them', async () => {
  await using file = await auditFile();
  await using gateway = await startGateway({ env: { ...LOCKED, AUDIT: file.path }, sor: { profiles: 3 } });
  const fragment = 'fragment All on Query { ... @include(if: true) { customerProfiles(first: 1) { nodes { id } } } }';
  await gateway.query(`{ ...All } ${fragment}`, {}, HEADERS);
  expect(await linesOf(file.path)).toMatchObject([{ arguments: ['customerProfiles(first)'] }]);
});

test('nobody adds lines or columns to what the program prints by a name of theirs', async () => {
  await using gateway = await startGateway({ env: { ...LOCKED } });
  const headers = { ...HEADERS, 'x-gateway-caller': 'ann\tread\u009b2J', 'apollographql-client-name': 'a\tb' };
  await gateway.query('{ customerProfile(customerId: "bo") { customerId } }', {}, headers);
  expect(await foundIn('bo', gateway.logged)).toEqual(['certain\trouter:ann read 2J\tread\ta b']);
});

test('the program finds nobody without the key, and says so', async () => {
  await using file = await auditFile();
  await writeFile(file.path, '');
  const program = [resolve('src/audit-search.ts'), 'anna', file.path];
  const cwd = await mkdtemp(join(tmpdir(), 'audit-'));
  await expect(run(process.execPath, program, { env: {}, cwd })).rejects.toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/^AUDIT_KEY or SECRET must be set when AUDIT is/),
  });
  // It may stand in a file as well.
  await writeFile(join(cwd, '.env'), `SECRET=${SECRET}\n`);
  expect(await run(process.execPath, program, { env: {}, cwd })).toEqual({ stdout: '', stderr: '' });
  await rm(cwd, { recursive: true });
});

test('the program searches several files as one, and says which it cannot read', async () => {
  await using file = await auditFile();
  const [older, newer, none] = [file.path, `${file.path}.1`, `${file.path}.2`];
  const line = { audit: true, time: 0, caller: 'secret', write: '1' };
  const signer = signerFor(() => [SECRET], 'audit');
  await writeFile(older, `${JSON.stringify({ ...line, event: 'write', ids: subjectHashes(signer, 'ann') })}\n`);
  await writeFile(newer, `${JSON.stringify({ ...line, event: 'outcome', outcome: 'DONE' })}\n`.repeat(20_000));
  const env = { PATH: process.env['PATH'], SECRET };
  const program = `${process.execPath} src/audit-search.ts ann ${older} ${newer} | head -n 2`;
  // Whoever has read enough ends it without another word.
  const { stdout, stderr } = await run('sh', ['-c', program], { env });
  expect(stdout.replaceAll(/^\S+\t/gm, '')).toBe('certain\tsecret\twrite\ncertain\tsecret\toutcome DONE\n');
  expect(stderr).toBe('');
  await expect(run(process.execPath, ['src/audit-search.ts', 'ann', none], { env })).rejects.toMatchObject({
    code: 2,
    stderr: `Expected a file that can be read: ${none} (ENOENT).\n`,
  });
});
