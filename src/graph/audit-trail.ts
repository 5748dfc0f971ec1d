import { UpstreamError } from '../http/client/upstream-error.ts';
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
  /** Records what was read since it was last called, if anything. Throws where it cannot. */
  read(): Promise<void>;
  /** Records that a subscription begins. Throws where it cannot. */
  begin(): Promise<void>;
}

/** Sends a write between the two lines that record it; `codeOf` tells what an error is to its caller, if that is data. */
export async function recorded<Result>(
  trail: AuditTrail | undefined,
  write: AuditedWrite,
  codeOf: (error: unknown) => string | undefined,
  send: () => Promise<Result>,
): Promise<Result> {
  const ended = await trail?.beforeWrite(write);
  try {
    const result = await send();
    await ended?.('DONE');
    return result;
  } catch (error) {
    await ended?.(outcomeOf(error, codeOf(error)));
    throw error;
  }
}

/** What a mutation only reads, it reads before it writes; and of mistakes only a refusal comes after something was sent. */
function outcomeOf(error: unknown, code: string | undefined): AuditedOutcome {
  if (error instanceof UpstreamError) return error.outcome ?? 'NOT_SENT';
  return code === undefined || code === 'REJECTED' ? 'UNKNOWN' : 'NOT_SENT';
}
