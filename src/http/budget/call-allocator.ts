import type { Priority } from '../client/call-options.ts';
import type { Reply } from '../client/exchange.ts';

/** What an answer says about limits. */
export type AnswerHead = Pick<Reply, 'status' | 'headers'>;

/** A call's place in every window, held from the moment it is sent. */
export interface Reservation {
  /** The call is over; without an answer nobody knows when, or whether, the API counted it. */
  settle(answer: AnswerHead | undefined): void;
  /** The call never left: its place is free at once. */
  cancel(): void;
}

/** When a call that is not sent yet will be over, as far as that is known now; in milliseconds from now. */
export interface Forecast {
  /** 0 when it need not wait. */
  sentIn: number;
  /** Late rather than early. */
  answeredIn: number;
}

/** How many calls the account's windows still have places for, and how many they have in all. */
export interface AccountRoom {
  secondLeft: number;
  perSecond: number;
  minuteLeft: number;
  perMinute: number;
}

/**
 * The account's calls, and when the next one fits. Each process may have its own, or all may share one: then `take` is a
 * round trip, and its promise must not reject.
 */
export interface CallAllocator {
  /**
   * A place for a call that is sent at once; or the milliseconds after which to ask again, `Infinity` for as soon as a
   * call under way is over. `callers` is how many wait for it here: replicas that share a log take turns accordingly.
   */
  take(priority: Priority, callers?: number): Reservation | number | Promise<Reservation | number>;
  /** When the `nth` call from now on can be sent and is answered; 1 is the next. */
  forecast(nth: number, priority: Priority): Forecast;
  /** As far as this process knows now. */
  room(): AccountRoom;
}
