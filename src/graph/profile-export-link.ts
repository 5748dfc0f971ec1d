import type { KeyObject } from 'node:crypto';
import type { ProfileExportQuery } from '../sources/sor/profile-export.ts';
import { isSignedLink, signLink } from './signed-link.ts';

/** Where the gateway hands out exports of customer profiles. */
export const PROFILE_EXPORT_PATH = /^\/profile-exports\/([\w-]+)\/download$/;

/** A link that starts an export of customer profiles when it is opened, within 15 minutes and without credentials. */
export function profileExportLink(
  publicUrl: string,
  key: KeyObject,
  query: ProfileExportQuery,
  now = Date.now(),
): { url: string; expiresAt: Date } {
  const text = Buffer.from(JSON.stringify(query)).toString('base64url');
  const { query: signature, expiresAt } = signLink(key, subject(text), now);
  return { url: `${publicUrl}/profile-exports/${text}/download?${signature}`, expiresAt };
}

/** The export that a link was made for, or undefined when it is none of ours or too old. */
export function linkedProfileExport(url: URL, key: KeyObject, now = Date.now()): ProfileExportQuery | undefined {
  const text = PROFILE_EXPORT_PATH.exec(url.pathname)?.[1];
  if (text === undefined || !isSignedLink(url, key, subject(text), now)) return undefined;
  return JSON.parse(Buffer.from(text, 'base64url').toString());
}

function subject(text: string): string {
  return `profile export\n${text}`;
}
