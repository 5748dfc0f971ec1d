import { randomUUID } from 'node:crypto';
import { memoize1 } from '@graphql-tools/utils';
import { type DocumentNode, visit } from 'graphql';
import type { Logger } from 'pino';
import type { AuditedOutcome, AuditedWrite, AuditTrail } from '../../graph/audit-trail.ts';
import { CallerError } from '../../graph/caller-error.ts';
import type { Signer } from '../../graph/signer.ts';
import { type Subject, Subjects } from '../../http/reads/subjects.ts';
import { identityOf } from '../callers.ts';
import { factsOf, type OperationFacts } from '../telemetry/operation-facts.ts';
import { type AuditLine, type AuditLog, auditToFile, auditToLog, subjectHashes } from './audit-log.ts';

/** The most ids that a line has: of more, the arguments say what was asked for. */
const MOST_IDS = 1_000;

export interface AuditOptions {
  /** `stdout`, or the path of a file. */
  to: string;
  /** Hashes the ids in it. */
  signer: Signer;
  log: Logger;
}

type Audit = { write: AuditLog; signer: Signer };

/** Makes the trail of each request. */
export function trails({ to, signer, log }: AuditOptions): (request: Request) => Trail {
  const write = to === 'stdout' ? auditToLog(log) : auditToFile(to, log);
  return (request) => new Trail({ write, signer }, identityOf(request).caller.name, factsOf(request));
}

/** What one request does with personal data, as lines of the audit. */
export class Trail implements AuditTrail {
  readonly subjects = new Subjects();
  readonly #audit: Audit;
  readonly #caller: string;
  readonly #facts: OperationFacts;
  #hasWritten = false;

  constructor(audit: Audit, caller: string, facts: OperationFacts) {
    this.#audit = audit;
    this.#caller = caller;
    this.#facts = facts;
  }

  async read(): Promise<void> {
    const about = this.#about(this.subjects);
    // The answer would have said what became of the write.
    const details = this.#hasWritten ? { outcome: 'UNKNOWN' } : {};
    if (about) await this.#record({ event: 'read', ...about }, details);
  }

  /** Records that a subscription begins. Throws where it cannot. */
  begin(): Promise<void> {
    return this.#record({ event: 'subscribe' });
  }

  async beforeWrite({
    mutation,
    subjects = [],
    ...what
  }: AuditedWrite): Promise<(outcome: AuditedOutcome) => Promise<void>> {
    const write = { write: randomUUID(), mutation, ...what };
    await this.#record({ event: 'write', ...write, ...this.#about(new Subjects(subjects)) }, { outcome: 'NOT_SENT' });
    this.#hasWritten = true;
    // What has been sent cannot be taken back: the log says that the line is missing.
    return (outcome) => this.#record({ event: 'outcome', ...write, outcome }).catch(() => {});
  }

  /** Records that a file is opened: that of a customer, or one that may be about anybody. Throws where it cannot. */
  download(file: Subject): Promise<void> {
    const about = file[0] === 'customer' ? {} : { isAboutAnybody: true };
    return this.#record({ event: 'download', ...about, ...this.#about(new Subjects([file])) });
  }

  async #record(line: AuditLine, details = {}): Promise<void> {
    const { requestId, client, traceId } = this.#facts;
    const who = { request: requestId, caller: this.#caller, client, traceId };
    try {
      await this.#audit.write({ ...who, ...operationIn(this.#facts), ...line });
    } catch {
      throw new CallerError('INTERNAL_SERVER_ERROR', 'This gateway could not record who asks, which it must.', details);
    }
  }

  #about(subjects: Subjects): AuditLine | undefined {
    const taken = subjects.take();
    if (taken.size === 0) return undefined;
    const kinds = Object.fromEntries([...taken].map(([kind, ids]) => [kind, ids.size]));
    const ids = [...taken.values()].flatMap((each) => [...each]);
    const { signer } = this.#audit;
    return {
      subjects: kinds,
      ids: ids.slice(0, MOST_IDS).flatMap((id) => subjectHashes(signer, id).slice(0, 1)),
      ...(ids.length > MOST_IDS && { more: ids.length - MOST_IDS }),
    };
  }
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
