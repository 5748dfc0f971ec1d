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

/** Those that change nothing and hold no secrets: for whoever is the only user of real data. */
export const READING_SCOPES = ['pii:read', 'gdpr:read', 'exports:read'] as const satisfies readonly Scope[];

export type Scope = (typeof SCOPES)[number];

/** Throws `FORBIDDEN`, naming what is missing, for callers who do not have all these scopes. */
export function requireScopes({ scopes }: { scopes: ReadonlySet<Scope> }, needed: readonly Scope[]): void {
  const missing = needed.filter((scope) => !scopes.has(scope));
  if (missing.length === 0) return;
  const names = missing.map((scope) => `"${scope}"`).join(' and ');
  throw new CallerError(
    'FORBIDDEN',
    `This needs the scope${missing.length > 1 ? 's' : ''} ${names}, which you do not have.`,
  );
}
