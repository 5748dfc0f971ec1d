import { expect, test } from 'vitest';
import type { Fault } from '../../src/sandbox/faults.ts';
import type { Reply } from '../../src/sandbox/server.ts';
import { startGateway } from '../support/gateway.ts';
import { outcome, setFor, startFeedingHost } from './feeding.ts';
import { cost } from './paying.ts';

const IN_A_HURRY = { 'x-request-deadline': '300ms' };
const SUCCESS = { __typename: 'SetAttributeValuesSuccess' };
const REJECTED = { __typename: 'UpstreamRejectedError' };

/** A gateway that feeds a host whose calls are held until `open` is called, and answered with what it is given. */
async function startHeld() {
  await using stack = new AsyncDisposableStack();
  const opened = Promise.withResolvers<Reply | undefined>();
  const host = stack.use(await startFeedingHost(() => opened.promise));
  const gateway = stack.use(await startGateway({ env: { SOR_FEED_URL: host.origin } }));
  const held = stack.move();
  return { gateway, host, open: opened.resolve, [Symbol.asyncDispose]: () => held[Symbol.asyncDispose]() };
}

test('a shared call is paid by the operation whose changes come first, the others go along', async () => {
  await using gateway = await startGateway();

  const bought = await Promise.all(['anna', 'anna', 'bert'].map((ids) => setFor(gateway, ids)));

  expect(bought.map(outcome)).toMatchObject([SUCCESS, SUCCESS, SUCCESS]);
  expect(bought.map(({ cost: paid }) => paid?.SOR)).toEqual([
    cost({ calls: 2 }),
    cost({ calls: 1, coalesced: 1 }),
    cost({ batched: 1, coalesced: 1 }),
  ]);
  expect(bought.flatMap(({ calls }) => calls)).toHaveLength(3);
});

test('whoever is in a hurry ends as it would alone, the call goes on for the others and is sent once', async () => {
  await using held = await startHeld();
  const alone = await setFor(held.gateway, 'carl', IN_A_HURRY);
  const patient = setFor(held.gateway, 'anna');
  const hurried = await setFor(held.gateway, 'bert', IN_A_HURRY);
  held.open(undefined);

  expect([outcome(alone), outcome(hurried)]).toEqual(['UPSTREAM_TIMEOUT', 'UPSTREAM_TIMEOUT']);
  expect(hurried.errors?.[0]?.message).toMatch(/^System of Record did not answer within \d+ ms\.$/);
  expect(outcome(await patient)).toMatchObject({ ...SUCCESS, requestIds: ['r2'] });
  expect(held.host.fed).toEqual(['carl', 'anna bert']);
});

test('whoever waits for a call of others ends in its own time, and nothing of it is sent afterwards', async () => {
  await using held = await startHeld();
  const patient = setFor(held.gateway, 'anna');
  const hurried = await setFor(held.gateway, 'anna', IN_A_HURRY);
  held.open(undefined);

  expect(outcome(hurried)).toBe('UPSTREAM_TIMEOUT');
  expect(outcome(await patient)).toMatchObject(SUCCESS);
  await setFor(held.gateway, 'bert');
  expect(held.host.fed).toEqual(['anna', 'bert']);
});

test('of an operation that has ended in the middle of its changes the rest is not sent with those of others', async () => {
  await using held = await startHeld();
  const patient = setFor(held.gateway, 'anna anna');
  const hurried = await setFor(held.gateway, 'bert bert', IN_A_HURRY);
  held.open(undefined);

  expect(outcome(hurried)).toBe('UPSTREAM_TIMEOUT');
  expect(outcome(await patient)).toMatchObject({ ...SUCCESS, requestIds: ['r1', 'r2'] });
  expect(held.host.fed).toEqual(['anna bert', 'anna']);
});

test('what an operation has sent is in no error of another, not even after it has ended', async () => {
  await using held = await startHeld();
  const patient = setFor(held.gateway, 'anna');
  await setFor(held.gateway, 'Bertrand', IN_A_HURRY);
  held.open({ status: 500, json: { success: false, errorMessage: 'Cannot save Bertrand', errorCode: 500 } });

  const failed = await patient;
  expect(outcome(failed)).toBe('UPSTREAM_UNAVAILABLE');
  expect(JSON.stringify(failed) + held.gateway.logged.join()).not.toContain('Bertrand');
});

test('whoever ends before the call has its turn is told so, and is not in it', async () => {
  await using host = await startFeedingHost(() => undefined);
  const env = { SOR_FEED_URL: host.origin, SOR_RATE: '1/s,100/m' };
  await using gateway = await startGateway({ env });

  const [patient, hurried] = await Promise.all([setFor(gateway, 'anna'), setFor(gateway, 'bert', IN_A_HURRY)]);

  expect(outcome(hurried)).toBe('RATE_LIMITED');
  expect(outcome(patient)).toMatchObject(SUCCESS);
  expect(host.fed).toEqual(['anna']);
});

test.each<[name: string, refusal: Reply]>([
  ['a status', { status: 400, json: { success: false, errorMessage: 'No', errorCode: 400 } }],
  ['a body that says so', { status: 200, json: { success: false, errorMessage: 'No', errorCode: 400 } }],
])('what is refused with %s is sent by each alone, so that only the wrong one fails', async (_, refusal) => {
  await using host = await startFeedingHost((ids) => (ids.includes('wrong') ? refusal : undefined));
  await using gateway = await startGateway({ env: { SOR_FEED_URL: host.origin } });

  const bought = await Promise.all(['anna', 'wrong', 'bert'].map((ids) => setFor(gateway, ids)));

  expect(bought.map(outcome)).toMatchObject([SUCCESS, { ...REJECTED, status: 400 }, SUCCESS]);
  expect(host.fed[0]).toBe('anna wrong bert');
  expect(host.fed.slice(1).toSorted()).toEqual(['anna', 'bert', 'wrong']);
  expect(bought.map(({ cost: paid }) => paid?.SOR)).toEqual([
    cost({ calls: 3 }),
    cost({ calls: 1, batched: 1, coalesced: 1 }),
    cost({ calls: 1, batched: 1, coalesced: 1 }),
  ]);
});

test('what has gone out before a refusal is not sent again, and others go on behind it', async () => {
  let calls = 0;
  await using host = await startFeedingHost((ids) => {
    calls += 1;
    return calls > 1 && ids.includes('wrong') ? { status: 400 } : undefined;
  });
  await using gateway = await startGateway({ env: { SOR_FEED_URL: host.origin } });

  const bought = await Promise.all(['anna anna', 'wrong wrong', 'anna'].map((ids) => setFor(gateway, ids)));

  expect(bought.map(outcome)).toMatchObject([
    SUCCESS,
    { __typename: 'AttributeValuesPartlySentError', requestIds: ['r1'], sentCount: 1, unknownCount: 0 },
    SUCCESS,
  ]);
  const [first, second, ...rest] = host.fed;
  expect([first, second]).toEqual(['anna wrong', 'anna wrong']);
  expect(rest.slice(0, 2).toSorted()).toEqual(['anna', 'wrong']);
  expect(rest.slice(2)).toEqual(['anna']);
});

test('a call of several that the API only says to have failed is not sent again either', async () => {
  await using gateway = await startGateway();
  const body = { success: false, errorMessage: 'No' };
  gateway.sor.feed.dials.fault = () => ({ kind: 'body', body });

  const bought = await Promise.all(['anna', 'bert'].map((ids) => setFor(gateway, ids)));

  const refused = expect.objectContaining({ __typename: 'UpstreamRejectedError' });
  expect(bought.map(outcome)).toEqual([refused, refused]);
  const feeds = bought.flatMap(({ calls }) => calls).filter((call) => call.startsWith('POST'));
  expect(feeds).toHaveLength(1);
});

test.each<[code: string, fault: Fault]>([
  ['UPSTREAM_UNAVAILABLE', { kind: 'status', status: 401 }],
  ['UPSTREAM_UNAVAILABLE', { kind: 'status', status: 503 }],
  ['UPSTREAM_UNAVAILABLE', { kind: 'reset' }],
])('a call of several that ends as %s is not sent again: %o', async (code, fault) => {
  await using gateway = await startGateway();
  gateway.sor.feed.dials.fault = () => fault;

  const bought = await Promise.all(['anna', 'bert'].map((ids) => setFor(gateway, ids)));

  expect(bought.map(outcome)).toEqual([code, code]);
  const feeds = bought.flatMap(({ calls }) => calls).filter((call) => call.startsWith('POST'));
  expect(feeds).toHaveLength(1);
});

test('a call of several that ends with 200 and a page in HTML was carried out for all, and is not sent again', async () => {
  await using gateway = await startGateway();
  gateway.sor.feed.dials.fault = () => ({ kind: 'html' });

  const bought = await Promise.all(['anna', 'bert'].map((ids) => setFor(gateway, ids)));

  expect(bought.map(outcome)).toMatchObject([SUCCESS, SUCCESS]);
  const feeds = bought.flatMap(({ calls }) => calls).filter((call) => call.startsWith('POST'));
  expect(feeds).toHaveLength(1);
});

test('a call of several that meets 429 was surely not carried out, and is sent again for all', async () => {
  await using gateway = await startGateway();
  let calls = 0;
  gateway.sor.feed.dials.fault = () => {
    calls += 1;
    return calls === 1 ? { kind: 'status', status: 429 } : undefined;
  };

  const bought = await Promise.all(['anna', 'bert'].map((ids) => setFor(gateway, ids)));

  expect(bought.map(outcome)).toMatchObject([SUCCESS, SUCCESS]);
  expect(calls).toBe(2);
});
