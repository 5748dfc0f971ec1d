import { randomUUID } from 'node:crypto';
import { appendFile } from 'node:fs/promises';
import { type ExecutionResult, memoize1 } from '@graphql-tools/utils';
import { type DocumentNode, GraphQLError, visit } from 'graphql';
import { isAsyncIterable, mapAsyncIterator } from 'graphql-yoga';
import type { Logger } from 'pino';
import type { AuditTrail } from '../../graph/audit-trail.ts';
import { CallerError } from '../../graph/caller-error.ts';
import type { Signer } from '../../graph/signer.ts';
import type { Subject, Subjects } from '../../http/reads/subjects.ts';
import { identityOf } from '../callers.ts';
import { factsOf, type OperationFacts } from '../telemetry/operation-facts.ts';
import { subjectHashes } from './search.ts';

/** The most ids that a line has: of more, the arguments say what was asked for. */
const MOST_IDS = 1_000;

/** What one request does with personal data, as lines of the audit. */
export interface Trail extends AuditTrail {
  readonly subjects: Subjects;
  /** Records that a file is opened: that of a customer, or one that may be about anybody. Throws where it cannot. */
  download(file: Subject): Promise<void>;
}

/** Makes the trail of each request. Lines go to `stdout` or the file of that path; the signer hashes the ids in them. */
export function trails(to: string, signer: Signer, log: Logger): (request: Request) => Trail {
  const write = to === 'stdout' ? auditToLog(log) : auditToFile(to, log);
  const about = (subjects: Iterable<Subject>): AuditLine | undefined => {
    const kinds = new Map<string, Set<string>>();
    for (const [kind, id] of subjects) kinds.set(kind, (kinds.get(kind) ?? new Set()).add(id));
    if (kinds.size === 0) return undefined;
    const ids = [...kinds.values()].flatMap((each) => [...each]);
    return {
      subjects: Object.fromEntries([...kinds].map(([kind, ofKind]) => [kind, ofKind.size])),
      ids: ids.slice(0, MOST_IDS).flatMap((id) => subjectHashes(signer, id).slice(0, 1)),
      ...(ids.length > MOST_IDS && { more: ids.length - MOST_IDS }),
    };
  };
  return (request) => {
    const { name: caller } = identityOf(request).caller;
    const facts = factsOf(request);
    const subjects: Subject[] = [];
    let hasWritten = false;
    const record = async (line: AuditLine, details = {}): Promise<void> => {
      const { requestId, client, traceId } = facts;
      try {
        await write({ request: requestId, caller, client, traceId, ...operationIn(facts), ...line });
      } catch {
        const message = 'This gateway could not record who asks, which it must.';
        throw new CallerError('INTERNAL_SERVER_ERROR', message, details);
      }
    };
    return {
      subjects: {
        add(more) {
          for (const subject of more) subjects.push(subject);
        },
      },
      async read() {
        const read = about(subjects.splice(0));
        // The answer would have said what became of the write.
        if (read) await record({ event: 'read', ...read }, hasWritten ? { outcome: 'UNKNOWN' } : {});
      },
      begin: () => record({ event: 'subscribe' }),
      async beforeWrite({ mutation, subjects: changed = [], ...what }) {
        const id = { write: randomUUID(), mutation, ...what };
        await record({ event: 'write', ...id, ...about(changed) }, { outcome: 'NOT_SENT' });
        hasWritten = true;
        // What has been sent cannot be taken back: the log says that the line is missing.
        return (outcome) => record({ event: 'outcome', ...id, outcome }).catch(() => {});
      },
      download: (file) =>
        record({
          ...{ event: 'download', ...(file[0] !== 'customer' && { isAboutAnybody: true }) },
          ...about([file]),
        }),
    };
  };
}

/** What a line says of the operation; nothing of a download. */
function operationIn({ document, name, hash }: OperationFacts): AuditLine {
  return document ? { operation: name || undefined, hash, arguments: argumentsIn(document) } : {};
}

/** The fields that are given arguments, with the names of those: values can be anybody's. */
const argumentsIn = memoize1((document: DocumentNode): string[] => {
  const fields = new Set<string>();
  visit(document, {
    Field({ name, arguments: given = [] }) {
      if (given.length > 0) fields.add(`${name.value}(${given.map((each) => each.name.value).join(', ')})`);
    },
  });
  return [...fields];
});

type Answer = ExecutionResult | AsyncIterable<ExecutionResult>;

/** An answer, each part of it once what it has of personal data is recorded. What cannot be recorded is not answered. */
export async function audited(trail: AuditTrail, answer: Answer | Promise<Answer>): Promise<Answer> {
  const recorded = async (result: ExecutionResult): Promise<ExecutionResult> => {
    try {
      await trail.read();
      return result;
    } catch (error) {
      const errors = [new GraphQLError((error as Error).message, { originalError: error as Error })];
      return 'hasNext' in result ? { errors, hasNext: false } : { data: null, errors };
    }
  };
  const result = await answer;
  return isAsyncIterable(result) ? mapAsyncIterator(result, recorded) : recorded(result);
}

/** One line of the audit. It never holds a value, nor an id as it is. */
type AuditLine = Readonly<Record<string, unknown>>;

/** Writes a line down, and resolves once it is there. Throws where that fails. */
type AuditLog = (line: AuditLine) => Promise<void>;

/** Lines among those of the log, whatever its level is. */
function auditToLog(log: Logger): AuditLog {
  const audit = log.child({ audit: true }, { level: 'info' });
  return async (line) => audit.info(line, 'audit');
}

/** Lines of a file of their own, as JSON. It may be moved away at any time: the next line makes another. */
function auditToFile(path: string, log: Logger): AuditLog {
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
