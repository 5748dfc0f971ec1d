import type { AccountRoom } from '../http/budget/account-windows.ts';

/** What the gateway does without while it goes on; `api` where it concerns one API alone, `route` where one route of it. */
export interface Degradation {
  readonly reason: 'credential_refused' | 'route_refused' | 'redis_away';
  /** The API's name, such as `HOOD`. */
  readonly api?: string;
  /** Its method and template, such as `GET /v1/hood/exports`. */
  readonly route?: string;
}

/** What is known of an API without a call. */
export interface UpstreamState {
  /** What is left of its account, and how many calls wait for that; undefined where it has no known limits. */
  readonly budget: { readonly room: AccountRoom; readonly waiting: number } | undefined;
  /** Each method and route on which anything has failed, and the host as an empty text, with whether it is left alone now. */
  circuits(): readonly (readonly [route: string, isOpen: boolean])[];
}

/** The limits of an account and what is left of them, the shortest first; none where none are known. */
export function limitsOf({ budget }: UpstreamState) {
  if (!budget) return [];
  const { second, minute } = budget.room;
  return [{ windowSeconds: 1, ...second } as const, { windowSeconds: 60, ...minute } as const];
}

/** The routes that are left alone now, each once whatever its methods; `*` is all of a host. */
export function openRoutesOf({ circuits }: UpstreamState): string[] {
  const open = circuits().filter(([, isOpen]) => isOpen);
  return [...new Set(open.map(([route]) => route.replace(/^\S+ /, '') || '*'))].sort();
}
