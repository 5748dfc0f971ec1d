import type { RequestListener } from 'node:http';
import { exportJWK, generateKeyPair, type JWK } from 'jose';
import { describe, expect, test } from 'vitest';
import { found } from '../support/conformance.ts';
import { type Gateway, startGateway } from '../support/gateway.ts';
import { bearer } from '../support/identity-provider.ts';
import { listen } from '../support/listen.ts';
import { movableClock } from '../support/movable-clock.ts';
import { client, clientsAreThere } from './client-programs.ts';

const PROVIDER = 'oidc-provider';
const GRAPH = 'https://graph.example.com';

async function newKey(kid: string): Promise<JWK> {
  const { privateKey } = await generateKeyPair('ES256', { extractable: true });
  return { ...(await exportJWK(privateKey)), kid, alg: 'ES256', use: 'sig' };
}

/** An OpenID provider at an address of its own, which has an API by the name of `GRAPH` and a client `desk`. */
async function startProvider(...keys: JWK[]) {
  // Its package has no types.
  const { Provider } = await import(PROVIDER);
  let provide: RequestListener;
  const server = await listen((request, response) => provide(request, response));
  const issuer = server.origin;
  const api = {
    ...{ audience: GRAPH, scope: 'pii:read gdpr:read hood:write', accessTokenFormat: 'jwt' },
    jwt: { sign: { alg: 'ES256' } },
  };
  /** As a provider that is started anew with other keys. */
  const rotate = (keys: JWK[]) => {
    const provider = new Provider(issuer, {
      clients: [
        {
          ...{ client_id: 'desk', client_secret: 'knock', grant_types: ['client_credentials'] },
          ...{ redirect_uris: [], response_types: [], id_token_signed_response_alg: 'ES256' },
        },
      ],
      scopes: api.scope.split(' '),
      jwks: { keys },
      ttl: { ClientCredentials: 3600 },
      features: {
        devInteractions: { enabled: false },
        clientCredentials: { enabled: true },
        resourceIndicators: { enabled: true, getResourceServerInfo: () => api },
      },
    });
    provide = provider.callback();
  };
  rotate(keys);
  const { jwks_uri, token_endpoint } = await jsonOf(`${issuer}/.well-known/openid-configuration`);
  return {
    rotate,
    settings: { AUTH: 'jwt', JWT_ISSUER: issuer, JWT_AUDIENCE: GRAPH, JWT_JWKS: String(jwks_uri) },
    async token(scope: string): Promise<string> {
      const body = new URLSearchParams({ grant_type: 'client_credentials', resource: GRAPH, scope });
      const authorization = `Basic ${btoa('desk:knock')}`;
      const { access_token } = await jsonOf(String(token_endpoint), {
        method: 'POST',
        body,
        headers: { authorization },
      });
      return String(access_token);
    },
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

async function jsonOf(url: string, init?: RequestInit): Promise<Record<string, unknown>> {
  const response = await fetch(url, init);
  return (await response.json()) as Record<string, unknown>;
}

async function callerOf(gateway: Gateway, token: string) {
  const response = await gateway.fetch('/caller', { headers: bearer(token) });
  return { status: response.status, ...(await response.json()) };
}

describe.runIf(clientsAreThere())('a real identity provider', () => {
  test('tokens of client credentials let in with their scopes, and keys are rotated', async (context) => {
    using clock = movableClock();
    const [first, second] = [await newKey('first'), await newKey('second')];
    await using provider = await startProvider(first);
    await using gateway = await startGateway({ env: provider.settings });

    const token = await provider.token('pii:read gdpr:read');
    expect(await callerOf(gateway, token)).toMatchObject({
      status: 200,
      caller: 'jwt:desk',
      scopes: ['pii:read', 'gdpr:read'],
    });
    const write = 'mutation { createProfileProperty(input: { label: "a" }) { __typename } }';
    const { errors } = await gateway.query(write, {}, bearer(token));
    expect(errors).toMatchObject([{ extensions: { missingScopes: ['hood:write'] } }]);

    provider.rotate([second, first]);
    clock.pass(11_000);
    const young = await provider.token('gdpr:read');
    expect((await callerOf(gateway, young)).scopes).toEqual(['gdpr:read']);
    expect((await callerOf(gateway, token)).status).toBe(200);

    provider.rotate([second]);
    clock.pass(11 * 60_000);
    await expect.poll(async () => (await callerOf(gateway, token)).status).toBe(401);
    expect((await callerOf(gateway, young)).status).toBe(200);
    found(context, client(PROVIDER));
  });
});
