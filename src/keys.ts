import { createHmac, createSecretKey, hkdfSync, type KeyObject } from 'node:crypto';
import type { Signatures, Signer } from './graph/signer.ts';

type Purpose = 'cursors' | 'links' | 'accounts' | 'answers' | 'audit' | 'subjects';

/** A 256-bit key for one purpose (HKDF-SHA-256), so that what one signs can never pass for another's. */
export function keyFor(secret: string, purpose: Purpose): KeyObject {
  return createSecretKey(Buffer.from(hkdfSync('sha256', secret, '', `hood-sor-gateway ${purpose}`, 32)));
}

/** Signs with the secrets that are in force when it is asked: another list takes the place of one that was rotated. */
export function signerFor(secrets: () => readonly string[], purpose: Purpose): Signer {
  let used: readonly string[] = [];
  let keys: KeyObject[] = [];
  return (text) => {
    if (secrets() !== used) {
      used = secrets();
      keys = used.map((secret) => keyFor(secret, purpose));
    }
    return keys.map((key) => createHmac('sha256', key).update(text).digest()) as unknown as Signatures;
  };
}
