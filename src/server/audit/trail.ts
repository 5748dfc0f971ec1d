import { randomUUID } from 'node:crypto';
import { type DocumentNode, type FieldNode, Kind, type SelectionSetNode } from 'graphql';
import type { Logger } from 'pino';
import type { AuditedOutcome, AuditedWrite, AuditTrail } from '../../graph/audit-trail.ts';
import { CallerError } from '../../graph/caller-error.ts';
import type { Signer } from '../../graph/signer.ts';
import { type Subject, type SubjectKind, Subjects } from '../../http/reads/subjects.ts';
import { identityOf } from '../callers.ts';
import { factsOf, type OperationFacts } from '../telemetry/operation-facts.ts';
import { type AuditLine, type AuditLog, auditToFile, auditToLog } from './audit-log.ts';
import { subjectHashes } from './subject-hashes.ts';

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

  /** Records what was read since it was last called, if anything. Throws where it cannot. */
  async read(): Promise<void> {
    const taken = this.subjects.take();
    // The answer would have said what became of the write.
    const details = this.#hasWritten ? { outcome: 'UNKNOWN' } : {};
    if (taken.size > 0) await this.#record({ event: 'read', ...this.#about(taken) }, details);
  }

  async beforeWrite({
    mutation,
    subjects = [],
    ...what
  }: AuditedWrite): Promise<(outcome: AuditedOutcome) => Promise<void>> {
    const write = { write: randomUUID(), mutation, ...what };
    await this.#record({ event: 'write', ...write, ...this.#about(subjectsOf(subjects)) }, { outcome: 'NOT_SENT' });
    this.#hasWritten = true;
    // What has been sent cannot be taken back: the log says that the line is missing.
    return (outcome) => this.#record({ event: 'outcome', ...write, outcome }).catch(() => {});
  }

  /** Records that a file is opened, which may be about anybody. Throws where it cannot. */
  download(file: Subject): Promise<void> {
    return this.#record({ event: 'download', isAboutAnybody: true, ...this.#about(subjectsOf([file])) });
  }

  async #record(line: AuditLine, details = {}): Promise<void> {
    try {
      await this.#audit.write({ ...this.#who(), ...operationIn(this.#facts), ...line });
    } catch {
      throw new CallerError('INTERNAL_SERVER_ERROR', 'This gateway could not record who asks, which it must.', details);
    }
  }

  #who(): AuditLine {
    const { requestId, client, traceId } = this.#facts;
    return { request: requestId, caller: this.#caller, client, traceId };
  }

  #about(taken: ReadonlyMap<SubjectKind, ReadonlySet<string>>): AuditLine {
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

/** Subjects by their kinds. */
function subjectsOf(subjects: Iterable<Subject>): ReturnType<Subjects['take']> {
  const all = new Subjects();
  all.add(subjects);
  return all.take();
}

/** What a line says of the operation; nothing of a download. */
function operationIn({ document, operation, name, hash }: OperationFacts): AuditLine {
  if (!document) return {};
  return {
    operation: name || undefined,
    hash,
    // Names alone: values can be anybody's.
    arguments: [operation, ...rootFragments(document)]
      .flatMap((part) => (part ? fieldsIn(part.selectionSet) : []))
      .map((field) => `${field.name.value}(${(field.arguments ?? []).map(({ name }) => name.value).join(', ')})`),
  };
}

/** Those that an operation may take its own fields from. */
const rootFragments = ({ definitions }: DocumentNode) =>
  definitions
    .filter((definition) => definition.kind === Kind.FRAGMENT_DEFINITION)
    .filter(({ typeCondition }) => /^(?:Query|Mutation)$/.test(typeCondition.name.value));

/** The fields that stand in a selection itself, or in fragments without a name. */
function fieldsIn({ selections }: SelectionSetNode): FieldNode[] {
  return selections.flatMap((each) => {
    if (each.kind === Kind.FIELD) return each;
    return each.kind === Kind.INLINE_FRAGMENT ? fieldsIn(each.selectionSet) : [];
  });
}
