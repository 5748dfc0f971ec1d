import { expect, test } from 'vitest';
import { BAD_REQUEST, TOO_MANY_REQUESTS } from '../../src/sandbox/hood/errors.ts';
import { startHood } from '../../src/sandbox/hood/server.ts';
import { call } from './hood-client.ts';

const TRACE_ID = '99a84211-f73d-4ff8-acdf-eb3e06bb9d62';

test.each([
  undefined,
  'Bearer',
  'Bearer other',
  'Token sandbox-hood-token',
  'sandbox-hood-token',
  'Bearer  sandbox-hood-token',
])('the authorization %j is 401 with the four common keys', async (authorization) => {
  await using hood = await startHood({ rows: 0 });
  const response = await fetch(`${hood.origin}/v1/hood/exports`, {
    headers: authorization ? { authorization } : {},
  });
  expect(response.status).toBe(401);
  expect(await response.json()).toEqual({
    code: 401,
    title: 'Unauthorized.',
    message: expect.any(String),
    trace_id: TRACE_ID,
  });
});

test('the token is the one that was set', async () => {
  await using hood = await startHood({ rows: 0, token: 'mine' });
  expect(hood.token).toBe('mine');
  expect((await call(hood, 'exports')).status).toBe(200);
  expect((await call(hood, 'exports', { headers: { authorization: 'Bearer sandbox-hood-token' } })).status).toBe(401);
});

test('the constant for a bad request is the documented body, word for word', () => {
  expect(BAD_REQUEST).toEqual({
    code: 400,
    title: 'Bad request.',
    message: 'The request is not valid.',
    trace_id: TRACE_ID,
  });
});

test('a fault of the dial comes instead of the answer', async () => {
  // As the page on exports prints it.
  const body = { code: 500, title: 'Internal server error.', trace_id: TRACE_ID };
  await using hood = await startHood({ rows: 0 });
  hood.dials.fault = ({ line }) => (line.includes('exports') ? { kind: 'status', status: 500, body } : undefined);
  const broken = await call(hood, 'exports');
  expect([broken.status, broken.body]).toEqual([500, body]);
  expect((await call(hood, 'gdpr-requests')).status).toBe(200);
});

test('unknown ids and paths are 404', async () => {
  await using hood = await startHood({ rows: 0 });
  for (const path of [
    'exports/1',
    'gdpr-requests/x',
    'profiles',
    'exports/1000000/download/1',
    '../hood',
    'toString',
  ]) {
    const { status, body } = await call(hood, path);
    expect([status, body.code]).toEqual([404, 404]);
  }
});

test('profile properties have no get by id', async () => {
  await using hood = await startHood({ rows: 1 });
  expect((await call(hood, 'profile-properties?id=eq:2000001')).body.total).toBe(1);
  expect((await call(hood, 'profile-properties/2000001')).status).toBe(404);
});

test('the eleventh call of a second is 429 with Retry-After and without the other headers', async () => {
  await using hood = await startHood({ rows: 0 });
  const answers = await Promise.all(Array.from({ length: 11 }, () => call(hood, 'exports?page=1,1')));
  const admitted = answers.filter(({ status }) => status === 200);
  const refused = answers.filter(({ status }) => status === 429);
  expect([admitted.length, refused.length]).toEqual([10, 1]);

  expect(admitted.map(({ headers }) => Number(headers.get('x-ratelimit-remaining'))).sort()).toEqual([
    0, 1, 2, 3, 4, 5, 6, 7, 8, 9,
  ]);
  expect(admitted[0]?.headers.get('x-ratelimit-limit')).toBe('10');
  expect(admitted[0]?.headers.get('x-ratelimit-reset')).toBe('1');
  expect(admitted[0]?.headers.get('retry-after')).toBeNull();
  expect(refused[0]?.body).toEqual(TOO_MANY_REQUESTS);
  expect(refused[0]?.headers.get('retry-after')).toBe('1');
  expect([...(refused[0]?.headers.keys() ?? [])].filter((name) => name.startsWith('x-ratelimit'))).toEqual([]);
});

test('requests that are refused for what they ask count, those without a token do not', async () => {
  await using hood = await startHood({ rows: 0, limits: { perSecond: 100, perMinute: 2 } });
  await call(hood, 'exports', { headers: { authorization: 'none' } });
  const bad = await call(hood, 'exports?page=0');
  expect([bad.status, bad.headers.get('x-ratelimit-remaining')]).toEqual([400, '1']);
  expect((await call(hood, 'exports/1')).status).toBe(404);
  expect((await call(hood, 'exports')).status).toBe(429);
});

test('calls above the parallel ones get -1, and the place is free again when an answer is out', async () => {
  await using hood = await startHood({ rows: 0, limits: { perSecond: 100, perMinute: 1000, parallel: 2 } });
  hood.dials.latencyMs = 100;
  const answers = await Promise.all([1, 2, 3].map(() => call(hood, 'exports')));
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, 429]);
  expect(answers.find(({ status }) => status === 429)?.headers.get('retry-after')).toBe('-1');
  expect((await call(hood, 'exports')).status).toBe(200);
});

test('limits can be switched off while it runs, and then no header speaks of them', async () => {
  await using hood = await startHood({ rows: 0, limits: { perSecond: 1, perMinute: 1 } });
  await call(hood, 'exports');
  expect((await call(hood, 'exports')).status).toBe(429);
  hood.settings.limits = 'none';
  const { status, headers } = await call(hood, 'exports');
  expect([status, headers.get('x-ratelimit-limit')]).toEqual([200, null]);
});
