import { createHmac, type KeyObject, timingSafeEqual } from 'node:crypto';

/** How long a link works, in seconds. */
const LIFETIME = 15 * 60;

/** What makes a link work without credentials, and until when. */
export interface LinkSignature {
  /** `expires=…&signature=…`, for the query of the link. */
  query: string;
  expiresAt: Date;
}

/** Lets a link about `subject` work for 15 minutes. No two kinds of link may have the same subject. */
export function signLink(key: KeyObject, subject: string, now: number): LinkSignature {
  const expires = Math.floor(now / 1000) + LIFETIME;
  const signature = sign(key, subject, expires).toString('base64url');
  return { query: `expires=${expires}&signature=${signature}`, expiresAt: new Date(expires * 1000) };
}

/** Whether a link was made for `subject` by this gateway, and is not too old. */
export function isSignedLink(url: URL, key: KeyObject, subject: string, now: number): boolean {
  const expires = Number(url.searchParams.get('expires'));
  if (!Number.isSafeInteger(expires) || expires * 1000 < now) return false;
  const signature = Buffer.from(url.searchParams.get('signature') ?? '', 'base64url');
  const expected = sign(key, subject, expires);
  return signature.length === expected.length && timingSafeEqual(signature, expected);
}

function sign(key: KeyObject, subject: string, expires: number): Buffer {
  return createHmac('sha256', key).update(`${expires}\n${subject}`).digest();
}
