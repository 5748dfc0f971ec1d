import { expect, test, vi } from 'vitest';
import { type Answer, type Gateway, startGateway } from '../support/gateway.ts';

const BODY = JSON.stringify({ query: '{ customerData { totalCount } }' });
const LISTED = 'https://app.example.com';

function post(gateway: Gateway, headers: Record<string, string>, path = '/graphql'): Promise<Response> {
  return gateway.fetch(path, { method: 'POST', headers, body: BODY });
}

test.each(['application/json', 'application/json; charset=utf-8', 'application/graphql+json'])(
  'an operation as %s is answered',
  async (type) => {
    await using gateway = await startGateway();
    const response = await post(gateway, { 'content-type': type, accept: 'application/json' });
    expect(await response.json()).toEqual({ data: { customerData: { totalCount: 5 } } });
  },
);

test.each([
  'text/plain',
  'application/x-www-form-urlencoded',
  'multipart/form-data; boundary=x',
  'application/graphql',
  'application/jsonp',
  'text/plain; application/json',
  '',
])('an operation as "%s" is refused with status 415 and without a call, on every path', async (type) => {
  await using gateway = await startGateway();
  for (const path of ['/graphql', '/graphql/', '/x/graphql']) {
    const response = await post(gateway, { 'content-type': type }, path);
    expect(response.status).toBe(415);
    expect(await response.json()).toEqual({
      errors: [
        {
          message:
            'Expected an operation as application/json, or with a file as multipart/form-data and the header x-graphql-upload.',
          extensions: { code: 'BAD_USER_INPUT' },
        },
      ],
    });
  }
  expect(gateway.hoodCalls()).toEqual([]);
});

/** The headers that let a page of this origin read the answer, for a preflight and for the operation itself. */
async function allowedFor(origin: string, origins: string, upstream = 'live'): Promise<(string | null)[]> {
  await using gateway = await startGateway({ env: { CORS_ORIGINS: origins, UPSTREAM: upstream } });
  const preflight = await gateway.fetch('/graphql', {
    method: 'OPTIONS',
    headers: {
      origin,
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'content-type,x-gateway-secret',
    },
  });
  const answer = await post(gateway, { 'content-type': 'application/json', origin });
  expect(answer.headers.get('access-control-allow-credentials')).toBeNull();
  return [preflight, answer].map(({ headers }) => headers.get('access-control-allow-origin'));
}

test.each([
  [LISTED, LISTED],
  [LISTED, `https://other.example.com,${LISTED}`],
])('a page of %s may read answers when %s are listed', async (origin, origins) => {
  expect(await allowedFor(origin, origins)).toEqual([origin, origin]);
});

test.each([
  ['https://evil.example', ''],
  ['https://evil.example', LISTED],
  ['https://evil.example', `${LISTED},https://other.example.com`],
  ['null', `${LISTED},https://other.example.com`],
  ['null', LISTED],
  [`${LISTED}.evil.example`, LISTED],
  ['http://app.example.com', LISTED],
])('a page of %s may not when "%s" are listed', async (origin, origins) => {
  expect(await allowedFor(origin, origins)).toEqual([null, null]);
});

test.each(['http://localhost:5173', 'https://app.localhost', 'http://127.0.0.1:3000', 'http://[::1]:8080'])(
  'a page of %s may read made-up answers, unless origins are listed',
  async (origin) => {
    expect(await allowedFor(origin, '', 'sandbox')).toEqual([origin, origin]);
    expect(await allowedFor(origin, LISTED, 'sandbox')).toEqual([null, null]);
    expect(await allowedFor(origin, '', 'live')).toEqual([null, null]);
  },
);

test.each([
  'null',
  'http://evil.example',
  'https://localhost.evil.example',
  'http://127.0.0.1.evil.example',
  'http://evillocalhost',
])('a page of %s may not read made-up answers', async (origin) => {
  expect(await allowedFor(origin, '', 'sandbox')).toEqual([null, null]);
});

test('made-up answers depend on the origin too', async () => {
  await using gateway = await startGateway({ env: { UPSTREAM: 'sandbox' } });
  const answer = await post(gateway, { 'content-type': 'application/json' });
  expect(answer.headers.get('vary')).toBe('Origin');
});

test('a refused origin is logged once, with the setting that would allow it', async () => {
  await using gateway = await startGateway();
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  using _ = { [Symbol.dispose]: () => void vi.useRealTimers() };
  const refused = (origin: string) => post(gateway, { 'content-type': 'application/json', origin });
  for (const origin of ['http://localhost:5173', 'https://a.example', 'http://localhost:5173']) await refused(origin);
  expect(gateway.logged).toHaveLength(2);
  expect(gateway.logged[0]).toContain(
    'refused an operation of a page of http://localhost:5173: to allow it, add this origin to CORS_ORIGINS',
  );
  // The gateway's own page, what no setting can list, and more than a log should hold of what anybody can send.
  for (const origin of ['http://gateway.test', 'null', 'https://jean@x.org', 'x']) await refused(origin);
  expect(gateway.logged).toHaveLength(2);
  for (let index = 0; index < 50; index++) await refused(`https://${index}.example`);
  expect(gateway.logged).toHaveLength(20);
  vi.advanceTimersByTime(60_000);
  await refused('https://later.example');
  expect(gateway.logged).toHaveLength(21);
});

test('caches are told that answers depend on the origin, whichever it is', async () => {
  const origins = `https://other.example.com,${LISTED}`;
  await using gateway = await startGateway({ env: { CORS_ORIGINS: origins } });
  for (const origin of [LISTED, 'https://evil.example', undefined]) {
    const headers = { 'content-type': 'application/json', ...(origin && { origin }) };
    const answers = await Promise.all([
      post(gateway, headers),
      gateway.fetch('/graphql', { method: 'OPTIONS', headers }),
      gateway.fetch('/graphql', { headers: { accept: 'text/html', ...(origin && { origin }) } }),
    ]);
    expect(
      answers.map((answer) => answer.headers.get('vary')),
      `to ${origin}`,
    ).toEqual(['Origin', 'Origin', 'Accept, Accept-Encoding, Origin']);
  }
});

test('a preflight names the headers that operations use', async () => {
  await using gateway = await startGateway({ env: { CORS_ORIGINS: LISTED } });
  const { headers } = await gateway.fetch('/graphql', {
    method: 'OPTIONS',
    headers: {
      origin: LISTED,
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'content-type,x-gateway-secret',
    },
  });
  expect(headers.get('access-control-allow-methods')).toBe('POST');
  expect(headers.get('access-control-allow-headers')).toBe('content-type,x-gateway-secret');
});

test('a link cannot change anything: mutations are not taken from a URL', async () => {
  await using gateway = await startGateway();
  const mutation = 'mutation { updateProfileProperty(input: { hoodId: "1", example: "x" }) { __typename } }';
  const response = await gateway.fetch(`/graphql?query=${encodeURIComponent(mutation)}`);
  expect(response.status).toBe(405);
  expect(gateway.hoodCalls()).toEqual([]);
});

const FOREIGN = 'https://evil.example';
const OWN = 'http://gateway.test';
const refusal = {
  message: 'Expected no operation from a page of another origin, unless CORS_ORIGINS of the gateway lists it.',
  extensions: { code: 'FORBIDDEN' },
};

/** What a browser's request by GET and by POST comes to, and the calls that it made. */
async function sentBy(headers: Record<string, string>, env: Record<string, string> = {}) {
  await using gateway = await startGateway({ env });
  const query = encodeURIComponent(JSON.parse(BODY).query);
  const got = await gateway.fetch(`/graphql?query=${query}`, { headers: { ...headers } });
  const posted = await post(gateway, { 'content-type': 'application/json', ...headers });
  const errors = await Promise.all([got, posted].map(async (answer) => ((await answer.json()) as Answer).errors?.[0]));
  return { statuses: [got.status, posted.status], errors, calls: gateway.hoodCalls().length };
}

test.each([
  { 'sec-fetch-site': 'cross-site' },
  { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-user': '?1' },
  { 'sec-fetch-site': 'cross-site', origin: FOREIGN },
  { 'sec-fetch-site': 'cross-site', origin: 'null' },
  // A page of another host of the same domain, or of another port of this machine.
  { 'sec-fetch-site': 'same-site' },
  { 'sec-fetch-site': 'same-site', origin: 'http://other.gateway.test' },
  { 'sec-fetch-site': 'Same-Origin' },
  { origin: FOREIGN },
  { origin: 'null' },
  { origin: '[' },
  { origin: `${OWN}.evil.example` },
  { origin: `${OWN}, ${FOREIGN}` },
])('what another site makes a browser send makes no call: %j', async (headers) => {
  const { statuses, errors, calls } = await sentBy(headers);
  expect({ statuses, errors, calls }).toEqual({ statuses: [403, 403], errors: [refusal, refusal], calls: 0 });
});

test.each([
  [{}, {}],
  [{ 'sec-fetch-site': 'same-origin', origin: OWN }, {}],
  // Behind a proxy that the gateway knows nothing of: the browser knows better.
  [{ 'sec-fetch-site': 'same-origin', origin: FOREIGN }, {}],
  [{ 'sec-fetch-site': 'none' }, {}],
  [{ 'sec-fetch-site': 'none', origin: 'chrome-extension://abc' }, {}],
  [{ origin: OWN }, {}],
  [{ origin: 'http://by.proxy', host: 'by.proxy' }, {}],
  [{ origin: 'https://graph.example.com' }, { PUBLIC_URL: 'https://graph.example.com/crm' }],
  [{ origin: LISTED }, { CORS_ORIGINS: LISTED }],
  [{ 'sec-fetch-site': 'cross-site', origin: LISTED }, { CORS_ORIGINS: LISTED }],
  [{ 'sec-fetch-site': 'same-site', origin: 'http://localhost:5173' }, { UPSTREAM: 'sandbox' }],
])('what the user, the own page or an allowed one sends is answered: %j with %j', async (headers, env) => {
  expect(await sentBy(headers, env)).toEqual({ statuses: [200, 200], errors: [undefined, undefined], calls: 2 });
});
