import type { Priority } from '../client/call-options.ts';
import type { AccountLimits } from './account-limits.ts';
import { AccountWindows, type Reservation } from './account-windows.ts';

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

/** The calls of this process, as if nobody else used the account, until the API's answers tell otherwise. */
export class LocalCallAllocator implements CallAllocator {
  readonly windows: AccountWindows;

  constructor(limits: AccountLimits) {
    this.windows = new AccountWindows(limits);
  }

  take(priority: Priority): [Reservation] | number {
    const wait = this.windows.sentIn(1, priority, Number.POSITIVE_INFINITY);
    return wait > 0 ? wait : [this.windows.begin()];
  }
}
