import { createHmac, type KeyObject, timingSafeEqual } from 'node:crypto';

/** How long a link works, in seconds. */
const LIFETIME = 15 * 60;

/** Which files this gateway hands out, as the first segment of their paths. */
export type DownloadKind = 'exports' | 'profile-exports';

const PATH = /^\/(exports|profile-exports)\/([^/]+)\/download$/;

/** A link to the file that `subject` names among those of its kind. It works for 15 minutes, without credentials. */
export function downloadLink(
  publicUrl: string,
  key: KeyObject,
  kind: DownloadKind,
  subject: string,
  now = Date.now(),
): { url: string; expiresAt: Date } {
  const expires = Math.floor(now / 1000) + LIFETIME;
  const signature = sign(key, kind, subject, expires).toString('base64url');
  const path = `${kind}/${encodeURIComponent(subject)}/download`;
  const url = `${publicUrl}/${path}?expires=${expires}&signature=${signature}`;
  return { url, expiresAt: new Date(expires * 1000) };
}

/** Of which kind the file is that an address names, with a good signature or without; undefined for any other address. */
export function downloadKind({ pathname }: URL): DownloadKind | undefined {
  return PATH.exec(pathname)?.[1] as DownloadKind | undefined;
}

/** What a link of this kind was made for; undefined when this gateway did not make it, or it is too old. */
export function linkedSubject(url: URL, key: KeyObject, kind: DownloadKind, now = Date.now()): string | undefined {
  const subject = decoded(PATH.exec(url.pathname)?.[2] ?? '');
  const expires = Number(url.searchParams.get('expires'));
  if (!subject || !Number.isSafeInteger(expires) || expires * 1000 < now) return undefined;
  const signature = Buffer.from(url.searchParams.get('signature') ?? '', 'base64url');
  const expected = sign(key, kind, subject, expires);
  return signature.length === expected.length && timingSafeEqual(signature, expected) ? subject : undefined;
}

function sign(key: KeyObject, kind: DownloadKind, subject: string, expires: number): Buffer {
  return createHmac('sha256', key).update(`${expires}\n${kind}\n${subject}`).digest();
}

function decoded(segment: string): string | undefined {
  try {
    return decodeURIComponent(segment);
  } catch {
    return undefined;
  }
}
