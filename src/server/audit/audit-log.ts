import { appendFile } from 'node:fs/promises';
import type { Logger } from 'pino';
import type { Signer } from '../../graph/signer.ts';

/** One line of the audit. It never holds a value, nor an id as it is. */
export type AuditLine = Readonly<Record<string, unknown>>;

/** Writes a line down, and resolves once it is there. Throws where that fails. */
export type AuditLog = (line: AuditLine) => Promise<void>;

/** Lines among those of the log, whatever its level is. */
export function auditToLog(log: Logger): AuditLog {
  const audit = log.child({ audit: true }, { level: 'info' });
  return async (line) => audit.info(line, 'audit');
}

/** Lines of a file of their own, as JSON. It may be moved away at any time: the next line makes another. */
export function auditToFile(path: string, log: Logger): AuditLog {
  let waiting = '';
  let next: Promise<void> | undefined;
  let last: Promise<unknown> = Promise.resolve();
  let isBroken = false;
  const write = async () => {
    // After a disk was full, half a line may stand there.
    const text = isBroken ? `\n${waiting}` : waiting;
    waiting = '';
    next = undefined;
    try {
      await appendFile(path, text, { mode: 0o600 });
      if (isBroken) log.info('the audit is written again');
      isBroken = false;
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (!isBroken) log.error({ code }, 'the audit cannot be written: nothing that needs a line in it is answered');
      isBroken = true;
      throw error;
    }
  };
  return (line) => {
    waiting += `${JSON.stringify({ time: new Date().toISOString(), audit: true, ...line })}\n`;
    // All that come while one write is under way go with the next.
    if (!next) {
      next = last.then(write);
      last = next.catch(() => {});
    }
    return next;
  };
}

/** What stands for an id in the audit, by each secret in force: lines have the first. Only its holder can test ids. */
export function subjectHashes(signer: Signer, id: string): string[] {
  return signer(id).map((signature) => signature.toString('base64url').slice(0, 22));
}
