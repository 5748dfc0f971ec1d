import { describe, expect, test } from 'vitest';
import type { Attempt } from '../../../src/http/client/client-options.ts';
import { UpstreamError, type UpstreamErrorDetails } from '../../../src/http/client/upstream-error.ts';
import { settled } from '../budget/manual-clock.ts';
import { type Guarded, guarded } from './guarded.ts';

const RESET = failure({ code: 'UND_ERR_SOCKET' });
const REFUSED = failure({ code: 'ECONNREFUSED' });
const OPEN = { failure: 'unavailable', code: 'BREAKER_OPEN' };

function failure(details: Partial<UpstreamErrorDetails>): UpstreamError {
  return new UpstreamError('', { api: 'HOOD', failure: 'unavailable', route: '/', ...details });
}

/** Calls that all come to this, one after the other. */
async function times(count: number, calls: Guarded, outcome: number | Error, attempt?: Partial<Attempt>) {
  for (let call = 0; call < count; call++) await calls.come(outcome, attempt);
}

async function opened(outcome: number | Error = 503): Promise<Guarded> {
  const calls = guarded();
  await times(10, calls, outcome);
  return calls;
}

describe('it opens', () => {
  test.each<[string, number | Error]>([
    ['a 500', 500],
    ['a 503', 503],
    ['a 408', 408],
    ['a 425', 425],
    ['a 524', 524],
    ['a reset', RESET],
    ['no head in time', failure({ code: 'UND_ERR_HEADERS_TIMEOUT', failure: 'timeout' })],
    ['a body that stops', failure({ code: 'UND_ERR_BODY_TIMEOUT', failure: 'timeout' })],
    ['a cut body', failure({ code: 'BODY_CUT', failure: 'badResponse', status: 200 })],
    ["a proxy's page", failure({ code: 'NOT_JSON', failure: 'badResponse', status: 200 })],
    ['a 200 that says it failed', failure({ code: 'SAID_FAILED', failure: 'rejected', status: 200 })],
    ['something that is not HTTP', failure({ code: 'HPE_INVALID_CONSTANT', failure: 'badResponse' })],
    ['a refused connection', REFUSED],
    ['an unknown host', failure({ code: 'ENOTFOUND' })],
  ])('after ten times %s, and not before', async (_, outcome) => {
    const calls = guarded();
    await times(9, calls, outcome);
    expect(calls.changes).toEqual([]);
    await times(1, calls, outcome);
    expect(calls.changes).toHaveLength(1);
    expect(await calls.come(200)).toMatchObject(OPEN);
    expect(calls.sent).toBe(10);
  });

  test('when more than half of the last twenty calls failed', async () => {
    const calls = guarded();
    await times(1, calls, 503);
    await times(19, calls, 200);
    await times(10, calls, 503);
    expect(calls.changes).toEqual([]);
    await times(1, calls, 503);
    expect(calls.changes).toEqual(['opened GET /v1/hood/exports']);
  });

  test('after ten failures, also with 429s between them: they say nothing of the API', async () => {
    const calls = guarded();
    for (let call = 0; call < 10; call++) {
      await calls.come(503);
      await times(2, calls, 429);
    }
    expect(calls.changes).toHaveLength(1);
  });

  test("after silences as long as the API's time, and not after shorter ones", async () => {
    const late = failure({ code: 'DEADLINE', failure: 'timeout' });
    const calls = guarded({ patienceMs: 5_000 });
    for (let call = 0; call < 30; call++) await calls.come(late, {}, 4_999);
    expect(calls.changes).toEqual([]);
    for (let call = 0; call < 10; call++) await calls.come(late, {}, 5_000);
    expect(calls.changes).toHaveLength(1);
  });
});

test.each<[string, number | Error]>([
  ['200', 200],
  ['302', 302],
  ['400', 400],
  ['401', 401],
  ['404', 404],
  ['429', 429],
  ['a caller who left', new DOMException('', 'AbortError')],
  ['no time left', failure({ code: 'NO_TIME_LEFT', failure: 'timeout' })],
  ['wrong JSON', failure({ code: 'INVALID_JSON', failure: 'badResponse', status: 200 })],
  ['an answer that is too long', failure({ code: 'BODY_TOO_LONG', failure: 'badResponse' })],
  ['a refusal of the budget', failure({ failure: 'rateLimited', retryAfter: 1 })],
])('%s never opens it', async (_, outcome) => {
  const calls = guarded();
  await times(40, calls, outcome);
  expect(calls.changes).toEqual([]);
  expect(calls.sent).toBe(40);
});

test('what failed is refused alone: the same route by another method, and other routes, go on', async () => {
  const calls = await opened();
  expect(await calls.come(200)).toMatchObject(OPEN);
  expect(await calls.come(200, { method: 'POST' })).toBe(200);
  expect(await calls.come(200, { route: '/v1/hood/gdpr-requests' })).toBe(200);
  expect(calls.changes).toEqual(['opened GET /v1/hood/exports']);
});

test('a host that refuses connections is refused as a whole', async () => {
  const calls = await opened(REFUSED);
  expect(await calls.come(200, { method: 'POST', route: '/v1/hood/gdpr-requests' })).toMatchObject(OPEN);
  expect(calls.changes).toEqual(['opened host']);
});

test('connections that are refused now and then open nothing while others are not', async () => {
  const calls = guarded();
  for (let call = 0; call < 20; call++) {
    await calls.come(REFUSED);
    await calls.come(200, { route: '/v1/hood/gdpr-requests' });
  }
  expect(calls.changes).toEqual([]);
});

test('the refusal says in one sentence that it is one, and how many seconds it lasts', async () => {
  const calls = await opened();
  await calls.clock.moveTo(1_500);
  expect(await calls.come(200)).toMatchObject({
    ...OPEN,
    api: 'HOOD',
    route: '/v1/hood/exports',
    message: 'Hood keeps failing, so it is not asked for now.',
    retryAfter: 4,
  });
});

describe('after a pause', () => {
  test('of five seconds one call is the probe, and others are refused until it is over', async () => {
    const calls = await opened();
    await calls.clock.moveTo(4_999);
    expect(await calls.come(200)).toMatchObject(OPEN);
    await calls.clock.moveTo(5_000);
    const probe = calls.hold();
    expect(await calls.come(200)).toMatchObject(OPEN);
    probe.come(200);
    await settled();
    expect(calls.changes).toEqual(['opened GET /v1/hood/exports', 'closed GET /v1/hood/exports']);
    expect(await calls.come(200)).toBe(200);
  });

  test('a probe that fails begins another, twice as long, up to half a minute', async () => {
    const calls = await opened();
    let at = 5_000;
    for (const pause of [10_000, 20_000, 30_000, 30_000]) {
      await calls.clock.moveTo(at);
      expect(await calls.come(503)).toBe(503);
      await calls.clock.moveTo(at + pause - 1);
      expect(await calls.come(200)).toMatchObject(OPEN);
      at += pause;
    }
    await calls.clock.moveTo(at);
    expect(await calls.come(200)).toBe(200);
    expect(calls.changes).toEqual(['opened GET /v1/hood/exports', 'closed GET /v1/hood/exports']);
  });

  test('a probe that shows nothing, as its caller left, lets the next call be one', async () => {
    const calls = await opened();
    await calls.clock.moveTo(5_000);
    await calls.come(new DOMException('', 'AbortError'));
    expect(calls.changes).toHaveLength(1);
    expect(await calls.come(200)).toBe(200);
    expect(calls.changes).toHaveLength(2);
  });

  test('a probe without an outcome holds up the others for half a minute at most', async () => {
    const calls = await opened();
    await calls.clock.moveTo(5_000);
    calls.hold({ deadline: Number.POSITIVE_INFINITY });
    await calls.clock.moveTo(34_999);
    expect(await calls.come(200)).toMatchObject(OPEN);
    await calls.clock.moveTo(35_000);
    expect(await calls.come(200)).toBe(200);
  });

  test('a host whose probe gets no answer stays refused', async () => {
    const calls = await opened(REFUSED);
    await calls.clock.moveTo(5_000);
    await calls.come(RESET);
    expect(await calls.come(200)).toMatchObject(OPEN);
  });
});

test('answers to calls from before it opened do not close it', async () => {
  const calls = guarded();
  const early = calls.hold();
  await times(10, calls, 503);
  early.come(200);
  await settled();
  expect(calls.changes).toEqual(['opened GET /v1/hood/exports']);
});

test('once closed it begins to count anew', async () => {
  const calls = await opened();
  await calls.clock.moveTo(5_000);
  await calls.come(200);
  await times(8, calls, 503);
  expect(calls.changes).toHaveLength(2);
});
