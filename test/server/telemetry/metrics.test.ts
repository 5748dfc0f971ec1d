import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { type Gateway, type GatewayOptions, startGateway } from '../../support/gateway.ts';
import { sendRaw } from '../../support/raw-request.ts';

/** What `/metrics` says, as lines without comments. */
async function metricsOf(gateway: Gateway, origin?: string): Promise<string[]> {
  const response = await fetch(new URL('/metrics', origin ?? (await gateway.listen())));
  expect(response.status).toBe(200);
  return (await response.text()).split('\n').filter((line) => line !== '' && !line.startsWith('#'));
}

const readingOf = (lines: readonly string[], series: string): number | undefined => {
  const line = lines.find((each) => each.startsWith(`${series} `));
  return line === undefined ? undefined : Number(line.slice(series.length + 1));
};

async function valuesAfter(
  options: GatewayOptions,
  act: (gateway: Gateway) => Promise<unknown>,
): Promise<(series: string) => number | undefined> {
  await using gateway = await startGateway(options);
  await act(gateway);
  const lines = await metricsOf(gateway);
  return (series) => readingOf(lines, series);
}

const LIST = '{ gdprRequests(first: 5) { nodes { hoodId } } }';

test('operations are counted by name, kind and first code, and timed', async () => {
  const value = await valuesAfter({ hood: { rows: 5 } }, async (gateway) => {
    await gateway.query(`query Screen ${LIST}`);
    await gateway.query(LIST);
    await gateway.query('query Screen { gdprRequest(hoodId: 1, x: 2) { hoodId } }');
    gateway.hood.dials.fault = () => ({ kind: 'status', status: 501 });
    await gateway.query(`query Screen ${LIST}`);
    await gateway.query('mutation Decide { decideGdprRequest(input: { hoodId: "1", decision: DENY }) { __typename } }');
  });

  expect(value('gateway_operations_total{operation="Screen",kind="query",code="OK"}')).toBe(1);
  expect(value('gateway_operations_total{operation="Screen",kind="query",code="UPSTREAM_UNAVAILABLE"}')).toBe(1);
  expect(value('gateway_operations_total{operation="",kind="query",code="OK"}')).toBe(1);
  expect(value('gateway_operations_total{operation="Screen",kind="query",code="BAD_USER_INPUT"}')).toBe(1);
  expect(value('gateway_operation_duration_seconds_count{operation="Screen",kind="query"}')).toBe(3);
  expect(value('gateway_operation_duration_seconds_count{operation="Decide",kind="mutation"}')).toBe(1);
});

test('names of operations make two hundred series at most, beside those of trusted documents', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'trusted-'));
  using _ = { [Symbol.dispose]: () => rmSync(folder, { recursive: true }) };
  const TRUSTED_DOCUMENTS = join(folder, 'manifest.json');
  writeFileSync(TRUSTED_DOCUMENTS, JSON.stringify({ one: 'query Trusted { __typename }' }));
  const value = await valuesAfter({ env: { TRUSTED_DOCUMENTS } }, async (gateway) => {
    for (let n = 0; n < 210; n++) await gateway.query(`query Mistake${n} { nobody }`);
    for (let n = 0; n < 210; n++) await gateway.query(`query Name${n} { __typename }`);
    await gateway.query('query Trusted { __typename }');
  });

  expect(value('gateway_operations_total{operation="Trusted",kind="query",code="OK"}')).toBe(1);
  expect(value('gateway_operations_total{operation="Name199",kind="query",code="OK"}')).toBe(1);
  expect(value('gateway_operations_total{operation="Name200",kind="query",code="OK"}')).toBeUndefined();
  expect(value('gateway_operations_total{operation="other",kind="query",code="OK"}')).toBe(10);
  expect(value('gateway_operations_total{operation="other",kind="query",code="BAD_USER_INPUT"}')).toBe(210);
});

test('calls are counted by the template of their route and by their status, batches by their keys', async () => {
  const value = await valuesAfter({ hood: { rows: 5 }, sor: { profiles: 9 } }, async (gateway) => {
    const { data } = await gateway.query(LIST);
    const { hoodId } = data.gdprRequests.nodes[0];
    await gateway.query(
      `{ a: gdprRequest(hoodId: "${hoodId}") { hoodId } b: gdprRequest(hoodId: "nobody") { hoodId } }`,
    );
    await gateway.query(
      '{ a: profileProperty(hoodId: "1") { hoodId } b: profileProperty(hoodId: "2") { hoodId } c: profileProperty(hoodId: "3") { hoodId } }',
    );
    gateway.hood.dials.fault = () => ({ kind: 'reset' });
    await gateway.query(LIST);
    gateway.hood.dials.fault = () => ({ kind: 'silence' });
    // A question that failed is not asked again at once.
    await gateway.query(LIST.replace('5', '6'), {}, { 'x-request-deadline': '50ms' });
    await gateway.hood[Symbol.asyncDispose]();
    await gateway.query(LIST.replace('5', '7'));
  });

  const one = 'api="HOOD",route="/v1/hood/gdpr-requests/{id}"';
  const list = 'api="HOOD",route="/v1/hood/gdpr-requests"';
  expect(value(`gateway_upstream_calls_total{${one},status="200"}`)).toBe(1);
  expect(value(`gateway_upstream_calls_total{${one},status="404"}`)).toBe(1);
  expect(value(`gateway_upstream_calls_total{${list},status="reset"}`)).toBeGreaterThan(0);
  expect(value(`gateway_upstream_calls_total{${list},status="timeout"}`)).toBe(1);
  expect(value(`gateway_upstream_calls_total{${list},status="refused_connection"}`)).toBeGreaterThan(0);
  expect(value(`gateway_upstream_call_duration_seconds_count{${one}}`)).toBe(2);
  const batch = 'api="HOOD",route="/v1/hood/profile-properties"';
  expect(value(`gateway_upstream_batch_size_sum{${batch}}`)).toBe(3);
  expect(value(`gateway_upstream_batch_size_count{${batch}}`)).toBe(1);
});

test('budgets are told with what is left of them, who waits, for how long, and in vain', async () => {
  const env = { HOOD_RATE: '2/s,150/m' };
  const value = await valuesAfter({ env, hood: { rows: 5 } }, async (gateway) => {
    const rows = [1, 2].map((n) => gateway.query(`{ gdprRequest(hoodId: "${n}") { hoodId } }`));
    await Promise.all(rows);
    await gateway.query('{ gdprRequest(hoodId: "3") { hoodId } }', {}, { 'x-request-deadline': '200ms' });
  });

  expect(value('gateway_upstream_budget_limit{api="HOOD",window="second"}')).toBe(2);
  expect(value('gateway_upstream_budget_limit{api="HOOD",window="minute"}')).toBe(150);
  expect(value('gateway_upstream_budget_remaining{api="HOOD",window="minute"}')).toBe(148);
  expect(value('gateway_upstream_budget_remaining{api="SOR",window="minute"}')).toBeUndefined();
  expect(value('gateway_upstream_queue_length{api="HOOD"}')).toBe(0);
  expect(value('gateway_upstream_queue_wait_seconds_count{api="HOOD"}')).toBe(2);
  expect(value('gateway_upstream_budget_refused_total{api="HOOD"}')).toBe(1);
});

test('the cache is told by resource', async () => {
  const env = { CACHE: 'on', CACHE_TTL: 'exports=0s' };
  const value = await valuesAfter({ env, hood: { rows: 5 }, sor: { profiles: 9 } }, async (gateway) => {
    for (let n = 0; n < 3; n++) await gateway.query(LIST);
  });
  expect(value('gateway_cache_requests_total{api="HOOD",resource="gdpr-requests",result="miss"}')).toBe(1);
  expect(value('gateway_cache_requests_total{api="HOOD",resource="gdpr-requests",result="hit"}')).toBe(2);
});

test('a route that is left alone, and what the gateway does without, is 1', async () => {
  const value = await valuesAfter({}, async (gateway) => {
    gateway.hood.dials.fault = () => ({ kind: 'status', status: 501 });
    for (let n = 0; n < 12; n++) await gateway.query(`{ gdprRequest(hoodId: "${n}") { hoodId } }`);
    gateway.sor.api.dials.fault = () => ({ kind: 'status', status: 401 });
    await gateway.query('{ systemsOfRecord { totalCount } }');
  });
  expect(value('gateway_breaker_open{api="HOOD",route="GET /v1/hood/gdpr-requests/{id}"}')).toBe(1);
  expect(value('gateway_breaker_open{api="HOOD",route=""}')).toBe(0);
  expect(value('gateway_degraded{api="SOR",reason="credential_refused"}')).toBe(1);
});

test('a Redis that is away is told, and so is one that has not been reached yet', async () => {
  const env = { REDIS_URL: 'redis://127.0.0.1:1', REPLICAS: '1' };
  await using gateway = await startGateway({ env });
  const ready = await gateway.fetch('/ready');
  expect(await ready.json()).toEqual({ status: 'ready', degraded: [{ reason: 'redis_away' }] });
  await vi.waitFor(() => expect(gateway.logged.join()).toContain('Redis is away'));
  const lines = await metricsOf(gateway);
  expect(readingOf(lines, 'gateway_redis_up')).toBe(0);
  expect(readingOf(lines, 'gateway_degraded{api="",reason="redis_away"}')).toBe(1);
});

test('requests that are refused are counted by the reason', async () => {
  const env = { AUTH: 'secret', GATEWAY_SECRET: 'a-secret-for-this-test-only', MAX_OPERATIONS: '1', MAX_BODY: '1kb' };
  await using gateway = await startGateway({ env });
  const headers = { 'x-gateway-secret': env.GATEWAY_SECRET };
  await gateway.query('{ __typename }');
  await gateway.fetch('/caller', { headers: { 'x-gateway-secret': 'guessed' } });
  await gateway.query(`{ __typename ${' '.repeat(1_000)} }`, {}, headers);
  gateway.hood.dials.fault = () => ({ kind: 'silence' });
  const slow = gateway.query(LIST, {}, { ...headers, 'x-request-deadline': '300ms' });
  await gateway.query('{ __typename }', {}, headers);
  await slow;
  const lines = await metricsOf(gateway);
  const value = (reason: string) => readingOf(lines, `gateway_refused_total{reason="${reason}"}`);
  expect([value('credential'), value('body'), value('places')]).toEqual([2, 1, 1]);
});

test('version, mode, memory and the process itself are told', async () => {
  const value = await valuesAfter({ env: { MAX_MEMORY: '500mb' } }, async () => {});
  expect(value('gateway_info{version="0.1.0",mode="live"}')).toBe(1);
  expect(value('gateway_memory_limit_bytes')).toBe(500_000_000);
  expect(value('gateway_subscriptions')).toBe(0);
  expect(value('process_resident_memory_bytes')).toBeGreaterThan(0);
  expect(value('gateway_redis_up')).toBeUndefined();
});

test.each([
  'x-forwarded-for',
  'forwarded',
  'x-real-ip',
  'via',
  'cf-connecting-ip',
  'x-original-forwarded-for',
  'our-proxy',
])('who asks for another (%s) gets no metrics, and nobody does where they have a port of their own', async (name) => {
  const env = { CLIENT_ADDRESS_HEADER: 'Our-Proxy', TRUSTED_PROXIES: '127.0.0.1' };
  await using gateway = await startGateway({ env });
  const origin = await gateway.listen();
  const forwarded = await fetch(`${origin}/metrics`, { headers: { [name]: '192.0.2.7' } });
  expect(forwarded.status).toBe(404);
  expect((await gateway.fetch('/metrics')).status).toBe(404);
});

test.each([
  ['evil.example', 404],
  ['localhost:4000', 200],
  ['[::1]', 200],
])('a page that calls this machine %s gets %i for the metrics', async (host, status) => {
  await using gateway = await startGateway();
  const request = `GET /metrics HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`;
  expect((await sendRaw(await gateway.listen(), request)).status).toBe(status);
});

test('with METRICS_PORT they are there, and nowhere else', async () => {
  await using gateway = await startGateway({ env: { METRICS_PORT: '0' } });
  const [, own = ''] = /metrics at (http:[^ "]+)/.exec(gateway.logged.join()) ?? [];
  expect((await fetch(`${await gateway.listen()}/metrics`)).status).toBe(404);
  const lines = await metricsOf(gateway, own);
  expect(readingOf(lines, 'gateway_subscriptions')).toBe(0);
  expect((await fetch(new URL('/metrics?name=x', own), { method: 'HEAD' })).status).toBe(200);
  expect((await fetch(new URL('/graphql', own))).status).toBe(404);
});

test('what alerts watch is there before it happens, so that its rate is known from the first time', async () => {
  const value = await valuesAfter({}, async () => {});
  expect(value('gateway_upstream_budget_refused_total{api="HOOD"}')).toBe(0);
  expect(value('gateway_upstream_budget_refused_total{api="SOR"}')).toBe(0);
  expect(value('gateway_refused_total{reason="memory"}')).toBe(0);
});
