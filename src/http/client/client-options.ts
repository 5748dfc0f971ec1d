import type { Pool } from 'undici';
import type { Api } from './api.ts';
import type { CallObserver } from './call-record.ts';
import type { AttemptGuard } from './flight.ts';
import type { RetryBudget } from './retry.ts';

/** What holds unless it is set. */
export const DEFAULTS = {
  /** How the gateway names itself. */
  userAgent: 'hood-sor-gateway',
  /** The longest a call may take with all its retries. A call's own deadline may be nearer. */
  timeoutMs: 10_000,
  /** The largest answer read into memory. */
  maxResponseBytes: 32_000_000,
  /** Within [0, 1); spreads the retries. */
  random: Math.random,
};

export interface JsonClientOptions extends Partial<typeof DEFAULTS> {
  api: Api;
  /** Scheme, host and port; paths come from the calls. */
  origin: string;
  /** Asked before every attempt; supplies the credential. */
  headers?: (() => Record<string, string>) | undefined;
  /** The place for budget, breaker and renewed log-ins: each stands around those after it, the first around all. */
  guards?: readonly AttemptGuard[];
  /** Its connections: how many there are at most, as further calls wait for one, and how long they may be silent. */
  pool?: Pool.Options;
  /** Asked before every retry, and counts every call; retries are unlimited unless set. */
  retryBudget?: RetryBudget | undefined;
  observer?: CallObserver | undefined;
  /** Whether records of calls have the values of parameters: only where all data is made up. */
  keepsValues?: boolean;
}
