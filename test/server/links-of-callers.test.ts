import type { JWTPayload } from 'jose';
import { expect, test } from 'vitest';
import { type Gateway, startGateway } from '../support/gateway.ts';
import { bearer, startIdentityProvider } from '../support/identity-provider.ts';
import { exportLink } from '../support/link.ts';

const GATEWAY_SECRET = 'sixteen-letters-and-more';

/** The status of a link, and how many calls Hood saw for it. */
async function opened(gateway: Gateway, link: string): Promise<[status: number, calls: number]> {
  const response = await gateway.fetch(link);
  await response.text();
  return [response.status, gateway.hoodCalls().length];
}

test.each([
  ['a secret that may', 'secret', { AUTH: 'secret', GATEWAY_SECRET }, 200],
  ['a caller of a router that may', 'router:ann', { AUTH: 'secret', GATEWAY_SECRET }, 200],
  ['a secret that no longer may', 'secret', { AUTH: 'secret', GATEWAY_SECRET, GATEWAY_SCOPES: 'pii:read' }, 403],
  ['a secret that no longer lets in', 'secret', { AUTH: 'none' }, 403],
  ['a token that no longer lets in', 'jwt:ann', { AUTH: 'secret', GATEWAY_SECRET }, 403],
  ['nobody, who may', 'address:192.0.2.7', {}, 200],
  ['nobody, who no longer may', 'address:192.0.2.7', { ANONYMOUS_SCOPES: 'pii:read,gdpr:read' }, 403],
  ['nobody, who is no longer let in', 'address:192.0.2.7', { AUTH: 'secret', GATEWAY_SECRET }, 403],
])('a link of %s', async (_, holder, env, status) => {
  await using gateway = await startGateway({ env });
  expect(await opened(gateway, exportLink('1000000', { holder }))).toEqual([status, status === 200 ? 1 : 0]);
});

const ROLES = '{"desk":["exports:read"],"staff":["gdpr:read"]}';
const TOKENS = { JWT_SCOPE_CLAIM: 'scope,roles', JWT_ROLES: ROLES };

test.each<[what: string, claims: JWTPayload, env: Record<string, string>, status: number]>([
  ['a role that still may', { roles: ['desk', 'boss'] }, {}, 200],
  ['a role that no longer may', { roles: ['desk'] }, { JWT_ROLES: '{"desk":["pii:read"]}' }, 403],
  ['a role that is gone', { roles: ['desk', 'staff'] }, { JWT_ROLES: '{"staff":["gdpr:read"]}' }, 403],
  ['a scope of its own', { scope: 'exports:read gdpr:read' }, { JWT_ROLES: '{}' }, 200],
  ['a claim that no longer counts', { scope: 'exports:read' }, { JWT_SCOPE_CLAIM: 'roles' }, 403],
  ['another audience', { scope: 'exports:read', aud: ['crm', 'graph'] }, { JWT_AUDIENCE: 'crm' }, 200],
  ['an audience that is none any more', { scope: 'exports:read' }, { JWT_AUDIENCE: 'crm' }, 403],
  ['an issuer that is none any more', { scope: 'exports:read' }, { JWT_ISSUER: 'https://other.example' }, 403],
])('a link of a token is judged by the settings when it is opened: %s', async (_, claims, env, status) => {
  await using provider = await startIdentityProvider();
  const before = { ...provider.settings, ...TOKENS, SECRET: 'a secret for tests only' };
  await using gateway = await startGateway({ env: before });
  const query = '{ hoodExport(hoodId: "1000000") { downloadUrl } }';
  const { data } = await gateway.query(query, {}, bearer(await provider.token(claims)));
  await using later = await startGateway({ env: { ...before, ...env } });
  expect(await opened(later, data.hoodExport.downloadUrl)).toEqual([status, status === 200 ? 1 : 0]);
});

test('a link does no more than its caller might, whatever the settings grant', async () => {
  await using gateway = await startGateway({ env: { AUTH: 'secret', GATEWAY_SECRET } });
  const link = exportLink('1000000', { holder: 'secret', scopes: ['pii:read'] });
  expect(await opened(gateway, link)).toEqual([403, 0]);
});

test('who opens a link is recorded as whoever got it', async () => {
  await using gateway = await startGateway({ env: { AUTH: 'secret', GATEWAY_SECRET } });
  const headers = { 'x-gateway-secret': GATEWAY_SECRET, 'x-gateway-caller': 'ann' };
  const { data } = await gateway.query('{ hoodExport(hoodId: "1000000") { downloadUrl } }', {}, headers);
  await opened(gateway, data.hoodExport.downloadUrl);
  const lines = gateway.logged.map((line) => JSON.parse(line)).filter(({ audit }) => audit);
  expect(lines).toMatchObject([{ event: 'download', caller: 'router:ann', subjects: { export: 1 } }]);
});
