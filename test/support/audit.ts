import { createReadStream } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { signerFor } from '../../src/keys.ts';
import { search, subjectHashes } from '../../src/server/audit/search.ts';

export const SECRET = 'a secret for tests only';
const GATEWAY_SECRET = 'sixteen-letters-and-more';
export const LOCKED = { AUTH: 'secret', GATEWAY_SECRET };
export const HEADERS = { 'x-gateway-secret': GATEWAY_SECRET, 'apollographql-client-name': 'desk' };

/** A folder that is gone afterwards, and a path in it. */
export async function auditFile() {
  const folder = await mkdtemp(join(tmpdir(), 'audit-'));
  return {
    path: join(folder, 'audit.log'),
    folder,
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}

/** The lines of such a file. */
export const linesOf = async (path: string) =>
  (await readFile(path, 'utf8'))
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));

/** What is found about an id in a file of the audit, without the times. */
export function found(id: string, path: string, secret = SECRET): Promise<string[]> {
  return foundIn(id, createInterface({ input: createReadStream(path) }), secret);
}

/** The same in lines. */
export async function foundIn(
  id: string,
  given: AsyncIterable<string> | Iterable<string>,
  secret = SECRET,
): Promise<string[]> {
  const hashes = new Set(
    subjectHashes(
      signerFor(() => [secret], 'audit'),
      id,
    ),
  );
  const lines = await Array.fromAsync(search(given, hashes));
  return lines.map((line) => line.replace(/^\S+\t/, ''));
}
