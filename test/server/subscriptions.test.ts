import { expect, test, vi } from 'vitest';
import { auditFile, HEADERS, LOCKED, linesOf } from '../support/audit.ts';
import { BEHIND_PROXY } from '../support/callers.ts';
import { type Gateway, type GatewayOptions, startGateway } from '../support/gateway.ts';
import { bearer, startIdentityProvider } from '../support/identity-provider.ts';
import { Moments, subscribe } from '../support/live.ts';

const FOLLOW = 'subscription Follow { hoodExport(hoodId: "7") { status } }';
const RUNNING = { data: { hoodExport: { status: 'running' } } };

async function start(options: GatewayOptions = {}): Promise<Gateway & { moments: Moments }> {
  const moments = new Moments();
  const gateway = await startGateway({ nextMoment: moments.nextMoment, ...options });
  put(gateway, 'running');
  return Object.assign(gateway, { moments });
}

function put({ hood }: Gateway, status: string): void {
  hood.replace('exports', [{ id: '7', status, create_time: '2026-01-01 00:00:00' }]);
}

/** The same gateway over real connections. */
async function connected(gateway: Gateway): Promise<Pick<Gateway, 'fetch'>> {
  const origin = await gateway.listen();
  return { fetch: (path, init) => fetch(`${origin}${path}`, init) };
}

async function metric(gateway: Gateway, name: string): Promise<number> {
  const text = await (await fetch(`${await gateway.listen()}/metrics`)).text();
  const line = text.split('\n').find((each) => each.startsWith(`${name} `)) ?? '';
  return Number(line.slice(name.length));
}

test('a subscription ends with its connection, and polling with the last one', async () => {
  await using gateway = await start();
  const over = await connected(gateway);
  const [one, two] = [await subscribe(over, FOLLOW), await subscribe(over, FOLLOW)];
  expect([await one.next(), await two.next()]).toEqual([RUNNING, RUNNING]);
  expect(await metric(gateway, 'gateway_subscriptions')).toBe(2);
  await one[Symbol.asyncDispose]();
  await vi.waitFor(async () => expect(await metric(gateway, 'gateway_subscriptions')).toBe(1));
  await gateway.moments.pass();
  await two[Symbol.asyncDispose]();
  await gateway.moments.settled(0);
  await vi.waitFor(async () => expect(await metric(gateway, 'gateway_subscriptions')).toBe(0));
  const done = 'gateway_operations_total{operation="Follow",kind="subscription",code="OK"}';
  await vi.waitFor(async () => expect(await metric(gateway, done)).toBe(2));
  await vi.waitFor(() =>
    expect(gateway.operationLines.filter((line) => line.includes('"operation":"Follow"'))).toHaveLength(2),
  );
});

test('it ends with the token of its caller', async () => {
  await using provider = await startIdentityProvider();
  await using gateway = await start({ env: provider.settings });
  const headers = bearer(await provider.token({ exp: Math.ceil(Date.now() / 1000) }));
  await using followed = await subscribe(gateway, FOLLOW, {}, headers);
  const events = [await followed.next(), await followed.next()];
  expect(events).toContain(undefined);
});

test('when the process stops it is complete, and another is refused', async () => {
  const stopping = new AbortController();
  await using gateway = await start({ stopping: stopping.signal });
  await using followed = await subscribe(await connected(gateway), FOLLOW);
  expect(await followed.next()).toEqual(RUNNING);
  stopping.abort();
  expect(await followed.next()).toBeUndefined();
  const late = await subscribe(gateway, FOLLOW);
  expect([late.response.status, late.response.headers.get('retry-after')]).toEqual([503, '30']);
  expect(await late.next()).toMatchObject({ errors: [{ extensions: { code: 'RATE_LIMITED' } }] });
});

test('events that wait for a slow reader are not sent after the end', async () => {
  const stopping = new AbortController();
  await using gateway = await start({ stopping: stopping.signal, sor: { profiles: 500 } });
  const changes = 'subscription { customerProfileChanges(since: "2000-01-01T00:00:00Z") { changes { key } } }';
  const headers = { 'content-type': 'application/json', accept: 'text/event-stream' };
  const body = JSON.stringify({ query: changes });
  const response = await gateway.fetch('/graphql', { method: 'POST', headers, body });
  const reader = response.body?.getReader();
  await reader?.read();
  await gateway.moments.settled(1);
  stopping.abort();
  let text = '';
  for (let read = await reader?.read(); read?.value; read = await reader?.read()) text += Buffer.from(read.value);
  expect(text.match(/event: next/g)?.length ?? 0).toBeLessThan(10);
  expect(text).toContain('event: complete');
});

test('it holds no place among the operations, and there are so many of them in all and of one caller', async () => {
  const env = { ...BEHIND_PROXY, MAX_OPERATIONS: '1', MAX_SUBSCRIPTIONS: '11' };
  await using gateway = await start({ env });
  const over = await connected(gateway);
  await using stack = new AsyncDisposableStack();
  const open = async (address: string) => {
    const followed = stack.use(await subscribe(over, FOLLOW, {}, { 'x-forwarded-for': address }));
    await followed.next();
    return [followed.response.status, followed.response.headers.get('retry-after')];
  };
  expect([await open('10.0.0.1'), await open('10.0.0.1')]).toEqual(Array(2).fill([200, null]));
  expect(await open('10.0.0.1')).toEqual([429, '30']);
  for (let n = 2; n < 11; n++) expect(await open(`10.0.0.${n}`)).toEqual([200, null]);
  expect(await open('10.0.0.12')).toEqual([503, '30']);
  // It is counted when the answer has gone out, which its reader may see before.
  const refused = 'gateway_refused_total{reason="places"}';
  await vi.waitFor(async () => expect(await metric(gateway, refused)).toBe(1));
  expect(await gateway.query('{ __typename }')).toEqual({ data: { __typename: 'Query' } });
});

test('where memory is short all of them end', async () => {
  const held = Buffer.alloc(250_000_000, 1);
  await using gateway = await start({ env: { MAX_MEMORY: '400mb' } });
  await using followed = await subscribe(await connected(gateway), FOLLOW);
  expect(await followed.next()).toEqual(RUNNING);
  const more = Buffer.alloc(400_000_000, 1);
  await vi.waitFor(async () => expect((await gateway.query('{ __typename }')).errors).toBeDefined());
  expect(await followed.next()).toBeUndefined();
  expect(held.length + more.length).toBe(650_000_000);
});

test('each event is resolved by what its own caller may see, and fails alone', async () => {
  await using gateway = await start({ env: { ANONYMOUS_SCOPES: 'gdpr:read' } });
  put(gateway, 'ready');
  await using followed = await subscribe(gateway, 'subscription { hoodExport(hoodId: "7") { status downloadUrl } }');
  expect(await followed.next()).toMatchObject({
    data: { hoodExport: { status: 'ready', downloadUrl: null } },
    errors: [{ path: ['hoodExport', 'downloadUrl'], extensions: { code: 'FORBIDDEN' } }],
  });
  expect(followed.response.headers.get('cache-control')).toContain('no-transform');
});

test('the audit has a line when it begins', async () => {
  await using file = await auditFile();
  await using gateway = await start({ env: { ...LOCKED, AUDIT: file.path } });
  await using followed = await subscribe(gateway, FOLLOW, {}, HEADERS);
  expect(await followed.next()).toEqual(RUNNING);
  expect(await linesOf(file.path)).toMatchObject([
    { event: 'subscribe', caller: 'secret', client: 'desk', operation: 'Follow', arguments: ['hoodExport(hoodId)'] },
  ]);
});

test('what it costs can be asked before, and is told with each event', async () => {
  await using gateway = await start();
  await using dry = await subscribe(gateway, FOLLOW, {}, { 'x-upstream-cost': 'dry-run' });
  expect(await dry.next()).toMatchObject({ extensions: { upstreamEstimate: { cost: 1 } } });
  expect(gateway.hoodCalls()).toEqual([]);
  await using followed = await subscribe(gateway, FOLLOW, {}, { 'x-upstream-cost': '1' });
  expect(await followed.next()).toMatchObject({ ...RUNNING, extensions: { upstream: {} } });
});

test('each event may be as long as an answer', async () => {
  await using gateway = await start({ env: { MAX_ANSWER: '1kb' } });
  await using followed = await subscribe(gateway, FOLLOW.replace('status', 'name status'));
  const named = (length: number) =>
    gateway.hood.replace('exports', [{ id: '7', status: 'running', name: 'x'.repeat(length) }]);
  await followed.next();
  for (const length of [800, 801, 802]) {
    named(length);
    await gateway.moments.pass();
    expect((await followed.next())?.data.hoodExport.name).toHaveLength(length);
  }
  named(2_000);
  await gateway.moments.pass();
  expect(await followed.next()).toMatchObject({
    data: null,
    errors: [{ extensions: { code: 'OPERATION_TOO_COSTLY' } }],
  });
  named(3);
  await gateway.moments.pass();
  expect((await followed.next())?.data.hoodExport.name).toHaveLength(3);
});

test.each([
  [
    'what is deferred comes with its event',
    'subscription { hoodExport(hoodId: "7") { ... @defer { status } } }',
    RUNNING,
  ],
  [
    'a root field that is left out is a mistake',
    'subscription { hoodExport(hoodId: "7") @skip(if: true) { status } }',
    { errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] },
  ],
  [
    'and so are two root fields',
    'subscription { hoodExport(hoodId: "7") { status } b: hoodExport(hoodId: "8") { status } }',
    { errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] },
  ],
])('%s', async (_title, query, answer) => {
  await using gateway = await start();
  await using followed = await subscribe(gateway, query);
  expect(await followed.next()).toMatchObject(answer);
});

test('each event of the sandbox says that it is made up, and proxies hold none back', async () => {
  await using gateway = await start({ env: { UPSTREAM: 'sandbox' } });
  await using followed = await subscribe(gateway, FOLLOW);
  expect(await followed.next()).toMatchObject({ ...RUNNING, extensions: { sandbox: true } });
  put(gateway, 'ready');
  await gateway.moments.pass();
  expect(await followed.next()).toMatchObject({ extensions: { sandbox: true } });
  expect(followed.response.headers.get('x-accel-buffering')).toBe('no');
});

test('whoever takes no events is told so', async () => {
  await using gateway = await start();
  const refused = await subscribe(gateway, FOLLOW, {}, { accept: 'application/json' });
  expect(refused.response.status).toBe(406);
  expect(gateway.hoodCalls()).toEqual([]);
  expect(await metric(gateway, 'gateway_subscriptions')).toBe(0);
});

test('an EventSource of a browser, which can only GET, follows as well', async () => {
  await using gateway = await start();
  put(gateway, 'ready');
  const response = await gateway.fetch(`/graphql?query=${encodeURIComponent(FOLLOW)}`, {
    headers: { accept: 'text/event-stream' },
  });
  expect(await response.text()).toContain(
    'event: next\ndata: {"data":{"hoodExport":{"status":"ready"}}}\n\nevent: complete\n',
  );
});
