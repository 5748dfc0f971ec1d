import { expect, test } from 'vitest';
import { pendingCalls } from '../../../src/http/budget/bulkhead.ts';
import type { Attempt } from '../../../src/http/client/flight.ts';
import { template } from '../../../src/http/client/path.ts';
import { serve } from '../../../src/sandbox/server.ts';
import { HOOD } from '../../../src/sources/hood/api.ts';
import { failureOf, hoodClient } from '../client/hood-client.ts';

const ATTEMPT: Attempt = {
  method: 'GET',
  route: template('/v1/hood/exports'),
  signal: undefined,
  deadline: 0,
  caller: undefined,
  priority: 'interactive',
};

test('a call too many is refused at once, unsent; when others are over, however they end, there is room again', async () => {
  const guard = pendingCalls(HOOD, 2);
  const ok = { status: 200, headers: {} };
  const [first, second] = [Promise.withResolvers<typeof ok>(), Promise.withResolvers<typeof ok>()];
  const pending = [guard(ATTEMPT, () => first.promise), guard(ATTEMPT, () => second.promise)];
  let sent = 0;
  const send = async () => {
    sent += 1;
    return ok;
  };
  expect(await failureOf(guard(ATTEMPT, send))).toMatchObject({
    message: 'Too many calls to Hood are waiting already.',
    failure: 'unavailable',
    code: 'TOO_MANY_PENDING',
    route: template('/v1/hood/exports'),
    retryAfter: 1,
  });
  expect(sent).toBe(0);
  first.resolve(ok);
  second.reject(new Error('failed'));
  await Promise.allSettled(pending);
  await Promise.all([guard(ATTEMPT, send), guard(ATTEMPT, send)]);
  expect(sent).toBe(2);
});

test('calls that wait for a connection are pending too, and no more are under way than there are connections', async () => {
  let underWay = 0;
  let most = 0;
  await using server = await serve(async () => {
    underWay += 1;
    most = Math.max(most, underWay);
    await new Promise(setImmediate);
    underWay -= 1;
    return { status: 200, json: {} };
  });
  await using client = hoodClient(server, { pool: { connections: 3 }, guards: [pendingCalls(HOOD, 20)] });
  const calls = Array.from({ length: 25 }, () => client.get({ route: template('/'), path: '/' }));
  const outcomes = await Promise.allSettled(calls);
  expect(outcomes.map(({ status }) => status).filter((status) => status === 'rejected')).toHaveLength(5);
  expect(server.calls).toHaveLength(20);
  expect(most).toBeLessThanOrEqual(3);
});
