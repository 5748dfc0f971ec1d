/** What ends a call before its answer does. */
export interface Ending {
  signal: AbortSignal | undefined;
  /** When the answer must be complete, in `performance.now()` milliseconds. */
  deadline: number;
}

/** A failure that undici has no error for. */
export class TransportError extends Error {
  readonly code: 'DEADLINE' | 'NO_TIME_LEFT' | 'BODY_TOO_LONG';

  constructor(code: TransportError['code']) {
    super(code);
    this.code = code;
  }
}

/** Throws when there is nobody left to answer, or no time to. */
export function refuseIfOver({ signal, deadline }: Ending): void {
  signal?.throwIfAborted();
  if (deadline <= performance.now()) throw new TransportError('NO_TIME_LEFT');
}

/** The outcome of `work`, or a rejection as soon as the call is over. */
export async function endingWith<T>({ signal, deadline }: Ending, work: Promise<T>): Promise<T> {
  const over = Promise.withResolvers<never>();
  const abort = () => over.reject(signal?.reason);
  const timer = setTimeout(() => over.reject(new TransportError('DEADLINE')), deadline - performance.now());
  signal?.addEventListener('abort', abort);
  if (signal?.aborted) abort();
  try {
    return await Promise.race([work, over.promise]);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', abort);
  }
}
