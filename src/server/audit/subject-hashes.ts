import { createHmac, type KeyObject } from 'node:crypto';

/** Stands for an id in the audit: whoever has the key can tell whether it is a given one, and nobody can read it. */
export function subjectHash(key: KeyObject, id: string): string {
  return createHmac('sha256', key).update(id).digest('base64url').slice(0, 22);
}
