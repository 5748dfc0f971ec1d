export function isPromise(value: unknown): value is Promise<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}

/** What fails after all is lost must not end the process, as a rejection that nobody awaits would. */
export function silence(outcomes: Iterable<unknown>): void {
  for (const outcome of outcomes) if (isPromise(outcome)) outcome.catch(() => {});
}
