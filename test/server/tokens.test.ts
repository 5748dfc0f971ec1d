import fc from 'fast-check';
import { type JSONWebKeySet, SignJWT, UnsecuredJWT } from 'jose';
import { pino } from 'pino';
import { expect, test, vi } from 'vitest';
import { readConfig } from '../../src/config/config.ts';
import { SCOPES } from '../../src/graph/scopes.ts';
import { tokenCheck, tokenKeys } from '../../src/server/token-check.ts';
import { type Gateway, startGateway } from '../support/gateway.ts';
import { bearer, type IdentityProvider, startIdentityProvider } from '../support/identity-provider.ts';

const QUERY = '{ customerData { totalCount } }';

/** A gateway that takes the tokens of `provider` alone. */
const gatewayOf = (provider: IdentityProvider, env: Record<string, string> = {}): Promise<Gateway> =>
  startGateway({ env: { ...provider.settings, ...env } });

/** Who the gateway says that a request comes from. */
async function callerOf(gateway: Gateway, headers: Record<string, string>) {
  const response = await gateway.fetch('/caller', { headers });
  return { status: response.status, headers: response.headers, body: await response.json() };
}

test('a token lets in, and says who calls and what they may', async () => {
  await using provider = await startIdentityProvider();
  await using gateway = await gatewayOf(provider);
  const headers = bearer(await provider.token({ scope: 'openid pii:read gdpr:read' }));
  expect(await gateway.query(QUERY, {}, headers)).toEqual({ data: { customerData: { totalCount: 5 } } });
  expect((await callerOf(gateway, headers)).body).toEqual({
    caller: 'jwt:anna',
    scopes: ['pii:read', 'gdpr:read'],
    missingScopes: ['gdpr:write', 'hood:write', 'sor:write', 'secrets:read', 'exports:read'],
  });
  const keys = '{ systemOfRecord(identifier: "SOR_XXXX") { apiKeys } }';
  expect((await gateway.query(keys, {}, headers)).errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
  const more = bearer(await provider.token({ scope: 'secrets:read' }));
  expect((await gateway.query(keys, {}, more)).data).toEqual({ systemOfRecord: { apiKeys: ['XXXXXXXX'] } });
});

const SOON = Math.floor(Date.now() / 1000);
const UNVERIFIED = 'it is none that can be verified';
const wrongClaim = (name: string) => `its claim ${name} is not as expected`;

const WRONG: [name: string, make: (provider: IdentityProvider) => Promise<string> | string, reason: string][] = [
  ['expired', (id) => id.token({ exp: SOON - 31 }), 'it has expired'],
  ['not yet valid', (id) => id.token({ nbf: SOON + 300 }), wrongClaim('nbf')],
  ['of another issuer', (id) => id.token({ iss: 'https://id.example' }), wrongClaim('iss')],
  ['for another audience', (id) => id.token({ aud: ['graphs', 'Graph'] }), wrongClaim('aud')],
  ['for no audience', (id) => id.token({ aud: undefined as never }), wrongClaim('aud')],
  ['without an end', (id) => id.token({ exp: undefined as never }), wrongClaim('exp')],
  ['of nobody', (id) => id.token({ sub: undefined as never }), wrongClaim('sub')],
  ['of a subject without a name', (id) => id.token({ sub: '' }), wrongClaim('sub')],
  ['of a subject that is no text', (id) => id.token({ sub: ['anna'] as never }), wrongClaim('sub')],
  ['of an unknown key', (id) => id.token({}, { kid: 'canary', signedBy: 'first' }), 'no known key has signed it'],
  ['signed by another key', (id) => id.addKey('other').then(() => id.token({}, { signedBy: 'other' })), UNVERIFIED],
  ['that was changed', (id) => id.token().then((token) => token.replace('.', '.e30')), UNVERIFIED],
  ['unsigned', () => new UnsecuredJWT({ sub: 'canary' }).encode(), UNVERIFIED],
  [
    'signed with a public key as if it were a secret',
    ({ keySet }) =>
      new SignJWT({ sub: 'canary' })
        .setProtectedHeader({ alg: 'HS256', kid: 'first' })
        .sign(new TextEncoder().encode(JSON.stringify(keySet().keys[0]))),
    UNVERIFIED,
  ],
  ['of two parts', () => 'canary.canary', UNVERIFIED],
  ['of many letters', () => 'canary'.repeat(1000), UNVERIFIED],
];

test.each(WRONG)('a token %s is 401 with the reason, and nothing of it is in the log', async (_, make, reason) => {
  await using provider = await startIdentityProvider();
  await using gateway = await gatewayOf(provider);
  const token = await make(provider);
  const response = await gateway.fetch(`/graphql?query=${encodeURIComponent(QUERY)}`, { headers: bearer(token) });
  expect(response.status).toBe(401);
  expect(response.headers.get('www-authenticate')).toBe(
    `Bearer realm="hood-sor-gateway", error="invalid_token", error_description="${reason}"`,
  );
  expect(await response.json()).toEqual({
    errors: [
      {
        message: `The token in the header authorization is refused: ${reason}.`,
        extensions: { code: 'UNAUTHENTICATED' },
      },
    ],
  });
  expect(gateway.hoodCalls()).toEqual([]);
  const [line, ...others] = gateway.logged.map((text) => JSON.parse(text));
  expect([line, others]).toMatchObject([{ msg: 'credentials are refused', reason, refused: 1 }, []]);
  expect(gateway.logged.join()).not.toMatch(/canary|eyJ/);
});

test.each(['Basic YTpi', 'Bearer', '', 'Bearer a b', 'eyJ'])(
  'the header authorization: %s is 401, and so is none',
  async (authorization) => {
    await using provider = await startIdentityProvider();
    await using gateway = await gatewayOf(provider);
    expect((await callerOf(gateway, { authorization })).status).toBe(401);
    const { status, headers, body } = await callerOf(gateway, {});
    expect([status, headers.get('www-authenticate')]).toEqual([401, 'Bearer realm="hood-sor-gateway"']);
    expect(body.errors).toEqual([
      {
        message: 'Expected a token in the header authorization (Bearer …).',
        extensions: { code: 'UNAUTHENTICATED' },
      },
    ]);
  },
);

test('clocks may differ by half a minute', async () => {
  await using provider = await startIdentityProvider();
  await using gateway = await gatewayOf(provider);
  const now = Math.floor(Date.now() / 1000);
  const token = await provider.token({ exp: now - 20, nbf: now + 20 });
  expect((await callerOf(gateway, bearer(token))).status).toBe(200);
});

test('a token that comes again is not verified again, and is refused as soon as it has expired', async () => {
  await using provider = await startIdentityProvider();
  await using gateway = await gatewayOf(provider);
  const now = Date.now();
  vi.useFakeTimers({ toFake: ['Date'], now });
  using _ = { [Symbol.dispose]: () => vi.useRealTimers() };
  using verify = vi.spyOn(crypto.subtle, 'verify');
  const headers = bearer(await provider.token({ exp: Math.floor(now / 1000) + 10 }));
  const statuses = async () => (await callerOf(gateway, headers)).status;
  expect([await statuses(), await statuses()]).toEqual([200, 200]);
  expect(verify).toHaveBeenCalledTimes(1);
  vi.setSystemTime(now + 39_000);
  expect(await statuses()).toBe(200);
  vi.setSystemTime(now + 41_000);
  expect(await statuses()).toBe(401);
});

test('only the algorithms that are set are accepted', async () => {
  await using provider = await startIdentityProvider();
  await provider.addKey('rsa', 'RS256');
  await using gateway = await gatewayOf(provider, { JWT_ALGORITHMS: 'RS256' });
  const signed = async (kid: string, alg: string) => bearer(await provider.token({}, { kid, alg }));
  expect((await callerOf(gateway, await signed('rsa', 'RS256'))).status).toBe(200);
  expect((await callerOf(gateway, await signed('first', 'ES256'))).status).toBe(401);
});

const ROLES = '{"support":["pii:read","gdpr:read"],"dpo":["gdpr:write"]}';

test.each([
  ['a text of scopes', {}, { scope: 'pii:read  email hood:write' }, ['pii:read', 'hood:write']],
  ['a list of them', {}, { scp: ['gdpr:read', 'pii', 7, null] }, ['gdpr:read']],
  ['permissions', {}, { permissions: ['exports:read'], scope: 'sor:write' }, ['sor:write', 'exports:read']],
  ['roles', { JWT_ROLES: ROLES }, { scope: 'support dpo' }, ['pii:read', 'gdpr:read', 'gdpr:write']],
  [
    'roles on a path',
    { JWT_ROLES: ROLES, JWT_SCOPE_CLAIM: 'realm_access.roles' },
    { realm_access: { roles: ['dpo', 'constructor'] }, scope: 'pii:read' },
    ['gdpr:write'],
  ],
  [
    'a claim whose name is a URL',
    { JWT_SCOPE_CLAIM: 'https://a.example/scopes' },
    { 'https://a.example/scopes': 'pii:read' },
    ['pii:read'],
  ],
  ['nothing at all', {}, {}, []],
])('scopes come from %s', async (_, env, claims, scopes) => {
  await using provider = await startIdentityProvider();
  await using gateway = await gatewayOf(provider, env as Record<string, string>);
  expect((await callerOf(gateway, bearer(await provider.token(claims)))).body.scopes).toEqual(scopes);
});

test('whatever a token holds, it grants scopes that it names or that its roles have, and none else', async () => {
  await using provider = await startIdentityProvider();
  const read = readConfig({ ...provider.settings, JWT_ROLES: ROLES });
  const JWT_SCOPE_CLAIM = [...read.JWT_SCOPE_CLAIM, 'a.b'];
  const config = { ...read, JWT_SCOPE_CLAIM, JWT_JWKS: provider.keySet() as JSONWebKeySet };
  const check = tokenCheck(config, tokenKeys(config, pino({ level: 'silent' })));
  const word = fc.oneof(fc.constantFrom(...SCOPES, 'support', 'dpo', '__proto__', 'PII:READ'), fc.string());
  const value = fc.oneof(
    fc.array(word).map((words) => words.join(' ')),
    fc.array(word),
    fc.jsonValue(),
  );
  const claims = fc.record({ scope: value, scp: value, permissions: value, a: value }, { requiredKeys: [] });
  await fc.assert(
    fc.asyncProperty(claims, async (given) => {
      const { scopes } = await check.identityOf(await provider.token(given as never));
      const text = JSON.stringify(given);
      for (const scope of scopes) {
        const isRole = text.includes('support') ? /^(?:pii|gdpr):read$/.test(scope) : false;
        expect(text.includes(scope) || isRole || (text.includes('dpo') && scope === 'gdpr:write')).toBe(true);
      }
    }),
    { numRuns: 60 },
  );
});
