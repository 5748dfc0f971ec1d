import type { Priority } from '../client/call-options.ts';
import type { AnswerHead } from '../client/exchange.ts';
import type { AccountWindows } from './account-windows.ts';

/** A call's place in every window, held from the moment it is sent. */
export interface Reservation {
  /** The call is over; without an answer nobody knows when, or whether, the API counted it. */
  settle(answer: AnswerHead | undefined): void;
  /** The call never left: its place is free at once. */
  cancel(): void;
}

/** Who waits for places. */
export interface Demand {
  calls: number;
  /** How many different ones ask for them. */
  callers: number;
}

/**
 * Gives the account's calls their places. Each process may count its own calls, or all may share a log: then `take` is a
 * round trip, and its promise must not reject.
 */
export interface CallAllocator {
  /** The rules, as far as this process knows now. */
  readonly windows: AccountWindows;
  /**
   * Places for calls that are sent at once; or the milliseconds after which to ask again, `Infinity` for as soon as a
   * call under way is over.
   */
  take(priority: Priority, demand: Demand): Reservation[] | number | Promise<Reservation[] | number>;
}
