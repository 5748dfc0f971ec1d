import { execFile, spawnSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { readConfig } from '../src/config/config.ts';
import { examine } from '../src/doctor/examination.ts';
import { MOST_CALLS } from '../src/doctor/visit.ts';
import { filterIgnored, lastPageRepeated, onlyWhere, pageClampedTo, rowsLeftOut } from '../src/sandbox/lies.ts';
import { type Lie, serve } from '../src/sandbox/server.ts';
import { type Gateway, startGateway } from './support/gateway.ts';
import { COMPILE_CACHE } from './support/process.ts';

const account = ({ hood, sor }: Gateway, env: Record<string, string> = {}) => ({
  ...{ HOOD_URL: hood.origin, HOOD_TOKEN: hood.token, SOR_URL: sor.api.origin, SOR_TOKEN: sor.token },
  ...env,
});

/** Accounts whose requests are of people that the System of Record knows. */
const startAccounts = () => startGateway({ hood: { rows: 300 }, sor: { profiles: 1_200 } });

/** What is found of an account, by the beginning of each assumption. */
async function found(gateway: Gateway, env?: Record<string, string>) {
  gateway.hoodCalls();
  gateway.sorCalls();
  const { findings, calls } = await examine(readConfig(account(gateway, env)));
  // A log-in is none of the GETs, nor a write.
  const seen = [...gateway.hoodCalls(), ...gateway.sorCalls()].filter((line) => line !== 'POST /api/login');
  expect(seen.every((line) => line.startsWith('GET '))).toBe(true);
  expect(seen).toHaveLength(calls);
  expect(calls).toBeLessThanOrEqual(MOST_CALLS);
  // Counts and statuses, but no id, time or key of anybody.
  expect(JSON.stringify(findings.map(({ because }) => because))).not.toMatch(/\d{6}|\d{4}-\d\d|@|token/i);
  return (api: string, assumption: string) => {
    const finding = findings.find((one) => one.api.startsWith(api) && one.assumption.includes(assumption));
    return [finding?.verdict, finding?.because, finding?.setting];
  };
}

test('of the sandbox it says what the pages leave open', async () => {
  await using gateway = await startAccounts();
  const finding = await found(gateway);
  expect(finding('Hood', 'credential')).toEqual(['confirmed', 'the answer was 200', undefined]);
  expect(finding('Hood', '`id` comes')).toEqual(['refuted', 'rows have none, so the gateway asks for it', undefined]);
  expect(finding('Hood', 'in:')[0]).toBe('confirmed');
  expect(finding('Hood', 'rf:')[0]).toBe('confirmed');
  expect(finding('Hood', 'HOOD_MAX_PAGE_SIZE')).toEqual(['confirmed', '100 rows came', undefined]);
  expect(finding('Hood', 'does not exist')).toEqual(['confirmed', 'the answer was 404', undefined]);
  expect(finding('System', 'global')).toEqual(['confirmed', 'there is one', undefined]);
  expect(finding('System', 'left out by')[0]).toBe('confirmed');
  expect(finding('System', 'customer_ids')[0]).toBe('confirmed');
  expect(finding('System', 'SOR_MAX_PAGE_SIZE')[0]).toBe('not to be told');
});

test.each([
  ['sandbox', ['confirmed', 'the answer was 200', undefined]],
  ['wrong', ['refuted', 'the answer was 401', 'SOR_PASSWORD=<one that is valid>']],
])('it logs in with SOR_EMAIL and the password "%s"', async (SOR_PASSWORD, expected) => {
  await using gateway = await startAccounts();
  const finding = await found(gateway, { SOR_TOKEN: '', SOR_EMAIL: 'sandbox@example.com', SOR_PASSWORD });
  expect(finding('System', 'credential')).toEqual(expected);
  expect(finding('System', 'global')[0]).toBe(SOR_PASSWORD === 'sandbox' ? 'confirmed' : 'not to be told');
});

const ASKED_FOR = 'hood_sor_gateway_no_such_key';
const isNarrowed = (line: string) => line.includes(`attribute_keys=${ASKED_FOR}`);

test.each<[string, 'hood' | 'sor', Lie, [string, string], unknown[]]>([
  [
    'pages are shorter',
    'hood',
    pageClampedTo(50),
    ['Hood', 'HOOD_MAX_PAGE_SIZE'],
    ['refuted', 'HOOD_MAX_PAGE_SIZE=50'],
  ],
  ['pages are shorter', 'sor', pageClampedTo(1_000), ['System', 'SOR_MAX_PAGE'], ['refuted', 'SOR_MAX_PAGE_SIZE=1000']],
  ['the last page is repeated', 'hood', lastPageRepeated(), ['Hood', 'after the last'], ['refuted', undefined]],
  ['the last page is repeated', 'sor', lastPageRepeated(), ['System', 'after the last'], ['refuted', undefined]],
  ['`fields` is ignored', 'hood', filterIgnored('fields'), ['Hood', '`fields`'], ['refuted', 'HOOD_FIELDS=full']],
  ['`in:` is ignored', 'hood', filterIgnored('id'), ['Hood', 'in:'], ['refuted', undefined]],
  ['ranges are ignored', 'hood', filterIgnored('create_time'), ['Hood', 'rf:'], ['refuted', undefined]],
  ['ids are ignored', 'sor', filterIgnored('customer_ids'), ['System', 'customer_ids'], ['refuted', undefined]],
  [
    'profiles without values are left out',
    'sor',
    onlyWhere(
      isNarrowed,
      rowsLeftOut(() => true),
    ),
    ['System', 'left out by'],
    ['refuted', undefined],
  ],
])('where %s (%s) it says so', async (_, api, lie, [title, assumption], expected) => {
  await using gateway = await startAccounts();
  (api === 'hood' ? gateway.hood : gateway.sor.api).dials.lie = lie;
  const [verdict, , setting] = (await found(gateway))(title, assumption);
  expect([verdict, setting]).toEqual(expected);
});

test.each([
  ['user_id', ['confirmed', undefined]],
  ['device_id', ['refuted', 'HOOD_CLIENT_ID_IS=user_id']],
])('that a client_id is a user it finds out where the setting is %s', async (setting, expected) => {
  await using gateway = await startGateway({ hood: { rows: 0 }, sor: { profiles: 30, samples: false } });
  const { data } = await gateway.query('{ customerProfiles(first: 30) { nodes { customerId customerIdType } } }');
  const users = data.customerProfiles.nodes.filter(
    (one: { customerIdType: string }) => one.customerIdType === 'USER_ID',
  );
  const rows = users.map(({ customerId }: { customerId: string }, index: number) => ({
    ...{ id: String(index), client_id: customerId, create_time: `2026-01-0${1 + (index % 9)} 10:00:00` },
  }));
  gateway.hood.replace('gdprRequests', rows);
  const [verdict, because, follows] = (await found(gateway, { HOOD_CLIENT_ID_IS: setting }))(
    'System',
    'HOOD_CLIENT_ID_IS',
  );
  expect([verdict, follows]).toEqual(expected);
  expect(because).toMatch(/^of \d+ ids \d+ are users and 0 are devices$/);
});

test.each([401, 403, 500])('an API that answers %i costs no more calls, and no sentence of its own', async (status) => {
  await using gateway = await startAccounts();
  const fault = () => ({
    kind: 'status' as const,
    status,
    body: { title: 'canary@example.com', message: '17000000000000' },
  });
  gateway.hood.dials.fault = fault;
  gateway.sor.api.dials.fault = fault;
  const finding = await found(gateway);
  const isRefused = status === 401 || status === 403;
  expect(finding('Hood', 'credential')[0]).toBe(isRefused ? 'refuted' : 'not to be told');
  // Nothing was said of the rest: neither that it holds nor that it does not.
  for (const other of ['after the last', 'does not exist', 'in:', 'rf:', 'fields'])
    expect([other, finding('Hood', other)[0]]).toEqual([other, 'not to be told']);
  expect(finding('System', 'credential')[2]).toBe(isRefused ? 'SOR_TOKEN=<one that is valid>' : undefined);
});

test('a limit in the answers is compared with those of the settings', async () => {
  await using gateway = await startGateway({ hood: { rows: 30, limits: { perSecond: 8, perMinute: 60 } } });
  const wrong = await found(gateway, { SOR_TOKEN: '' });
  expect(wrong('Hood', 'HOOD_RATE').slice(0, 2)).toEqual(['refuted', expect.stringContaining('10 and 150')]);
  expect(wrong('System', 'global')).toEqual(['not to be told', 'no credential is set', undefined]);
  expect((await found(gateway, { HOOD_RATE: '8/s,60/m' }))('Hood', 'HOOD_RATE')[0]).toBe('confirmed');
});

test.each([
  { items: [null, 1], total: 500 },
  { items: [{ id: { toString: 1, valueOf: 1 }, create_time: [], client_id: {} }], total: { valueOf: 1, toString: 1 } },
  { success: true, result: [null] },
  { success: true, result: { profiles: [null, 'x'], total_profiles: 2 } },
  { success: true, result: { profiles: [{ customer_id: { toString: 1 } }, {}], total_profiles: '491701234567' } },
  { result: 'x' },
  [null],
  null,
])('what is no list of rows is none: %j', async (body) => {
  await using gateway = await startAccounts();
  const fault = () => ({ kind: 'status' as const, status: 200, body });
  gateway.hood.dials.fault = fault;
  gateway.sor.api.dials.fault = fault;
  const finding = await found(gateway);
  for (const about of ['in:', 'rf:', 'sort']) expect([about, finding('Hood', about)[0]]).not.toContain('confirmed');
});

test('a page of somebody else shows nothing of a credential', async () => {
  await using gateway = await startAccounts();
  gateway.hood.dials.fault = () => ({ kind: 'html' });
  expect((await found(gateway))('Hood', 'credential')).toEqual([
    ...['not to be told', 'the answer was 200, without a list'],
    undefined,
  ]);
});

const isLargest = (line: string) => line.includes('page=1,100');

test.each([
  ['nothing', { status: 200, body: { items: [], total: 500 } }, '0 rows came of 500', undefined],
  ['400', { status: 400 }, 'the answer was 400, and a list for fewer rows', 'HOOD_MAX_PAGE_SIZE=<fewer than 100>'],
])(
  'a largest page that brings %s is refuted, and no setting follows that cannot be used',
  async (_, fault, ...expected) => {
    await using gateway = await startAccounts();
    gateway.hood.dials.fault = ({ line }) => (isLargest(line) ? { kind: 'status', ...fault } : undefined);
    expect((await found(gateway))('Hood', 'HOOD_MAX_PAGE_SIZE')).toEqual(['refuted', ...expected]);
  },
);

test.each(['', '0', '491701234567', '-5', '1e3'])('a limit of "%s" is none', async (limit) => {
  await using gateway = await startAccounts();
  const headers = { 'x-ratelimit-limit': limit };
  gateway.hood.dials.fault = () => ({ kind: 'status', status: 200, headers, body: { items: [], total: 0 } });
  expect((await found(gateway))('Hood', 'HOOD_RATE')).toEqual(['not to be told', 'answers name no limit', undefined]);
});

test('an API that redirects without end leaves the other one its calls', async () => {
  await using gateway = await startAccounts();
  const headers = { location: '/v1/hood/elsewhere' };
  gateway.hood.dials.fault = () => ({ kind: 'status', status: 302, headers });
  const finding = await found(gateway);
  expect(finding('Hood', 'credential')).toEqual([
    ...['not to be told', 'the answer was 302, without a list'],
    undefined,
  ]);
  expect(finding('Hood', 'does not exist')).toEqual(['not to be told', 'no call was left for it', undefined]);
  expect(finding('System', 'global')[0]).toBe('confirmed');
});

test('the command prints a line for each, and what follows; without an account it says what to set', async () => {
  const doctor = (env: Record<string, string>) =>
    spawnSync(process.execPath, ['src/start.js', 'doctor'], { env: { ...COMPILE_CACHE, ...env }, encoding: 'utf8' });
  expect(doctor({})).toMatchObject({ status: 2, stderr: expect.stringContaining('set HOOD_TOKEN') });
  const { status, stdout } = doctor({ HOOD_URL: 'http://127.0.0.1:1', HOOD_TOKEN: 'canary' });
  expect(status).toBe(1);
  expect(stdout).toMatch(/^not to be told {2}Hood: the credential is accepted \(no answer came\)\n/);
  expect(stdout).toMatch(
    /\nNothing can be said of Hood: look whether its address is right, and whether it answers\.\n$/,
  );
  expect(stdout).not.toMatch(/canary|127/);
});

test('a credential that is refused ends it with exit code 1, and the setting to change is the one that is set', async () => {
  await using hood = await serve(() => ({ status: 401, json: {} }));
  const env = { ...COMPILE_CACHE, HOOD_URL: hood.origin, HOOD_TOKEN_FILE: join(tmpdir(), `doctor-${process.pid}`) };
  writeFileSync(env.HOOD_TOKEN_FILE, 'canary');
  using _ = { [Symbol.dispose]: () => rmSync(env.HOOD_TOKEN_FILE) };
  const run = promisify(execFile)(process.execPath, ['src/start.js', 'doctor'], { env });
  const { code, stdout } = await run.catch((error) => error);
  expect(code).toBe(1);
  expect(stdout).toMatch(/\nWhat follows for the settings:\nHOOD_TOKEN_FILE=<a file with one that is valid>\n$/);
});
