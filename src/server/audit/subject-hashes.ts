import type { Signer } from '../../graph/signer.ts';

/**
 * Stand for an id in the audit, by each secret in force, of which lines have the first: whoever has the secret can tell
 * whether it is a given id, and nobody can read it.
 */
export function subjectHashes(signer: Signer, id: string): string[] {
  return signer(id).map((signature) => signature.toString('base64url').slice(0, 22));
}
