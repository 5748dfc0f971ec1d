import { expect, test } from 'vitest';
import { type Gateway, startGateway } from '../support/gateway.ts';

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
async function allowedFor(origin: string, origins: string): Promise<(string | null)[]> {
  await using gateway = await startGateway({ env: { CORS_ORIGINS: origins } });
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

test.each([LISTED, 'https://evil.example', undefined])(
  'caches are told that answers to %s depend on the origin',
  async (origin) => {
    const origins = `https://other.example.com,${LISTED}`;
    await using gateway = await startGateway({ env: { CORS_ORIGINS: origins } });
    const headers = { 'content-type': 'application/json', ...(origin && { origin }) };
    const answers = await Promise.all([
      post(gateway, headers),
      gateway.fetch('/graphql', { method: 'OPTIONS', headers }),
      gateway.fetch('/graphql', { headers: { accept: 'text/html', ...(origin && { origin }) } }),
    ]);
    expect(answers.map((answer) => answer.headers.get('vary'))).toEqual([
      'Origin',
      'Origin',
      'Accept, Accept-Encoding, Origin',
    ]);
  },
);

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
