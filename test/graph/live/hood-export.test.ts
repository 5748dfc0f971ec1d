import { expect, test } from 'vitest';
import { globalId } from '../../../src/graph/node-ids.ts';
import { type Gateway, startGateway } from '../../support/gateway.ts';
import { Moments, subscribe } from '../../support/live.ts';
import { movableClock } from '../../support/movable-clock.ts';

const FOLLOW = 'subscription ($id: ID!) { hoodExport(hoodId: $id) { hoodId status } }';
const CALL = 'GET /v1/hood/exports/7?fields=id,status';

function put({ hood }: Gateway, status: string, ids: readonly string[] = ['7']): void {
  hood.replace(
    'exports',
    ids.map((id) => ({ id, status, name: `Report ${id}`, create_time: '2026-01-01 00:00:00' })),
  );
}

const event = (status: string, hoodId = '7') => ({ data: { hoodExport: { hoodId, status } } });

async function start(status = 'running') {
  const moments = new Moments();
  const gateway = await startGateway({ nextMoment: moments.nextMoment });
  put(gateway, status);
  return { gateway, moments };
}

test('an export comes at once, then each change of it, until it is ready', async () => {
  const { gateway, moments } = await start();
  await using _gateway = gateway;
  await using followed = await subscribe(gateway, FOLLOW, { id: '7' });
  expect(followed.response.headers.get('content-type')).toBe('text/event-stream');
  expect(await followed.next()).toEqual(event('running'));
  await moments.pass();
  await moments.settled(1);
  expect(gateway.hoodCalls()).toEqual([CALL, CALL]);
  put(gateway, 'ready');
  await moments.pass();
  expect(await followed.next()).toEqual(event('ready'));
  expect(await followed.next()).toBeUndefined();
  expect(moments.waiting).toBe(0);
  expect(gateway.hoodCalls()).toEqual([CALL]);
});

test.each(['ready', 'failed', 'expired'])('one that is %s comes once', async (status) => {
  const { gateway } = await start(status);
  await using _gateway = gateway;
  await using followed = await subscribe(gateway, FOLLOW, { id: '7' });
  expect([await followed.next(), await followed.next()]).toEqual([event(status), undefined]);
});

test('it may be named by the id of its node, and no other type may', async () => {
  const { gateway } = await start('ready');
  await using _gateway = gateway;
  await using followed = await subscribe(gateway, FOLLOW, { id: globalId('HoodExport', '7') });
  expect(await followed.next()).toEqual(event('ready'));
  await using other = await subscribe(gateway, FOLLOW, { id: globalId('GdprRequest', '7') });
  const errors = [expect.objectContaining({ message: 'Expected an id of the type HoodExport, not GdprRequest.' })];
  expect(await other.next()).toMatchObject({ errors });
});

test('one that does not exist is null, once', async () => {
  const { gateway } = await start();
  await using _gateway = gateway;
  await using followed = await subscribe(gateway, FOLLOW, { id: '8' });
  expect([await followed.next(), await followed.next()]).toEqual([{ data: { hoodExport: null } }, undefined]);
});

test('the id of an object will do, and what is wrong with an argument is said before any call', async () => {
  const { gateway } = await start('ready');
  await using _gateway = gateway;
  const id = (type: string) => Buffer.from(`${type}:7`).toString('base64url');
  await using followed = await subscribe(gateway, FOLLOW, { id: id('HoodExport') });
  expect(await followed.next()).toEqual(event('ready'));
  expect(gateway.hoodCalls()).toHaveLength(1);
  await using refused = await subscribe(gateway, FOLLOW, { id: id('GdprRequest') });
  expect(await refused.next()).toMatchObject({ errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] });
  expect(await refused.next()).toBeUndefined();
  expect(gateway.hoodCalls()).toEqual([]);
});

test('fifty who follow the same are one poller, which ends with the last of them', async () => {
  const { gateway, moments } = await start();
  await using _gateway = gateway;
  await using stack = new AsyncDisposableStack();
  const all = await Promise.all(Array.from({ length: 50 }, async () => subscribe(gateway, FOLLOW, { id: '7' })));
  for (const each of all) stack.use(each);
  expect(await Promise.all(all.map((each) => each.next()))).toEqual(all.map(() => event('running')));
  put(gateway, 'queued');
  await moments.pass();
  expect(await Promise.all(all.map((each) => each.next()))).toEqual(all.map(() => event('queued')));
  // Whoever comes later begins with the last state, without a call.
  await using late = await subscribe(gateway, FOLLOW, { id: '7' });
  expect(await late.next()).toEqual(event('queued'));
  expect(gateway.hoodCalls()).toEqual([CALL, CALL]);
  await moments.settled(1);
  for (const each of [...all, late]) await each[Symbol.asyncDispose]();
  await moments.settled(0);
});

test('several exports are polled with one call, of what each of them is asked for', async () => {
  const { gateway, moments } = await start();
  await using _gateway = gateway;
  put(gateway, 'running', ['7', '8', '9']);
  await using stack = new AsyncDisposableStack();
  for (const id of ['7', '8', '9']) {
    const followed = stack.use(await subscribe(gateway, FOLLOW, { id }));
    expect(await followed.next()).toEqual(event('running', id));
  }
  await using wide = await subscribe(gateway, FOLLOW.replace('hoodId status', 'name'), { id: '7' });
  expect(await wide.next()).toEqual({ data: { hoodExport: { name: 'Report 7' } } });
  gateway.hoodCalls();
  await moments.pass(4);
  await moments.settled(4);
  expect(gateway.hoodCalls()).toEqual(['GET /v1/hood/exports?id=in:7,8,9&fields=id,name,status&page=1,3']);
});

test('the fewer calls are left of the account, the less often it is polled', async () => {
  const moments = new Moments();
  await using gateway = await startGateway({ nextMoment: moments.nextMoment, env: { HOOD_RATE: '100/s,150/m' } });
  put(gateway, 'running');
  const reads = (start: number) =>
    Array.from({ length: 16 }, (_, n) => `f${n}: gdprRequest(hoodId: "${start + n}") { id }`).join(' ');
  await Promise.all(Array.from({ length: 5 }, (_, n) => gateway.query(`{ ${reads(n * 16)} }`)));
  await using followed = await subscribe(gateway, FOLLOW, { id: '7' });
  expect(await followed.next()).toEqual(event('running'));
  await moments.settled(1);
  expect(moments.asked).toEqual([10_000]);
});

test('a poll waits for what others leave of the limits, longer than an operation does', async () => {
  const moments = new Moments();
  const env = { HOOD_RATE: '10/s,200/m', REQUEST_DEADLINE: '100ms' };
  await using gateway = await startGateway({ nextMoment: moments.nextMoment, env });
  put(gateway, 'running');
  await using followed = await subscribe(gateway, FOLLOW, { id: '7' });
  expect(await followed.next()).toEqual(event('running'));
  put(gateway, 'queued');
  await moments.pass();
  expect(await followed.next()).toEqual(event('queued'));
});

test('a poll that fails is an error once, and what comes after it is told', async () => {
  using clock = movableClock();
  const { gateway, moments } = await start();
  await using _gateway = gateway;
  await using followed = await subscribe(gateway, FOLLOW, { id: '7' });
  expect(await followed.next()).toEqual(event('running'));
  gateway.hood.dials.fault = () => ({ kind: 'status', status: 500 });
  await moments.pass();
  const failed = await followed.next();
  expect(failed).toMatchObject({ data: { hoodExport: null }, errors: [{ path: ['hoodExport'] }] });
  await moments.pass();
  await moments.settled(1);
  gateway.hood.dials.fault = undefined;
  // A question that failed fails again for a while without a call.
  clock.pass(60_000);
  await moments.pass();
  expect(await followed.next()).toEqual(event('running'));
});
