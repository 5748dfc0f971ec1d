import type { Signer } from '../../graph/signer.ts';

/** A line of the audit, of which any part may be missing. */
type Line = Partial<
  Record<'caller' | 'client' | 'operation' | 'event' | 'mutation' | 'decision' | 'outcome' | 'write', string>
> & { audit?: boolean; time?: string | number; ids?: string[]; more?: number; isAboutAnybody?: boolean };

/** Which lines of the audit are about one of these hashes of an id, or about anybody, as lines to print. */
export async function* search(
  lines: AsyncIterable<string> | Iterable<string>,
  hashes: ReadonlySet<string>,
): AsyncGenerator<string> {
  const writes = new Map<string, string>();
  for await (const text of lines) {
    const line = parsed(text);
    if (!line?.audit) continue;
    const before = line.write === undefined ? undefined : writes.get(line.write);
    // It may be about somebody whom it does not name.
    const isOpen = Boolean(line.more) || line.isAboutAnybody;
    const certainty = line.ids?.some((hash) => hashes.has(hash)) ? 'certain' : isOpen ? 'possible' : before;
    if (certainty === undefined) continue;
    if (line.write !== undefined) writes.set(line.write, certainty);
    yield shown(line, certainty);
  }
}

function shown({ time = '', caller, client, operation, event, mutation, decision, outcome }: Line, certainty: string) {
  const what = [event, mutation, decision, outcome].filter((word) => word !== undefined).join(' ');
  const through = [operation, client].filter((word) => word !== undefined).join(' of ');
  // Callers and clients have a part in their names: no line may look like two, or change the terminal.
  const columns = [caller, what, through].map((text = '') => text.replace(/\p{Cc}/gu, ' '));
  return [new Date(time).toISOString(), certainty, ...columns].join('\t').trimEnd();
}

function parsed(text: string): Line | undefined {
  try {
    return Object(JSON.parse(text)) as Line;
  } catch {
    // Among the lines of a log there may be others.
    return undefined;
  }
}

/** What stands for an id in the audit, by each secret in force: lines have the first. Only its holder can test ids. */
export function subjectHashes(signer: Signer, id: string): string[] {
  return signer(id).map((signature) => signature.toString('base64url').slice(0, 22));
}
