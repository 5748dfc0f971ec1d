import type { Scope } from '../graph/scopes.ts';
import type { Caller } from '../http/client/caller.ts';

/** Who sends a request, and what they may do. */
export interface Identity {
  readonly caller: Caller;
  readonly scopes: ReadonlySet<Scope>;
  /** The claims of their token that let it in and that its scopes come from. */
  readonly claims?: Readonly<Record<string, unknown>>;
  /** When the credential ends, in milliseconds of the wall clock; undefined where it does not. */
  readonly validUntil?: number;
}
