import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { frontDoor } from '../../src/server/front-door.ts';
import { type Gateway, startGateway } from '../support/gateway.ts';
import { listen } from '../support/listen.ts';
import { sendRaw } from '../support/raw-request.ts';

/** What every answer has, so that nobody keeps it, guesses what it is, or learns where a link in it was. */
const OWN_HEADERS = {
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
};
const QUERY = '/graphql?query={customerData{totalCount}}';
const CLOSE = 'Connection: close\r\n';
const HOST = `Host: localhost\r\n${CLOSE}`;
const JSON_POST = `POST /graphql HTTP/1.1\r\n${HOST}Content-Type: application/json\r\n`;

const get = (target: string, head = HOST) => `GET ${target} HTTP/1.1\r\n${head}\r\n`;
const calledBy = (host: string) => get(QUERY, `Host: ${host}\r\n${CLOSE}`);

describe('a request', () => {
  /** One for all: none of these leaves a trace. */
  let gateway: Gateway;
  let origin: string;
  beforeAll(async () => {
    gateway = await startGateway();
    origin = await gateway.listen();
  });
  afterAll(() => gateway[Symbol.asyncDispose]());

  test.each([
    ['a host that is none', calledBy('[')],
    ['brackets around none', calledBy('[::::]')],
    ['an address with a number too large', calledBy('999.1.1.1')],
    ['a port that is none', calledBy('localhost:x')],
    ['a port too large', calledBy('localhost:99999')],
    ['a path in the host', calledBy('localhost/x')],
    ['a user in the host', calledBy('evil.example@localhost')],
    ['an escape in the host', calledBy('%6cocalhost')],
    ['two names in the host', calledBy('localhost,evil.example')],
    ['bytes beyond ASCII in the host', calledBy('l\xf6calhost')],
    ['an empty host', calledBy('')],
    ['two hosts', get(QUERY, `Host: localhost\r\nHost: evil.example\r\n${CLOSE}`)],
    ['the same host twice', get(QUERY, `Host: localhost\r\n${HOST}`)],
    ['no host', get(QUERY, CLOSE)],
    ['no host, to a probe', get('/health', CLOSE)],
    ['a user in the target', get(`http://evil.example@localhost${QUERY}`)],
    ['a target with a host that is none', get(`http://[${QUERY}`)],
    ['a target without a host', get(`http://${QUERY}`)],
    ['a target of another scheme', get(`ftp://localhost${QUERY}`)],
    ['a target with half an escape', get('http://localhost/%')],
    ['a target with a host, and a host that is none', get(`http://localhost${QUERY}`, `Host: [\r\n${CLOSE}`)],
    ['a target with a host, and no host', get(`http://localhost${QUERY}`, CLOSE)],
    ['a target of the whole server', `OPTIONS * HTTP/1.1\r\n${HOST}\r\n`],
    ['a target of a tunnel', `CONNECT evil.example:443 HTTP/1.1\r\n${HOST}\r\n`],
    ['a target without a beginning', get('graphql')],
    ['half an escape', get('/%')],
    ['an escape of other letters', get('/exports/%zz/download')],
    ['a null character in the path', get('/\0')],
    ['bytes beyond ASCII in the path', get('/\xe4')],
    ['a space in the path', get('/graph ql')],
    ['an unknown method', `FOO / HTTP/1.1\r\n${HOST}\r\n`],
    ['an unknown version', `GET / HTTP/9.9\r\n${HOST}\r\n`],
    ['HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
    ['a greeting of TLS', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03'],
    ['no line of a request', 'hello\r\n\r\n'],
    ['a control character in a header', get('/health', `x: a\x01b\r\n${HOST}`)],
    ['a header without a name', get('/health', `: a\r\n${HOST}`)],
    ['a header that is folded', get('/health', `${HOST}x: a\r\n b\r\n`)],
    ['a space before the colon', get('/health', `x : a\r\n${HOST}`)],
    ['two lengths', `${JSON_POST}Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}`],
    ['a length below nothing', `${JSON_POST}Content-Length: -1\r\n\r\n`],
    ['a length beside pieces', `${JSON_POST}Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`],
    ['a coding that is not of pieces', `${JSON_POST}Transfer-Encoding: gzip\r\n\r\n{}`],
    ['a coding after the pieces', `${JSON_POST}Transfer-Encoding: chunked, gzip\r\n\r\n0\r\n\r\n`],
    ['a piece of no length', `${JSON_POST}Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n`],
  ])('with %s is a plain 400', async (_, bytes) => {
    const { status, headers, body } = await sendRaw(origin, bytes);
    expect({ status, headers, body }).toEqual({
      status: 400,
      headers: { ...OWN_HEADERS, connection: 'close', 'content-length': '0', date: headers['date'] },
      body: '',
    });
    expect(gateway.hoodCalls()).toEqual([]);
  });

  test.each([
    ['a long path', get(`/${'a'.repeat(20_000)}`), 431],
    ['a long header', get('/health', `x: ${'a'.repeat(20_000)}\r\n${HOST}`), 431],
    ['long extensions of pieces', `${JSON_POST}Transfer-Encoding: chunked\r\n\r\n1;${'a'.repeat(20_000)}\r\n`, 413],
    ['a target with a host of its own', get(`http://localhost${QUERY}`), 200],
    ['the same in other letters', get(`HTTPS://LocalHost:8080${QUERY}`), 200],
    [
      'a target with a host of its own, whatever Host says',
      get(`http://localhost${QUERY}`, `Host: evil.example\r\n${CLOSE}`),
      200,
    ],
    ['a target with another host', get(`http://evil.example${QUERY}`), 421],
    ['a target with another host, to a probe', get('http://evil.example/health'), 200],
    ['a target with a host alone', get('http://localhost'), 200],
    ['a target with a host and a query', get('http://localhost?query={__typename}'), 200],
    ['HTTP/1.0 and no name', `GET ${QUERY} HTTP/1.0\r\n\r\n`, 421],
    ['HTTP/1.0 and no name, to a probe', 'GET /health HTTP/1.0\r\n\r\n', 200],
    ['two slashes', get('//'), 404],
    ['two slashes and a name', get('//evil.example/'), 404],
    ['an escape that is no text', get('/exports/%ff/download?expires=1&signature=x'), 403],
    ['an escaped null character', get('/%00'), 404],
    ['a name of JavaScript', get('/__proto__', `__proto__: x\r\n${HOST}`), 404],
    ['a method that nothing here has', `PROPFIND /graphql HTTP/1.1\r\n${HOST}\r\n`, 405],
    ['TRACE', `TRACE /graphql HTTP/1.1\r\n${HOST}\r\n`, 405],
    ['another protocol to change to', get(QUERY, `${HOST}Upgrade: websocket\r\n`), 200],
    ['an expectation', get(QUERY, `${HOST}Expect: the-best\r\n`), 200],
    ['half an escape in the query', get(`${QUERY}&x=%`), 200],
    ['a fragment', get('/graphql#?query={__typename}'), 200],
    ['bytes beyond ASCII in a header', get(QUERY, `${HOST}x-request-deadline: \xff\r\n`), 400],
    ['a body that is no text', `${JSON_POST}Content-Length: 3\r\n\r\n\xff\xfe\xfd`, 400],
    ['an empty Accept', get(QUERY, `${HOST}accept:\r\n`), 200],
    [
      'a list of media types, one of which answers have',
      get(QUERY, `${HOST}accept: image/png, Text/* ;q=0.1\r\n`),
      200,
    ],
    ['a media type that nothing has', get(QUERY, `${HOST}accept: \xff/\xff\r\n`), 406],
  ])('with %s shows nothing of this machine', async (_, bytes, expected) => {
    const { status, headers, text } = await sendRaw(origin, bytes);
    expect(status).toBe(expected);
    expect(headers).toMatchObject(OWN_HEADERS);
    expect(text).not.toMatch(/node_modules|\.[jt]s:\d|\n\s+at |file:/);
  });

  test('is not executed where no answer to it would be taken', async () => {
    const text = '{"query":"mutation { createProfileProperty(input: { label: \\"Z\\" }) { __typename } }"}';
    const length = `Content-Length: ${text.length}\r\n`;
    gateway.hoodCalls();
    const { status } = await sendRaw(origin, `${JSON_POST}${length}accept: image/png\r\n\r\n${text}`);
    expect([status, gateway.hoodCalls()]).toEqual([406, []]);
  });

  test('is no bug of ours where its caller leaves in the middle', async () => {
    await sendRaw(origin, `${JSON_POST}Transfer-Encoding: chunked\r\n\r\nzz\r\n`);
    expect(gateway.logged.join()).not.toContain('internal error');
  });
});

test('what goes wrong around an operation is 500 without its text, which the log has as a stack', async () => {
  const bugs: unknown[] = [];
  const bug = new Error('canary');
  const yoga = { handleNodeRequestAndResponse: () => Promise.reject(bug) };
  await using server = await listen(
    frontDoor(
      yoga,
      () => true,
      (error) => bugs.push(error),
    ),
  );
  const answer = await fetch(server.origin);
  expect([answer.status, await answer.text()]).toEqual([500, '']);
  expect(Object.fromEntries(answer.headers)).toMatchObject(OWN_HEADERS);
  expect(bugs).toEqual([bug]);
});

test('what is no request does not end in the middle of an answer to the one before', async () => {
  await using server = await listen((_request, response) => void response.write('the beginning'));
  const socket = connect(Number(new URL(server.origin).port), '127.0.0.1');
  const received: string[] = [];
  socket.setEncoding('utf8').on('data', (text: string) => received.push(text));
  socket.write(get('/').replace(CLOSE, ''));
  await once(socket, 'data');
  socket.on('error', () => {}).write('hello\r\n\r\n');
  await once(socket, 'close');
  expect(received.join('')).toMatch(/the beginning\r\n$/);
});

test('every kind of answer has the headers that keep it private', async () => {
  await using gateway = await startGateway({ env: { MAX_OPERATIONS: '1' } });
  const origin = await gateway.listen();
  const kinds: [path: string, init: RequestInit, status: number][] = [
    ['/graphql?query={__typename}', {}, 200],
    ['/graphql?query={', {}, 200],
    ['/graphql', { method: 'OPTIONS', headers: { origin: 'https://a.example' } }, 204],
    ['/graphql', { method: 'POST', body: 'x' }, 415],
    ['/graphql?query={__typename}', { headers: { origin: 'https://a.example' } }, 403],
    ['/health', {}, 200],
    ['/ready', {}, 200],
    ['/nothing', {}, 404],
    ['/exports/1/download', {}, 403],
    ['/exports/1/download', { method: 'POST' }, 405],
  ];
  for (const [path, init, status] of kinds) {
    const answer = await fetch(`${origin}${path}`, init);
    expect([path, answer.status]).toEqual([path, status]);
    expect(Object.fromEntries(answer.headers)).toMatchObject(OWN_HEADERS);
    await answer.text();
  }
  const page = await fetch(`${origin}/graphql`, { headers: { accept: 'text/html' } });
  // A browser keeps the page and asks each time whether it is still the same.
  expect(Object.fromEntries(page.headers)).toMatchObject({ ...OWN_HEADERS, 'cache-control': 'no-cache' });
});
