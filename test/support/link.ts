import { type LinkHolder, linksOf } from '../../src/graph/download-link.ts';
import { SCOPES } from '../../src/graph/scopes.ts';
import { signerFor } from '../../src/keys.ts';

export interface LinkOptions {
  /** How long ago it was made, in milliseconds. */
  age?: number;
  origin?: string;
  secret?: string;
  purpose?: 'links' | 'cursors';
  /** The name of the caller who got it. */
  holder?: string;
  /** What that caller might do; all by default. */
  scopes?: LinkHolder['scopes'];
}

/** A link to the file of an export, as a gateway with this secret makes it. */
export function exportLink(
  id: string,
  { age = 0, origin = 'http://gateway.test', secret = 'a secret for tests only', ...rest }: LinkOptions = {},
): string {
  const { purpose = 'links', holder: name = 'address:192.0.2.7', scopes = SCOPES } = rest;
  const signer = signerFor(() => [secret], purpose);
  return linksOf(origin, signer, { name, scopes })('exports', id, Date.now() - age).url;
}
