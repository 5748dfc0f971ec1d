import { expect, test } from 'vitest';
import { type Gateway, startGateway } from '../support/gateway.ts';
import { exportLink } from '../support/link.ts';

const GATEWAY_SECRET = 'sixteen-letters-and-more';
const SECRET = 'another secret for tests';

function startLocked(): Promise<Gateway> {
  return startGateway({ env: { AUTH: 'secret', GATEWAY_SECRET, SECRET } });
}

const QUERY = '{ customerData { totalCount } }';

test('an operation with the secret is answered', async () => {
  await using gateway = await startLocked();
  const { data } = await gateway.query(QUERY, {}, { 'x-gateway-secret': GATEWAY_SECRET });
  expect(data).toEqual({ customerData: { totalCount: 5 } });
});

test.each([
  ['no', {}],
  ['an empty', { 'x-gateway-secret': '' }],
  ['a wrong', { 'x-gateway-secret': `${GATEWAY_SECRET}.` }],
  ['half of the', { 'x-gateway-secret': GATEWAY_SECRET.slice(0, 12) }],
])('an operation with %s secret is UNAUTHENTICATED, with status 401 and no call', async (_, headers) => {
  await using gateway = await startLocked();
  const response = await gateway.fetch('/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(headers as Record<string, string>) },
    body: JSON.stringify({ query: QUERY }),
  });
  expect(response.status).toBe(401);
  expect(await response.json()).toEqual({
    errors: [
      {
        message: 'Expected the secret of this gateway in the header x-gateway-secret.',
        extensions: { code: 'UNAUTHENTICATED' },
      },
    ],
  });
  expect(gateway.hoodCalls()).toEqual([]);
});

/** Yoga takes every URL for its own that ends in its path. */
const SPELLINGS = ['/graphql', '/graphql/', '//graphql', '/graphql?', '/x/graphql', '/ready/graphql', '/?/graphql'];

test.each(SPELLINGS)('no spelling of the path is a way around: %s', async (path) => {
  await using gateway = await startLocked();
  const url = `http://gateway.test${path}`;
  const posted = await gateway.fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query: QUERY }),
  });
  const separator = path.includes('?') ? '&' : '?';
  const got = await gateway.fetch(`${url}${separator}query=${encodeURIComponent(QUERY)}&x=/graphql`);
  expect([posted.status, got.status]).toEqual([401, 401]);
  expect(gateway.hoodCalls()).toEqual([]);
});

test('health checks and signed links need no secret', async () => {
  await using gateway = await startLocked();
  const link = exportLink('1000000', { secret: SECRET, holder: 'secret' });
  for (const path of ['/health', '/ready', link]) {
    const response = await gateway.fetch(path);
    expect(response.status).toBe(200);
    await response.text();
  }
});

test('with AUTH=none no secret is asked for', async () => {
  await using gateway = await startGateway();
  expect((await gateway.query(QUERY)).errors).toBeUndefined();
});
