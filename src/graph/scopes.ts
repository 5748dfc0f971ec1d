import { CallerError } from './caller-error.ts';

/** What callers may be allowed beyond what every caller may. */
export const SCOPES = ['secrets:read'] as const;

export type Scope = (typeof SCOPES)[number];

/** Throws `FORBIDDEN`, naming the scope, for callers who do not have it. */
export function requireScope({ scopes }: { scopes: ReadonlySet<Scope> }, scope: Scope): void {
  if (!scopes.has(scope)) throw new CallerError('FORBIDDEN', `This needs the scope "${scope}", which you do not have.`);
}
