import type { AccountRoom } from '../http/budget/account-windows.ts';

/** What is known of an API without a call. */
export interface UpstreamState {
  /** What is left of its account, and how many calls wait for that; undefined where it has no known limits. */
  readonly budget: { readonly room: AccountRoom; readonly waiting: number } | undefined;
  /** Each method and route on which anything has failed, and the host as an empty text, with whether it is left alone now. */
  circuits(): readonly (readonly [route: string, isOpen: boolean])[];
}
