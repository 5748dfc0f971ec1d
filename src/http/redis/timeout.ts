/**
 * The outcome of `work`, or a rejection after `ms` milliseconds: what was waited for may still come. A process that was
 * busy itself first reads what has come meanwhile.
 */
export async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => setImmediate(() => late.reject(new Error('Redis took too long.'))), ms);
  try {
    return await Promise.race([work, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
