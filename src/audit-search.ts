import { existsSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { ConfigError, readConfig } from './config/config.ts';
import { orExit } from './exit.ts';
import { signerFor } from './keys.ts';
import { search, subjectHashes } from './server/audit/search.ts';

/**
 * `npm run audit -- <id> [file …]`: who has read or changed somebody's data, or may have. Without a file it reads that
 * of `AUDIT`, else standard input. It needs the `AUDIT_KEY` of that time, perhaps from a file `.env`.
 */
async function main(id: string | undefined, files: readonly string[]): Promise<void> {
  if (!id) throw new ConfigError(['Expected an id: npm run audit -- <id> [file …]']);
  // Whatever the gateway is, there is an audit to search, and so a key.
  const { AUDIT, AUDIT_KEY, SECRET } = readConfig({ AUDIT: 'stdout', ...process.env });
  const signer = signerFor(() => AUDIT_KEY ?? SECRET, 'audit');
  const hashes = new Set(subjectHashes(signer, id));
  const paths = files.length > 0 || !AUDIT || AUDIT === 'stdout' ? files : [AUDIT];
  // Whoever has read enough, such as `head`, ends it.
  process.stdout.once('error', () => process.exit());
  for await (const line of search(linesIn(paths), hashes)) process.stdout.write(`${line}\n`);
}

/** As of one file: the outcome of a write may stand in the next. */
async function* linesIn(paths: readonly string[]): AsyncGenerator<string> {
  if (paths.length === 0) yield* createInterface({ input: process.stdin });
  for (const path of paths) {
    const file = await open(path).catch(({ code }) => {
      throw new ConfigError([`Expected a file that can be read: ${path} (${code}).`]);
    });
    yield* file.readLines();
  }
}

if (existsSync('.env')) process.loadEnvFile();
const [id, ...files] = process.argv.slice(2);
await orExit(() => main(id, files));
