import { expect, test, vi } from 'vitest';
import type { Fault } from '../src/sandbox/faults.ts';
import type { SeenCall } from '../src/sandbox/server.ts';
import { Hood } from '../src/sources/hood/hood.ts';
import { type Gateway, startGateway } from './support/gateway.ts';

const LISTS = '{ hoodExports { nodes { hoodId } } gdprRequests { nodes { hoodId } } }';
const TRACE = '99a84211-f73d-4ff8-acdf-eb3e06bb9d62';

/** Retries need their time; silence is waited for until the end. */
function deadlineFor({ kind }: Fault): Record<string, string> {
  return { 'x-request-deadline': kind === 'silence' ? '300ms' : '5s' };
}

/** Makes only the calls to one collection fail. */
function failing(collection: string, fault: Fault): (call: SeenCall) => Fault | undefined {
  return ({ line }) => (line.includes(`/${collection}`) ? fault : undefined);
}

function status(code: number, body?: unknown, headers: Record<string, string> = {}): Fault {
  return { kind: 'status', status: code, body, headers };
}

/** Lines of the log, without what differs from run to run. */
function loggedBy(gateway: Gateway): Record<string, unknown>[] {
  return gateway.logged.map((line) => {
    const { time: _time, pid: _pid, hostname: _hostname, ...rest } = JSON.parse(line);
    return rest;
  });
}

const NO_ANSWER = { status: undefined, title: undefined, traceId: undefined };

interface Case {
  name: string;
  fault: Fault;
  code: string;
  message: RegExp | string;
  said: { status?: number | undefined; title?: string | undefined; traceId?: string | undefined };
  retryAfter?: number;
}

const CASES: Case[] = [
  {
    name: '400',
    fault: status(400, {
      code: 400,
      title: 'Bad request.',
      message: 'The request is not valid.',
      trace_id: TRACE,
    }),
    code: 'UPSTREAM_REJECTED',
    message: 'Hood rejected the request with status 400: Bad request. The request is not valid.',
    said: { status: 400, title: 'Bad request.', traceId: TRACE },
  },
  {
    name: "401, the gateway's own token refused",
    fault: status(401, { code: 401, title: 'Unauthorized.', trace_id: TRACE }),
    code: 'UPSTREAM_UNAVAILABLE',
    message: "Hood refused the gateway's own credential with status 401: Unauthorized.",
    said: { status: 401, title: 'Unauthorized.', traceId: TRACE },
  },
  {
    name: '404 of a list',
    fault: status(404, { code: 404, title: 'Not found.' }),
    code: 'UPSTREAM_REJECTED',
    message: 'Hood rejected the request with status 404: Not found.',
    said: { status: 404, title: 'Not found.', traceId: undefined },
  },
  {
    name: '429',
    fault: status(429, { code: 429, title: 'Too many requests.' }, { 'retry-after': '7' }),
    code: 'RATE_LIMITED',
    message: 'Hood allows no more calls for now: Too many requests.',
    said: { status: 429, title: 'Too many requests.', traceId: undefined },
    retryAfter: 7,
  },
  {
    name: '500 without a message',
    fault: status(500, { code: 500, title: 'Internal server error.', trace_id: TRACE }),
    code: 'UPSTREAM_UNAVAILABLE',
    message: 'Hood failed with status 500: Internal server error.',
    said: { status: 500, title: 'Internal server error.', traceId: TRACE },
  },
  {
    name: '500 without anything',
    fault: status(500),
    code: 'UPSTREAM_UNAVAILABLE',
    message: 'Hood failed with status 500.',
    said: { ...NO_ANSWER, status: 500 },
  },
  {
    name: 'HTML instead of JSON',
    fault: { kind: 'html' },
    code: 'UPSTREAM_BAD_RESPONSE',
    message: 'Hood answered with something other than JSON.',
    said: { ...NO_ANSWER, status: 200 },
  },
  {
    name: 'a truncated body',
    fault: { kind: 'truncated' },
    code: 'UPSTREAM_BAD_RESPONSE',
    message: 'Hood answered with JSON that cannot be read.',
    said: { ...NO_ANSWER, status: 200 },
  },
  {
    name: 'a reset connection',
    fault: { kind: 'reset' },
    code: 'UPSTREAM_UNAVAILABLE',
    message: 'Hood closed the connection before its answer was complete.',
    said: NO_ANSWER,
  },
  {
    name: 'a connection reset inside the body',
    fault: { kind: 'resetMidBody' },
    code: 'UPSTREAM_UNAVAILABLE',
    message: 'Hood closed the connection before its answer was complete.',
    said: NO_ANSWER,
  },
  {
    name: 'a timeout',
    fault: { kind: 'silence' },
    code: 'UPSTREAM_TIMEOUT',
    message: /^Hood did not answer within [\d.]+ m?s\.$/,
    said: NO_ANSWER,
  },
  {
    name: 'JSON of the wrong shape',
    fault: { kind: 'body', body: { total: 3, items: { '0': { id: '1' } } } },
    code: 'UPSTREAM_BAD_RESPONSE',
    message: 'Hood answered with something of another shape.',
    said: NO_ANSWER,
  },
  {
    name: 'a redirect to another host',
    fault: status(302, undefined, { location: 'http://127.0.0.1:9/v1/hood/exports' }),
    code: 'UPSTREAM_BAD_RESPONSE',
    message: 'Hood redirected to a place that is not its own.',
    said: { ...NO_ANSWER, status: 302 },
  },
];

test.each(CASES)('$name costs the list that failed, says why, and is logged once', async (failure) => {
  await using gateway = await startGateway();
  gateway.hood.dials.fault = failing('exports', failure.fault);
  const { data, errors } = await gateway.query(LISTS, {}, deadlineFor(failure.fault));

  expect(data.hoodExports).toBeNull();
  expect(data.gdprRequests.nodes).toHaveLength(5);
  const upstream = JSON.parse(JSON.stringify({ api: 'HOOD', route: '/v1/hood/exports', ...failure.said }));
  expect(errors).toEqual([
    {
      message: typeof failure.message === 'string' ? failure.message : expect.stringMatching(failure.message),
      path: ['hoodExports'],
      locations: [{ line: 1, column: 3 }],
      extensions: {
        code: failure.code,
        failureId: expect.stringMatching(/^[\w-]{8}$/),
        ...(failure.retryAfter !== undefined && { retryAfter: failure.retryAfter }),
        upstream,
      },
    },
  ]);
  // A refused credential has a line of its own, and another one when it is taken again.
  const lines = loggedBy(gateway).filter(({ msg }) => !String(msg).includes('credential'));
  expect(lines).toEqual([
    expect.objectContaining({
      level: 40,
      msg: 'upstream call failed',
      api: 'HOOD',
      route: '/v1/hood/exports',
      failureId: errors?.[0]?.extensions['failureId'],
    }),
  ]);
});

test('a lookup that finds nothing is null, not an error', async () => {
  await using gateway = await startGateway();
  const { data, errors } = await gateway.query('{ gdprRequest(hoodId: "1") { hoodId } }');
  expect(data).toEqual({ gdprRequest: null });
  expect(errors).toBeUndefined();
  expect(gateway.logged).toEqual([]);
});

test('all fields that one call failed have their own error under one failureId, and one line in the log', async () => {
  await using gateway = await startGateway();
  gateway.hood.dials.fault = failing('customer-data', status(501));
  const { data, errors = [] } = await gateway.query(`{
    one: customerDatum(hoodId: "1") { hoodId }
    other: customerDatum(hoodId: "2") { hoodId }
    exports: hoodExports(first: 1) { nodes { hoodId } }
    same: customerData { nodes { hoodId } }
    again: customerData { nodes { hoodId } }
  }`);

  expect(data).toMatchObject({ one: null, other: null, same: null, again: null });
  expect(data.exports.nodes).toHaveLength(1);
  const idOf = Object.fromEntries(errors.map(({ path, extensions }) => [path?.[0], extensions['failureId']]));
  expect(Object.keys(idOf).sort()).toEqual(['again', 'one', 'other', 'same']);
  expect(idOf['one']).toBe(idOf['other']);
  expect(idOf['same']).toBe(idOf['again']);
  expect(idOf['one']).not.toBe(idOf['same']);
  const logged = loggedBy(gateway).map(({ failureId }) => failureId);
  expect(logged.sort()).toEqual([idOf['one'], idOf['same']].sort());
});

test('a row that cannot be read is an error in its place, and the rest of the list stays', async () => {
  await using gateway = await startGateway();
  gateway.hood.dials.fault = () => ({
    kind: 'body',
    body: { total: 3, items: [{ id: '1' }, null, { id: '3' }] },
  });
  const { data, errors } = await gateway.query('{ customerData { nodes { hoodId } } }');
  expect(data.customerData.nodes).toEqual([{ hoodId: '1' }, null, { hoodId: '3' }]);
  expect(errors).toMatchObject([{ path: ['customerData', 'nodes', 1], extensions: { code: 'UPSTREAM_BAD_RESPONSE' } }]);
});

test('our own bug shows only an id, which the log has together with the place, but not the text', async () => {
  await using gateway = await startGateway();
  using list = vi.spyOn(Hood.prototype, 'list').mockRejectedValue(new TypeError('odd\n    at canary@example.com'));
  const { data, errors } = await gateway.query(LISTS);
  expect(list).toHaveBeenCalledTimes(2);
  expect(data).toEqual({ hoodExports: null, gdprRequests: null });
  expect(errors).toHaveLength(2);
  for (const { message, extensions } of errors ?? []) {
    expect(message).toBe('Something went wrong in the gateway.');
    expect(Object.keys(extensions).sort()).toEqual(['code', 'errorId']);
    expect(extensions.code).toBe('INTERNAL_SERVER_ERROR');
    const lines = loggedBy(gateway).filter(({ errorId }) => errorId === extensions['errorId']);
    expect(lines).toMatchObject([
      { level: 50, msg: 'internal error', stack: expect.stringMatching(/^TypeError\n +at /) },
    ]);
  }
  expect(JSON.stringify(errors) + gateway.logged.join()).not.toContain('canary');
});
