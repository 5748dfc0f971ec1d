import { createSecretKey, hkdfSync, type KeyObject } from 'node:crypto';

/** A 256-bit key for one purpose (HKDF-SHA-256), so that what one signs can never pass for another's. */
export function keyFor(secret: string, purpose: 'cursors' | 'links' | 'accounts' | 'answers'): KeyObject {
  return createSecretKey(Buffer.from(hkdfSync('sha256', secret, '', `hood-sor-gateway ${purpose}`, 32)));
}
