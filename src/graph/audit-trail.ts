import type { Subject } from '../http/reads/subjects.ts';

/** What an operation is about to write, without any value. */
export interface AuditedWrite {
  mutation: string;
  /** Whose data it changes, as far as the input says. */
  subjects?: Iterable<Subject>;
  /** Whether it may change anybody's, as a file of values does. */
  isAboutAnybody?: boolean;
  /** What is decided, such as `APPROVE`. */
  decision?: string;
}

/** What became of a write: done, or as far as the error tells. */
export type AuditedOutcome = 'DONE' | 'NOT_SENT' | 'REFUSED' | 'UNKNOWN';

/** Keeps account of who writes what. */
export interface AuditTrail {
  /** Records a write before it is sent. Throws where it cannot: nothing may be sent then. Resolves to what records its outcome. */
  beforeWrite(write: AuditedWrite): Promise<(outcome: AuditedOutcome) => Promise<void>>;
}
