import { CallerError } from './caller-error.ts';

/** What callers may be allowed: to read personal data, GDPR requests, secrets and files, and to write in either product. */
export const SCOPES = [
  'pii:read',
  'gdpr:read',
  'gdpr:write',
  'hood:write',
  'sor:write',
  'secrets:read',
  'exports:read',
] as const;

export type Scope = (typeof SCOPES)[number];

/** Throws `FORBIDDEN`, naming the scope, for callers who do not have it. */
export function requireScope({ scopes }: { scopes: ReadonlySet<Scope> }, scope: Scope): void {
  if (!scopes.has(scope)) throw new CallerError('FORBIDDEN', `This needs the scope "${scope}", which you do not have.`);
}
