import type { Pool } from 'undici';
import type { Api } from './api.ts';
import type { CallObserver } from './call-record.ts';
import type { AttemptGuard } from './flight.ts';
import type { RetryBudget } from './retry.ts';

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
