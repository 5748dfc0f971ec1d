import { createHmac, createPrivateKey, createPublicKey, createSecretKey, hash, hkdfSync } from 'node:crypto';
import { memoize1 } from '@graphql-tools/utils';
import { LRUCache } from 'lru-cache';
import type { Seal, Signatures, Signer } from './graph/signer.ts';

/** Loaded when the first file about a person is made or checked: most processes never do so. */
const jose = () => import('jose');

type Purpose = 'cursors' | 'links' | 'accounts' | 'answers' | 'audit' | 'subjects';

/** A 256-bit key for one purpose (HKDF-SHA-256), so that what one signs can never pass for another's. */
export function keyFor(secret: string, purpose: Purpose) {
  return createSecretKey(Buffer.from(hkdfSync('sha256', secret, '', `hood-sor-gateway ${purpose}`, 32)));
}

/** Signs with the secrets that are in force when it is asked: another list takes the place of one that was rotated. */
export function signerFor(secrets: () => readonly string[], purpose: Purpose): Signer {
  const signing = memoize1((list: readonly string[]) => {
    const keys = list.map((secret) => keyFor(secret, purpose));
    const sign = (text: string) => keys.map((key) => createHmac('sha256', key).update(text).digest());
    // The same lists are asked for again and again; what else is signed hardly ever comes again soon.
    if (purpose !== 'cursors') return sign;
    const kept = new LRUCache<string, Buffer[]>({ ...KEPT, memoMethod: sign });
    return (text: string) => kept.memo(text);
  });
  return (text) => signing(secrets())(text) as unknown as Signatures;
}

/** The signatures of so many lists are kept, of so many characters together. */
const KEPT = { max: 1_000, maxSize: 100_000, sizeCalculation: (_: Buffer[], text: string) => text.length + 1 };

/** A private key of Ed25519 in PKCS #8 is this and 32 random bytes (RFC 8410, 7). */
const PKCS8 = Buffer.from('302e020100300506032b657004220420', 'hex');

function signingKey(secret: string) {
  const seed = Buffer.from(hkdfSync('sha256', secret, '', 'hood-sor-gateway files', 32));
  return createPrivateKey({ key: Buffer.concat([PKCS8, seed]), format: 'der', type: 'pkcs8' });
}

/** The public half as whoever checks a file gets it, under a name of its own. */
function publicJwk(secret: string) {
  const jwk = createPublicKey(signingKey(secret)).export({ format: 'jwk' });
  const kid = hash('sha256', String(jwk.x), 'base64url').slice(0, 16);
  return { ...jwk, kid, alg: 'EdDSA', use: 'sig' };
}

/** Keys of files about people: they hide whom a link is about (AES-256-GCM), and sign the file (Ed25519). */
export function fileKeys(secrets: () => readonly string[]) {
  const first = () => secrets()[0] ?? '';
  return {
    seal: {
      async close(text: string) {
        const { CompactEncrypt } = await jose();
        return new CompactEncrypt(Buffer.from(text))
          .setProtectedHeader({ alg: 'dir', enc: 'A256GCM' })
          .encrypt(keyFor(first(), 'subjects'));
      },
      async open(token: string) {
        const { compactDecrypt } = await jose();
        for (const secret of secrets()) {
          const opened = await compactDecrypt(token, keyFor(secret, 'subjects')).catch(() => undefined);
          if (opened) return Buffer.from(opened.plaintext).toString();
        }
        return undefined;
      },
    } satisfies Seal,
    /** A JWS of a SHA-256 in hexadecimal digits. */
    async sign(sha256: string) {
      const { CompactSign } = await jose();
      return new CompactSign(Buffer.from(JSON.stringify({ sha256 })))
        .setProtectedHeader({ alg: 'EdDSA', kid: publicJwk(first()).kid })
        .sign(signingKey(first()));
    },
    /** What checks such signatures. */
    jwks: () => ({ keys: secrets().map(publicJwk) }),
  };
}
