import { describe, expect, test } from 'vitest';
import type { Attempt } from '../../../src/http/client/flight.ts';
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
    ['no connection in time', failure({ code: 'UND_ERR_CONNECT_TIMEOUT', failure: 'timeout' })],
  ])('after ten times %s, and not before', async (_, outcome) => {
    const calls = guarded();
    await times(9, calls, outcome);
    expect(calls.changes).toEqual([]);
    await times(1, calls, outcome);
    expect(calls.changes).toHaveLength(1);
    expect(await calls.come(200)).toMatchObject(OPEN);
    expect(calls.sent).toBe(10);
  });

  test('after ten failures without a success between them', async () => {
    const calls = guarded();
    await times(9, calls, 503);
    await times(1, calls, 200);
    await times(9, calls, 503);
    expect(calls.changes).toEqual([]);
    await times(1, calls, 503);
    expect(calls.changes).toEqual(['opened GET /v1/hood/exports']);
  });

  test('after failures of ten different questions, however often one of them fails', async () => {
    const calls = guarded();
    await times(40, calls, 503, { question: () => 'the same' });
    expect(calls.changes).toEqual([]);
    await times(9, calls, 503);
    expect(calls.changes).toHaveLength(1);
    expect(calls.failures).toEqual({ kind: 'status 503', failures: 49, refused: 0 });
  });

  test('not for parts of a call that failed, nor for questions that failed while others succeeded', async () => {
    const calls = guarded();
    await times(20, calls, 503, { repeats: 'part' });
    await times(20, calls, 503, { repeats: 'offender' });
    expect(calls.changes).toEqual([]);
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
  ['no free connection', failure({ code: 'NO_CONNECTION_IN_TIME', failure: 'timeout' })],
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

const by = (name: string) => ({ caller: { name, isRouter: false } });

test('of the ten failures at most three are of each other caller', async () => {
  const calls = guarded();
  await times(20, calls, 503, by('A'));
  expect(calls.changes).toEqual(['opened GET /v1/hood/exports']);
  expect(await calls.come(200, by('A'))).toMatchObject(OPEN);
  await times(20, calls, 503, by('B'));
  expect(calls.sent).toBe(17);
  await times(3, calls, 503, by('C'));
  expect(calls.sent).toBe(20);
  // Three of A, three of B and three of C: one of their own is the tenth.
  expect(await calls.come(503, by('D'))).toBe(503);
  expect(await calls.come(200, by('E'))).toMatchObject(OPEN);
  calls.clock.time += 1_000;
  expect(await calls.come(200, by('E'))).toBe(200);
  for (const name of ['A', 'B', 'C', 'D']) expect(await calls.come(200, by(name))).toBe(200);
});

test('two callers whose questions all fail close nothing to a third, one of whose questions fails', async () => {
  const calls = guarded();
  await times(30, calls, 503, by('A'));
  await times(30, calls, 503, by('B'));
  expect(await calls.come(503, by('C'))).toBe(503);
  expect(await calls.come(200, by('C'))).toBe(200);
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

test('the refusal says in one sentence that it is one, and when to come again', async () => {
  const calls = await opened();
  expect(await calls.come(200)).toMatchObject({
    ...OPEN,
    api: 'HOOD',
    route: '/v1/hood/exports',
    message: 'Hood keeps failing, so it is not asked for now.',
    retryAfter: 1,
  });
});

describe('while it is open', () => {
  test('one call a second is the probe, whatever has become of the one before it', async () => {
    const calls = await opened();
    await calls.clock.moveTo(999);
    expect(await calls.come(200)).toMatchObject(OPEN);
    await calls.clock.moveTo(1_000);
    calls.hold();
    expect(await calls.come(200)).toMatchObject(OPEN);
    await calls.clock.moveTo(1_999);
    expect(await calls.come(200)).toMatchObject(OPEN);
    await calls.clock.moveTo(2_000);
    expect(await calls.come(503)).toBe(503);
    expect(await calls.come(200)).toMatchObject(OPEN);
    await calls.clock.moveTo(3_000);
    expect(await calls.come(200)).toBe(200);
    expect(await calls.come(200)).toBe(200);
    expect(calls.changes).toEqual(['opened GET /v1/hood/exports', 'closed GET /v1/hood/exports']);
    expect(calls.failures).toEqual({ kind: 'status 503', failures: 11, refused: 4 });
  });

  test('the probe is no question that failed while its route answered others', async () => {
    const calls = await opened();
    await calls.clock.moveTo(1_000);
    expect(await calls.come(503, { repeats: 'offender' })).toMatchObject(OPEN);
    expect(await calls.come(200, { repeats: 'question' })).toBe(200);
  });

  test('a probe that shows nothing, as its caller left, is followed by the next after a second', async () => {
    const calls = await opened();
    await calls.clock.moveTo(1_000);
    await calls.come(new DOMException('', 'AbortError'));
    expect(await calls.come(200)).toMatchObject(OPEN);
    await calls.clock.moveTo(2_000);
    expect(await calls.come(200)).toBe(200);
  });

  test('a host is probed by a connection, whoever asks for it and whatever comes over it', async () => {
    const calls = await opened(REFUSED);
    await calls.clock.moveTo(1_000);
    expect(await calls.come(REFUSED)).toBe(REFUSED);
    await calls.clock.moveTo(2_000);
    expect(await calls.come(RESET, { repeats: 'offender' })).toBe(RESET);
    expect(calls.changes).toEqual(['opened host', 'closed host']);
    expect(await calls.come(200)).toBe(200);
  });

  test('any answer closes it, also to a call from before', async () => {
    const calls = guarded();
    const early = calls.hold();
    await times(10, calls, 503);
    early.come(200);
    await settled();
    expect(calls.changes).toEqual(['opened GET /v1/hood/exports', 'closed GET /v1/hood/exports']);
  });
});

test('once closed it begins to count anew', async () => {
  const calls = await opened();
  await calls.clock.moveTo(1_000);
  await calls.come(200);
  await times(9, calls, 503);
  expect(calls.changes).toHaveLength(2);
});
