import type { Dispatcher } from 'undici';
import { LONGEST_TIMER_MS } from './call-deadline.ts';
import type { Served, WaitReason } from './call-record.ts';
import { type JsonCall, questionOf, type ReadCall, type WriteCall } from './calls.ts';
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

/** Any call, as its source describes it. */
type AnyCall = JsonCall & Pick<ReadCall, 'repeats' | 'question'> & Pick<WriteCall, 'body' | 'form' | 'isOwnCredential'>;

/** Begins a call; without a deadline of its own it has `timeoutMs`, and one with files as long as it takes. */
export function beginFlight(call: AnyCall, method: Flight['method'], timeoutMs: number, isStream = false): Flight {
  const { route, form, isOwnCredential, repeats, keys, isGiven = false } = call;
  const { signal, caller, operation, onJoin, priority = 'interactive', serves } = call.options ?? {};
  const body = form?.fields ?? call.body;
  const startedAt = performance.now();
  const own = [{ operation, since: startedAt }];
  const latest = startedAt + (form?.files ? LONGEST_TIMER_MS : timeoutMs);
  const flight: Flight = {
    ...{ route, method, body, form, isOwnCredential, isStream, repeats, keys, isGiven, call },
    ...{ signal, caller, operation, onJoin, priority, startedAt },
    path: '',
    question: call.question ?? (() => questionOf(method, flight.path, body)),
    headers: {},
    get deadline() {
      return form?.files ? latest : (flight.call?.options?.deadline ?? latest);
    },
    serves: serves ?? (() => own),
    waitedFor: [],
    attempts: 0,
    sentAt: Date.now(),
    outcome: 'NOT_SENT',
  };
  return flight;
}
