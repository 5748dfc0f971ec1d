import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { beforeAll, expect, test } from 'vitest';
import { RESOURCE_NAMES, RESOURCES, type ResourceName } from '../../src/sandbox/hood/resources.ts';
import { startHood } from '../../src/sandbox/hood/server.ts';
import { person } from '../../src/sandbox/people.ts';
import { call, column, send } from './hood-client.ts';

const FREE = { limits: 'none', maxPageSize: 10_000 } as const;

/** The default rows as text and parsed, read once: they are the same in every test. */
const lists = {} as Record<ResourceName, { text: string; total: number; rows: Record<string, unknown>[] }>;

beforeAll(async () => {
  await using hood = await startHood(FREE);
  for (const name of RESOURCE_NAMES) {
    const { text, body } = await call(hood, `${RESOURCES[name].path}?view=full&page=1,10000`);
    lists[name] = { text, total: body.total, rows: body.items };
  }
});

test('every list has 5,000 generated rows beside the documented ones', () => {
  expect(RESOURCE_NAMES.map((name) => lists[name].total)).toEqual([5005, 5005, 5005, 5000]);
  for (const name of RESOURCE_NAMES) {
    expect(new Set(lists[name].rows.map(({ id }) => id)).size).toBe(lists[name].total);
  }
});

test('the rows are the same on every start', async () => {
  await using hood = await startHood(FREE);
  for (const name of RESOURCE_NAMES) {
    const { body } = await call(hood, `${RESOURCES[name].path}?view=full&page=3,300`);
    expect(body.items).toEqual(lists[name].rows.slice(600, 900));
  }
});

test('create_time has many ties, and the larger id comes first among them', () => {
  for (const name of RESOURCE_NAMES) {
    const { rows } = lists[name];
    const pairs = rows.slice(1).map((row, index) => [rows[index] ?? {}, row] as const);
    const ties = pairs.filter(([one, other]) => one.create_time === other.create_time);
    expect(ties.length).toBeGreaterThan(3000);
    expect(ties.every(([one, other]) => Number(one.id) > Number(other.id))).toBe(true);
  }
});

test('GDPR requests have every oddity that has been seen or may be', () => {
  const { rows, text } = lists.gdprRequests;
  expect(valuesOf(rows, 'submission_reason')).toEqual(
    new Set([
      'data-no-longer-necessary',
      'consent-withrawal',
      'consent-withdrawal',
      'article-21-gdpr',
      'unlawful-processing',
      'eu-legal-obligation',
      'child-subject',
      'portability-request',
      null,
    ]),
  );
  expect(valuesOf(rows, 'status')).toEqual(new Set(['pending', 'approved', 'denied', 'escalated']));
  for (const key of ['requester_information', 'subject_information', 'request_declaration']) {
    expect(rows).toContainEqual(expect.objectContaining({ [key]: [] }));
    expect(rows).toContainEqual(expect.objectContaining({ [key]: null }));
  }
  expect(rows).toContainEqual(expect.objectContaining({ subject_information: {} }));
  expect(rows).toContainEqual(expect.objectContaining({ requester_information: { email: expect.any(String) } }));
  for (const key of ['rejection_reason', 'requester_information', 'update_time']) {
    expect(rows.some((row) => !Object.hasOwn(row, key))).toBe(true);
  }
  const texts = [...valuesOf(rows, 'update_time'), ...valuesOf(rows, 'create_time')];
  expect(texts).toEqual(expect.arrayContaining(['1970-01-01 00:00:00', '0000-00-00 00:00:00', 'soon']));
  expect(texts).toContainEqual(expect.stringMatching(/T.*Z$/));
  expect(text).toContain('"date":"21-January-21"');
  expect(text).toContain('"date":"2025-02-30"');
});

test('client ids have twenty digits, some as bare numbers, and the ids exceed 2^63', () => {
  const bare = lists.gdprRequests.text.match(/"client_id":\d{20},/g) ?? [];
  const quoted = lists.gdprRequests.text.match(/"client_id":"\d{20}",/g) ?? [];
  expect(bare.length).toBeGreaterThan(20);
  expect(bare.length + quoted.length).toBe(5005);
  expect(BigInt(person(0).clientId)).toBeGreaterThan(2n ** 63n);
});

test('GDPR requests are about people both APIs know, every 17th about somebody else', async () => {
  await using hood = await startHood({ ...FREE, rows: 2600 });
  const clientOf = async (r: number) =>
    (await column(hood, `gdpr-requests/${2_000_001 + r}?fields=client_id`, 'client_id'))[0];
  expect(await clientOf(0)).toBe(person(0).clientId);
  expect(await clientOf(2503)).toBe(person(3).clientId);
  expect(await clientOf(16)).toBe(person(1_000_016).clientId);
  const sameClient = await column(hood, `gdpr-requests?client_id=in:${person(3).clientId}&sort=create_time`);
  expect(sameClient).toEqual(['2000004', '2002504']);
});

test('exports have every oddity that has been seen or may be', () => {
  const { rows } = lists.exports;
  expect(valuesOf(rows, 'status')).toEqual(new Set(['ready', 'running', 'failed', 'expired', 'on hold']));
  expect(rows.filter((row) => row.failed_reason).every((row) => !Object.hasOwn(row, 'failure_reason'))).toBe(true);
  expect(rows.filter((row) => row.failed_reason).length).toBeGreaterThan(5);
  expect(rows.some((row) => row.status === 'ready' && row.failure_reason)).toBe(true);
  expect([...valuesOf(rows, 'size')].map((size) => typeof size)).toEqual(
    expect.arrayContaining(['number', 'string', 'object']),
  );
  expect(rows).toContainEqual(expect.objectContaining({ expire_time: '1970-01-01 00:00:00' }));
  expect(rows).toContainEqual(expect.objectContaining({ update_time: '' }));
  expect(rows.some((row) => !Object.hasOwn(row, 'description'))).toBe(true);
});

test('flags come as 0 and 1, as text, as booleans, as null and not at all', () => {
  expect(valuesOf(lists.customerData.rows, 'pi_data')).toEqual(new Set([0, 1, '0', '1', true, false, null, undefined]));
  expect(lists.customerData.rows).toContainEqual(expect.objectContaining({ create_time: '30.02.2021' }));
});

test('profile properties are named like the attributes of the other API, the first of them system ones', () => {
  const { rows } = lists.profileProperties;
  const labelled = new Map(rows.map((row) => [row.label ?? row.property, row]));
  for (const label of ['first_name', 'email', 'date_of_birth', 'profile_picture_url', 'hobbies', 'languages']) {
    expect(labelled.has(label)).toBe(true);
  }
  expect(labelled.get('first_name')).toMatchObject({ system: 1 });
  expect(labelled.get('languages')).toMatchObject({ system: 0 });
  expect(rows.filter((row) => row.system === 1).some((row) => !('pi_data' in row) && !('export_alias' in row))).toBe(
    true,
  );
  expect(rows.some((row) => row.property === row.target && !Object.hasOwn(row, 'label'))).toBe(true);
  expect(valuesOf(rows, 'data_type')).toEqual(new Set(['text', 'number', 'date', 'data', 'boolean']));
  expect(valuesOf(rows, 'import_aliases')).toContain(null);
});

test('a generated row is the same by its id, and every field of it is found by what it says', async () => {
  await using hood = await startHood(FREE);
  const [row] = lists.exports.rows;
  expect((await call(hood, `exports/${row?.id}`)).body.items).toEqual([row]);
  for (const [key, value] of Object.entries(row ?? {})) {
    const filter = value === null ? 'isn:' : `eq:${encodeURIComponent(String(value))}`;
    const query = key === 'id' ? `id=${filter}` : `id=eq:${row?.id}&${key}=${filter}`;
    expect((await call(hood, `exports?${query}`)).body.total).toBe(1);
  }
});

test('a file keeps the rows and what was written, and another file than a finished store is refused', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'hood-sandbox-'));
  const file = join(folder, 'hood.sqlite');
  {
    await using hood = await startHood({ ...FREE, file, rows: 7 });
    await send(hood, 'POST', 'profile-properties', { label: 'kept' });
  }
  {
    await using hood = await startHood({ ...FREE, file });
    expect((await call(hood, 'exports')).body.total).toBe(12);
    expect(await column(hood, 'profile-properties?label=eq:kept', 'target')).toEqual(['kept']);
    expect((await call(hood, 'gdpr-requests/2000001')).body.total).toBe(1);
  }
  const other = new DatabaseSync(join(folder, 'other.sqlite'));
  other.exec('CREATE TABLE people (id)');
  other.close();
  await expect(startHood({ file: join(folder, 'other.sqlite') })).rejects.toThrow('holds something else');
  await rm(folder, { recursive: true });
});

function valuesOf(rows: Record<string, unknown>[], key: string): Set<unknown> {
  return new Set(rows.map((row) => row[key]));
}
