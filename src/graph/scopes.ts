import type { Operation } from '../http/reads/operation.ts';
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
export function requireScopes(
  { scopes, operation }: { scopes: ReadonlySet<Scope>; operation: Operation },
  needed: readonly Scope[],
): void {
  const missing = needed.filter((scope) => !scopes.has(scope));
  if (missing.length === 0) return;
  // Whoever tries a gateway out for the first time can set it.
  const isAnonymous = operation.options.caller?.name.startsWith('address:');
  const hint = isAnonymous ? ': ANONYMOUS_SCOPES says what callers without a credential may do' : '';
  const names = missing.map((scope) => `"${scope}"`).join(' and ');
  throw new CallerError(
    'FORBIDDEN',
    `This needs the scope${missing.length > 1 ? 's' : ''} ${names}, which you do not have${hint}.`,
    { missingScopes: missing },
  );
}
