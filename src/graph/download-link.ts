import { timingSafeEqual } from 'node:crypto';
import type { Scope } from './scopes.ts';
import type { Signer } from './signer.ts';

/** How long a link works, in milliseconds: long enough to be clicked, too short to be passed round. */
const LIFETIME_MS = 5 * 60 * 1000;

/** What whoever opens a file of each kind must be allowed; the kind is the first segment of its path. */
export const SCOPES_OF_FILES = {
  exports: ['exports:read'],
  'profile-exports': ['exports:read', 'pii:read'],
  'data-subjects': ['exports:read', 'gdpr:read', 'pii:read'],
} as const satisfies Record<string, readonly Scope[]>;

/** Which files this gateway hands out. */
export type DownloadKind = keyof typeof SCOPES_OF_FILES;

const PATH = /^\/(exports|profile-exports|data-subjects)\/([^/]+)\/download$/;

/** Whoever got a link, with the scopes that they had then, and what of their token those came from. */
export interface LinkHolder {
  name: string;
  scopes: readonly Scope[];
  claims?: Readonly<Record<string, unknown>> | undefined;
}

/** Makes one caller's links, good without a credential for five minutes, or until `validUntil` (wall clock, ms). */
export function linksOf(publicUrl: string, signer: Signer, holder: LinkHolder, validUntil = Infinity) {
  return (kind: DownloadKind, subject: string, now = Date.now()): { url: string; expiresAt: Date } => {
    const expires = Math.floor(Math.min(now + LIFETIME_MS, validUntil) / 1000);
    const segment = encodeURIComponent(subject);
    const caller = Buffer.from(JSON.stringify(holder)).toString('base64url');
    const [signed] = signer([expires, kind, segment, caller].join('\n'));
    const signature = signed.toString('base64url');
    const query = new URLSearchParams({ expires: String(expires), caller, signature });
    return { url: `${publicUrl}/${kind}/${segment}/download?${query}`, expiresAt: new Date(expires * 1000) };
  };
}

/** Of which kind the file is that an address names, with a good signature or without; undefined for any other address. */
export function downloadKind({ pathname }: URL): DownloadKind | undefined {
  return PATH.exec(pathname)?.[1] as DownloadKind | undefined;
}

/** What a link of this kind leads to, and whose it is; undefined when this gateway did not make it, or it is too old. */
export function linkedFile(url: URL, signer: Signer, kind: DownloadKind, now = Date.now()) {
  const segment = PATH.exec(url.pathname)?.[2];
  const expires = Number(url.searchParams.get('expires'));
  const caller = url.searchParams.get('caller') ?? '';
  if (!segment || !Number.isSafeInteger(expires) || expires * 1000 < now) return undefined;
  const signature = Buffer.from(url.searchParams.get('signature') ?? '', 'base64url');
  // Of a path as it stands: what was not signed is not decoded either.
  const isGood = signer([expires, kind, segment, caller].join('\n')).some(
    (expected) => signature.length === expected.length && timingSafeEqual(signature, expected),
  );
  if (!isGood) return undefined;
  return { subject: decodeURIComponent(segment), holder: JSON.parse(Buffer.from(caller, 'base64url').toString()) };
}
