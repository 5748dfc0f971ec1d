import type { Dispatcher } from 'undici';
import type { Priority } from './budget/reservation-log.ts';
import type { Attempt } from './client-options.ts';
import type { Form } from './form.ts';

/** A call under way. */
export interface Flight {
  readonly method: Dispatcher.HttpMethod;
  readonly accept: string;
  readonly body?: unknown;
  readonly form?: Form | undefined;
  readonly isOwnCredential?: boolean | undefined;
  readonly route: string;
  /** Where the next attempt goes; a redirect moves it. */
  path: string;
  /** What the last attempt sent. */
  headers: Record<string, string>;
  readonly signal: AbortSignal | undefined;
  readonly deadline: number;
  readonly startedAt: number;
  readonly caller: object | undefined;
  readonly priority: Priority;
  attempts: number;
}

/** What guards and counters may know of it: nothing that is personal or secret. */
export function attemptOf(flight: Flight): Attempt {
  const { method, route, signal, deadline, attempts, caller, priority } = flight;
  return { method, route, signal, deadline, attempts, caller, priority };
}
