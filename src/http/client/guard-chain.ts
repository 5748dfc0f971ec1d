import type { AttemptGuard } from './client-options.ts';

/** One guard of several: each stands around those after it, the first around all. Those that are undefined are left out. */
export function guardChain(...guards: (AttemptGuard | undefined)[]): AttemptGuard {
  return guards
    .filter((guard) => guard !== undefined)
    .reduce((outer, inner) => (attempt, send) => outer(attempt, () => inner(attempt, send)));
}
