import type { AttemptGuard } from './client-options.ts';

/** One guard of several: each stands around those after it, the first around all. `undefined` for none. */
export function guardChain(...guards: (AttemptGuard | undefined)[]): AttemptGuard | undefined {
  return guards
    .filter((guard) => guard !== undefined)
    .reduceRight<AttemptGuard | undefined>(
      (inner, outer) => (inner ? (attempt, send) => outer(attempt, () => inner(attempt, send)) : outer),
      undefined,
    );
}
