import { describe, expect, test } from 'vitest';
import type { Fault } from '../../src/sandbox/faults.ts';
import { type Gateway, startGateway } from '../support/gateway.ts';
import { sorResult } from './asked.ts';

const LOGIN = 'POST /api/login';
const SOR_QUERY = '{ systemsOfRecord { totalCount } }';
const HOOD_QUERY = '{ customerData { totalCount } }';

const withLogin = { SOR_TOKEN: '', SOR_EMAIL: 'sandbox@example.com', SOR_PASSWORD: 'sandbox' };

const status = (code: number, headers: Record<string, string> = {}): Fault => ({
  kind: 'status',
  status: code,
  headers,
});

/** Sends an operation so often, one after the other; the codes of what came. */
async function ask(
  gateway: Gateway,
  query: string,
  times: number,
  headers: Record<string, string> = {},
): Promise<Set<unknown>> {
  const codes = new Set<unknown>();
  for (let time = 0; time < times; time += 1) {
    const { errors } = await gateway.query(query, {}, headers);
    codes.add(errors?.[0]?.extensions.code);
  }
  return codes;
}

describe('a log-in that failed', () => {
  test.each<[string, Fault, code: string, whileItWaits?: string]>([
    ['401', status(401), 'UPSTREAM_UNAVAILABLE'],
    ['403', status(403), 'UPSTREAM_UNAVAILABLE'],
    ['429 with Retry-After', status(429, { 'retry-after': '60' }), 'RATE_LIMITED'],
    ['503 with Retry-After', status(503, { 'retry-after': '60' }), 'UPSTREAM_UNAVAILABLE', 'RATE_LIMITED'],
    ['200 without a token', sorResult({}), 'UPSTREAM_BAD_RESPONSE'],
    ['HTML', { kind: 'html' }, 'UPSTREAM_BAD_RESPONSE'],
  ])('with %s is not tried again for every query', async (...[, fault, code, whileItWaits = code]) => {
    await using gateway = await startGateway({ env: withLogin });
    gateway.sor.api.dials.fault = ({ line }) => (line === LOGIN ? fault : undefined);

    const codes = await ask(gateway, SOR_QUERY, 30);

    expect([...codes].filter((one) => one !== code && one !== whileItWaits)).toEqual([]);
    const calls = gateway.sorCalls();
    expect(calls.filter((line) => line !== LOGIN)).toEqual([]);
    expect(calls.length).toBeLessThanOrEqual(2);
  });

  test.each<[string, Fault]>([
    ['500', status(500)],
    ['503', status(503)],
    ['a reset', { kind: 'reset' }],
  ])('with %s is not tried again for every query, which may wait for the next one', async (_, fault) => {
    await using gateway = await startGateway({ env: withLogin });
    gateway.sor.api.dials.fault = () => fault;

    const codes = await ask(gateway, SOR_QUERY, 30, { 'x-request-deadline': '40ms' });

    expect([...codes].filter((code) => !/^UPSTREAM_(UNAVAILABLE|TIMEOUT)$/.test(String(code)))).toEqual([]);
    // One at once, one after a second, the next after two more.
    expect(gateway.sorCalls().length).toBeLessThanOrEqual(3);
  });

  test('says when it is tried again, where the API does', async () => {
    await using gateway = await startGateway({ env: withLogin });
    gateway.sor.api.dials.fault = () => status(429, { 'retry-after': '60' });
    for (let time = 0; time < 2; time += 1) {
      const { errors } = await gateway.query(SOR_QUERY);
      const retryAfter = Number(errors?.[0]?.extensions['retryAfter']);
      expect(retryAfter).toBeGreaterThan(55);
      expect(retryAfter).toBeLessThanOrEqual(60);
    }
  });

  test('is tried again a little later, and then all goes well', async () => {
    await using gateway = await startGateway({ env: withLogin });
    gateway.sor.api.dials.fault = ({ line }) => (line === LOGIN ? status(401) : undefined);
    await ask(gateway, SOR_QUERY, 3);
    gateway.sor.api.dials.fault = undefined;

    await expect.poll(async () => (await gateway.query(SOR_QUERY)).errors, { timeout: 2_500 }).toBeUndefined();

    expect(gateway.sorCalls().filter((line) => line === LOGIN).length).toBeLessThanOrEqual(3);
  });

  test('is one log-in for 30 queries at once, too', async () => {
    await using gateway = await startGateway({ env: withLogin });
    gateway.sor.api.dials.fault = () => status(403);
    await Promise.all(Array.from({ length: 30 }, () => gateway.query(SOR_QUERY)));
    await Promise.all(Array.from({ length: 30 }, () => gateway.query(SOR_QUERY)));
    expect(gateway.sorCalls().length).toBeLessThanOrEqual(2);
  });
});

type Api = (gateway: Gateway) => { dials: Gateway['hood']['dials']; calls: () => string[] };

describe.each<[string, string, Api]>([
  ['Hood', HOOD_QUERY, ({ hood, hoodCalls }) => ({ dials: hood.dials, calls: hoodCalls })],
  ['the System of Record', SOR_QUERY, ({ sor, sorCalls }) => ({ dials: sor.api.dials, calls: sorCalls })],
])('a Retry-After of %s, of which no budget is kept,', (_, query, api) => {
  test.each([
    ['seconds', () => '60'],
    ['a date', () => new Date(Date.now() + 60_000).toUTCString()],
  ])('is remembered: %s', async (__, wait) => {
    await using gateway = await startGateway();
    const { dials, calls } = api(gateway);
    const fault = status(429, { 'retry-after': wait() });
    dials.fault = () => fault;

    expect(await ask(gateway, query, 30)).toEqual(new Set(['RATE_LIMITED']));

    expect(calls()).toHaveLength(1);
    const { errors } = await gateway.query(query);
    expect(Number(errors?.[0]?.extensions['retryAfter'])).toBeGreaterThan(50);
    expect(calls()).toHaveLength(0);
  });

  test('is waited for by those who have the time', async () => {
    await using gateway = await startGateway();
    const { dials, calls } = api(gateway);
    let refusals = 1;
    dials.fault = () => (refusals-- > 0 ? status(429, { 'retry-after': '1' }) : undefined);
    const startedAt = performance.now();

    const answers = await Promise.all([gateway.query(query), gateway.query(query)]);

    expect(answers.map(({ errors }) => errors)).toEqual([undefined, undefined]);
    expect(performance.now() - startedAt).toBeGreaterThan(900);
    expect(calls().length).toBeLessThanOrEqual(3);
  });

  test('does not hold the other API', async () => {
    await using gateway = await startGateway();
    const { dials } = api(gateway);
    dials.fault = () => status(429, { 'retry-after': '60' });
    await gateway.query(query);
    const { errors } = await gateway.query(query === HOOD_QUERY ? SOR_QUERY : HOOD_QUERY);
    expect(errors).toBeUndefined();
  });
});

describe.each([408, 421, 425, 502, 503, 504, 520, 521, 522, 523, 524])('%i once', (code) => {
  test('is tried again', async () => {
    await using gateway = await startGateway();
    const first = () => {
      let isFirst = true;
      return () => {
        const fault = isFirst ? status(code) : undefined;
        isFirst = false;
        return fault;
      };
    };
    gateway.hood.dials.fault = first();
    gateway.sor.api.dials.fault = first();

    const { data, errors } = await gateway.query('{ customerData { totalCount } systemsOfRecord { totalCount } }');

    expect(errors).toBeUndefined();
    expect(data.systemsOfRecord.totalCount).toBe(7);
    expect([gateway.hoodCalls().length, gateway.sorCalls().length]).toEqual([2, 2]);
  });
});

test.each([408, 425, 524])('a write that comes to %i is not tried again', async (code) => {
  await using gateway = await startGateway();
  gateway.hood.dials.fault = () => status(code);
  await gateway.query('mutation { decideGdprRequest(input: { hoodId: "1", decision: APPROVE }) { __typename } }');
  expect(gateway.hoodCalls()).toHaveLength(1);
});

/** Opens the link to an export that is never there, for so long; when each call of it came. */
async function pollExport(answer: (poll: number) => object, ms: number): Promise<number[]> {
  await using gateway = await startGateway();
  let polls = 0;
  gateway.sor.api.dials.fault = () => sorResult(answer(++polls));
  const { data } = await gateway.query(
    'mutation { exportCustomerProfiles(input: {}) { ... on ExportCustomerProfilesSuccess { downloadUrl } } }',
  );
  const link = data.exportCustomerProfiles.downloadUrl;
  await gateway.fetch(link, { signal: AbortSignal.timeout(ms) }).catch(() => undefined);
  return gateway.sor.api.calls.map(({ at }) => at);
}

const ADDRESS = '/api/customer_profiles/export?request_id=';

test.each<[string, (poll: number) => object]>([
  ['a fresh address each time', (poll) => ({ callback_url: `${ADDRESS}${poll}` })],
  ['the same address each time', () => ({ callback_url: `${ADDRESS}1` })],
  ['two addresses in turn', (poll) => ({ download_url: `${ADDRESS}${poll % 2}` })],
  ['an address that is not filled in', (poll) => ({ callback_url: poll === 1 ? `${ADDRESS}1` : null })],
])('an export that names %s is asked for with a pause before each question', async (_, answer) => {
  const times = await pollExport(answer, 1_000);
  expect(times.length).toBeGreaterThan(1);
  expect(times.length).toBeLessThanOrEqual(4);
  // Only the first address may be asked at once: it was just given out.
  const pauses = times.slice(2).map((at, index) => at - (times[index + 1] ?? 0));
  expect(pauses.filter((pause) => pause < 200)).toEqual([]);
});

test.each([
  ['seconds', 1],
  ['milliseconds', 1000],
])('a moment in %s since 1970 may say until when a window of the account lasts', async (_, units) => {
  await using gateway = await startGateway({ env: { HOOD_RATE: '10/s,150/m' } });
  gateway.hood.dials.fault = () => {
    const nextSecond = Math.ceil(Date.now() / 1000) * units;
    const headers = { 'x-ratelimit-remaining': '9', 'x-ratelimit-reset': String(nextSecond) };
    return { kind: 'status', status: 200, body: { total: 0, items: [] }, headers };
  };
  expect(await ask(gateway, HOOD_QUERY, 15, { 'x-request-deadline': '2s' })).toEqual(new Set([undefined]));
});

test('Retry-After may be a moment in milliseconds', async () => {
  await using gateway = await startGateway();
  const faults = [status(429, { 'retry-after': String(Date.now() + 500) })];
  gateway.hood.dials.fault = () => faults.shift();
  expect(await ask(gateway, HOOD_QUERY, 1)).toEqual(new Set([undefined]));
});
