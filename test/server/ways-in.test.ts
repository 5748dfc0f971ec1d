import { hash } from 'node:crypto';
import { expect, test, vi } from 'vitest';
import { SCOPES } from '../../src/graph/scopes.ts';
import { type Gateway, startGateway } from '../support/gateway.ts';
import { bearer, startIdentityProvider } from '../support/identity-provider.ts';
import { upload } from '../support/upload.ts';

const OLD = 'sixteen-letters-and-more';
const NEW = 'eighteen-letters-or-more';
const LOCKED = { AUTH: 'secret', GATEWAY_SECRET: `${NEW},${OLD}` };
const secret = (text: string) => ({ 'x-gateway-secret': text });
const WITHOUT_SECRETS = ['pii:read', 'gdpr:read', 'gdpr:write', 'hood:write', 'sor:write', 'exports:read'];

async function callerOf(gateway: Gateway, headers: Record<string, string> = {}) {
  const response = await gateway.fetch('/caller', { headers });
  return { status: response.status, ...(await response.json()) };
}

test('each secret of the list lets in, with all scopes but that of secrets unless others are set', async () => {
  await using gateway = await startGateway({ env: LOCKED });
  for (const each of [OLD, NEW]) {
    expect(await callerOf(gateway, secret(each))).toEqual({
      status: 200,
      caller: 'secret',
      scopes: WITHOUT_SECRETS,
      missingScopes: ['secrets:read'],
    });
  }
  for (const wrong of [`${NEW},${OLD}`, OLD.slice(1), '']) {
    expect((await callerOf(gateway, secret(wrong))).status).toBe(401);
  }
  await using other = await startGateway({ env: { ...LOCKED, GATEWAY_SCOPES: 'secrets:read gdpr:read' } });
  expect((await callerOf(other, secret(NEW))).scopes).toEqual(['gdpr:read', 'secrets:read']);
  await using none = await startGateway({ env: { ...LOCKED, GATEWAY_SCOPES: 'none' } });
  expect((await callerOf(none, secret(NEW))).scopes).toEqual([]);
});

test('a router names its caller and takes scopes away, and cannot add any', async () => {
  await using gateway = await startGateway({ env: LOCKED });
  const as = (headers: Record<string, string>) => callerOf(gateway, { ...secret(NEW), ...headers });
  expect(await as({ 'x-gateway-caller': 'crm/4711' })).toMatchObject({ caller: 'router:crm/4711' });
  expect((await as({ 'x-gateway-scopes': 'pii:read, secrets:read admin' })).scopes).toEqual(['pii:read']);
  expect((await as({ 'x-gateway-scopes': '' })).scopes).toEqual([]);
  expect(await as({ 'x-gateway-caller': 'a'.repeat(201) })).toMatchObject({
    status: 400,
    errors: [{ message: 'Expected at most 200 characters in the header x-gateway-caller.' }],
  });
});

test('who has no secret names nobody', async () => {
  await using gateway = await startGateway({ env: { UPSTREAM: 'sandbox' } });
  const { caller, missingScopes } = await callerOf(gateway, { 'x-gateway-caller': 'boss', 'x-gateway-scopes': '' });
  expect([caller, missingScopes]).toEqual([expect.stringMatching(/^address:/), []]);
});

test('of two ways in either will do, and where a router passes a token on, that says who calls', async () => {
  await using provider = await startIdentityProvider();
  const env = { ...provider.settings, ...LOCKED, AUTH: 'jwt,secret' };
  await using gateway = await startGateway({ env });
  const token = bearer(await provider.token({ scope: 'pii:read secrets:read' }));
  const wrong = bearer(`${token.authorization.slice(7)}x`);
  expect(await callerOf(gateway, token)).toMatchObject({ caller: 'jwt:anna', scopes: ['pii:read', 'secrets:read'] });
  expect(await callerOf(gateway, secret(OLD))).toMatchObject({ caller: 'secret', scopes: WITHOUT_SECRETS });
  expect(
    await callerOf(gateway, { ...token, ...secret(OLD), 'x-gateway-caller': 'boss', 'x-gateway-scopes': 'pii:read' }),
  ).toMatchObject({ caller: 'jwt:anna', scopes: ['pii:read'] });
  // Whoever has no secret cannot take part of a token's scopes away either: it would go unnoticed.
  expect((await callerOf(gateway, { ...token, 'x-gateway-scopes': '' })).scopes).toHaveLength(2);
  for (const headers of [{ ...wrong, ...secret(OLD) }, { ...token, ...secret('wrong') }, {}]) {
    expect((await callerOf(gateway, headers)).status).toBe(401);
  }
  expect((await callerOf(gateway)).errors[0].message).toBe(
    'Expected a token in the header authorization (Bearer …), or the secret of this gateway in the header x-gateway-secret.',
  );
});

test('where credentials are optional, a wrong one is refused all the same', async () => {
  await using provider = await startIdentityProvider();
  await using gateway = await startGateway({ env: { ...provider.settings, ...LOCKED, AUTH: 'none,jwt,secret' } });
  expect(await callerOf(gateway)).toMatchObject({ status: 200, scopes: [] });
  for (const headers of [secret('wrong'), secret(''), bearer('wrong'), { authorization: 'Basic YTpi' }]) {
    expect((await callerOf(gateway, headers)).status).toBe(401);
    expect((await gateway.query('{ __typename }', {}, headers)).errors?.[0]?.extensions.code).toBe('UNAUTHENTICATED');
  }
});

test('the credential of a way in that is closed says nothing', async () => {
  await using gateway = await startGateway({ env: { ANONYMOUS_SCOPES: 'gdpr:read' } });
  expect(await callerOf(gateway, { ...secret('any'), ...bearer('any') })).toMatchObject({
    status: 200,
    scopes: ['gdpr:read'],
  });
});

test('wrong credentials have one line a minute and reason, with how many there were', async () => {
  await using gateway = await startGateway({ env: LOCKED });
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  using _ = { [Symbol.dispose]: () => void vi.useRealTimers() };
  for (let sent = 0; sent < 100; sent++) await callerOf(gateway, secret(`canary-${sent}`));
  vi.advanceTimersByTime(60_000);
  // One that is missing is no attempt.
  await callerOf(gateway);
  expect(gateway.logged.map((line) => JSON.parse(line))).toMatchObject([
    { msg: 'credentials are refused', reason: 'wrong secret', refused: 1 },
    { msg: 'credentials are refused', reason: 'wrong secret', refused: 99 },
  ]);
  expect(gateway.logged.join()).not.toContain('canary');
});

const QUERY = '{ customerData { totalCount } }';
const PERSISTED = JSON.stringify({ persistedQuery: { version: 1, sha256Hash: hash('sha256', QUERY) } });
const WAYS = ['jwt', 'secret', 'none'] as const;

test.each(WAYS)('with AUTH=%s all kinds of requests are let in with the credential, and no others', async (way) => {
  await using provider = await startIdentityProvider();
  const env = { jwt: provider.settings, secret: LOCKED, none: { UPSTREAM: 'sandbox' } }[way];
  await using gateway = await startGateway({ env });
  const good = { jwt: bearer(await provider.token({ scope: SCOPES.join(' ') })), secret: secret(NEW), none: {} }[way];
  const bad = way === 'none' ? 200 : 401;
  const json = { 'content-type': 'application/json' };
  const post = (body: unknown): [string, RequestInit] => [
    '/graphql',
    { method: 'POST', headers: json, body: JSON.stringify(body) },
  ];
  const requests: [string, RequestInit, number][] = [
    [...post({ query: QUERY }), 200],
    [...post({ query: QUERY, extensions: JSON.parse(PERSISTED) }), 200],
    [`/graphql?query=${encodeURIComponent(QUERY)}`, {}, 200],
    [`/graphql?extensions=${encodeURIComponent(PERSISTED)}`, {}, 200],
    [...post([{ query: QUERY }]), 400],
  ];
  for (const [path, init, status] of requests) {
    const sent = (headers: object) => gateway.fetch(path, { ...init, headers: { ...init.headers, ...headers } });
    expect([path, (await sent(good)).status]).toEqual([path, status]);
    expect([path, (await sent({})).status]).toEqual([path, bad === 200 ? status : bad]);
  }
  for (const path of ['/health', '/ready']) expect((await gateway.fetch(path)).status).toBe(200);
  const page = await gateway.fetch('/graphql', { headers: { accept: 'text/html' } });
  expect(page.status).toBe(200);
  await page.text();

  const link = await gateway.query('{ hoodExport(hoodId: "1000000") { downloadUrl } }', {}, good as never);
  const file = await gateway.fetch(link.data.hoodExport.downloadUrl);
  expect(file.status).toBe(200);
  await file.text();

  const mutation = `mutation ($file: Upload) { importAttributeValues(input: {
    systemOfRecord: "SOR_767yUpsMJoTWi0mz", file: $file }) { __typename } }`;
  const origin = await gateway.listen();
  const sendFile = (headers: object) =>
    upload(origin, { query: mutation, variables: { file: null } }, ['user_id,attribute_key,value\n'], {
      map: '{"0":["variables.file"]}',
      headers: { 'x-graphql-upload': '1', ...headers },
    });
  gateway.sorCalls();
  expect((await sendFile(good)).data).toMatchObject({ importAttributeValues: {} });
  if (way !== 'none') {
    const before = gateway.sorCalls().length;
    expect([before > 0, (await sendFile({})).status, gateway.sorCalls()]).toEqual([true, 401, []]);
  }
});
