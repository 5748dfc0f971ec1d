import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { dataSeed } from '../../src/sandbox/people.ts';
import { startSandbox } from '../../src/sandbox/settings.ts';
import { call } from './hood-client.ts';
import { callerOf, listed } from './sor-caller.ts';

/** The whole process has one. */
afterEach(() => {
  dataSeed.value = 0;
});

const SMALL = { SANDBOX_ROWS: '30', SANDBOX_PROFILES: '30', SANDBOX_LIMITS: 'none' };

async function sandboxOf(env: Record<string, string>) {
  const { hood, sor } = await startSandbox(undefined, { ...SMALL, ...env });
  return {
    ...{ hood, sor, callerOfSor: callerOf(sor) },
    async [Symbol.asyncDispose]() {
      await Promise.all([hood[Symbol.asyncDispose](), sor[Symbol.asyncDispose]()]);
    },
  };
}

/** Names and states of a few people and requests. */
async function dataOf(env: Record<string, string>) {
  await using sandbox = await sandboxOf(env);
  const requests = await call(sandbox.hood, 'gdpr-requests?page=1,30&fields=id,status,subject_information');
  const profiles = listed(
    await sandbox.callerOfSor.get('/api/customer_profiles', { attribute_keys: 'first_name,city' }),
  );
  const systems = await sandbox.callerOfSor.get('/api/system_of_records');
  return JSON.stringify([requests.body, profiles, systems.json]);
}

test('another seed makes other data, and the same one the same', async () => {
  const [usual, zero, seven, again] = [
    await dataOf({}),
    await dataOf({ SANDBOX_SEED: '0' }),
    await dataOf({ SANDBOX_SEED: '7' }),
    await dataOf({ SANDBOX_SEED: '7' }),
  ];
  expect(zero).toBe(usual);
  expect(seven).not.toBe(usual);
  expect(again).toBe(seven);
});

test('people of both APIs are the same ones with any seed', async () => {
  await using sandbox = await sandboxOf({ SANDBOX_SEED: '7', SANDBOX_PROFILES: '300' });
  const { body } = await call(
    sandbox.hood,
    'gdpr-requests?page=1,5&sort=create_time&fields=client_id,subject_information',
  );
  for (const { client_id, subject_information } of body.items.filter((row) => 'subject_information' in row)) {
    const answer = await sandbox.callerOfSor.get(`/api/customer_profiles/${client_id}`);
    const [profile] = (answer.json as { result: { attributes: { global: Record<string, string> } }[] }).result;
    const { email } = Object(subject_information);
    if (email) expect(profile?.attributes.global['email']).toBe(email);
  }
});

test('a file of another seed is not taken', async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'seed-'));
  const file = { SANDBOX_HOOD_FILE: join(folder.path, 'hood') };
  await (await sandboxOf({ ...file, SANDBOX_SEED: '7' }))[Symbol.asyncDispose]();
  await (await sandboxOf({ ...file, SANDBOX_SEED: '7' }))[Symbol.asyncDispose]();
  await expect(sandboxOf(file)).rejects.toThrow(/^Hood sandbox: .*holds something else, or another SANDBOX_SEED/);
});

test.each([
  ['60ms', 60, 60],
  ['20ms..60ms', 20, 60],
])(
  'with a latency of %s answers take at least %i ms, and what of it is by chance at most %i',
  async (latency, least, most) => {
    await using sandbox = await sandboxOf({ SANDBOX_LATENCY: latency });
    for (const { dials } of [sandbox.hood, sandbox.sor.api, sandbox.sor.feed])
      expect(dials.latencyMs + dials.jitterMs).toBe(most);
    const begun = performance.now();
    await call(sandbox.hood, 'exports');
    expect(performance.now() - begun).toBeGreaterThanOrEqual(least - 2);
  },
);

test('faults strike where a rule says, with the share that it says', async () => {
  await using sandbox = await sandboxOf({ SANDBOX_FAULTS: 'hood/exports 503, hood/customer-data 429 50%, sor html' });
  expect((await call(sandbox.hood, 'exports')).status).toBe(503);
  expect((await call(sandbox.hood, 'exports/1000000')).status).toBe(503);
  expect((await call(sandbox.hood, 'gdpr-requests')).status).toBe(200);
  const statuses = [];
  for (let n = 0; n < 40; n += 1) statuses.push((await call(sandbox.hood, 'customer-data')).status);
  expect(new Set(statuses)).toEqual(new Set([200, 429]));
  const { text } = await sandbox.callerOfSor.get('/api/system_of_records');
  expect(text).toContain('Bad Gateway');
});

test.each([
  ['truncated', 'SyntaxError'],
  ['reset', 'TypeError'],
  ['reset-mid-body', 'TypeError'],
])('%s leaves no answer that can be read', async (fault, name) => {
  await using sandbox = await sandboxOf({ SANDBOX_FAULTS: `hood ${fault}` });
  await expect(call(sandbox.hood, 'exports')).rejects.toMatchObject({ name });
});

test('silence is no answer at all', async () => {
  await using sandbox = await sandboxOf({ SANDBOX_FAULTS: 'hood silence' });
  const { origin, token } = sandbox.hood;
  const headers = { authorization: `Bearer ${token}` };
  const waiting = fetch(`${origin}/v1/hood/exports`, { headers, signal: AbortSignal.timeout(50) });
  await expect(waiting).rejects.toMatchObject({ name: 'TimeoutError' });
});

test.each([
  ['total+3', { total: 38, rows: 20 }],
  ['total-100', { total: 0, rows: 20 }],
  ['no-total', { total: undefined, rows: 20 }],
  ['text-total', { total: '35', rows: 20 }],
  ['pages-of-7', { total: 35, rows: 7 }],
  ['rows-missing', { total: 35, rows: 18 }],
  ['pages-of-7, hood total+1', { total: 36, rows: 7 }],
])('of a list %s is told', async (lie, told) => {
  await using sandbox = await sandboxOf({ SANDBOX_FAULTS: `hood ${lie}` });
  const { body } = await call(sandbox.hood, 'gdpr-requests?page=1,20');
  expect({ total: body.total, rows: body.items.length }).toEqual(told);
});

test('pages come again, and a filter is ignored', async () => {
  await using sandbox = await sandboxOf({
    SANDBOX_FAULTS: 'hood/exports first-page-again, sor/customer_profiles last-page-again, hood ignores-status',
  });
  const [first, second] = [await call(sandbox.hood, 'exports?page=1,3'), await call(sandbox.hood, 'exports?page=2,3')];
  expect(second.body).toEqual(first.body);
  const page = async (number: number) =>
    listed(await sandbox.callerOfSor.get('/api/customer_profiles', { page: number, num_per_page: 30 })).profiles;
  expect(await page(9)).toEqual(await page(2));
  const { body } = await call(sandbox.hood, 'gdpr-requests?status=eq:nonesuch');
  expect(body.total).toBe(35);
});

test.each(['pages-of-7', 'first-page-again', 'total+3'])('%s is told of lists, not of a row by its id', async (lie) => {
  await using sandbox = await sandboxOf({ SANDBOX_FAULTS: `hood ${lie}` });
  const { body } = await call(sandbox.hood, 'exports/1000000');
  expect(body).toMatchObject({ total: 1, items: [{ id: '1000000' }] });
});

const RULES = [
  'hood/exprots 503',
  'sor/exports 503',
  'hood 503 110%',
  'hood 200',
  'crm 503',
  'hood',
  'hood whatever',
  'hood pages-of-0',
  'hood 503 often',
];

test.each<[env: Record<string, string>, sentence: string]>([
  [{ SANDBOX_LATENCY: 'slow' }, 'SANDBOX_LATENCY must be like 200ms or 50ms..400ms, but is "slow"'],
  [{ SANDBOX_LATENCY: '400ms..50ms' }, 'SANDBOX_LATENCY must be like 200ms or 50ms..400ms, but is "400ms..50ms"'],
  [{ SANDBOX_SEED: 'x' }, 'SANDBOX_SEED must be a whole number up to 999999999, but is "x"'],
  ...RULES.map((rule): [Record<string, string>, string] => [
    { SANDBOX_FAULTS: `sor 503 1%, ${rule}` },
    `SANDBOX_FAULTS: "${rule}" is no rule such as "hood 503 10%" or "sor/customer_profiles no-total"`,
  ]),
])('%j is refused with a sentence', async (env, sentence) => {
  await expect(startSandbox(undefined, env)).rejects.toThrow(sentence);
});
