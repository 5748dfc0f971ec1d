/** What ends a call before its answer does. */
export interface CallDeadline {
  readonly signal: AbortSignal | undefined;
  /** When the answer must be complete, in `performance.now()` milliseconds; it may move on until then. */
  readonly deadline: number;
}

/** A failure that undici has no error for. */
export class TransportError extends Error {
  readonly code:
    | 'DEADLINE'
    /** Thrown by `headers` when an attempt must not go out as it stands: its place is given back, and a guard may send again. */
    | 'NOT_SENT'
    /** The deadline passed before anything was sent. */
    | 'NO_CONNECTION_IN_TIME'
    | 'NO_TIME_LEFT'
    | 'BODY_TOO_LONG'
    | 'UNREADABLE_CODING';

  constructor(code: TransportError['code']) {
    super(code);
    this.code = code;
  }
}

/** As long as a timer of Node can be: 24 days. */
export const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** Calls `over` once the deadline has passed, wherever it has moved to by then. Returns what calls that off. */
export function atDeadline(ending: Pick<CallDeadline, 'deadline'>, over: () => void): () => void {
  // Let go of in the end: whoever keeps what calls it off would keep a whole operation alive.
  let watched: Pick<CallDeadline, 'deadline'> | undefined = ending;
  const look = () => {
    const left = (watched?.deadline ?? 0) - performance.now();
    if (left > 0) timer = setTimeout(look, Math.min(left, LONGEST_TIMER_MS));
    else over();
  };
  let timer = setTimeout(look, Math.min(Math.max(0, ending.deadline - performance.now()), LONGEST_TIMER_MS));
  return () => {
    clearTimeout(timer);
    watched = undefined;
  };
}

/** The outcome of `work`, or a rejection as soon as the call is over. */
export async function beforeDeadline<T>(ending: CallDeadline, work: Promise<T>): Promise<T> {
  const { signal } = ending;
  const over = Promise.withResolvers<never>();
  const abort = () => over.reject(signal?.reason);
  const stopTimer = atDeadline(ending, () => over.reject(new TransportError('DEADLINE')));
  signal?.addEventListener('abort', abort);
  if (signal?.aborted) abort();
  try {
    return await Promise.race([work, over.promise]);
  } finally {
    stopTimer();
    signal?.removeEventListener('abort', abort);
  }
}
