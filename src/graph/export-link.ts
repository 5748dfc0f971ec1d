import type { KeyObject } from 'node:crypto';
import { isSignedLink, signLink } from './signed-link.ts';

/** Where the gateway hands out the files of exports. */
export const EXPORT_LINK_PATH = /^\/exports\/([^/]+)\/download$/;

/** A link to one export's file that works for 15 minutes without credentials. */
export function exportLink(publicUrl: string, key: KeyObject, id: string, now = Date.now()): string {
  const { query } = signLink(key, `export\n${id}`, now);
  return `${publicUrl}/exports/${encodeURIComponent(id)}/download?${query}`;
}

/** The export that a link was made for, or undefined when it is none of ours or too old. */
export function linkedExport(url: URL, key: KeyObject, now = Date.now()): string | undefined {
  const id = decode(EXPORT_LINK_PATH.exec(url.pathname)?.[1] ?? '');
  return id && isSignedLink(url, key, `export\n${id}`, now) ? id : undefined;
}

function decode(segment: string): string | undefined {
  try {
    return decodeURIComponent(segment);
  } catch {
    return undefined;
  }
}
