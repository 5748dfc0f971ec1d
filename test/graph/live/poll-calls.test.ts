import { expect, test } from 'vitest';
import { startCollector } from '../../support/collector.ts';
import { startGateway } from '../../support/gateway.ts';
import { Moments, subscribe } from '../../support/live.ts';
import { follow, request, start } from './followed-requests.ts';

const FOLLOW = 'subscription Follow($id: ID!) { hoodExport(hoodId: $id) { status } }';
const CALL = { api: 'HOOD', method: 'GET', route: '/v1/hood/exports/{id}' };

const wish = (request: string) => ({ 'x-upstream-cost': 'calls', 'x-request-id': request });

interface Span {
  name: string;
  spanId: string;
  parentSpanId?: string;
  links?: { spanId: string }[];
}

/** The spans that the collector got. */
const spansIn = (bodies: readonly string[]): Span[] =>
  bodies.flatMap((body) =>
    JSON.parse(body).resourceSpans.flatMap(({ scopeSpans }: { scopeSpans: { spans: Span[] }[] }) =>
      scopeSpans.flatMap(({ spans }) => spans),
    ),
  );

test('a poll is a call of whoever follows, as a shared call is of the operations that it serves', async () => {
  const moments = new Moments();
  await using collector = await startCollector();
  const env = { LOG_LEVEL: 'debug', ...collector.env };
  const gateway = await startGateway({ nextMoment: moments.nextMoment, env });
  const put = (status: string) => gateway.hood.replace('exports', [{ id: '7', status, name: 'Report' }]);
  put('running');
  const origin = await gateway.listen();
  const network = { fetch: (path: string, init?: RequestInit) => fetch(`${origin}${path}`, init) };
  const one = await subscribe(network, FOLLOW, { id: '7' }, wish('one'));
  expect(await one.next()).toMatchObject({
    extensions: { upstream: { HOOD: { calls: 1 } }, upstreamCalls: [{ ...CALL, servedFrom: 'NETWORK' }] },
  });
  const two = await subscribe(network, FOLLOW, { id: '7' }, wish('two'));
  // It begins with the state that is known.
  expect(await two.next()).toMatchObject({ extensions: { upstream: {}, upstreamCalls: [] } });

  put('ready');
  await moments.pass();
  // Those since the event before.
  expect(await one.next()).toMatchObject({
    extensions: { upstream: { HOOD: { calls: 2 } }, upstreamCalls: [{ ...CALL, servedFrom: 'NETWORK' }] },
  });
  expect(await two.next()).toMatchObject({
    extensions: { upstream: { HOOD: { calls: 0 } }, upstreamCalls: [{ ...CALL, servedFrom: 'SHARED_CALL' }] },
  });
  expect([await one.next(), await two.next()]).toEqual([undefined, undefined]);
  await gateway[Symbol.asyncDispose]();

  const lines = gateway.operationLines.map((line) => JSON.parse(line));
  expect(lines.filter(({ msg }) => msg === 'upstream call').map(({ requests }) => requests)).toEqual([
    ['one'],
    ['one', 'two'],
  ]);
  expect(lines.find(({ request }) => request === 'one')).toMatchObject({ upstream: { HOOD: { calls: 2 } } });
  const spans = spansIn(collector.bodies);
  const followers = spans.filter(({ name }) => name === 'subscription').map(({ spanId }) => spanId);
  const [first, second] = spans.filter(({ name }) => name.startsWith('GET'));
  expect(followers).toHaveLength(2);
  expect(followers).toContain(first?.parentSpanId);
  expect(second?.parentSpanId).toBe(first?.parentSpanId);
  expect([second?.parentSpanId, second?.links?.[0]?.spanId].toSorted()).toEqual(followers.toSorted());
});

test('polls that go in one call are each of their own followers', async () => {
  const moments = new Moments();
  await using gateway = await startGateway({ nextMoment: moments.nextMoment });
  const put = (status: string) =>
    gateway.hood.replace(
      'exports',
      ['7', '8'].map((id) => ({ id, status, name: 'Report' })),
    );
  put('running');
  await using seven = await subscribe(gateway, FOLLOW, { id: '7' }, wish('seven'));
  await seven.next();
  await using eight = await subscribe(gateway, FOLLOW, { id: '8' }, wish('eight'));
  await eight.next();
  put('queued');
  await moments.pass(2);
  const list = { api: 'HOOD', route: '/v1/hood/exports', keys: 2 };
  expect(await seven.next()).toMatchObject({
    extensions: { upstream: { HOOD: { calls: 2 } }, upstreamCalls: [{ ...list, servedFrom: 'NETWORK' }] },
  });
  expect(await eight.next()).toMatchObject({
    extensions: {
      upstream: { HOOD: { calls: 1, batched: 1 } },
      upstreamCalls: [{ ...list, servedFrom: 'SHARED_CALL' }],
    },
  });
});

test('what is read of a list is a call of whoever follows the list', async () => {
  const { gateway, moments, put } = await start();
  await using _gateway = gateway;
  await using followed = await follow(gateway, moments, {}, wish('list'));
  put(request('1', 'denied', 1, 7));
  await moments.pass();
  expect(await followed.next()).toMatchObject({ extensions: { upstream: { HOOD: { calls: 2 } } } });
});
