/** What was waited for may still come. */
export class TooLate extends Error {
  override readonly name = 'TooLate';
}

/**
 * The outcome of `work`, or a rejection with `TooLate` after `ms` milliseconds. A process that was busy itself first
 * reads what has come meanwhile.
 */
export async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => setImmediate(() => late.reject(new TooLate())), ms);
  try {
    return await Promise.race([work, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
