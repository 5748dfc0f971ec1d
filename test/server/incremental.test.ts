import { describe, expect, test, vi } from 'vitest';
import type { Fault } from '../../src/sandbox/faults.ts';
import { person } from '../../src/sandbox/people.ts';
import { Hood } from '../../src/sources/hood/hood.ts';
import { type Gateway, type GatewayOptions, startGateway } from '../support/gateway.ts';
import { movableClock } from '../support/movable-clock.ts';
import { joined, type Part, partsOf } from '../support/parts.ts';

const MULTIPART = 'multipart/mixed';
const SILENCE: Fault = { kind: 'silence' };

/** A slow System of Record behind 50 requests of as many people. */
async function withSlowProfiles(options: GatewayOptions = {}): Promise<Gateway> {
  const gateway = await startGateway({ sor: { profiles: 200, samples: false }, ...options });
  gateway.hood.replace(
    'gdprRequests',
    Array.from({ length: 50 }, (_, n) => ({ id: String(n + 1), client_id: person(n).clientId })),
  );
  gateway.sor.api.dials.latencyMs = 150;
  return gateway;
}

interface Sent {
  variables?: Record<string, unknown>;
  accept?: string;
  headers?: Record<string, string>;
  signal?: AbortSignal;
}

function send(origin: string, query: string, { variables, accept = MULTIPART, headers, signal }: Sent = {}) {
  return fetch(`${origin}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept, ...headers },
    body: JSON.stringify({ query, variables }),
    ...(signal && { signal }),
  });
}

async function partsFor(gateway: Gateway, query: string, sent?: Sent): Promise<Part[]> {
  return Array.fromAsync(partsOf(await send(await gateway.listen(), query, sent)));
}

/** The newest requests, with profiles that may come later by what stands before them. */
const requests = (later = '', first = 50) => `
  { gdprRequests(first: ${first}) { nodes { hoodId ... ${later} { customerProfile { ...Name } } } } }
  fragment Name on CustomerProfile { customerId firstName attributes(keys: ["city"]) { values { key value } } }`;

describe.each([
  [MULTIPART, 'multipart/mixed; boundary="-"'],
  ['text/event-stream', 'text/event-stream'],
])('as %s', (accept, contentType) => {
  test('the list comes before the profiles that are deferred, and all of it is what comes at once', async () => {
    await using gateway = await withSlowProfiles();
    const response = await send(await gateway.listen(), requests('@defer(label: "profiles")'), { accept });
    expect(response.headers.get('content-type')).toBe(contentType);
    const parts = [];
    for await (const part of partsOf(response)) {
      parts.push(part);
      if (parts.length > 1) continue;
      expect(part.data.gdprRequests.nodes).toHaveLength(50);
      expect(part.data.gdprRequests.nodes[0]).toEqual({ hoodId: '50' });
      expect(part.hasNext).toBe(true);
      // The System of Record has not answered yet.
      expect(gateway.sor.api.calls.filter(({ status }) => status)).toEqual([]);
    }
    expect(parts.at(-1)?.hasNext).toBe(false);
    expect(parts.flatMap(({ incremental = [] }) => incremental.map(({ label }) => label))).toEqual(
      Array(50).fill('profiles'),
    );
    expect(gateway.hoodCalls()).toEqual(['GET /v1/hood/gdpr-requests?fields=client_id,id&page=1,50']);
    expect(gateway.sorCalls()).toEqual([
      expect.stringMatching(/\?attribute_keys=city,first_name&customer_id_type=user_id&.*&num_per_page=50$/),
    ]);
    expect(joined(parts)).toEqual((await gateway.query(requests())).data);
  });
});

test('what is deferred at the root does not wait for the rest, nor the rest for it', async () => {
  await using gateway = await withSlowProfiles();
  const parts = await partsFor(
    gateway,
    '{ gdprRequests(first: 1) { nodes { hoodId } } ... @defer { systemsOfRecord { totalCount } } }',
  );
  expect(parts).toEqual([
    { data: { gdprRequests: { nodes: [{ hoodId: '50' }] } }, hasNext: true },
    {
      incremental: [{ data: { systemsOfRecord: { totalCount: expect.any(Number) } }, path: [] }],
      hasNext: false,
    },
  ]);
});

test('what is deferred on a condition that does not hold comes with the list', async () => {
  await using gateway = await withSlowProfiles();
  const { data } = await gateway.query(requests('', 3));
  expect(await partsFor(gateway, requests('@defer(if: false)', 3))).toEqual([{ data }]);
  const query = `query ($later: Boolean!) ${requests('@defer(if: $later)', 3)}`;
  expect(await partsFor(gateway, query, { variables: { later: false } })).toEqual([{ data }]);
  expect(await partsFor(gateway, query, { variables: { later: true } })).not.toEqual([{ data }]);
});

test('a profile of which one part is deferred is asked for once, with the attributes of both', async () => {
  await using gateway = await withSlowProfiles();
  const query = (later: string) => `{ gdprRequests(first: 2) { nodes {
    customerProfile { firstName }
    ... ${later} { customerProfile { lastName ...City } }
  } } }
  fragment City on CustomerProfile { attributes(keys: ["city"]) { values { value } } }`;
  const parts = await partsFor(gateway, query('@defer'));
  expect(gateway.sorCalls()).toEqual([expect.stringMatching(/attribute_keys=city,first_name,last_name&/)]);
  expect(joined(parts)).toEqual((await gateway.query(query(''))).data);
});

test.each([
  ['nodes', '{ hoodId }'],
  ['edges', '{ cursor node { hoodId } }'],
])('%s can be streamed, some of them at once', async (list, row) => {
  await using gateway = await withSlowProfiles();
  const rows = (stream = '') => `{ gdprRequests(first: 5) { totalCount ${list} ${stream} ${row} } }`;
  const { data } = await gateway.query(rows());
  for (const [query, atOnce] of [
    [rows('@stream(initialCount: 3)'), 3],
    [`query ($count: Int!) ${rows('@stream(initialCount: $count)')}`, 4],
    [rows('@stream'), 0],
    [rows('@stream(if: false)'), 5],
  ] as const) {
    const parts = await partsFor(gateway, query, { variables: { count: 4 } });
    expect(parts[0]?.data.gdprRequests[list]).toHaveLength(atOnce);
    expect(joined(parts)).toEqual(data);
  }
});

test('a client that takes no parts gets all of it at once', async () => {
  await using gateway = await withSlowProfiles();
  const expected = await gateway.query(requests());
  for (const accept of ['application/json', 'application/graphql-response+json']) {
    const response = await send(await gateway.listen(), requests('@defer'), { accept });
    expect(response.headers.get('content-type')).toContain(accept);
    expect(await response.json()).toEqual(expected);
  }
});

test.each([
  ['deferred', requests('@defer', 1), { data: { customerProfile: null } }],
  [
    'streamed',
    '{ gdprRequests(first: 1) { nodes @stream { customerProfile { firstName } } } }',
    { items: [{ customerProfile: null }] },
  ],
])('errors in a %s part are told like all others', async (_, query, brought) => {
  await using gateway = await withSlowProfiles();
  const fault: Fault = { kind: 'status', status: 500, body: { error_message: 'canary@example.com' } };
  gateway.sor.api.dials.fault = () => fault;
  const [error] = (await gateway.query(requests('', 1))).errors ?? [];
  expect(error?.extensions.code).toBe('UPSTREAM_UNAVAILABLE');
  using clock = movableClock();
  // What failed is not asked again at once.
  clock.pass(1_000);

  const [first, later] = await partsFor(gateway, query);
  expect(first?.errors).toBeUndefined();
  expect(later?.incremental).toMatchObject([{ ...brought, errors: [{ message: error?.message }] }]);
  expect(later?.incremental?.[0]?.errors).toEqual([
    {
      ...error,
      extensions: { ...error?.extensions, failureId: expect.any(String) },
      locations: expect.any(Array),
    },
  ]);
  expect(JSON.stringify(later) + gateway.logged.join()).not.toContain('canary');
});

test('a mistake of our own is told by an id only, in whichever part', async () => {
  await using gateway = await withSlowProfiles();
  using _ = vi.spyOn(Hood.prototype, 'list').mockRejectedValue(new TypeError('canary@example.com'));
  const [first, later] = await partsFor(
    gateway,
    '{ gdprRequests { totalCount } ... @defer { hoodExports { totalCount } } }',
  );
  const errors = [...(first?.errors ?? []), ...(later?.incremental?.[0]?.errors ?? [])];
  expect(errors).toHaveLength(2);
  for (const { message, extensions } of errors) {
    expect(message).toBe('Something went wrong in the gateway.');
    expect(extensions.code).toBe('INTERNAL_SERVER_ERROR');
    expect(gateway.logged.join()).toContain(extensions['errorId']);
  }
  expect(JSON.stringify([first, later]) + gateway.logged.join()).not.toContain('canary');
});

test('the deadline holds for later parts too', async () => {
  await using gateway = await withSlowProfiles();
  gateway.sor.api.dials.fault = () => SILENCE;
  const parts = await partsFor(gateway, requests('@defer', 2), {
    headers: { 'x-request-deadline': '200ms' },
  });
  expect(parts[0]?.data.gdprRequests.nodes).toHaveLength(2);
  const later = parts.flatMap(({ incremental = [] }) => incremental);
  expect(later.map(({ data }) => data)).toEqual(Array(2).fill({ customerProfile: null }));
  expect(later.map(({ errors }) => errors?.[0]?.extensions.code)).toEqual(Array(2).fill('UPSTREAM_TIMEOUT'));
});

test('a client who leaves before the last part ends the calls for it', async () => {
  await using gateway = await withSlowProfiles();
  gateway.sor.api.dials.fault = () => SILENCE;
  const caller = new AbortController();
  const response = await send(await gateway.listen(), requests('@defer'), { signal: caller.signal });
  const parts = partsOf(response);
  expect((await parts.next()).value?.hasNext).toBe(true);
  caller.abort();
  await expect(parts.next()).rejects.toThrow('aborted');
  await vi.waitFor(() => expect(gateway.sor.api.calls.map(({ aborted }) => aborted)).toEqual([true]));
  expect(gateway.logged).toEqual([]);
});
