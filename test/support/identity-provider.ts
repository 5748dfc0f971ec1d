import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose';
import { serve } from '../../src/sandbox/server.ts';

export type IdentityProvider = Awaited<ReturnType<typeof startIdentityProvider>>;

/** Whoever issues tokens, with a server for its public keys over real HTTP; it has one key, `first`. */
export async function startIdentityProvider() {
  const published = new Map<string, object>();
  const privateKeys = new Map<string, CryptoKey>();
  const keySet = () => ({ keys: [...published.values()] });
  const server = await serve(() => ({ status: 200, json: keySet() }));
  const issuer = 'https://id.example/';

  const provider = {
    keySet,
    /** How often the keys were read. */
    reads: () => server.calls.length,
    dials: server.dials,
    /** Makes a new key of this name, and publishes it. */
    async addKey(kid: string, alg = 'ES256') {
      const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true });
      published.set(kid, { ...(await exportJWK(publicKey)), kid, alg });
      privateKeys.set(kid, privateKey);
    },
    withdrawKey: (kid: string) => published.delete(kid),
    /** The settings of a gateway that takes its tokens. */
    settings: { AUTH: 'jwt', JWT_ISSUER: issuer, JWT_AUDIENCE: 'graph', JWT_JWKS: `${server.origin}/keys` },
    /** A token of Anna's that is right but for these claims: those that are undefined are left out. */
    async token(claims: JWTPayload = {}, { kid = 'first', alg = 'ES256', signedBy = '' } = {}) {
      const now = Math.floor(Date.now() / 1000);
      const payload = { iss: issuer, aud: 'graph', sub: 'anna', iat: now, exp: now + 300, ...claims };
      const key = privateKeys.get(signedBy || kid) as CryptoKey;
      return new SignJWT(payload).setProtectedHeader({ alg, kid }).sign(key);
    },
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
  await provider.addKey('first');
  return provider;
}

/** The headers of whoever bears a token. */
export const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
