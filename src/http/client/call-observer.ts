import type { CallOptions } from './call-options.ts';
import type { CallRecord } from './call-record.ts';
import type { UpstreamError } from './upstream-error.ts';

/** What an operation got without a call of its own. */
export interface ReadRecord {
  readonly api: string;
  /** The template of the route that would have been called. */
  readonly route: string;
  readonly resource: string;
  /**
   * `kept` and `stale`: from the cache, the latter older than it should be; `missed`: looked for there in vain. `joined`:
   * by a call that was under way for the same. `batched`: along with others, in a call that is theirs.
   */
  readonly from: 'kept' | 'stale' | 'missed' | 'joined' | 'batched';
  /** Those that it is for. */
  readonly serves: readonly Pick<CallOptions, 'operation'>[];
}

/** Notified of what becomes of calls. Its methods must not throw. */
export interface CallObserver {
  /** An attempt is sent now. Headers that it returns go with it. */
  sent?(call: CallRecord): Readonly<Record<string, string>> | undefined;
  /** That attempt is over. */
  ended?(call: CallRecord): void;
  read?(read: ReadRecord): void;
  /** A call failed, after so many attempts; not for those whose caller went away. */
  failed?(error: UpstreamError, attempts: number): void;
}
