import { text } from 'node:stream/consumers';
import { expect, test, vi } from 'vitest';
import { JsonClient } from '../../../src/http/client/json-client.ts';
import { type Reply, serve } from '../../../src/sandbox/server.ts';
import { SOR } from '../../../src/sources/sor/api.ts';
import { FeedInterrupted, SorFeed } from '../../../src/sources/sor/feed.ts';
import type { FedChange } from '../../../src/sources/sor/feed-plan.ts';

const SYSTEM = { identifier: 'SOR_1', apiKey: 'key-1' };

const change = (id: string, value = 'x'): FedChange => [
  { customer_id: id, attribute_key: 'k', attribute_value: value },
];

/** A feeding host that notes which customers each call is about, and answers with the call's number. */
async function startFeed(answer?: (call: number) => Reply | Promise<Reply | undefined> | undefined) {
  await using stack = new AsyncDisposableStack();
  const calls: string[] = [];
  const host = await serve(async ({ stream }) => {
    const { sor, customer_attribute_values: values } = JSON.parse(await text(stream));
    const ids = values.map(({ customer_id }: { customer_id: string }) => customer_id);
    const call = calls.push(`${sor}: ${ids.join(' ')}`);
    const reply = await answer?.(call);
    return reply ?? { status: 200, json: { success: true, result: { requestId: `r${call}` }, errorCode: 0 } };
  });
  stack.use(host);
  const client = stack.use(new JsonClient({ api: SOR, origin: host.origin }));
  const held = stack.move();
  return {
    calls,
    seen: host.calls,
    feed: new SorFeed(client),
    [Symbol.asyncDispose]: () => held[Symbol.asyncDispose](),
  };
}

test('what comes for one system within one tick goes as one', async () => {
  await using host = await startFeed();
  const receipts = await Promise.all([
    host.feed.send(SYSTEM, [change('a')], {}),
    host.feed.send(SYSTEM, [change('b'), change('c')], {}),
    host.feed.send({ ...SYSTEM, identifier: 'SOR_2' }, [change('d')], {}),
    host.feed.send({ ...SYSTEM, apiKey: 'key-2' }, [change('e')], {}),
  ]);
  expect(host.calls.toSorted()).toEqual(['SOR_1: a b c', 'SOR_1: e', 'SOR_2: d']);
  expect(receipts[0]).toEqual(receipts[1]);
  expect(receipts.flat()).toHaveLength(4);
});

test('what comes later goes on its own', async () => {
  await using host = await startFeed();
  await host.feed.send(SYSTEM, [change('a')], {});
  await host.feed.send(SYSTEM, [change('b')], {});
  expect(host.calls).toEqual(['SOR_1: a', 'SOR_1: b']);
});

test('callers who change the same value keep their order, and each gets the receipts of its own calls', async () => {
  await using host = await startFeed();
  const receipts = await Promise.all([
    host.feed.send(SYSTEM, [change('a'), change('b')], {}),
    host.feed.send(SYSTEM, [change('a')], {}),
  ]);
  expect(host.calls).toEqual(['SOR_1: a b', 'SOR_1: a']);
  expect(receipts).toEqual([['r1'], ['r2']]);
});

test('a failure is that of those who have a part in the call, and of nobody before or behind them', async () => {
  await using host = await startFeed((call) => (call === 2 ? { status: 500 } : undefined));
  const [first, second, third] = await Promise.allSettled([
    host.feed.send(SYSTEM, [change('a')], {}),
    host.feed.send(SYSTEM, [change('b'), change('a'), change('c')], {}),
    host.feed.send(SYSTEM, [change('a')], {}),
  ]);
  expect(first).toEqual({ status: 'fulfilled', value: ['r1'] });
  expect(second).toMatchObject({ reason: { requestIds: ['r1'], sentCount: 1 } });
  expect((second as PromiseRejectedResult).reason).toBeInstanceOf(FeedInterrupted);
  expect(third).toEqual({ status: 'fulfilled', value: ['r3'] });
  expect(host.calls).toEqual(['SOR_1: a b c', 'SOR_1: a', 'SOR_1: a']);
});

test('a caller who leaves takes nobody else’s values along, the last one does', async () => {
  const release = Promise.withResolvers<undefined>();
  await using host = await startFeed((call) => (call === 1 ? release.promise : new Promise(() => {})));
  const [one, other] = [new AbortController(), new AbortController()];

  const both = Promise.allSettled([
    host.feed.send(SYSTEM, [change('a')], { signal: one.signal }),
    host.feed.send(SYSTEM, [change('b')], { signal: other.signal }),
  ]);
  await vi.waitFor(() => expect(host.calls).toHaveLength(1), { interval: 2 });
  one.abort();
  release.resolve(undefined);
  expect(await both).toMatchObject([{ reason: { name: 'AbortError' } }, { value: ['r1'] }]);

  const left = Promise.allSettled([
    host.feed.send(SYSTEM, [change('a')], { signal: one.signal }),
    host.feed.send(SYSTEM, [change('b')], { signal: other.signal }),
  ]);
  await vi.waitFor(() => expect(host.calls).toEqual(['SOR_1: a b', 'SOR_1: b']), { interval: 2 });
  other.abort();
  expect((await left).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  await vi.waitFor(() => expect(host.seen[1]?.aborted).toBe(true), { interval: 2 });
});

test('a receipt is found under either of its names, and an answer without one is none', async () => {
  const results = [{ request_id: 'text' }, { requestId: 'sample' }, undefined];
  await using host = await startFeed((call) => ({
    status: 200,
    json: { success: true, result: results[call - 1] },
  }));
  const send = () => host.feed.send(SYSTEM, [change('a')], {});
  expect([await send(), await send(), await send()]).toEqual([['text'], ['sample'], []]);
});

test.each([
  ['an error code', { success: true, result: {}, errorCode: 12, errorMessage: 'No' }, 'rejected'],
  ['a failure', { success: false, errorMessage: 'No' }, 'rejected'],
  ['something else', [], 'badResponse'],
])('an answer that tells of %s is one, whatever its status', async (_, json, failure) => {
  await using host = await startFeed(() => ({ status: 200, json }));
  await expect(host.feed.send(SYSTEM, [change('a')], {})).rejects.toMatchObject({ failure });
});

test.each<[name: string, reply: Reply, outcome: object]>([
  ['may have been carried out', { status: 500 }, { sentCount: 1, unknownCount: 3 }],
  ['was refused', { status: 400 }, { sentCount: 1, unknownCount: 1 }],
  ['had no room', { status: 429, headers: { 'retry-after': '60' } }, { sentCount: 1, unknownCount: 1 }],
])('what is left of an order whose second call %s is counted', async (_, reply, outcome) => {
  await using host = await startFeed((call) => (call === 2 ? reply : undefined));
  // The first call has the first change of a and that of b, the second one the members that are added to a.
  const added = (attribute_value: string): FedChange => [
    { customer_id: 'a', attribute_key: 'k', attribute_value, action_type: 'ADD' },
  ];
  const changes = [change('a'), added('x'), change('b'), added('y')];
  await expect(host.feed.send(SYSTEM, changes, {})).rejects.toMatchObject({ requestIds: ['r1'], ...outcome });
  expect(host.calls).toEqual(['SOR_1: a b', 'SOR_1: a a']);
});

test.each<[name: string, reply: Reply, outcome: string]>([
  ['failed', { status: 500 }, 'UNKNOWN'],
  ['says that it failed', { status: 200, json: { success: false } }, 'UNKNOWN'],
  ['is of another shape', { status: 200, json: [] }, 'UNKNOWN'],
  ['was refused', { status: 400 }, 'REFUSED'],
  ['was refused by its body', { status: 200, json: { success: false, status: '422' } }, 'REFUSED'],
])('an order whose only call %s says what became of it', async (_, reply, outcome) => {
  await using host = await startFeed(() => reply);
  await expect(host.feed.send(SYSTEM, [change('a'), change('b')], {})).rejects.toMatchObject({ outcome });
});

test('who cannot wait for a shared call does not know what became of it; who stands behind it sent nothing', async () => {
  const release = Promise.withResolvers<undefined>();
  await using host = await startFeed((call) => (call === 1 ? release.promise : undefined));
  const soon = { deadline: performance.now() + 100 };
  const patient = host.feed.send(SYSTEM, [change('a')], {});
  const hasty = host.feed.send(SYSTEM, [change('b')], soon);
  const behind = host.feed.send(SYSTEM, [change('a')], soon);

  await Promise.all([
    expect(hasty).rejects.toMatchObject({ failure: 'timeout', outcome: 'UNKNOWN' }),
    expect(behind).rejects.toMatchObject({ failure: 'timeout', outcome: 'NOT_SENT' }),
  ]);
  release.resolve(undefined);
  expect(await patient).toEqual(['r1']);
  expect(host.calls).toEqual(['SOR_1: a b']);
});

test('what the API says of a call of several callers is told to none of them: each sends again and hears of its own', async () => {
  const refused = (call: number) => ({ status: 400, json: { success: false, errorMessage: `Call ${call} is wrong` } });
  await using host = await startFeed(refused);
  const sent = [host.feed.send(SYSTEM, [change('a')], {}), host.feed.send(SYSTEM, [change('b')], {})];
  const errors = await Promise.all(sent.map((each) => each.catch((error) => error.toSender())));

  expect(host.calls).toEqual(['SOR_1: a b', 'SOR_1: a', 'SOR_1: b']);
  expect(errors.map((sentence: string) => /Call \d/.exec(sentence)?.[0]).sort()).toEqual(['Call 2', 'Call 3']);
});

test('what the API says of a call of several callers that failed is told to none of them', async () => {
  await using host = await startFeed(() => ({ status: 500, json: { success: false, errorMessage: 'a is wrong' } }));
  const sent = [host.feed.send(SYSTEM, [change('a')], {}), host.feed.send(SYSTEM, [change('b')], {})];
  const errors = await Promise.all(sent.map((each) => each.catch((error) => error.toSender())));
  expect(errors).toEqual(Array(2).fill('System of Record failed with status 500.'));
  await expect(host.feed.send(SYSTEM, [change('a')], {}).catch((error) => error.toSender())).resolves.toBe(
    'System of Record failed with status 500: a is wrong.',
  );
});
