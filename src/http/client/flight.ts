import type { Dispatcher } from 'undici';
import type { Served, WaitReason } from './call-record.ts';
import { type JsonCall, questionOf } from './calls.ts';
import type { Attempt } from './client-options.ts';
import type { Form } from './form.ts';
import type { WriteOutcome } from './upstream-error.ts';

/** A call under way. */
export interface Flight extends Attempt {
  readonly serves: () => readonly Served[];
  readonly waitedFor: WaitReason[];
  readonly method: Dispatcher.HttpMethod;
  readonly body?: unknown;
  readonly form?: Form | undefined;
  readonly isOwnCredential?: boolean | undefined;
  /** Whether its answer is read while it comes. */
  readonly isStream?: boolean;
  readonly keys?: (() => number) | undefined;
  /** Where the next attempt goes, empty until the first has its turn; a redirect moves it. */
  path: string;
  /** What the last attempt sent. */
  headers: Record<string, string>;
  /** Whether the API itself named that path. */
  isGiven: boolean;
  /** The call as it was asked for. Dropped in the end: connections remember their last flight for a while, and all that it holds. */
  call: JsonCall | undefined;
  /** In `performance.now()` milliseconds. */
  readonly startedAt: number;
  attempts: number;
  /** When the last attempt was sent, in milliseconds of the wall clock. */
  sentAt: number;
  /** What became of it at the API, as far as is known; of use where it fails. */
  outcome: WriteOutcome;
}

/** What is sent, beside where to. */
export type Manner = Pick<
  Flight,
  'method' | 'body' | 'form' | 'isOwnCredential' | 'isStream' | 'repeats' | 'question' | 'keys'
>;

/** As long as a timer of Node can be: 24 days. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** Begins a call; without a deadline of its own it has `timeoutMs`, and one with files as long as it takes. */
export function beginFlight(call: JsonCall, how: Manner, timeoutMs: number): Flight {
  const { signal, caller, operation, onJoin, priority = 'interactive' } = call.options ?? {};
  const startedAt = performance.now();
  const own = [{ operation, since: startedAt }];
  const latest = startedAt + (how.form?.files ? LONGEST_TIMER_MS : timeoutMs);
  const flight: Flight = {
    route: call.route,
    path: '',
    call,
    signal,
    ...how,
    question: how.question ?? (() => questionOf(how.method, flight.path, how.body)),
    headers: {},
    startedAt,
    caller,
    operation,
    onJoin,
    priority,
    get deadline() {
      return how.form?.files ? latest : (flight.call?.options?.deadline ?? latest);
    },
    serves: call.options?.serves ?? (() => own),
    waitedFor: [],
    isGiven: call.isGiven ?? false,
    attempts: 0,
    sentAt: Date.now(),
    outcome: 'NOT_SENT',
  };
  return flight;
}
