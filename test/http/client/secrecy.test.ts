import { type AddressInfo, createServer } from 'node:net';
import { inspect } from 'node:util';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { endpoint, template } from '../../../src/http/client/path.ts';
import { errorTextOf } from '../../../src/http/client/response.ts';
import type { UpstreamError } from '../../../src/http/client/upstream-error.ts';
import type { Fault } from '../../../src/sandbox/faults.ts';
import { serve } from '../../../src/sandbox/server.ts';
import { HOOD } from '../../../src/sources/hood/api.ts';
import { SOR } from '../../../src/sources/sor/api.ts';
import { overlong } from '../../support/endless-answers.ts';
import { failureOf, hoodClient } from './hood-client.ts';

const TOKEN = 'secretive';
const EMAIL = 'jean.dupont@example.com';
const NAME = 'Marguerite';
const PHONE = '33612345678';

const CALL = {
  ...endpoint(
    template('/v1/hood/customer-data/{id}'),
    { id: EMAIL },
    { q: NAME, target: `in:${PHONE},x`, token: TOKEN },
  ),
  method: 'POST' as const,
  body: { target: EMAIL, people: [{ name: NAME, phone: PHONE }], token: TOKEN },
};

/** Everything that a log, an answer or a curious developer could make of an error. */
function everythingShownOf(error: unknown): string {
  const shown = (value: unknown) => inspect(value, { depth: 10, showHidden: true, getters: true });
  const { stack = '', cause } = error as UpstreamError;
  return [String(error), JSON.stringify(error), shown(error), stack, shown(cause)].join('\n');
}

function expectNoSecret(shown: string): void {
  for (const secret of [TOKEN, EMAIL, encodeURIComponent(EMAIL), 'dupont', NAME, PHONE]) {
    expect(shown.toLowerCase()).not.toContain(secret.toLowerCase());
  }
}

const echo = `No ${EMAIL}, ${NAME}, ${PHONE} for ${TOKEN}`;
const FAULTS: Fault[] = [
  ...[400, 401, 403, 404, 429, 500, 503].flatMap((status): Fault[] => [
    {
      kind: 'status',
      status,
      body: { title: echo, message: echo, trace_id: EMAIL },
      headers: { 'retry-after': '60' },
    },
    { kind: 'status', status, body: { title: `${NAME} is unknown`, trace_id: PHONE } },
    { kind: 'status', status, body: { error_message: `Bad token ${TOKEN}` } },
    { kind: 'status', status, body: { errorMessage: `Param ${PHONE}` } },
    { kind: 'status', status, body: [echo] },
  ]),
  { kind: 'status', status: 302, headers: { location: `https://${TOKEN}.example/${EMAIL}` } },
  { kind: 'html' },
  { kind: 'truncated' },
  { kind: 'reset' },
  { kind: 'resetMidBody' },
  { kind: 'silence' },
  overlong(200_000),
];

test('no error shows the credential, or anything of path, query and body, however the API fails', async () => {
  for (const [api, fault] of [HOOD, SOR].flatMap((api) => FAULTS.map((fault) => [api, fault] as const))) {
    await using server = await serve(() => ({ status: 200 }));
    server.dials.fault = () => fault;
    const told: unknown[] = [];
    await using client = hoodClient(server, {
      api,
      headers: () => ({ authorization: `Bearer ${TOKEN}` }),
      timeoutMs: 150,
      maxResponseBytes: 100_000,
      observer: { failed: (...all) => told.push(...all) },
    });
    // A write that was answered with half a body, too long a one, or a page, was carried out.
    const calls = ['html', 'truncated', 'resetMidBody', 'answer'].includes(fault.kind)
      ? [client.get(CALL)]
      : [client.get(CALL), client.send(CALL)];
    const errors = await Promise.all(calls.map(failureOf));
    for (const shown of [...errors, ...told]) expectNoSecret(everythingShownOf(shown));
    expect(told).toHaveLength(2 * calls.length);
  }
});

test('no error shows a body that is not JSON, not HTTP, or echoes the request', async () => {
  await using garbled = await serve(() => ({ status: 200, body: `{"${echo}": ${echo}}` }));
  await using raw = createServer((socket) => socket.resume().end(`${echo}\r\n`));
  await new Promise<void>((resolve) => raw.listen(0, '127.0.0.1', resolve));
  const { port } = raw.address() as AddressInfo;
  for (const origin of [garbled.origin, `http://127.0.0.1:${port}`]) {
    await using client = hoodClient({ origin });
    const error = await failureOf(client.get(CALL));
    expect(error.name).toBe('UpstreamError');
    expectNoSecret(everythingShownOf(error));
  }
});

const SENT = { route: template('/x'), path: '/x?fields=id', headers: { authorization: 'Bearer abc' } };

const titleOf = (title: string) => errorTextOf(HOOD, JSON.stringify({ title }), SENT).said?.title;

test.each([
  'The request is not valid.',
  "Bad request: it's (quite) odd-looking_here, v2",
  'No row 12345',
  'Unknown "Jean"',
])('the title "%s" is kept', (title) => {
  expect(titleOf(title)).toBe(title);
});

test.each([
  ['Call jean@example.com now', 'Call … now'],
  ['See https://example.com/a?b=c', 'See …'],
  ['See 1http://example.com/a', 'See …'],
  ['See www.example.com/a or db.internal:5432/x', 'See … or …'],
  ['Nobody at 10.0.0.7 or fe80:0:0:0:1:2:3:4', 'Nobody at … or …'],
  ['Call (555) 123-4567, 555-123-4567 or 0170 1234567', 'Call …, … or …'],
  ['Bearer abc was refused', '… was refused'],
  ['two\nlines', 'two lines'],
])('of the title "%s" is shown: %s', (title, shown) => {
  expect(titleOf(title)).toBe(shown);
});

test.each(['1b4e28ba-2fa1-11d2-883f-0016d3cca427', '9f86d081884c7d65'])('the trace id %s is kept', (id) => {
  expect(errorTextOf(HOOD, JSON.stringify({ trace_id: id }), SENT).traceId).toBe(id);
});

test.each(['jean', 'jean@example.com', '../x', 'deadbeef-cafe', 'x'.repeat(32), 42, '17368658975598751634'])(
  'the trace id %s is dropped',
  (id) => {
    expect(errorTextOf(HOOD, JSON.stringify({ trace_id: id }), SENT).traceId).toBeUndefined();
  },
);

test('the first text there is becomes the title', () => {
  expect(errorTextOf(SOR, '{"success":false,"error_message":"One","message":"Two"}', SENT).said?.title).toBe('One');
  expect(errorTextOf(SOR, '{"errorMessage":null,"message":"Two",}', SENT).said?.title).toBe('Two');
  for (const body of ['', '<html>', 'null', '[]', '"text"', '{"title":{"a":1}}']) {
    expect(errorTextOf(HOOD, body, SENT)).toEqual({ said: undefined, traceId: undefined });
  }
});

test('a path that cannot be decoded does not hide what went wrong', () => {
  expect(errorTextOf(HOOD, '{"title":"Gone"}', { ...SENT, path: '/%zz/%e9?a=%zz' }).said?.title).toBe('Gone');
});

test('no credential comes back in a title, and reading one never throws', () => {
  const word = fc.stringMatching(/^[a-z]{3,12}$/);
  fc.assert(
    fc.property(word, fc.constantFrom('path', 'query', 'body'), fc.string(), (secret, where, around) => {
      const sent = {
        route: template('/x/{id}'),
        path: where === 'path' ? `/x/${secret}` : where === 'query' ? `/x/1?f=in:a,${secret}` : '/x/1',
        headers: { authorization: `Token ${secret}` },
        body: where === 'body' ? { deep: [{ value: secret.toUpperCase() }] } : undefined,
      };
      const { said } = errorTextOf(HOOD, JSON.stringify({ title: `${around}${secret} is wrong` }), sent);
      expect(String(said?.sentence).toLowerCase()).not.toContain(secret);
    }),
  );
});
