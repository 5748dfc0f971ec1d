import { timingSafeEqual } from 'node:crypto';
import type { Signatures, Signer } from './signer.ts';

/** How long a link works, in seconds. */
const LIFETIME = 15 * 60;

/** Which files this gateway hands out, as the first segment of their paths. */
export type DownloadKind = 'exports' | 'profile-exports';

const PATH = /^\/(exports|profile-exports)\/([^/]+)\/download$/;

/** A link to the file that `subject` names among those of its kind. It works for 15 minutes, without credentials. */
export function downloadLink(
  publicUrl: string,
  signer: Signer,
  kind: DownloadKind,
  subject: string,
  now = Date.now(),
): { url: string; expiresAt: Date } {
  const expires = Math.floor(now / 1000) + LIFETIME;
  const segment = encodeURIComponent(subject);
  const signature = signaturesOf(signer, kind, segment, expires)[0].toString('base64url');
  const url = `${publicUrl}/${kind}/${segment}/download?expires=${expires}&signature=${signature}`;
  return { url, expiresAt: new Date(expires * 1000) };
}

/** Of which kind the file is that an address names, with a good signature or without; undefined for any other address. */
export function downloadKind({ pathname }: URL): DownloadKind | undefined {
  return PATH.exec(pathname)?.[1] as DownloadKind | undefined;
}

/** What a link of this kind was made for; undefined when this gateway did not make it, or it is too old. */
export function linkedSubject(url: URL, signer: Signer, kind: DownloadKind, now = Date.now()): string | undefined {
  const segment = PATH.exec(url.pathname)?.[2];
  const expires = Number(url.searchParams.get('expires'));
  if (!segment || !Number.isSafeInteger(expires) || expires * 1000 < now) return undefined;
  const signature = Buffer.from(url.searchParams.get('signature') ?? '', 'base64url');
  const isGood = signaturesOf(signer, kind, segment, expires).some(
    (expected) => signature.length === expected.length && timingSafeEqual(signature, expected),
  );
  return isGood ? decodeURIComponent(segment) : undefined;
}

/** Of a path as it stands: what was not signed is not decoded either. */
function signaturesOf(signer: Signer, kind: DownloadKind, segment: string, expires: number): Signatures {
  return signer(`${expires}\n${kind}\n${segment}`);
}
