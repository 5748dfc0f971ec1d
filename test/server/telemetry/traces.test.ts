import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { person } from '../../../src/sandbox/people.ts';
import { startCollector } from '../../support/collector.ts';
import { type Gateway, type GatewayOptions, startGateway } from '../../support/gateway.ts';

interface SpanSent {
  name: string;
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  kind: number;
  attributes: { key: string; value: Record<string, unknown> }[];
  links?: { spanId: string }[];
  status: { code?: number };
}

interface Received {
  resourceSpans: { resource: { attributes: SpanSent['attributes'] }; scopeSpans: { spans: SpanSent[] }[] }[];
}

/** The spans that a collector gets from a gateway, once that has ended; and the name of the service. */
async function spansOf(options: GatewayOptions, act: (gateway: Gateway) => Promise<unknown>) {
  await using collector = await startCollector({ OTEL_SERVICE_NAME: 'graph' });
  await startGateway({ ...options, env: { ...options.env, ...collector.env } }).then(async (gateway) => {
    await using _ = gateway;
    await act(gateway);
  });
  const all = collector.bodies.flatMap((body) => (JSON.parse(body) as Received).resourceSpans);
  return {
    services: all.map(({ resource }) => attributesOf(resource)['service.name']),
    spans: all.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans)),
  };
}

function attributesOf({ attributes }: Pick<SpanSent, 'attributes'>): Record<string, unknown> {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]]));
}

const SERVER = 2;
const CLIENT = 3;
const ERROR = 2;
const PARENT = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

const LIST = 'query Screen { gdprRequests(first: 5) { nodes { hoodId } } }';
const profile = (n: number) => `{ customerProfile(customerId: "${person(n).email}") { customerId } }`;

test('an operation is a span of its caller’s trace, and a call one of the operation’s', async () => {
  const { spans, services } = await spansOf({ hood: { rows: 9 } }, async (gateway) => {
    await gateway.query(LIST, {}, { traceparent: PARENT, 'x-client-name': 'office', 'x-request-id': 'abc' });
    expect(gateway.hood.calls[0]?.headers).not.toHaveProperty('traceparent');
  });

  expect(services).toEqual(['graph']);
  const [call, operation] = spans;
  const traceId = '0af7651916cd43dd8448eb211c80319c';
  expect(operation).toMatchObject({ name: 'query', kind: SERVER, traceId, parentSpanId: 'b7ad6b7169203331' });
  expect(attributesOf(operation as SpanSent)).toEqual({
    'graphql.operation.name': 'Screen',
    'graphql.operation.type': 'query',
    'gateway.document.hash': expect.stringMatching(/^[\da-f]{16}$/),
    'gateway.client.name': 'office',
    'gateway.request.id': 'abc',
    'http.response.status_code': 200,
  });
  const route = '/v1/hood/gdpr-requests';
  expect(call).toMatchObject({ name: `GET ${route}`, kind: CLIENT, traceId, parentSpanId: operation?.spanId });
  expect(attributesOf(call as SpanSent)).toEqual({
    'gateway.api': 'HOOD',
    'gateway.waited_ms': expect.any(Number),
    'http.request.method': 'GET',
    'http.response.status_code': 200,
    'url.template': route,
  });
});

test.each([
  ['has flags that nobody knows', PARENT.replace(/01$/, 'ff'), true],
  ['is of a later version, which says more', PARENT.replace(/^00/, '01').concat('-more'), true],
  ['is of a version that there is not', PARENT.replace(/^00/, 'ff'), false],
  ['says more than its version has', `${PARENT}-more`, false],
  ['ends in something else', `${PARENT}zz`, false],
  ['has no trace', PARENT.replace(/[\da-f]{32}/, '0'.repeat(32)), false],
])('a `traceparent` that %s', async (_, traceparent, isTaken) => {
  let sent: unknown;
  const { spans } = await spansOf({ env: { TRACE_UPSTREAM: 'hood' } }, async (gateway) => {
    await gateway.query(LIST, {}, { traceparent });
    sent = gateway.hood.calls[0]?.headers['traceparent'];
  });
  const [call, operation] = spans;
  expect(operation?.traceId === '0af7651916cd43dd8448eb211c80319c').toBe(isTaken);
  expect(sent).toBe(`00-${operation?.traceId}-${call?.spanId}-01`);
});

test('a call that serves several operations is linked to all of them', async () => {
  const { spans } = await spansOf({ sor: { profiles: 9 } }, (gateway) =>
    Promise.all([1, 1, 2].map((n) => gateway.query(profile(n)))),
  );
  const operations = spans.filter(({ kind }) => kind === SERVER).map(({ spanId }) => spanId);
  const [call, ...others] = spans.filter(({ kind }) => kind === CLIENT);
  expect(others).toEqual([]);
  const linked = [call?.parentSpanId, ...(call?.links ?? []).map(({ spanId }) => spanId)];
  expect(operations).toHaveLength(3);
  expect(linked.toSorted()).toEqual(operations.toSorted());
});

test.each(['', 'sor'])('it is traced for the one that is traced, with TRACE_UPSTREAM=%s', async (TRACE_UPSTREAM) => {
  const unsampled = '00-1af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00';
  const { spans } = await spansOf({ env: { TRACE_UPSTREAM }, sor: { profiles: 9 } }, (gateway) =>
    Promise.all([unsampled, PARENT].map((traceparent) => gateway.query(profile(1), {}, { traceparent }))),
  );
  const [operation, ...others] = spans.filter(({ kind }) => kind === SERVER);
  expect(others).toEqual([]);
  const calls = spans.filter(({ kind }) => kind === CLIENT);
  expect(calls.map(({ parentSpanId }) => parentSpanId)).toEqual([operation?.spanId]);
});

test('a file is a span of its caller’s trace, with its calls below it', async () => {
  const { spans } = await spansOf({ hood: { rows: 9 } }, async (gateway) => {
    const { data } = await gateway.query('{ hoodExports(first: 9) { nodes { downloadUrl } } }');
    const links: { downloadUrl: string | null }[] = data.hoodExports.nodes;
    const link = links.find(({ downloadUrl }) => downloadUrl !== null)?.downloadUrl ?? '';
    await (await gateway.fetch(link, { headers: { traceparent: PARENT } })).bytes();
  });
  const file = spans.find(({ name }) => name === 'file');
  const traceId = '0af7651916cd43dd8448eb211c80319c';
  expect(file).toMatchObject({ kind: SERVER, traceId, parentSpanId: 'b7ad6b7169203331' });
  const call = spans.find(({ name }) => name === 'GET /v1/hood/exports/{id}/download');
  expect(call).toMatchObject({ traceId, parentSpanId: file?.spanId });
});

test('failures and repetitions say so', async () => {
  const { spans } = await spansOf({}, async (gateway) => {
    gateway.hood.dials.fault = () => ({ kind: 'status', status: 503 });
    await gateway.query(LIST);
  });
  const calls = spans.filter(({ kind }) => kind === CLIENT);
  expect(calls.map((span) => attributesOf(span)['http.request.resend_count'])).toEqual([undefined, 1, 2]);
  expect(calls.map((span) => attributesOf(span)['error.type'])).toEqual(['503', '503', '503']);
  const operation = spans.find(({ kind }) => kind === SERVER) as SpanSent;
  expect(operation.status.code).toBe(ERROR);
});

test.each([
  ['hood', true, false],
  ['hood,sor', true, true],
])('TRACE_UPSTREAM=%s sends the span of the call along', async (TRACE_UPSTREAM, toHood, toSor) => {
  const options = { env: { TRACE_UPSTREAM }, hood: { rows: 9 }, sor: { profiles: 9 } };
  let sent: unknown[] = [];
  const { spans } = await spansOf(options, async (gateway) => {
    await gateway.query(
      '{ gdprRequests(first: 3) { nodes { customerProfile { customerId } } } }',
      {},
      { traceparent: PARENT },
    );
    sent = [gateway.hood, gateway.sor.api].map(({ calls }) => calls[0]?.headers['traceparent']);
  });
  const parents = spans
    .filter(({ kind }) => kind === CLIENT)
    .map(({ traceId, spanId }) => `00-${traceId}-${spanId}-01`);
  expect(sent).toEqual([toHood ? parents[0] : undefined, toSor ? parents[1] : undefined]);
});

test('a caller who does not trace, or a sampler that takes none, costs no span', async () => {
  const untraced = await spansOf({}, (gateway) => gateway.query(LIST, {}, { traceparent: PARENT.replace(/1$/, '0') }));
  expect(untraced.spans).toEqual([]);
  const none = await spansOf({ env: { OTEL_TRACES_SAMPLER: 'always_off' } }, (gateway) => gateway.query(LIST));
  expect(none.spans).toEqual([]);
  const all = await spansOf({ env: { OTEL_TRACES_SAMPLER: 'traceidratio' } }, (gateway) => gateway.query(LIST));
  expect(all.spans).not.toEqual([]);
});

test('a collector that takes no spans is told once, by its status, and costs nobody an answer', async () => {
  await using collector = await startCollector({}, 400);
  const gateway = await startGateway({ env: collector.env });
  expect((await gateway.query('{ __typename }')).errors).toBeUndefined();
  await gateway[Symbol.asyncDispose]();
  expect(gateway.logged.map((line) => JSON.parse(line))).toMatchObject([{ msg: 'spans cannot be sent', code: 400 }]);
});

test('docs/operations.md has every attribute of a span', () => {
  const attributes = /(?:graphql|gateway|http|error|url)\.[a-z.]+[a-z_]*/g;
  const [, table = ''] = /^\| span \|.*?\n(.*?)\n\n/ms.exec(readFileSync('docs/operations.md', 'utf8')) ?? [];
  const source = readFileSync('src/server/telemetry/traces.ts', 'utf8');
  const set = [...source.matchAll(/^ +'([a-z_.]+)': /gm)].map(([, name = '']) => name);
  expect(table.match(attributes)?.sort()).toEqual(set.sort());
});
