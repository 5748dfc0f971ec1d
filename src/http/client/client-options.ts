import type { Pool } from 'undici';
import type { Api } from './api.ts';
import type { CallDeadline } from './call-deadline.ts';
import type { CallObserver } from './call-observer.ts';
import type { CallOptions, Priority, Repetition } from './call-options.ts';
import type { Served, WaitReason } from './call-record.ts';
import type { AnswerHead } from './exchange.ts';
import type { RetryBudget } from './retry.ts';

/**
 * What guards may know of an attempt: nothing that is personal or secret. Every retry and every redirect is another
 * attempt.
 */
export interface Attempt extends CallDeadline, Pick<CallOptions, 'caller' | 'operation' | 'onJoin'> {
  readonly method: string;
  readonly route: string;
  readonly priority: Priority;
  /** All that it is made for. */
  readonly serves?: () => readonly Served[];
  /** Added to by whatever makes it wait. */
  readonly waitedFor?: WaitReason[];
  /** Names what it asks by a hash; an attempt without it is a question of its own. */
  readonly question?: (() => string) | undefined;
  /** Set where its failure says nothing new about the API. */
  readonly repeats?: Repetition | undefined;
}

/**
 * Stands around every attempt. It may wait before `send`, refuse by throwing an `UpstreamError`, send again, and look
 * at what came: `send` resolves for any status, and rejects with an `UpstreamError` or with the signal's reason.
 */
export type AttemptGuard = <R extends AnswerHead>(attempt: Attempt, send: () => Promise<R>) => Promise<R>;

export interface JsonClientOptions {
  api: Api;
  /** Scheme, host and port; paths come from the calls. */
  origin: string;
  /** How the gateway names itself, without its version unless set. */
  userAgent?: string;
  /** Asked before every attempt; supplies the credential. */
  headers?: (() => Record<string, string>) | undefined;
  /** The place for budget, breaker and renewed log-ins: each stands around those after it, the first around all. */
  guards?: readonly AttemptGuard[];
  /** Its connections: how many there are at most, as further calls wait for one, and how long they may be silent. */
  pool?: Pool.Options;
  /** The longest a call may take with all its retries; 10 s unless set. A call's own deadline may be nearer. */
  timeoutMs?: number;
  /** The largest answer read into memory, 32 MB unless set. */
  maxResponseBytes?: number;
  /** Within [0, 1); spreads the retries. */
  random?: () => number;
  /** Asked before every retry, and counts every call; retries are unlimited unless set. */
  retryBudget?: RetryBudget | undefined;
  observer?: CallObserver | undefined;
  /** Whether records of calls have the values of parameters: only where all data is made up. */
  keepsValues?: boolean;
}
