import { expect, test, vi } from 'vitest';
import type { Fault } from '../../src/sandbox/faults.ts';
import { startGateway } from '../support/gateway.ts';
import { listen } from '../support/listen.ts';

const QUERY = '{ hoodExports { nodes { hoodId } } }';
const SILENCE: Fault = { kind: 'silence' };

test.each([
  ['the header shortens the limit', '10s', { 'x-request-deadline': '120ms' }],
  ['the header cannot lengthen it', '120ms', { 'x-request-deadline': '10s' }],
  ['without the header the limit holds', '120ms', {}],
])('%s', async (_, limit, headers) => {
  await using gateway = await startGateway({ env: { REQUEST_DEADLINE: limit } });
  gateway.hood.dials.fault = () => SILENCE;
  const startedAt = performance.now();
  const { data, errors } = await gateway.query(QUERY, {}, headers as Record<string, string>);
  const took = performance.now() - startedAt;
  expect(data).toEqual({ hoodExports: null });
  expect(errors).toMatchObject([{ path: ['hoodExports'], extensions: { code: 'UPSTREAM_TIMEOUT' } }]);
  expect(took).toBeGreaterThanOrEqual(110);
  expect(took).toBeLessThan(5_000);
});

test.each([
  ['the header', '10s', '500ms'],
  ['the limit', '500ms', '10s'],
])('the deadline of %s is for the whole operation, however many calls follow each other', async (_, limit, header) => {
  await using gateway = await startGateway({ env: { REQUEST_DEADLINE: limit } });
  gateway.hood.dials.fault = () => SILENCE;
  const lookups = Array.from({ length: 20 }, (_, n) => `r${n}: gdprRequest(hoodId: "${n}") { hoodId }`);
  const startedAt = performance.now();
  const { errors } = await gateway.query(`{ ${lookups.join(' ')} }`, {}, { 'x-request-deadline': header });
  expect(performance.now() - startedAt).toBeLessThan(5_000);
  expect(errors?.map(({ extensions }) => extensions.code)).toEqual(Array(20).fill('UPSTREAM_TIMEOUT'));
  // Five at a time: when those are over, so is the time, and the rest is never sent.
  expect(gateway.hoodCalls()).toHaveLength(5);
});

test('when the time is over, what is there is answered, and the rest is null', async () => {
  await using gateway = await startGateway();
  gateway.sor.api.dials.fault = () => SILENCE;
  const { data, errors } = await gateway.query(
    '{ gdprRequests(first: 1) { nodes { hoodId customerProfile { firstName } } } systemsOfRecord { totalCount } }',
    {},
    { 'x-request-deadline': '400ms' },
  );
  expect(data).toEqual({
    gdprRequests: { nodes: [{ hoodId: '1000023', customerProfile: null }] },
    systemsOfRecord: null,
  });
  expect(errors?.map(({ path, extensions }) => [path?.join('.'), extensions.code]).sort()).toEqual([
    ['gdprRequests.nodes.0.customerProfile', 'UPSTREAM_TIMEOUT'],
    ['systemsOfRecord', 'UPSTREAM_TIMEOUT'],
  ]);
});

test('with no time at all nothing is called', async () => {
  await using gateway = await startGateway();
  const { errors } = await gateway.query(QUERY, {}, { 'x-request-deadline': '0ms' });
  expect(errors).toMatchObject([
    { message: 'No time was left to ask Hood.', extensions: { code: 'UPSTREAM_TIMEOUT' } },
  ]);
  expect(gateway.hoodCalls()).toEqual([]);
});

test.each(['soon', '5', '-1s', '1.5s', '61m', ''])('the header "%s" is BAD_USER_INPUT', async (header) => {
  await using gateway = await startGateway();
  const response = await gateway.fetch('/graphql', {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/json',
      'x-request-deadline': header,
    },
    body: JSON.stringify({ query: QUERY }),
  });
  expect(response.status).toBe(400);
  expect(await response.json()).toEqual({
    errors: [
      {
        message: 'Expected a duration such as 500ms or 4s in the header x-request-deadline.',
        extensions: { code: 'BAD_USER_INPUT' },
      },
    ],
  });
  expect(gateway.hoodCalls()).toEqual([]);
  expect(gateway.logged).toEqual([]);
});

test('a caller who leaves closes the connections to the API, starts no further call, and is no failure', async () => {
  await using gateway = await startGateway();
  await using server = await listen(gateway.app);
  gateway.hood.dials.fault = () => SILENCE;
  const caller = new AbortController();
  const lookups = Array.from({ length: 20 }, (_, n) => `r${n}: gdprRequest(hoodId: "${n}") { hoodId }`);
  const request = fetch(`${server.origin}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query: `{ ${lookups.join(' ')} }` }),
    signal: caller.signal,
  });
  await vi.waitFor(() => expect(gateway.hood.calls).toHaveLength(5));
  caller.abort(new Error('left'));
  await expect(request).rejects.toThrow('left');
  await vi.waitFor(() => {
    expect(gateway.hood.calls.map(({ aborted }) => aborted)).toEqual([true, true, true, true, true]);
  });
  expect(gateway.logged).toEqual([]);
});
